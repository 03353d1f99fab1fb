//! The vendor fields that conditions read while a record is encoded.

use std::collections::BTreeMap;

use serde_json::Value;

/// The values of vendor fields after a write. A field without a value has `None`. The map contains a field only if its
/// value is known: the write sends the value, or the value at the vendor is known.
pub(crate) type ValuesAfter = BTreeMap<&'static str, Option<Value>>;

/// The vendor fields that conditions read in one pass.
#[derive(Default)]
pub(crate) struct Conditions {
    /// The purpose of the walk over the rules.
    pub task: Task,
    /// The values that the write is expected to send, or that an earlier pass found.
    pub known: ValuesAfter,
    /// The vendor fields that were read.
    pub read: Vec<ReadField>,
    /// The paths of the fields that a creation writes at another path (`created_as`).
    pub moved: Vec<&'static str>,
    /// The vendor fields that the conditions of the record read.
    pub awaited: Vec<&'static str>,
    /// The values that are being collected.
    pub collected: ValuesAfter,
}

/// The purpose of a walk over the rules.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Task {
    /// The walk writes the fields.
    #[default]
    Write,
    /// The walk lists the vendor fields that conditions read. If a later rule writes such a field, the walk also finds
    /// the value that the write will send.
    Foresee,
    /// The walk collects the values that these vendor fields have after the write.
    Collect,
}

/// A vendor field that a condition read.
pub(crate) struct ReadField {
    pub path: &'static str,
    /// The value at that time, or `None` if the value was not known.
    pub seen: Option<Option<Value>>,
    /// The values that do not affect the field that has the condition. If the value was not known and is one of these
    /// after the write, the field is not encoded again.
    pub same_with: Vec<Value>,
}

impl ReadField {
    /// Returns true if the field that has the condition must be encoded again: the value after the write is neither the
    /// value that the condition read nor one of `same_with`. `after` is `None` if the value after the write is not
    /// known.
    pub fn is_misread(&self, after: Option<&Option<Value>>) -> bool {
        match (&self.seen, after) {
            (None, Some(Some(value))) => !self.same_with.contains(value),
            (seen, after) => seen.as_ref() != after,
        }
    }
}
