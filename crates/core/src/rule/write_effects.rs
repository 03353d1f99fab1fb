//! Effects of writing a field at the vendor beside its own place, and its place in answers.

use serde_json::Value;

use crate::{
    model::Leaf,
    rule::{Clearing, Mapping, Reading, Share, encode::json as plain},
};

/// Effects of writing a field at the vendor beside its own place, and its place in answers: for
/// code that compares bodies and answers with the rules that made them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WriteEffects {
    /// Flags that are written with the field.
    pub flags: Vec<&'static str>,
    /// True if the field is only a part of the value at its place.
    pub shared: bool,
    /// True if setting it makes the vendor forget others, so that all are sent again.
    pub resets_others: bool,
    /// The value, in normalized units, that is set to take the field back.
    pub cleared_as: Option<Value>,
    /// The place in answers, if it differs from that in requests.
    pub answered_as: Option<&'static str>,
    /// True if answers spell its value differently from requests.
    pub respelled: bool,
}

impl WriteEffects {
    pub(super) fn from_mapping<T: Leaf>(mapping: &Mapping<T>) -> Self {
        let reading: Option<&Reading<T>> = mapping.read.as_ref();
        Self {
            flags: mapping.switch.iter().map(|switch| switch.path).chain(mapping.also_sets).collect(),
            shared: mapping.share != Share::Whole,
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
