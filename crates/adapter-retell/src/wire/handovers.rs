//! The codec for handovers to other agents.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{
    text,
    tools::{free_name, is},
};

const KIND: &str = "agent_swap";

/// Builds the codec for handovers. Each is a tool of its own (SDK 6.2.13). The vendor requires each tool to select the
/// agents whose analysis a call gets; for a new tool, the gateway selects both agents. A new tool also names the
/// latest published version, because the vendor may use a draft otherwise. The vendor's additional settings of a tool are
/// kept.
pub fn handovers() -> impl Codec<Vec<Handover>> {
    ListPortion::<Vec<Handover>> {
        write: |handovers, tools| {
            let mut held: Vec<_> = tools.iter().filter(|tool| is(KIND)(tool)).cloned().collect();
            tools.retain(|tool| !is(KIND)(tool));
            for wanted in handovers {
                let free = free_name(KIND, tools, &held);
                let same = held.iter().position(|tool| tool["agent_id"] == json!(wanted.agent_id));
                let new = || {
                    json!({
                        "type": KIND, "name": free, "agent_version": "latest_published",
                        "post_call_analysis_setting": "both_agents",
                    })
                };
                let mut tool = same.map_or_else(new, |place| held.remove(place));
                tool["agent_id"] = json!(wanted.agent_id);
                match &wanted.condition {
                    Some(condition) => tool["description"] = json!(condition),
                    None => document_path::remove(&mut tool, "/description"),
                }
                tools.push(tool);
            }
            Ok(None)
        },
        read: |tools| {
            let handovers: Vec<_> = tools.iter().filter_map(read).collect();
            Some(Some(handovers).filter(|handovers| !handovers.is_empty()))
        },
        clear: |tools| tools.retain(|tool| !is(KIND)(tool)),
        domain: || Domain::Structure,
    }
}

fn read(tool: &Value) -> Option<Handover> {
    let agent_id = text(tool, "/agent_id").filter(|_| is(KIND)(tool))?.to_owned();
    Some(Handover { agent_id, condition: text(tool, "/description").map(ToOwned::to_owned) })
}
