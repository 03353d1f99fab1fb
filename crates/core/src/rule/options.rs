//! Options of a rule beside its place and its conversion.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::{
    facts::Catalogue,
    model::Leaf,
    rule::{Clearing, Codec, FieldCondition, Lookup, Mapping, Ranges, Reading, Rule, Share, Switch},
};

impl<T: Leaf> Rule<T> {
    pub(super) fn with(mut self, edit: impl FnOnce(&mut Mapping<T>)) -> Self {
        if let Self::Mapped(mapping) = &mut self {
            edit(mapping);
        }
        self
    }

    /// Sets another key for answers.
    pub fn reads(self, path: &'static str) -> Self {
        self.with(|m| m.read = Some(Reading { path, codec: None }))
    }

    /// Sets another key and another codec for answers.
    pub fn reads_as(self, path: &'static str, codec: impl Codec<T> + 'static) -> Self {
        self.with(|m| m.read = Some(Reading { path, codec: Some(Box::new(codec)) }))
    }

    /// States that answers do not have the field.
    pub fn write_only(self) -> Self {
        self.with(|m| m.write_only = true)
    }

    /// States that answers are documented without the field but may have it: an answer that lacks
    /// it is no evidence of its value.
    pub fn may_be_omitted(self) -> Self {
        self.with(|m| m.may_be_omitted = true)
    }

    /// Sets another key for creation.
    pub fn created_as(self, path: &'static str) -> Self {
        self.with(|m| m.created_as = Some(path))
    }

    /// States that the value can be set only when the record is created.
    pub fn creation_only(self, why: &'static str) -> Self {
        self.with(|m| m.creation_only = Some(why))
    }

    /// Sets the path of a flag that is true if the value counts.
    pub fn switched_by(self, path: &'static str) -> Self {
        self.with(|m| m.switch = Some(Switch { path, off: None }))
    }

    /// Sets the path of a flag that is true if the value counts; the wire value `off` means that it
    /// does not.
    pub fn switched_by_unless(self, path: &'static str, off: Value) -> Self {
        self.with(|m| m.switch = Some(Switch { path, off: Some(off) }))
    }

    /// Sets the wire value that stands for nothing at this vendor.
    pub fn cleared_by(self, wire: Value) -> Self {
        self.with(|m| m.clearing = Clearing::By(wire))
    }

    /// Sets the value that is written to clear the field; the rest of a shared place, which the
    /// codec keeps, stays.
    pub fn cleared_as(self, value: T) -> Self {
        self.with(|m| m.clearing = Clearing::As(value))
    }

    /// Sets the wire value that stands for nothing at this vendor (inferred); the vendor does not
    /// document it, so it is reported.
    pub fn cleared_by_inference(self, wire: Value, why: &'static str) -> Self {
        self.with(|m| m.clearing = Clearing::Inferred(wire, why))
    }

    /// States that the vendor documents no way to clear the value.
    pub fn cannot_clear(self, why: &'static str) -> Self {
        self.with(|m| m.clearing = Clearing::Impossible(why))
    }

    /// Limits the field to the condition that the vendor field at `path` has this value.
    pub fn only_when(self, path: &'static str, value: Value, why: &'static str) -> Self {
        self.with(|m| m.only_when = Some((FieldCondition { path, values: vec![value] }, why)))
    }

    /// Limits the field to the condition that the vendor field at `path` has one of these values.
    pub fn only_when_any(self, path: &'static str, values: &[&str], why: &'static str) -> Self {
        let values = values.iter().map(|value| Value::from(*value)).collect();
        self.with(|m| m.only_when = Some((FieldCondition { path, values }, why)))
    }

    /// Makes the range of the number, in normalized units, depend on the vendor field at `path`.
    /// Beside another value of that field, the vendor does not take the number.
    pub fn domain_by(self, path: &'static str, ranges: &[(&'static str, RangeInclusive<f64>)]) -> Self {
        self.with(|m| m.ranges = Some(Ranges { path, by_value: ranges.to_vec() }))
    }

    /// Sets the wire value that turns the field off: it is sent to clear the value, and read as no
    /// value.
    pub fn off_as(self, wire: impl Into<Value>) -> Self {
        self.cleared_by(wire.into())
    }

    /// Sets the path of a flag that is set together with the field.
    pub fn also_sets(self, path: &'static str) -> Self {
        self.with(|m| m.also_sets = Some(path))
    }

    /// States that the vendor requires the field in every update.
    pub fn always(self) -> Self {
        self.with(|m| m.always = true)
    }

    /// States that setting the field makes the vendor forget others, so that all are sent again.
    pub fn resets_others(self) -> Self {
        self.with(|m| m.resets_others = true)
    }

    /// States that the vendor creates no record without it.
    pub fn required(self) -> Self {
        self.with(|m| m.required = true)
    }

    /// States that the vendor creates no record without it if the vendor field at `path` has this
    /// value.
    pub fn required_when(self, path: &'static str, value: Value) -> Self {
        self.with(|m| m.required_when = Some(FieldCondition { path, values: vec![value] }))
    }

    /// Sets the value that is sent if the vendor requires the field and the caller did not give it.
    pub fn default(self, wire: Value) -> Self {
        self.with(|m| m.default = Some(wire))
    }

    /// Sets the value that is sent instead of the default if the vendor field at `path` has this
    /// value.
    pub fn default_when(self, path: &'static str, value: Value, wire: Value) -> Self {
        self.with(|m| m.default_when = Some((FieldCondition { path, values: vec![value] }, wire)))
    }

    /// Takes a value that the caller omitted from the row of `catalogue` whose id is written at
    /// `key`, from the first of `pick` that the row has.
    pub fn lookup(self, catalogue: Catalogue, key: &'static str, pick: &'static [&'static str]) -> Self {
        self.with(|m| m.lookup = Some(Lookup { catalogue, key, pick, known_by: None }))
    }

    /// Sends the id alone, as `member`, if the catalogue has no such row and the vendor requires
    /// the field.
    pub fn known_by(self, member: &'static str) -> Self {
        self.with(|m| {
            if let Some(look_up) = &mut m.lookup {
                look_up.known_by = Some(member);
            }
        })
    }

    /// Maps the field to the first item of a list in one string; for vendors that replace, whose
    /// bodies hold the others.
    pub fn first_of(self, separator: &'static str) -> Self {
        self.with(|m| m.share = Share::First(separator))
    }

    /// Maps the field to the items after the first in a list in one string; for vendors that
    /// replace.
    pub fn others_of(self, separator: &'static str) -> Self {
        self.with(|m| m.share = Share::Others(separator))
    }

    /// Adds a note for readers about the field at this vendor.
    pub fn note(self, note: &'static str) -> Self {
        self.with(|m| m.note = Some(note))
    }
}
