//! Options of a rule other than its path and its codec.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::{
    facts::{CatalogueKind, ListedBy},
    model::Leaf,
    rule::{
        Accepted, Brought, Choices, Clearing, Codec, Extent, FieldCondition, Listed, Mapping, Ranges,
        Reading, Rule, Switch,
    },
};

impl<T: Leaf> Rule<T> {
    pub(super) fn with(mut self, edit: impl FnOnce(&mut Mapping<T>)) -> Self {
        if let Self::Mapped(mapping) = &mut self {
            edit(mapping);
        }
        self
    }

    /// Sets the path of the field in answers, if it differs from the path in requests.
    pub fn reads(self, path: &'static str) -> Self {
        self.with(|m| m.read = Some(Box::new(Reading { path, codec: None })))
    }

    /// Sets the path and the codec of the field in answers, if they differ from those in requests.
    pub fn reads_as(self, path: &'static str, codec: impl Codec<T> + 'static) -> Self {
        self.with(|m| m.read = Some(Box::new(Reading { path, codec: Some(Box::new(codec)) })))
    }

    /// States that answers do not contain the field.
    pub fn write_only(self) -> Self {
        self.with(|m| m.write_only = true)
    }

    /// States that answers may contain the field although they are documented without it. An answer without the field
    /// proves nothing about its value.
    pub fn may_be_omitted(self) -> Self {
        self.with(|m| m.may_be_omitted = true)
    }

    /// Sets the path of the field in the request that creates the record, if it differs from the path in
    /// updates.
    pub fn created_as(self, path: &'static str) -> Self {
        self.with(|m| m.created_as = Some(path))
    }

    /// States that the value can be set only when the record is created.
    pub fn creation_only(self, why: &'static str) -> Self {
        self.with(|m| m.creation_only = Some(why))
    }

    /// Sets the path of a flag that is true while the field has a value.
    pub fn switched_by(self, path: &'static str) -> Self {
        self.with(|m| m.switch = Some(Box::new(Switch { paths: vec![path], off: None })))
    }

    /// Sets the paths of several flags that are all true while the field has a value. If the vendor has only some of them
    /// set, the field counts as unread.
    pub fn switched_by_all(self, paths: &'static [&'static str]) -> Self {
        self.with(|m| m.switch = Some(Box::new(Switch { paths: paths.to_vec(), off: None })))
    }

    /// Sets the path of a flag that is true while the field has a value other than the wire value `off`.
    pub fn switched_by_unless(self, path: &'static str, off: Value) -> Self {
        self.with(|m| m.switch = Some(Box::new(Switch { paths: vec![path], off: Some(off) })))
    }

    /// Sets the wire value by which this vendor represents an empty field.
    pub fn cleared_by(self, wire: Value) -> Self {
        self.with(|m| m.clearing = Clearing::By(Box::new(wire)))
    }

    /// Sets the normalized value that is written to clear the field. The codec must preserve any other data
    /// that the vendor stores at the same path.
    pub fn cleared_as(self, value: T) -> Self {
        self.with(|m| m.clearing = Clearing::As(Box::new(value)))
    }

    /// Sets the wire value by which this vendor represents an empty field (inferred). The vendor does not document
    /// this value, so each use is reported.
    pub fn cleared_by_inference(self, wire: Value, why: &'static str) -> Self {
        self.with(|m| m.clearing = Clearing::Inferred(Box::new(wire), why))
    }

    /// States that the vendor documents no way to clear the value.
    pub fn cannot_clear(self, why: &'static str) -> Self {
        self.with(|m| m.clearing = Clearing::Impossible(why))
    }

    /// Makes the field available only if the vendor field at `path` has one of these values after the write. The value of
    /// [`Self::default`] is always available.
    pub fn only_when(self, path: &'static str, accepted: impl Into<Accepted>, why: &'static str) -> Self {
        self.with(|m| m.only_when = Some(Box::new((FieldCondition::new(path, accepted), why))))
    }

    /// States that a value of the field has an effect only if the vendor field at `path` has one of these values after the
    /// write. Otherwise, the value is sent and reported as substituted.
    pub fn effective_when(
        self,
        path: &'static str,
        accepted: impl Into<Accepted>,
        why: &'static str,
    ) -> Self {
        self.only_when(path, accepted, why).with(|m| m.may_be_idle = true)
    }

    /// Makes the field available only if the vendor field at `path` has a value after the write. In the rule set, the
    /// field with that path must precede this one. The value of [`Self::default`] needs no other field.
    pub fn needs(self, path: &'static str, why: &'static str) -> Self {
        self.with(|m| m.needs = Some((path, why)))
    }

    /// Sets the wire value that is sent instead if the vendor field of [`Self::needs`] has no value after the write.
    pub fn without_it(self, wire: Value) -> Self {
        self.with(|m| m.without_need = Some(Box::new(wire)))
    }

    /// Makes the range of the number, in normalized units, depend on the vendor field at `path`. A number outside the
    /// range is not sent. If the vendor field has a value without a range, no number is sent.
    pub fn domain_by(self, path: &'static str, ranges: &[(&'static str, RangeInclusive<f64>)]) -> Self {
        self.with(|m| m.ranges = Some(Box::new(Ranges { path, by_value: ranges.to_vec() })))
    }

    /// Makes the accepted wire values depend on the vendor field at `path`. `by_value` pairs values of that field with
    /// the wire values that they allow; any other value of that field allows `otherwise`. A write that would leave
    /// another combination at the vendor is refused.
    pub fn choices_by(
        self,
        path: &'static str,
        by_value: &'static [(&'static str, &'static [&'static str])],
        otherwise: &'static [&'static str],
    ) -> Self {
        self.with(|m| m.choices = Some(Box::new(Choices { path, by_value, otherwise })))
    }

    /// States that the vendor requires the field in every request that contains the vendor field at `path`. In the rule
    /// set, the field with that path must precede this one.
    pub fn sent_with(self, path: &'static str) -> Self {
        self.with(|m| m.sent_with = Some(path))
    }

    /// Sets the wire value that turns the field off. This value is sent to clear the field and is read as no
    /// value.
    pub fn off_as(self, wire: impl Into<Value>) -> Self {
        self.cleared_by(wire.into())
    }

    /// Sets the path of a flag that is set to true whenever the field is set.
    pub fn also_sets(self, path: &'static str) -> Self {
        self.with(|m| m.also_sets = Some(path))
    }

    /// States that the codec also sets the vendor field at `path`, which another field of the record, `field`,
    /// describes. In the rule set, `field` must precede this field. A write that sends the value reports `field` as
    /// assumed, unless the caller gives a value for it.
    pub fn brings(self, field: &'static str, path: &'static str, why: &'static str) -> Self {
        self.with(|m| m.brings = Some(Box::new(Brought { field, path, why })))
    }

    /// States that the vendor requires the field in every update.
    pub fn always(self) -> Self {
        self.with(|m| m.always = true)
    }

    /// States that setting the field makes the vendor reset other fields. A write that sets the field sends all fields.
    pub fn resets_others(self) -> Self {
        self.with(|m| m.resets_others = true)
    }

    /// States that the vendor accepts only values of its list of this kind. A plan refuses a value that a caller sets
    /// if the value is neither in the list nor the id of an alias. If the list cannot be read, the plan reports the
    /// value as unverified instead.
    pub fn listed(self, catalogue: CatalogueKind, by: ListedBy) -> Self {
        self.with(|m| m.listed = Some(Box::new(Listed { catalogue, by, extent: Extent::Complete(&[]) })))
    }

    /// States that the vendor accepts these values even if its list lacks them.
    pub fn or_documented(self, values: &'static [&'static str]) -> Self {
        self.with(|m| {
            if let Some(listed) = &mut m.listed {
                listed.extent = Extent::Complete(values);
            }
        })
    }

    /// States that the vendor's list is complete only while the vendor field at `path` has one of these values. Otherwise, a
    /// value that the list lacks is sent and reported as unverified.
    pub fn listed_while(self, path: &'static str, accepted: impl Into<Accepted>, why: &'static str) -> Self {
        self.with(|m| {
            if let Some(listed) = &mut m.listed {
                let condition = FieldCondition::new(path, accepted);
                listed.extent = Extent::CompleteWhen(condition, why);
            }
        })
    }

    /// States that the gateway does not read the vendor's list of this kind. A value that a caller sets is reported as
    /// unverified unless an alias stands for it.
    pub fn unlisted(self, catalogue: CatalogueKind, why: &'static str) -> Self {
        self.with(|m| {
            m.listed = Some(Box::new(Listed { catalogue, by: ListedBy::Id, extent: Extent::Unread(why) }))
        })
    }

    /// States that the vendor's list has only objects that can be bound. A value that is not bound is not looked up in it.
    pub fn listed_if_bound(self) -> Self {
        self.with(|m| {
            if let Some(bound) = &mut m.bound {
                bound.is_listed_if_bound = true;
            }
        })
    }

    /// States that an empty value has a meaning of its own at this vendor, so a missing value is drift from an empty one.
    pub fn empty_is_a_value(self) -> Self {
        self.with(|m| m.empty_is_a_value = true)
    }

    /// States that the vendor sends requests to the URLs that the field holds. A plan for a vendor on the internet
    /// refuses a URL whose host only a private network can reach.
    pub fn called(self) -> Self {
        self.with(|m| m.called = true)
    }

    /// Sets a remark about the vendor's support for the field. The published capabilities contain the remark.
    /// The report contains the remark if this field removes another field from a shared value.
    pub fn note(self, note: &'static str) -> Self {
        self.with(|m| m.note = Some(note))
    }
}
