//! The reading of members of a vendor's call. A member that does not have the documented type gives no information.

use serde_json::Value;

/// Returns the string at a JSON pointer, unless it is blank.
pub fn text_at<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str().filter(|text| !text.trim().is_empty())
}

/// Reads a number, or a string that contains one.
pub fn number_in(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number: &f64| number.is_finite())
}
