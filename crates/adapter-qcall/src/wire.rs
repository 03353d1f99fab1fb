//! What the vendor's values look like, where they have a structure of their own.

mod action;
mod carrier;
mod catalogue;
mod meeting;
mod message;
mod sentiment;

use serde_json::{Map, Value, json};

pub use action::{read_actions, write_actions};
pub use carrier::{read_carrier, write_carrier};
pub use catalogue::{model, voice};
pub use sentiment::{read_sentiment, write_sentiment};

/// The vendor's book-keeping: it stands in answers, and is no part of what a write takes.
const BOOK_KEEPING: [&str; 8] =
    ["id", "_id", "hash_id", "user_id", "created_by", "created_at", "updated_at", "deleted_at"];

/// What describes an assistant's voice and its surroundings. An empty text describes nothing, as if it were not there.
const DESCRIBED: [&str; 7] =
    ["voice_name", "accent", "gender", "ai_modal", "eleven_lab_modal", "background_type", "zapier_hook"];

/// What of a dialer may be kept. Its rows carry credentials too, under names that nobody lists completely, so that
/// what is not known to be harmless is dropped.
const DIALER: [&str; 7] = [
    "dialer_type",
    "name",
    "phone_number",
    "sid",
    "sip_termination_uri",
    "sip_trunk_user_name",
    "sip_channel_limit",
];

/// An assistant as it was answered, in the shape that is written.
///
/// Nulls say nothing, and are not taken back where the documentation wants a number or a text.
pub fn assistant(mut record: Map<String, Value>) -> Value {
    record.retain(|name, value| !value.is_null() && !BOOK_KEEPING.contains(&name.as_str()));
    record.retain(|name, value| value != "" || !DESCRIBED.contains(&name.as_str()));
    // Answers spell the key with a small i (vendor's MCP client).
    if let Some(bases) = record.shift_remove("knowledge_base_id") {
        record.entry("knowledge_base_Id").or_insert(bases);
    }
    for list in ["knowledge_base_Id", "fillers"] {
        if let Some(value) = record.get_mut(list) {
            *value = listed(value.take());
        }
    }
    Value::Object(record)
}

/// A dialer as it was answered, without credentials.
pub fn dialer(row: &Map<String, Value>) -> Value {
    let kept = |(name, value): &(&String, &Value)| DIALER.contains(&name.as_str()) && !value.is_null();
    row.iter().filter(kept).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A list, where a lone text is a list of one and the empty text is none (vendor's MCP client).
fn listed(value: Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => json!([]),
        Value::String(text) => json!([text]),
        other => other,
    }
}

/// A text that says something.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
