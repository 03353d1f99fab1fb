//! Place of a field at a vendor, and every peculiarity of it there.

use serde_json::Value;

use crate::{
    facts::Catalogue,
    rule::{Codec, Domain, Ranges, document_path},
};

/// Place of a field at the vendor, and every peculiarity of it there.
pub struct Mapping<T> {
    pub(crate) path: &'static str,
    /// Every vendor field that is written; several if the codec fills more than one.
    pub(crate) fields: Vec<&'static str>,
    /// Other places that hold the same value.
    pub(crate) copies: &'static [&'static str],
    pub(crate) codec: Box<dyn Codec<T>>,
    pub(crate) created_as: Option<&'static str>,
    pub(crate) read: Option<Reading<T>>,
    pub(crate) write_only: bool,
    pub(crate) may_be_omitted: bool,
    pub(crate) switch: Option<Switch>,
    pub(crate) clearing: Clearing<T>,
    pub(crate) creation_only: Option<&'static str>,
    pub(crate) only_when: Option<(FieldCondition, &'static str)>,
    pub(crate) ranges: Option<Ranges>,
    pub(crate) also_sets: Option<&'static str>,
    pub(crate) always: bool,
    pub(crate) resets_others: bool,
    pub(crate) required: bool,
    pub(crate) required_when: Option<FieldCondition>,
    pub(crate) default: Option<Value>,
    pub(crate) default_when: Option<(FieldCondition, Value)>,
    pub(crate) lookup: Option<Lookup>,
    pub(crate) share: Share,
    pub(crate) note: Option<&'static str>,
}

/// Place and form of the field in answers, if not as it is written.
pub(crate) struct Reading<T> {
    pub path: &'static str,
    pub codec: Option<Box<dyn Codec<T>>>,
}

/// A flag beside the value, true if the value counts.
pub(crate) struct Switch {
    pub path: &'static str,
    /// The wire value that means the same as the flag being off.
    pub off: Option<Value>,
}

/// Way in which a field loses its value at a vendor.
pub(crate) enum Clearing<T> {
    /// `null` if the vendor merges, omission if the vendor replaces.
    Natural,
    /// This wire value stands for nothing.
    By(Value),
    /// Setting this value clears the field.
    As(T),
    /// This value stands for nothing, as far as can be inferred.
    Inferred(Value, &'static str),
    /// There is no documented way.
    Impossible(&'static str),
}

/// Another vendor field has one of certain values.
pub(crate) struct FieldCondition {
    pub path: &'static str,
    pub values: Vec<Value>,
}

impl FieldCondition {
    pub fn holds(&self, body: &Value) -> bool {
        document_path::get(body, self.path).is_some_and(|value| self.values.contains(value))
    }
}

/// Lookup in a catalogue of a value that the caller omitted.
pub(crate) struct Lookup {
    pub catalogue: Catalogue,
    /// The vendor field that holds the row's id.
    pub key: &'static str,
    /// The places of the value in the row; the first match wins.
    pub pick: &'static [&'static str],
    /// The member that holds the id, if a row is known by nothing else.
    pub known_by: Option<&'static str>,
}

/// Part of a shared string that a field is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Share {
    Whole,
    /// The first item of a list in one text.
    First(&'static str),
    /// The other items of a list in one text.
    Others(&'static str),
}

impl<T> Mapping<T> {
    /// Returns the field's value in a document: the value at its path, or the document itself if
    /// the field fills several members of it and one of them has a value.
    pub(crate) fn value_in<'a>(&self, document: &'a Value, path: &str) -> Option<&'a Value> {
        let filled = |path: &str| document_path::get(document, path).filter(|wire| !wire.is_null());
        match path.is_empty() {
            true => self.fields.iter().any(|field| filled(field).is_some()).then_some(document),
            false => filled(path),
        }
    }

    /// Returns the values that the vendor takes, independent of other fields.
    pub(crate) fn domain(&self) -> Domain {
        match (self.codec.domain(), &self.ranges) {
            (Domain::Number { step, .. }, Some(ranges)) => ranges.domain(step),
            (domain, _) => domain,
        }
    }

    /// Returns the place of the field in answers.
    pub(crate) fn answer_path(&self) -> &'static str {
        self.read.as_ref().map_or(self.path, |reading| reading.path)
    }

    /// Returns the one vendor field to name if there is room for one.
    pub(crate) fn display_path(&self) -> &'static str {
        match self.path {
            "" => self.fields.first().copied().unwrap_or_default(),
            path => path,
        }
    }

    /// Returns true if a wire value stands for nothing.
    pub(crate) fn stands_for_nothing(&self, wire: &Value) -> bool {
        matches!(&self.clearing, Clearing::By(cleared) | Clearing::Inferred(cleared, _) if wire == cleared)
    }

    /// Returns the list that the path goes through, which a merging vendor replaces as a whole.
    pub(crate) fn list(&self) -> Option<&'static str> {
        self.path.find("/[").map(|end| &self.path[..end])
    }
}
