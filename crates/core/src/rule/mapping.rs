//! Where a field lives at a vendor, and everything that is peculiar about it there.

use serde_json::Value;

use crate::{
    Catalogue, Codec, Domain,
    rule::{Ranges, document_path},
};

/// Where a field lives at the vendor, and everything that is peculiar about it there.
pub struct Mapping<T> {
    pub(crate) path: &'static str,
    /// Every vendor field that is written; several where the codec fills more than one.
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

/// Where and how answers say the field, if not as it is written.
pub(crate) struct Reading<T> {
    pub path: &'static str,
    pub codec: Option<Box<dyn Codec<T>>>,
}

/// A flag beside the value that says whether it counts.
pub(crate) struct Switch {
    pub path: &'static str,
    /// The wire value that means the same as the flag being off.
    pub off: Option<Value>,
}

/// How a field loses its value at a vendor.
pub(crate) enum Clearing<T> {
    /// `null` where the vendor merges, leaving it out where the vendor replaces.
    Natural,
    /// This wire value stands for nothing.
    By(Value),
    /// Setting this value leaves nothing of it.
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

/// What the caller left out is looked up in a catalogue.
pub(crate) struct Lookup {
    pub catalogue: Catalogue,
    /// The vendor field that holds the row's id.
    pub key: &'static str,
    /// Where in the row the value is, first match wins.
    pub pick: &'static [&'static str],
    /// The member that holds the id, where a row is known by nothing else.
    pub known_by: Option<&'static str>,
}

/// Which part of a shared text a field is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Share {
    Whole,
    /// The first item of a list in one text.
    First(&'static str),
    /// The other items of a list in one text.
    Others(&'static str),
}

impl<T> Mapping<T> {
    /// What a document has of the field: what stands at its path, or the document itself where the field fills
    /// several members of it and one of them has a value.
    pub(crate) fn value_in<'a>(&self, document: &'a Value, path: &str) -> Option<&'a Value> {
        let filled = |path: &str| document_path::get(document, path).filter(|wire| !wire.is_null());
        match path.is_empty() {
            true => self.fields.iter().any(|field| filled(field).is_some()).then_some(document),
            false => filled(path),
        }
    }

    /// The values that the vendor takes, whatever other fields say.
    pub(crate) fn domain(&self) -> Domain {
        match (self.codec.domain(), &self.ranges) {
            (Domain::Number { step, .. }, Some(ranges)) => ranges.domain(step),
            (domain, _) => domain,
        }
    }

    /// Where answers have the field.
    pub(crate) fn answer_path(&self) -> &'static str {
        self.read.as_ref().map_or(self.path, |reading| reading.path)
    }

    /// The one vendor field to name where there is room for one.
    pub(crate) fn display_path(&self) -> &'static str {
        match self.path {
            "" => self.fields.first().copied().unwrap_or_default(),
            path => path,
        }
    }

    /// Whether a wire value stands for nothing.
    pub(crate) fn stands_for_nothing(&self, wire: &Value) -> bool {
        matches!(&self.clearing, Clearing::By(cleared) | Clearing::Inferred(cleared, _) if wire == cleared)
    }

    /// The list that the path goes through, which a merging vendor replaces as a whole.
    pub(crate) fn list(&self) -> Option<&'static str> {
        self.path.find("/[").map(|end| &self.path[..end])
    }
}
