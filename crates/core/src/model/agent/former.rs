//! The fields that agents had in earlier versions.

use serde_json::{Value, json};

use crate::model::FormerField;

/// The fields of versions before 0.3 that other fields have replaced.
pub const FIELDS: &[FormerField] = &[
    FormerField {
        member: "/actions",
        pointer: "/actions",
        successor: "/tools",
        advice: "use /tools, which has the same values",
        convert: |actions| actions,
    },
    FormerField {
        member: "/transfer",
        pointer: "/transfer/phone_number",
        successor: "/transfers",
        advice: "use /transfers, a list such as [{\"phone_number\": \"+15550100199\"}]",
        convert: transfers,
    },
    FormerField {
        member: "/call/hang_up_on_voicemail",
        pointer: "/call/hang_up_on_voicemail",
        successor: "/voicemail/action",
        advice: "use /voicemail/action: \"hang_up\" for true, \"continue\" for false",
        convert: voicemail_action,
    },
    FormerField {
        member: "/ending/instructions",
        pointer: "/ending/instructions",
        successor: "/ending/hang_up",
        advice: "use /ending/hang_up, such as {\"instructions\": \"When the caller says goodbye.\"}",
        convert: hang_up,
    },
];

fn transfers(phone_number: Value) -> Value {
    match phone_number {
        Value::String(_) => json!([{ "phone_number": phone_number, "mode": "cold" }]),
        other => other,
    }
}

fn voicemail_action(hang_up: Value) -> Value {
    match hang_up {
        Value::Bool(true) => json!("hang_up"),
        Value::Bool(false) => json!("continue"),
        other => other,
    }
}

fn hang_up(instructions: Value) -> Value {
    match instructions {
        Value::String(text) if text.is_empty() => json!({}),
        Value::String(_) => json!({ "instructions": instructions }),
        other => other,
    }
}
