//! Side effects of writing a field at a vendor, and the field's path in answers.

use serde_json::Value;

use crate::{
    model::Leaf,
    rule::{Clearing, Mapping, Reading, encode::json as plain},
};

/// The side effects of writing a field at a vendor, and the field's path in answers. Code that checks request
/// bodies and answers against the rules uses this type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WriteEffects {
    /// The flags that are written together with the field.
    pub flags: Vec<&'static str>,
    /// True if the field is only a portion of the value at its path.
    pub shared: bool,
    /// The other vendor fields that decide which values the vendor accepts.
    pub limited_by: Vec<&'static str>,
    /// True if setting the field makes the vendor reset other fields. A write that sets the field sends all fields.
    pub resets_others: bool,
    /// The value, in normalized units, that is written to clear the field.
    pub cleared_as: Option<Value>,
    /// The path in answers, if it differs from the path in requests.
    pub answered_as: Option<&'static str>,
    /// True if the value has a different form in answers than in requests.
    pub respelled: bool,
}

impl WriteEffects {
    pub(super) fn from_mapping<T: Leaf>(mapping: &Mapping<T>) -> Self {
        let limits = mapping.limited_by().filter(|_| !mapping.may_be_idle);
        let reading: Option<&Reading<T>> = mapping.read.as_deref();
        Self {
            flags: mapping
                .switch
                .iter()
                .flat_map(|switch| switch.paths.clone())
                .chain(mapping.also_sets)
                .collect(),
            shared: mapping.shared,
            limited_by: limits.chain(mapping.needs.map(|(other, _)| other)).collect(),
            resets_others: mapping.resets_others,
            cleared_as: match &mapping.clearing {
                Clearing::As(value) => Some(plain(value)),
                _ => None,
            },
            answered_as: reading.map(|reading| reading.path),
            respelled: reading.is_some_and(|reading| reading.codec.is_some()),
        }
    }
}
