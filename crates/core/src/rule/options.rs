//! What a rule can say beside its place and its conversion.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::{
    Catalogue, Codec, Leaf, Mapping, Rule,
    rule::{Clearing, FieldCondition, Lookup, Ranges, Reading, Share, Switch},
};

impl<T: Leaf> Rule<T> {
    pub(super) fn with(mut self, edit: impl FnOnce(&mut Mapping<T>)) -> Self {
        if let Self::Mapped(mapping) = &mut self {
            edit(mapping);
        }
        self
    }

    /// Answers spell the key differently.
    pub fn reads(self, path: &'static str) -> Self {
        self.with(|m| m.read = Some(Reading { path, codec: None }))
    }

    /// Answers spell the key and the value differently.
    pub fn reads_as(self, path: &'static str, codec: impl Codec<T> + 'static) -> Self {
        self.with(|m| m.read = Some(Reading { path, codec: Some(Box::new(codec)) }))
    }

    /// Answers do not have the field.
    pub fn write_only(self) -> Self {
        self.with(|m| m.write_only = true)
    }

    /// Answers are documented without the field, and some may have it: one that lacks it says nothing of it.
    pub fn may_be_omitted(self) -> Self {
        self.with(|m| m.may_be_omitted = true)
    }

    /// Creation spells the key differently.
    pub fn created_as(self, path: &'static str) -> Self {
        self.with(|m| m.created_as = Some(path))
    }

    /// The value can be set only when the record is made.
    pub fn creation_only(self, why: &'static str) -> Self {
        self.with(|m| m.creation_only = Some(why))
    }

    /// A flag at `path` says whether the value counts.
    pub fn switched_by(self, path: &'static str) -> Self {
        self.with(|m| m.switch = Some(Switch { path, off: None }))
    }

    /// A flag at `path` says whether the value counts; the wire value `off` means that it does not.
    pub fn switched_by_unless(self, path: &'static str, off: Value) -> Self {
        self.with(|m| m.switch = Some(Switch { path, off: Some(off) }))
    }

    /// What this vendor takes for nothing.
    pub fn cleared_by(self, wire: Value) -> Self {
        self.with(|m| m.clearing = Clearing::By(wire))
    }

    /// Taking the value back is setting this one: what the codec keeps of a shared place stays.
    pub fn cleared_as(self, value: T) -> Self {
        self.with(|m| m.clearing = Clearing::As(value))
    }

    /// What this vendor is believed to take for nothing; that it does is nowhere documented, so that it is reported.
    pub fn cleared_by_inference(self, wire: Value, why: &'static str) -> Self {
        self.with(|m| m.clearing = Clearing::Inferred(wire, why))
    }

    /// The vendor documents no way to take the value back.
    pub fn cannot_clear(self, why: &'static str) -> Self {
        self.with(|m| m.clearing = Clearing::Impossible(why))
    }

    /// The vendor takes the field only where the vendor field at `path` has this value.
    pub fn only_when(self, path: &'static str, value: Value, why: &'static str) -> Self {
        self.with(|m| m.only_when = Some((FieldCondition { path, values: vec![value] }, why)))
    }

    /// The vendor takes the field only where the vendor field at `path` has one of these values.
    pub fn only_when_any(self, path: &'static str, values: &[&str], why: &'static str) -> Self {
        let values = values.iter().map(|value| Value::from(*value)).collect();
        self.with(|m| m.only_when = Some((FieldCondition { path, values }, why)))
    }

    /// The range of the number, in normalized units, depends on the vendor field at `path`. Beside another value of that
    /// field, the vendor does not take the number.
    pub fn domain_by(self, path: &'static str, ranges: &[(&'static str, RangeInclusive<f64>)]) -> Self {
        self.with(|m| m.ranges = Some(Ranges { path, by_value: ranges.to_vec() }))
    }

    /// This wire value is the vendor's way of saying that the field is off: it is sent to take the value back, and read
    /// as no value.
    pub fn off_as(self, wire: impl Into<Value>) -> Self {
        self.cleared_by(wire.into())
    }

    /// Setting the field also sets the flag at `path`.
    pub fn also_sets(self, path: &'static str) -> Self {
        self.with(|m| m.also_sets = Some(path))
    }

    /// The vendor wants the field in every update.
    pub fn always(self) -> Self {
        self.with(|m| m.always = true)
    }

    /// Setting the field makes the vendor forget others, so that all are sent again.
    pub fn resets_others(self) -> Self {
        self.with(|m| m.resets_others = true)
    }

    /// The vendor makes no record without it.
    pub fn required(self) -> Self {
        self.with(|m| m.required = true)
    }

    /// The vendor makes no record without it where the vendor field at `path` has this value.
    pub fn required_when(self, path: &'static str, value: Value) -> Self {
        self.with(|m| m.required_when = Some(FieldCondition { path, values: vec![value] }))
    }

    /// What is sent where the vendor wants the field and the caller did not give it.
    pub fn default(self, wire: Value) -> Self {
        self.with(|m| m.default = Some(wire))
    }

    /// What is sent instead of the default where the vendor field at `path` has this value.
    pub fn default_when(self, path: &'static str, value: Value, wire: Value) -> Self {
        self.with(|m| m.default_when = Some((FieldCondition { path, values: vec![value] }, wire)))
    }

    /// What the caller left out comes from the row of `catalogue` whose id is written at `key`, from the first of
    /// `pick` that the row has.
    pub fn lookup(self, catalogue: Catalogue, key: &'static str, pick: &'static [&'static str]) -> Self {
        self.with(|m| m.lookup = Some(Lookup { catalogue, key, pick, known_by: None }))
    }

    /// Where the catalogue has no such row and the vendor wants the field, all that is known is the id, as `member`.
    pub fn known_by(self, member: &'static str) -> Self {
        self.with(|m| {
            if let Some(look_up) = &mut m.lookup {
                look_up.known_by = Some(member);
            }
        })
    }

    /// The field is the first item of a list in one text; for vendors that replace, whose bodies hold the others.
    pub fn first_of(self, separator: &'static str) -> Self {
        self.with(|m| m.share = Share::First(separator))
    }

    /// The field is what follows the first item of a list in one text; for vendors that replace.
    pub fn others_of(self, separator: &'static str) -> Self {
        self.with(|m| m.share = Share::Others(separator))
    }

    /// Something people should know of the field at this vendor.
    pub fn note(self, note: &'static str) -> Self {
        self.with(|m| m.note = Some(note))
    }
}
