//! The mapping of one field to a vendor: its path, its codec and the vendor's special cases.

use serde_json::Value;

use crate::{
    facts::CatalogueKind,
    rule::{
        Choices, Codec, Domain, Encoded, FieldCondition, Listed, Ranges, Refusal, Translation, document_path,
    },
};

/// The mapping of one field to a vendor: its path, its codec and the vendor's special cases.
///
/// A plan goes through the mappings of all fields several times. Options that few fields have are boxed, so that all
/// mappings together stay small enough for the processor's cache.
pub struct Mapping<T> {
    pub(crate) path: &'static str,
    /// All vendor fields that a write of the field sets.
    pub(crate) fields: Vec<&'static str>,
    /// The other paths that hold the same value.
    pub(crate) copies: Vec<&'static str>,
    pub(crate) codec: Box<dyn Codec<T>>,
    pub(crate) created_as: Option<&'static str>,
    pub(crate) read: Option<Box<Reading<T>>>,
    pub(crate) write_only: bool,
    pub(crate) may_be_omitted: bool,
    pub(crate) switch: Option<Box<Switch>>,
    pub(crate) clearing: Clearing<T>,
    pub(crate) creation_only: Option<&'static str>,
    pub(crate) only_when: Option<Box<(FieldCondition, &'static str)>>,
    /// True if a value is also sent, without an effect, while the condition of `only_when` does not hold.
    pub(crate) may_be_idle: bool,
    /// The vendor field that must have a value, and the reason.
    pub(crate) needs: Option<(&'static str, &'static str)>,
    /// The wire value that is sent while the needed vendor field has no value.
    pub(crate) without_need: Option<Box<Value>>,
    pub(crate) ranges: Option<Box<Ranges>>,
    /// The values that the vendor accepts together with each value of another vendor field.
    pub(crate) choices: Option<Box<Choices>>,
    /// The vendor field that requires this field to be in the same request.
    pub(crate) sent_with: Option<&'static str>,
    pub(crate) also_sets: Option<&'static str>,
    pub(crate) brings: Option<Box<Brought>>,
    pub(crate) always: bool,
    pub(crate) resets_others: bool,
    pub(crate) required: bool,
    pub(crate) required_when: Option<Box<FieldCondition>>,
    /// The vendor field that takes the place of this one while it has a value.
    pub(crate) replaced_by: Option<&'static str>,
    pub(crate) default: Option<Box<Value>>,
    pub(crate) default_when: Option<Box<(FieldCondition, Value)>>,
    /// True if a creation sends the default although the vendor does not require a value.
    pub(crate) states_default: bool,
    pub(crate) lookup: Option<Box<Lookup>>,
    /// The vendor's list in which a plan looks up a value that a caller sets.
    pub(crate) listed: Option<Box<Listed>>,
    /// True if the value at the path also holds other fields.
    pub(crate) shared: bool,
    /// True if the vendor sends requests to the URL that the field holds.
    pub(crate) called: bool,
    pub(crate) note: Option<&'static str>,
    /// True if the field overrides the same field of an agent, as in a dial. If the body lacks another vendor field,
    /// the agent's value of that field applies. This value is not known.
    pub(crate) overrides: bool,
    /// Set if the value names an object that is bound to the record. Such a value is always written, so that the plan
    /// knows the objects that are bound after the write.
    pub(crate) bound: Option<Box<Bound>>,
    /// True if an empty value differs from a missing one at this vendor.
    pub(crate) empty_is_a_value: bool,
}

/// The path and codec of the field in answers, if they differ from those in requests.
pub(crate) struct Reading<T> {
    pub path: &'static str,
    pub codec: Option<Box<dyn Codec<T>>>,
}

/// A vendor field that a write of another field sets as well.
pub(crate) struct Brought {
    /// The field of the record that describes the vendor field, as a JSON pointer.
    pub field: &'static str,
    pub path: &'static str,
    /// The reason that reports show.
    pub why: &'static str,
}

/// The handling of a value that names a bound object while the record takes no such objects.
pub(crate) struct Bound {
    /// The reason that reports show for a value that is not bound.
    pub unbound: &'static str,
    /// True if the vendor's list has only objects that can be bound, so a value that is not bound is not looked up.
    pub is_listed_if_bound: bool,
}

/// The vendor's flags that are all true while the field's value applies.
pub(crate) struct Switch {
    pub paths: Vec<&'static str>,
    /// The wire value that is sent with the flags set to false, for example zero.
    pub off: Option<Value>,
}

/// The way in which a field is cleared at a vendor.
pub(crate) enum Clearing<T> {
    /// The field is omitted from a body that replaces the vendor's values. A body that is merged contains `null`, a
    /// switch that is false, or a list without the item.
    Natural,
    /// This wire value stands for no value.
    By(Box<Value>),
    /// This normalized value is written to clear the field.
    As(Box<T>),
    /// This wire value stands for no value (inferred). The string is the reason that reports show.
    Inferred(Box<Value>, &'static str),
    /// The vendor documents no way to clear the field. The string is the reason that reports show.
    Impossible(&'static str),
    /// The field has no vendor value of its own, so nothing is cleared.
    Nothing,
}

/// A catalogue lookup of a value that the caller omitted.
pub(crate) struct Lookup {
    pub catalogue: CatalogueKind,
    /// The vendor field that holds the entry's id.
    pub key: &'static str,
    /// The paths in the entry's document at which the value may be. The first path that exists applies.
    pub pick: &'static [&'static str],
    /// The member in which the id alone is sent if the catalogue has no such entry.
    pub known_by: Option<&'static str>,
}

impl<T> Mapping<T> {
    /// Converts a value to its wire form: to one of the accepted wire values, if they are known and one of them fits.
    pub(crate) fn encode(
        &self,
        value: &T,
        accepted: Option<&[&str]>,
        with: &Translation<'_>,
    ) -> Result<Encoded, Refusal> {
        let fitting = accepted.and_then(|accepted| self.codec.encode_within(value, accepted));
        fitting.map_or_else(|| self.codec.encode(value, with), Ok)
    }

    /// Returns the field's value in a document: the value at `path`, unless it is null. The path is empty if the field
    /// is stored in several members. In this case, returns the whole document if one of the members has a value.
    pub(crate) fn value_in<'a>(&self, document: &'a Value, path: &str) -> Option<&'a Value> {
        let filled = |path: &str| document_path::get(document, path).filter(|wire| !wire.is_null());
        match path.is_empty() {
            true => self.fields.iter().any(|field| filled(field).is_some()).then_some(document),
            false => filled(path),
        }
    }

    /// Returns the values that the vendor accepts, regardless of the values of other fields.
    pub(crate) fn domain(&self) -> Domain {
        match (self.codec.domain(), &self.ranges) {
            (Domain::Number { step, .. }, Some(ranges)) => ranges.domain(step),
            (domain, _) => domain,
        }
    }

    /// Returns the path of the field in answers.
    pub(crate) fn answer_path(&self) -> &'static str {
        self.read.as_ref().map_or(self.path, |reading| reading.path)
    }

    /// Returns the path by which reports identify the vendor field: `path`, or the first of several vendor
    /// fields.
    pub(crate) fn display_path(&self) -> &'static str {
        match self.path {
            "" => self.fields.first().copied().unwrap_or_default(),
            path => path,
        }
    }

    /// Returns true if the vendor uses this wire value to represent no value.
    pub(crate) fn stands_for_nothing(&self, wire: &Value) -> bool {
        matches!(&self.clearing, Clearing::By(cleared) | Clearing::Inferred(cleared, _) if *wire == **cleared)
    }

    /// Returns true if a wire value holds no value for the field, or stands for no value at this vendor.
    pub(crate) fn is_void(&self, wire: &Value) -> bool {
        self.codec.lacks(wire) || self.stands_for_nothing(wire)
    }

    /// Lists the other vendor fields that decide which values the vendor accepts.
    pub(crate) fn limited_by(&self) -> impl Iterator<Item = &'static str> {
        let condition = self.only_when.as_deref().map(|(condition, _)| condition.path);
        let ranges = self.ranges.as_ref().map(|ranges| ranges.path);
        let choices = self.choices.as_ref().map(|choices| choices.path);
        condition.into_iter().chain(ranges).chain(choices)
    }

    /// Lists the other vendor fields that decide whether the vendor requires the field, and which default
    /// applies.
    pub(crate) fn required_by(&self) -> impl Iterator<Item = &'static str> {
        let special = self.default_when.as_deref().map(|(condition, _)| condition.path);
        self.required_when.iter().map(|condition| condition.path).chain(special).chain(self.replaced_by)
    }

    /// Returns the path of the outermost list on the field's path. A merging vendor replaces this list as a
    /// whole. Returns `None` if the path contains no list item.
    pub(crate) fn list(&self) -> Option<&'static str> {
        self.path.find("/[").map(|end| &self.path[..end])
    }
}
