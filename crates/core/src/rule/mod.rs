//! Rules by which one normalized field is written to and read from a vendor, as data.

mod assume;
mod change;
mod clear;
mod codec;
mod compare;
mod decode;
mod describe;
pub mod document_path;
mod drift;
mod encode;
mod extension;
mod mapping;
mod options;
mod part;
mod place;
mod ranges;
mod report;
mod row;
mod rules;
mod write_effects;

use crate::model::Leaf;

pub use change::Change;
pub use codec::*;
pub use compare::Comparer;
pub use decode::{Decoder, Unread};
pub use describe::{Capability, Describer, Support};
pub use drift::{Comparison, Drift};
pub use encode::{Encoder, Mode};
pub use extension::ExtensionRules;
pub use mapping::Mapping;
pub(crate) use mapping::{Clearing, FieldCondition, Lookup, Reading, Share, Switch};
pub(crate) use part::Layout;
pub use part::{Cardinality, Part, Unit};
pub(crate) use ranges::Ranges;
pub use report::{Entry, Fidelity, Report, Summary, Verdict};
pub use rules::Rules;
pub use write_effects::WriteEffects;

/// One rule per leaf of a record; derived by `Fields`, filled in by each adapter as a struct literal.
pub trait RuleSet: Send + Sync + 'static {
    /// The record whose fields are translated.
    type Record;

    /// Writes the change from `before` to `desired` in the vendor's format.
    fn encode(&self, before: Option<&Self::Record>, desired: &Self::Record, out: &mut Encoder<'_>);

    /// Reads the record out of the vendor's document.
    fn decode(&self, from: &mut Decoder<'_>) -> Self::Record;

    /// Compares the vendor's document with the state that was sent.
    fn compare(&self, desired: &Self::Record, out: &mut Comparer<'_>);

    /// Describes the vendor's capabilities.
    fn describe(&self, out: &mut Describer);
}

/// Rule by which one field is written to and read from a vendor.
pub enum Rule<T> {
    /// The vendor has a place for it.
    Mapped(Box<Mapping<T>>),
    /// The vendor has no place for it.
    Unsupported {
        /// The reason, for the report and the docs.
        why: &'static str,
    },
    /// The vendor always behaves in the same way.
    Fixed {
        /// The vendor's behaviour.
        sent: &'static str,
        /// The reason, for the report and the docs.
        why: &'static str,
    },
    /// The vendor has no field for this switch: it is on if another field has a value.
    Presence {
        /// The path of the other value.
        of: &'static str,
        /// The normalized field of the other value.
        field: &'static str,
        /// The reason, for the report and the docs.
        why: &'static str,
    },
}

/// Maps the field to `path`, converted by `codec`.
///
/// A path is a JSON pointer; a segment `[type=end_call]` is the list item whose `type` is `end_call`.
pub fn at<T: Leaf>(path: &'static str, codec: impl Codec<T> + 'static) -> Rule<T> {
    Rule::Mapped(Box::new(Mapping {
        path,
        fields: vec![path],
        copies: &[],
        codec: Box::new(codec),
        created_as: None,
        read: None,
        write_only: false,
        may_be_omitted: false,
        switch: None,
        clearing: Clearing::Natural,
        creation_only: None,
        only_when: None,
        ranges: None,
        also_sets: None,
        always: false,
        resets_others: false,
        required: false,
        required_when: None,
        default: None,
        default_when: None,
        lookup: None,
        share: Share::Whole,
        note: None,
    }))
}

/// Maps the field to several vendor fields, each a member of the codec's output.
pub fn across<T: Leaf>(fields: &[&'static str], codec: impl Codec<T> + 'static) -> Rule<T> {
    at("", codec).with(|m| m.fields = fields.to_vec())
}

/// Maps the field to each of these paths: all of them are written, and read as one value if they
/// agree.
pub fn at_each<T: Leaf>(paths: &'static [&'static str], codec: impl Codec<T> + 'static) -> Rule<T> {
    let (first, copies) = paths.split_first().map_or(("", &paths[..0]), |(first, copies)| (*first, copies));
    at(first, codec).with(|m| {
        m.fields = paths.to_vec();
        m.copies = copies;
    })
}

/// States that the vendor has no such field.
pub fn unsupported<T>(why: &'static str) -> Rule<T> {
    Rule::Unsupported { why }
}

/// States that the vendor always behaves in the same way.
pub fn fixed<T>(sent: &'static str, why: &'static str) -> Rule<T> {
    Rule::Fixed { sent, why }
}

/// Derives a switch from the value at `of`, which is the normalized `field`: it is on if there is a
/// value. Only for vendors that replace, whose bodies are whole.
pub fn presence(of: &'static str, field: &'static str, why: &'static str) -> Rule<bool> {
    Rule::Presence { of, field, why }
}
