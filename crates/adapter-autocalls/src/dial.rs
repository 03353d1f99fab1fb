//! The rules of a request to dial, which both generations share (reference pages, 2025-08 and 2026-06).

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::wire;

/// The variable that carries the gateway's id of the call.
pub const MARKER: &str = "switchboard_call_id";

const VARIABLES: &str = "/variables";

const OWN_NUMBER: &str =
    "The vendor places a call from the phone number of the assistant. Set phone_number_id of the agent.";

/// Returns a rule for each field of a request to dial.
pub fn rules() -> DialRules {
    DialRules {
        to: DialToRules::as_variables(at("/phone_number", text()).required().write_only(), VARIABLES),
        from: DialFromRules { phone_number_id: unsupported(OWN_NUMBER) },
        trunk_id: unsupported(OWN_NUMBER),
        variables: variables_beside_person(VARIABLES),
        overrides: OverridesRules::unsupported("The vendor accepts no settings for a single call."),
    }
}

/// Adds the assistant and the marker to the body of a dial.
pub fn completed(mut body: Value, assistant: &str, marker: &str) -> Value {
    body["assistant_id"] = wire::number(assistant);
    body["variables"][MARKER] = json!(marker);
    body
}
