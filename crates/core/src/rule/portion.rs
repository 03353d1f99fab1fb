//! The fields that a write has put into a shared value.

use serde_json::Value;

use crate::{facts::Facts, rule::Encoded};

/// A function that reads a field from the shared value, in normalized form; null if the field has no value.
type ReadPortion = Box<dyn Fn(&Value, &Facts) -> Value>;

/// A function that returns a replacement for the shared value, with the loss of the field, or `None` if none is needed.
type CompletePortion = Box<dyn Fn(&Value) -> Option<Encoded>>;

/// A field that was written to a shared value, with the data to detect that a later field removed it.
pub(crate) struct Portion {
    pub path: &'static str,
    /// The field, as a JSON pointer.
    pub field: String,
    pub essential: bool,
    /// The requested value.
    pub asked: Value,
    /// The field's value, read from the shared value immediately after the field was written.
    pub written: Value,
    pub note: Option<&'static str>,
    pub read: ReadPortion,
    pub complete: CompletePortion,
}
