//! The exchanges that assign the phone numbers of the workspace to agents. A number has at most one agent.

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{catalogue, wire};

/// The name of the part.
pub const PART: &str = "phone_number";

/// Assigns a phone number to an agent, or removes the assignment. The vendor accepts unknown members with status 200, so the
/// answer must show the change (recorded answers of 2026).
pub fn assign(action: &StepAction, number: &str, agent: &str) -> Exchange<StepAnswer> {
    let change = one("assign phone number", Method::Patch, number);
    let binding = Binding {
        part: PART,
        object: number.to_owned(),
        record: agent.to_owned(),
        read: one("read phone number", Method::Get, number),
        reader: wire::phone_number,
        changed: |reply, _| Ok(wire::phone_number(reply)?.holder),
    };
    binding.perform(action, |_, agent| change.json(json!({ "agent_id": agent })))
}

/// Lists the phone numbers of the workspace.
pub fn find() -> Option<Exchange<Vec<FoundPart>>> {
    let numbers = catalogue::ask(CatalogueKind::PHONE_NUMBERS)?;
    Some(numbers.map(|numbers| numbers.into_iter().map(FoundPart::from).collect()))
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["v1", "convai", "phone-numbers", id].map(ToOwned::to_owned))
}
