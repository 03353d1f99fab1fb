//! The phone numbers of the simulated organisation.

use serde_json::{Value, json};

use crate::simulator::SimulatedRequest;

/// Lists the phone numbers, newest first.
pub(super) fn rows(request: &SimulatedRequest<'_>) -> Value {
    let limit = request.number_in_query("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
    let is_listed = |row: &Value| {
        let at = row["createdAt"].as_str().unwrap_or_default();
        request.in_query("createdAtLe").is_none_or(|latest| at <= latest)
            && request.in_query("createdAtGe").is_none_or(|earliest| at >= earliest)
    };
    all().into_iter().filter(is_listed).take(limit).collect()
}

/// Returns the status of the phone number with this id, or `None` if there is no such number.
pub(super) fn status(id: &str) -> Option<String> {
    let row = all().into_iter().find(|row| row["id"] == id)?;
    row["status"].as_str().map(str::to_owned)
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
