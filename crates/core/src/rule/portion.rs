//! Fields that were written to a value that they share.

use serde_json::Value;

use crate::facts::Facts;

/// A function that reads a field from the shared value, in normalized form; null if the field has no value.
type ReadPortion = Box<dyn Fn(&Value, &Facts) -> Value>;

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
}
