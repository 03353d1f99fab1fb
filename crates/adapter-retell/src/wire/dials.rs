//! The conversion of requests to dial to the vendor's form.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::complete_reprompts;

/// The member of the metadata that holds the gateway's id of the call.
pub const MARKER: &str = "switchboard_call_id";

/// Adds the agent and its version, the marker and an idempotency key to the body of a dial. The vendor recognizes a
/// repeated key for one hour. If the agent's published version is not known, the vendor uses the latest published one.
pub fn dial(mut body: Value, agent: &PartState, marker: &str, key: &OperationKey) -> Value {
    let version = agent.version.as_deref().map(|version| match version.parse::<u64>() {
        Ok(number) => json!(number),
        Err(_) => json!(version),
    });
    if let Some(overrides) = body.pointer_mut("/agent_override/agent") {
        complete_reprompts(overrides, &Value::Null);
    }
    body["override_agent_id"] = json!(agent.id);
    body["override_agent_version"] = version.unwrap_or_else(|| json!("latest_published"));
    body["metadata"] = json!({ MARKER: marker });
    body["idempotency_key"] = json!(key.for_step(&VendorStep::new("call", StepAction::Create(Value::Null))));
    body
}
