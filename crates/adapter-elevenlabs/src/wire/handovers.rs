//! The codec for handovers to other agents.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::tools::{held, system_tool, with_transfers};

/// The condition that is sent for a handover without one, because the vendor requires a condition.
const ANY_CONDITION: &str = "The instructions call for the other agent.";

/// Builds the codec for handovers. Each is an entry in the transfers of the built-in tool `transfer_to_agent` (vendor
/// OpenAPI document, 2026-08-22). The vendor's additional settings of a transfer are kept, and so are transfers to
/// nodes of a workflow.
pub fn handovers() -> impl Codec<Vec<Handover>> {
    ValuePortion::<Vec<Handover>> {
        write: |handovers, tool| {
            let written = handovers.iter().map(|handover| write(handover, tool));
            let others = held(tool).iter().filter(|other| agent(other).is_none()).cloned();
            let transfers: Vec<_> = written.chain(others).collect();
            let condition =
                |handover: &Handover| handover.condition.clone().or(Some(ANY_CONDITION.to_owned()));
            let sent = handovers
                .iter()
                .map(|handover| Handover { condition: condition(handover), ..handover.clone() });
            let loss = handovers.iter().any(|handover| handover.condition.is_none()).then(|| Loss {
                verdict: Verdict::Substituted,
                sent: json!(sent.collect::<Vec<_>>()),
                why: "The vendor requires a condition for each handover.".to_owned(),
            });
            let wire = match tool.is_object() {
                true => with_transfers(tool, transfers),
                false => with_transfers(&system_tool("transfer_to_agent", json!({})), transfers),
            };
            Ok(Encoded { wire, loss })
        },
        read: |tool| {
            let handovers: Vec<_> = held(tool).iter().filter_map(read).collect();
            Some(Some(handovers).filter(|handovers| !handovers.is_empty()))
        },
        rest: |tool| {
            let others: Vec<_> = held(tool).iter().filter(|other| agent(other).is_none()).cloned().collect();
            (!others.is_empty()).then(|| with_transfers(tool, others))
        },
        domain: || Domain::Structure,
    }
}

/// Returns the id of the agent to which a transfer leads. Returns `None` for a transfer to a node of a workflow.
fn agent(transfer: &Value) -> Option<&str> {
    transfer.get("agent_id").and_then(Value::as_str).filter(|id| !id.is_empty())
}

fn write(Handover { agent_id, condition }: &Handover, tool: &Value) -> Value {
    let same = held(tool).iter().find(|held| agent(held) == Some(agent_id));
    let mut wire = same.cloned().unwrap_or_else(|| json!({ "agent_id": agent_id }));
    wire["condition"] = json!(condition.as_deref().unwrap_or(ANY_CONDITION));
    wire
}

fn read(transfer: &Value) -> Option<Handover> {
    let agent_id = agent(transfer)?.to_owned();
    let condition = transfer.get("condition").and_then(Value::as_str).filter(|text| !text.is_empty());
    Some(Handover { agent_id, condition: condition.map(ToOwned::to_owned) })
}
