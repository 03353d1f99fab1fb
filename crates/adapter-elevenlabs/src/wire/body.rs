//! The completion of request bodies.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{TOOL_LINK, WEBHOOK_LINK, endpoint, tools::system_tool};

/// The path of the tools of an agent. In the form of the rules, these are the tools that the caller chose.
const CHOSEN_TOOLS: &str = "/conversation_config/agent/prompt/tool_ids";

/// Completes the body of a request for an agent. Replaces the list of webhook ids, which a plan writes, with its first
/// id, or with null if it is empty. Writes the ids of all tools into one list. If the body has additional languages,
/// adds the tool with which the agent changes its language. Sets the kind of each built-in tool. Selects the caller's
/// own server for the language model, if there is one.
pub fn complete(mut body: Value) -> Value {
    let link = within_agent(WEBHOOK_LINK);
    if let Some(Value::Array(ids)) = document_path::get(&body, link) {
        let id = ids.first().cloned().unwrap_or_default();
        document_path::put(&mut body, link, id);
    }
    join_tools(&mut body);
    let presets =
        document_path::get(&body, "/conversation_config/language_presets").and_then(Value::as_object);
    if presets.is_some_and(|presets| !presets.is_empty()) {
        let tool = system_tool("language_detection", json!({}));
        document_path::put(
            &mut body,
            "/conversation_config/agent/prompt/built_in_tools/language_detection",
            tool,
        );
    }
    endpoint::to_vendor(&mut body);
    let tools =
        body.pointer_mut("/conversation_config/agent/prompt/built_in_tools").and_then(Value::as_object_mut);
    for (name, tool) in tools.into_iter().flatten().filter(|(_, tool)| tool.is_object()) {
        if !tool["params"].is_object() {
            tool["params"] = json!({});
        }
        tool["params"]["system_tool_type"] = json!(name);
    }
    body
}

/// Returns the path of a link in the body of an agent.
pub fn within_agent(link: &'static str) -> &'static str {
    link.trim_start_matches("/agent")
}

/// Returns the ids of the tools in an answer about an agent.
pub fn tool_ids(agent: &Value) -> Vec<String> {
    let ids = document_path::get(agent, CHOSEN_TOOLS).and_then(Value::as_array).into_iter().flatten();
    ids.filter_map(|id| id.as_str().map(ToOwned::to_owned)).collect()
}

/// Sets the ids of the tools that the caller chose.
pub fn set_chosen_tools(agent: &mut Value, ids: &[String]) {
    document_path::put(agent, CHOSEN_TOOLS, json!(ids));
}

/// Returns true if the body of an update has the ids of the agent's own tools without those that the caller chose.
pub fn lacks_chosen_tools(body: &Value) -> bool {
    document_path::get(body, within_agent(TOOL_LINK)).is_some()
        && document_path::get(body, CHOSEN_TOOLS).is_none()
}

/// Adds the ids of the agent's own tools to the body of an update that has only those that the caller chose.
pub fn add_own_tools<'i>(body: &mut Value, own: impl Iterator<Item = &'i String>) {
    let link = within_agent(TOOL_LINK);
    if document_path::get(body, CHOSEN_TOOLS).is_some() && document_path::get(body, link).is_none() {
        document_path::put(body, link, own.map(|id| Value::from(id.as_str())).collect());
    }
}

/// Writes the ids of the agent's own tools after those that the caller chose. The vendor has one list, which an update
/// replaces whole.
fn join_tools(body: &mut Value) {
    let link = within_agent(TOOL_LINK);
    let Some(Value::Array(own)) = document_path::get(body, link).cloned() else { return };
    document_path::remove(body, link);
    let chosen = document_path::get(body, CHOSEN_TOOLS).and_then(Value::as_array);
    let mut ids = chosen.cloned().unwrap_or_default();
    for id in own {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    document_path::put(body, CHOSEN_TOOLS, Value::Array(ids));
}
