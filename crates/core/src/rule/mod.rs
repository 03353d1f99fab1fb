//! Rules, as data: a rule defines how one normalized field is written to a vendor and read back.

mod assume;
mod bound;
mod change;
mod claim;
mod clear;
mod codec;
mod compare;
mod condition;
mod decode;
mod defaults;
mod describe;
pub mod document_path;
mod drift;
mod encode;
mod entry;
mod extension;
mod facet;
mod field_outcome;
mod item_places;
mod items;
mod limits;
mod listed;
mod mapping;
mod moved;
mod needs;
mod options;
mod part;
mod place;
mod portion;
mod ranges;
mod reach;
mod read_fields;
mod report;
mod row;
mod rules;
mod send;
mod unchanged;
mod verdict;
mod write_effects;

use serde_json::Value;

use crate::model::Leaf;

pub use change::Change;
pub use codec::*;
use codec::{Existence, Presence, bound_object};
pub use compare::Comparer;
pub use decode::{Decoder, Unread};
pub use describe::{Capability, Describer, SentWithCalls, Support};
pub use drift::{Comparison, Drift};
pub use encode::{Encoder, Mode};
pub use entry::Entry;
pub use extension::{ExtensionChange, ExtensionRules};
pub use facet::{existence, facet, presence, presence_as};
pub(crate) use field_outcome::FieldOutcome;
pub(crate) use item_places::ItemPlaces;
pub use limits::{Accepted, other_than, starting_with};
pub(crate) use limits::{Choices, FieldCondition, Ranges};
pub(crate) use listed::{Extent, Listed};
pub use mapping::Mapping;
pub(crate) use mapping::{Bound, Brought, Clearing, Lookup, Reading, Switch};
pub use moved::Moves;
pub(crate) use part::BOUND_ID;
pub(crate) use part::Layout;
pub use part::{Cardinality, Part, Unit};
pub(crate) use portion::Portion;
pub(crate) use read_fields::{Conditions, ReadField, Task};
pub use report::{Report, Summary};
pub use rules::Rules;
pub use verdict::{Fidelity, Verdict};
pub use write_effects::WriteEffects;

/// A set with one rule per leaf of a record. The derive macro `Fields` generates the type of the set. Each
/// adapter builds its set as a struct literal.
pub trait RuleSet: Send + Sync + 'static {
    /// The record whose fields are translated.
    type Record;

    /// Writes the change from `before` to `desired` in the vendor's format.
    fn encode<'a>(
        &'a self,
        before: Option<&'a Self::Record>,
        desired: &'a Self::Record,
        out: &mut Encoder<'a>,
    );

    /// Reads the record from the vendor's document.
    fn decode(&self, from: &mut Decoder<'_>) -> Self::Record;

    /// Compares the vendor's document with the state that was sent.
    fn compare(&self, desired: &Self::Record, out: &mut Comparer<'_>);

    /// Describes the vendor's capabilities.
    fn describe(&self, out: &mut Describer);
}

/// The rule for writing one field to a vendor and reading it back.
pub enum Rule<T> {
    /// A field that the vendor can store.
    Mapped(Box<Mapping<T>>),
    /// A field that the vendor cannot store.
    Unsupported {
        /// The reason, shown in reports and in the published capabilities.
        why: &'static str,
    },
    /// A field that cannot be set because the vendor always behaves in the same way.
    Fixed {
        /// The value that describes the vendor's behaviour.
        sent: Value,
        /// The reason, shown in reports and in the published capabilities.
        why: &'static str,
        /// True if any other value is a loss, as in a dial. Otherwise, the vendor's behaviour substitutes for it.
        is_strict: bool,
    },
}

/// Builds the rule for a field that is stored in the vendor field at `path`. `codec` converts its values.
///
/// A path is a JSON pointer. In addition, a segment such as `[type=end_call]` selects the list item whose
/// member `type` is `end_call`.
pub fn at<T: Leaf>(path: &'static str, codec: impl Codec<T> + 'static) -> Rule<T> {
    Rule::Mapped(Box::new(Mapping {
        path,
        fields: vec![path],
        copies: Vec::new(),
        codec: Box::new(codec),
        created_as: None,
        read: None,
        write_only: false,
        may_be_omitted: false,
        switch: None,
        clearing: Clearing::Natural,
        creation_only: None,
        only_when: None,
        may_be_idle: false,
        needs: None,
        without_need: None,
        ranges: None,
        choices: None,
        sent_with: None,
        also_sets: None,
        brings: None,
        always: false,
        resets_others: false,
        required: false,
        required_when: None,
        replaced_by: None,
        default: None,
        default_when: None,
        states_default: false,
        lookup: None,
        listed: None,
        shared: false,
        called: false,
        note: None,
        overrides: false,
        bound: None,
        empty_is_a_value: false,
    }))
}

/// Builds the rule for a field that is stored in several vendor fields. The output of the codec is an object that
/// contains these vendor fields.
pub fn across<T: Leaf>(fields: &[&'static str], codec: impl Codec<T> + 'static) -> Rule<T> {
    at("", codec).with(|m| m.fields = fields.to_vec())
}

/// Builds the rule for a field whose value the vendor stores at several paths. A write sets the value at all paths. A
/// read returns the value only if it is the same at all paths.
pub fn at_each<T: Leaf>(paths: &'static [&'static str], codec: impl Codec<T> + 'static) -> Rule<T> {
    let (first, copies) =
        paths.split_first().map_or(("", Vec::new()), |(first, copies)| (*first, copies.to_vec()));
    at(first, codec).with(|m| {
        m.fields = paths.to_vec();
        m.copies = copies;
    })
}

/// Builds the rule for a field that holds the id of an object that the vendor binds to the record, such as a phone
/// number. `path` is the pointer of a part that [`Part::bound`] builds. `unbound` is the reason that reports show for the
/// value of a record to which nothing is bound ([`Root::is_bindable`](crate::model::Root::is_bindable)).
pub fn bound(path: &'static str, unbound: &'static str) -> Rule<String> {
    let bound = Bound { unbound, is_listed_if_bound: false };
    at(path, bound_object()).with(|m| m.bound = Some(Box::new(bound)))
}

/// Builds the rule for a field that the vendor does not have.
pub fn unsupported<T>(why: &'static str) -> Rule<T> {
    Rule::Unsupported { why }
}

/// Builds the rule for a field that cannot be set, because the vendor always behaves as `sent` describes.
pub fn fixed<T>(sent: impl Into<Value>, why: &'static str) -> Rule<T> {
    Rule::Fixed { sent: sent.into(), why, is_strict: false }
}
