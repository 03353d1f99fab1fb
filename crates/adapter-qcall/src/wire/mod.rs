//! Codecs and conversions for values that the vendor structures differently from the model.

mod action;
mod carrier;
mod catalogue;
mod credentials;
mod dialled;
mod meeting;
mod message;
mod observed;
mod sentiment;
mod standing_meetings;
mod tools;
mod widget;

use serde_json::{Map, Value, json};

pub use carrier::{read_carrier, write_carrier};
pub use catalogue::{model, voice};
pub use credentials::{CREDENTIALS, restore};
pub use dialled::{placed, variables};
pub use observed::{CallPage, read_page};
pub use sentiment::{read_sentiment, write_sentiment};
pub use tools::tools;
pub use widget::{read_widget, write_widget};

/// The members that the vendor maintains. Answers contain them, but writes must not.
const BOOK_KEEPING: [&str; 8] =
    ["id", "_id", "hash_id", "user_id", "created_by", "created_at", "updated_at", "deleted_at"];

/// The members of an assistant in which an empty string means that there is no value.
const DESCRIBED: [&str; 7] =
    ["voice_name", "accent", "gender", "ai_modal", "eleven_lab_modal", "background_type", "zapier_hook"];

/// The members of a dialer that the adapter keeps. The adapter drops every other member, because rows also
/// contain credentials under names that no document lists completely.
const DIALER: [&str; 7] = [
    "dialer_type",
    "name",
    "phone_number",
    "sid",
    "sip_termination_uri",
    "sip_trunk_user_name",
    "sip_channel_limit",
];

/// Converts an assistant from the form of answers to the form of writes.
///
/// Drops the members that the vendor maintains, the empty strings of [`DESCRIBED`] members, and members that are null
/// (because the documentation requires numbers or strings in writes). Renames the member for knowledge bases, and
/// converts strings in the members that writes have as lists. Replaces credentials with marks.
pub fn assistant(mut record: Map<String, Value>) -> Value {
    record.retain(|name, value| !value.is_null() && !BOOK_KEEPING.contains(&name.as_str()));
    record.retain(|name, value| value != "" || !DESCRIBED.contains(&name.as_str()));
    // Answers spell this member with a lower-case i (vendor's MCP client).
    if let Some(bases) = record.shift_remove("knowledge_base_id") {
        record.entry("knowledge_base_Id").or_insert(bases);
    }
    for list in ["knowledge_base_Id", "fillers"] {
        if let Some(value) = record.get_mut(list) {
            *value = listed(value.take());
        }
    }
    let mut assistant = Value::Object(record);
    CREDENTIALS.hide(&mut assistant);
    assistant
}

/// Returns the members of a dialer that [`DIALER`] names and that are not null. No credential is among them.
pub fn dialer(row: &Map<String, Value>) -> Value {
    let kept = |(name, value): &(&String, &Value)| DIALER.contains(&name.as_str()) && !value.is_null();
    row.iter().filter(kept).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Removes the setting that only SIP trunks have from a dialer with another carrier (vendor's audit).
pub fn drop_sip_settings(dialer: &mut Value) {
    let is_sip = dialer["dialer_type"] == "sip";
    if let Some(members) = dialer.as_object_mut().filter(|_| !is_sip) {
        members.shift_remove("sip_channel_limit");
    }
}

/// Converts a string to a list of that string, and an empty string to an empty list (vendor's MCP client).
fn listed(value: Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => json!([]),
        Value::String(text) => json!([text]),
        other => other,
    }
}

/// Returns the string, or `None` if the string is empty.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
