//! The completion of request bodies.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{WEBHOOK_LINK, endpoint, tools::system_tool};

/// Completes the body of a request for an agent. Replaces the list of webhook ids, which a plan writes, by its first
/// id, or by null if it is empty. If the body has additional languages, adds the tool with which the agent changes its
/// language. Sets the kind of each built-in tool. Selects the caller's own server for the language model, if there is one.
pub fn complete(mut body: Value) -> Value {
    let link = WEBHOOK_LINK.trim_start_matches("/agent");
    if let Some(Value::Array(ids)) = document_path::get(&body, link) {
        let id = ids.first().cloned().unwrap_or_default();
        document_path::put(&mut body, link, id);
    }
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
        tool["params"]["system_tool_type"] = json!(name);
    }
    body
}
