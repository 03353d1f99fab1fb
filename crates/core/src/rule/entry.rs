//! One field in a translation report.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Verdict;

/// The translation result of one field whose verdict is not `exact`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = TranslatedField)]
pub struct Entry {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The path of the field in the vendor's document: a JSON pointer, in which a segment such as `[type=end_call]`
    /// selects the list item with this member. Omitted if the vendor has no such field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub vendor_field: Option<String>,
    /// The result of translating the field.
    #[schema(inline)]
    pub verdict: Verdict,
    /// The requested value. Omitted for the verdict `extension` and if the request does not mention the field. If the
    /// request clears the field, the value is null or omitted; both mean the same.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub wanted: Option<Value>,
    /// The value that was sent to the vendor, in the unit of the field; omitted if no value was sent, and for
    /// the verdict `extension`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub sent: Option<Value>,
    /// The value that the vendor was observed to hold after the write, in the unit of the field; null if the
    /// vendor holds no value. Omitted unless this value differs from `sent`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub observed: Option<Value>,
    /// The reason for the verdict; omitted if the verdict needs no explanation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub why: Option<String>,
    /// True if the write changes the field.
    #[serde(skip)]
    pub changed: bool,
}

impl Entry {
    /// Builds an entry without values. The entry is boxed, because a plan passes it on several times and it is large.
    pub(crate) fn new(field: &str, vendor_field: Option<&str>, verdict: Verdict) -> Box<Self> {
        let vendor_field = vendor_field.map(ToOwned::to_owned);
        Box::new(Self {
            field: field.to_owned(),
            vendor_field,
            verdict,
            wanted: None,
            sent: None,
            observed: None,
            why: None,
            changed: false,
        })
    }

    pub(crate) fn wanted(mut self: Box<Self>, wanted: Value) -> Box<Self> {
        self.wanted = Some(wanted);
        self
    }

    pub(crate) fn sent(mut self: Box<Self>, sent: Value) -> Box<Self> {
        self.sent = Some(sent);
        self
    }

    pub(crate) fn why(mut self: Box<Self>, why: impl Into<String>) -> Box<Self> {
        self.why = Some(why.into());
        self
    }
}

/// Reads a present member as `Some`, even if it is null, so that a stored report is returned unchanged.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
