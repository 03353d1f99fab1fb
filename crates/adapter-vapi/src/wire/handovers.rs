//! The codec for handovers to other assistants.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::tools::destinations;

/// Builds the codec for handovers. Each is a destination in the vendor's handoff tool and contains the id of the other
/// assistant (vendor OpenAPI document, 2026-08-20). Other destinations are kept.
pub fn handovers() -> impl Codec<Vec<Handover>> {
    ValuePortion::<Vec<Handover>> {
        write: |handovers, held| {
            let mut tool = if held.is_object() { held.clone() } else { json!({ "type": "handoff" }) };
            let written = handovers.iter().map(|handover| write(handover, held));
            let others = destinations(held).filter(|other| assistant(other).is_none()).cloned();
            tool["destinations"] = Value::Array(written.chain(others).collect());
            Ok(tool.into())
        },
        read: |tool| {
            let handovers: Vec<_> = destinations(tool).filter_map(read).collect();
            Some(Some(handovers).filter(|handovers| !handovers.is_empty()))
        },
        rest: |held| {
            let mut tool = held.clone();
            let list = tool.get_mut("destinations").and_then(Value::as_array_mut);
            let is_empty = list.is_none_or(|list| {
                list.retain(|destination| assistant(destination).is_none());
                list.is_empty()
            });
            // Without destinations, the tool would request one from the server in each call, so the tool is removed.
            (!is_empty).then_some(tool)
        },
        domain: || Domain::Structure,
    }
}

/// Returns the id of the assistant of a destination. Returns `None` for any other destination, such as one that names a
/// member of a squad.
fn assistant(destination: &Value) -> Option<&str> {
    let id = destination.get("assistantId").and_then(Value::as_str);
    id.filter(|_| destination["type"] == "assistant")
}

/// Returns true if a destination is an assistant that is named by its id.
pub(super) fn is_assistant(destination: &Value) -> bool {
    assistant(destination).is_some()
}

fn write(Handover { agent_id, condition }: &Handover, tool: &Value) -> Value {
    let same = destinations(tool).find(|held| assistant(held) == Some(agent_id));
    let new = || json!({ "type": "assistant", "assistantId": agent_id });
    let mut wire = same.cloned().unwrap_or_else(new);
    match condition {
        Some(condition) => wire["description"] = json!(condition),
        None => document_path::remove(&mut wire, "/description"),
    }
    wire
}

fn read(destination: &Value) -> Option<Handover> {
    let agent_id = assistant(destination)?.to_owned();
    let condition = destination.get("description").and_then(Value::as_str).filter(|text| !text.is_empty());
    Some(Handover { agent_id, condition: condition.map(ToOwned::to_owned) })
}
