//! The exchanges that assign the phone numbers of the organisation to assistants. A number has at most one assistant, squad
//! or workflow.

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{agents::paged, wire};

/// The name of the part.
pub const PART: &str = "phone_number";

/// Assigns a phone number to an assistant, or removes the assignment. The vendor's client requires the provider of the
/// number in a change (vendor OpenAPI document, 2026-08-20). Null removes the assignment (observed in 2026).
pub fn assign(action: &StepAction, number: &str, assistant: &str) -> Exchange<StepAnswer> {
    let change = one("assign phone number", Method::Patch, number);
    let binding = Binding {
        part: PART,
        object: number.to_owned(),
        record: assistant.to_owned(),
        read: one("read phone number", Method::Get, number),
        reader: wire::phone_number,
        changed: |reply, _| Ok(wire::phone_number(reply)?.holder),
    };
    binding.perform(action, |number, assistant| {
        change.json(json!({ "provider": number.document["provider"], "assistantId": assistant }))
    })
}

/// Lists the ids of the phone numbers that are assigned to an assistant. The vendor has no list for one assistant.
pub fn of_assistant(assistant: String) -> Exchange<Vec<String>> {
    list().map(move |numbers| {
        let is_assigned = |number: &CatalogueEntry| number.document["assistantId"] == assistant.as_str();
        numbers.into_iter().filter(is_assigned).map(|number| number.id).collect()
    })
}

/// Lists the phone numbers of the organisation.
pub fn list() -> Exchange<Vec<CatalogueEntry>> {
    Pages::new(page, wire::phone_numbers, |number| &number.id).exchange()
}

fn page(cursor: Option<&str>) -> Request {
    paged(Request::new("list phone numbers", Method::Get, ["phone-number"]), cursor)
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["phone-number", id].map(ToOwned::to_owned))
}
