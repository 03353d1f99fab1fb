//! The credentials inside an assistant: keys of calendars and widgets, and headers and query parameters of webhooks.

use serde_json::Value;
use switchboard_core::prelude::*;

use super::action::MEETING;

/// The places of credentials in an assistant.
pub const CREDENTIALS: CredentialPlaces =
    CredentialPlaces { members: &["api_key"], headers: &["headers", "queryParams"] };

/// The members that identify the calendar of a meeting.
const CALENDAR: [&str; 3] = ["meetingType", "eventId", "calenderId"];

/// Replaces each mark in a body with the credential in `fresh`, the assistant as the vendor returned it. Returns false
/// if `fresh` lacks a credential, or if several keys fit a meeting.
pub fn restore(body: &mut Value, fresh: &Value) -> bool {
    restore_meetings(body, fresh);
    CREDENTIALS.restore(body, fresh)
}

/// Restores the keys of meetings. A meeting has no name, so it corresponds to the meetings in the same calendar.
fn restore_meetings(body: &mut Value, fresh: &Value) {
    let held: Vec<_> = meetings(&fresh["actions"]).collect();
    let actions = body.get_mut("actions").and_then(Value::as_array_mut);
    for action in actions.into_iter().flatten() {
        if action["type"] != MEETING || !has_mark(action) {
            continue;
        }
        let same = |held: &&&Value| CALENDAR.iter().all(|member| held[*member] == action[*member]);
        let mut keys = held.iter().filter(same).filter_map(|held| held.get("api_key"));
        if let Some(key) = keys.next()
            && keys.all(|other| other == key)
        {
            action["api_key"] = key.clone();
        }
    }
}

fn meetings(actions: &Value) -> impl Iterator<Item = &Value> {
    actions.as_array().into_iter().flatten().filter(|action| action["type"] == MEETING)
}
