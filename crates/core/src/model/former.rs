//! Fields of earlier versions.

use serde_json::Value;

use crate::model::schema;

/// A field of an earlier version, and the current field that replaced it. Request bodies cannot contain the former
/// field. Stored records, reports and migrations can contain it. The gateway reads them as if they contained the
/// current field.
#[derive(Debug, Clone, Copy)]
pub struct FormerField {
    /// The topmost member that the model no longer has, as a JSON pointer: the former field, or an object that had no
    /// other field.
    pub member: &'static str,
    /// The former field, as a JSON pointer.
    pub pointer: &'static str,
    /// The current field, as a JSON pointer.
    pub successor: &'static str,
    /// The advice for a caller who names the former field.
    pub advice: &'static str,
    /// Converts a value of the former field to a value of the current field. A value that did not fit the former field
    /// is returned unchanged.
    pub convert: fn(Value) -> Value,
}

impl FormerField {
    /// Finds the former field whose `member` is at or above a JSON pointer.
    pub fn find<'a>(fields: &'a [Self], pointer: &str) -> Option<&'a Self> {
        fields.iter().find(|field| below(field.member, pointer).is_some())
    }

    /// Converts a JSON pointer at or below the former field to a pointer at or below the current field. Converts any
    /// other pointer to the pointer of the current field.
    pub fn moved(&self, pointer: &str) -> String {
        format!("{}{}", self.successor, below(self.pointer, pointer).unwrap_or_default())
    }

    /// Replaces the former field with the current field in a record's JSON, and removes `member`. Does nothing if the
    /// record lacks the former field.
    pub fn replace_in(&self, record: &mut Value) {
        if let Some(value) = schema::take(record, self.pointer) {
            schema::take(record, self.member);
            schema::put(record, self.successor, (self.convert)(value));
        }
    }
}

/// Returns the rest of `pointer` after `above`, or `None` if `pointer` is neither `above` nor below it.
fn below<'a>(above: &str, pointer: &'a str) -> Option<&'a str> {
    pointer.strip_prefix(above).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}
