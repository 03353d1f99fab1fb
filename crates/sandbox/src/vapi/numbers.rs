//! The phone numbers of the simulated organisation, each with its assistant in `assistantId`.

use http::StatusCode;
use serde_json::{Value, json};

use super::{ASSISTANTS, NUMBERS, Vapi, failure};
use crate::records::{Record, Records};
use crate::simulator::{Answer, SimulatedRequest};

/// Adds the numbers that the organisation has from the start. None of them has an assistant.
pub(super) fn seed(records: Records) -> Records {
    all().into_iter().rev().fold(records, |records, mut row| {
        let id = row.as_object_mut().and_then(|row| row.shift_remove("id")).unwrap_or_default();
        records.seeded(NUMBERS, id.as_str().unwrap_or_default(), row)
    })
}

impl Vapi {
    /// Lists the phone numbers, newest first.
    pub(super) fn list_numbers(&self, request: &SimulatedRequest<'_>) -> Answer {
        let limit = request.number_in_query("limit").and_then(|limit| usize::try_from(limit).ok());
        let is_listed = |row: &Value| {
            let at = row["createdAt"].as_str().unwrap_or_default();
            request.in_query("createdAtLe").is_none_or(|latest| at <= latest)
                && request.in_query("createdAtGe").is_none_or(|earliest| at >= earliest)
        };
        let mut rows: Vec<_> = self.records.iter(NUMBERS).map(|(id, record)| shown(id, record)).collect();
        rows.sort_by(|one, other| other["createdAt"].as_str().cmp(&one["createdAt"].as_str()));
        Answer::ok(rows.into_iter().filter(is_listed).take(limit.unwrap_or(100)).collect())
    }

    pub(super) fn number(&self, id: &str) -> Answer {
        match self.records.get(NUMBERS, id) {
            Some(record) => Answer::ok(shown(id, record)),
            None => failure::unknown(),
        }
    }

    /// Assigns a number to an assistant. If another assistant had the number, that assistant loses it. A wrong provider
    /// is refused (inferred).
    pub(super) fn update_number(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("id");
        let Some(mut record) = self.records.get(NUMBERS, id).cloned() else { return failure::unknown() };
        if record.get("provider") != request.body.get("provider") {
            return failure::refused(vec!["provider must be the provider of the phone number".to_owned()]);
        }
        match request.body.get("assistantId").and_then(Value::as_str) {
            Some(assistant) if self.records.get(ASSISTANTS, assistant).is_none() => {
                let sentence = format!("Couldn't Get Assistant. `assistantId` {assistant} Does Not Exist.");
                return failure::plain(StatusCode::BAD_REQUEST, &sentence);
            }
            Some(assistant) => drop(record.insert("assistantId".to_owned(), json!(assistant))),
            None => drop(record.shift_remove("assistantId")),
        }
        self.records.replace(NUMBERS, id, record);
        self.number(id)
    }

    /// Returns the status of the phone number with this id, or `None` if there is no such number.
    pub(super) fn number_status(&self, id: &str) -> Option<String> {
        self.records.get(NUMBERS, id)?.get("status")?.as_str().map(str::to_owned)
    }
}

/// Returns a number with its id and the members that every answer has. A record that a control route wrote may lack
/// these members.
fn shown(id: &str, record: &Record) -> Value {
    let mut number = json!({ "id": id });
    if let Some(members) = number.as_object_mut() {
        members.extend(record.clone());
    }
    number
}

/// Returns all phone numbers. One is not active yet, and one contains the credentials of its carrier.
fn all() -> [Value; 3] {
    let row = |id: &str, at: &str, more: Value| {
        let mut row = json!({
            "id": id, "orgId": "9b1d7a40-0c64-4e61-8a55-2f1f0a6c0001", "createdAt": at, "updatedAt": at, "status": "active",
        });
        json_patch::merge(&mut row, &more);
        row
    };
    [
        row(
            "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0303",
            "2026-11-04T09:15:00.000Z",
            json!({ "provider": "vapi", "status": "activating", "name": "Desk", "numberDesiredAreaCode": "415" }),
        ),
        row(
            "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0302",
            "2026-11-03T09:15:00.000Z",
            json!({
                "provider": "twilio", "number": "+14155550142", "name": "Sales",
                "twilioAccountSid": "AC00000000000000000000000000000001", "twilioAuthToken": "canary-of-a-carrier",
            }),
        ),
        row(
            "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0301",
            "2026-11-02T09:15:00.000Z",
            json!({ "provider": "byo-phone-number", "number": "+4930901820", "name": "Berlin" }),
        ),
    ]
}
