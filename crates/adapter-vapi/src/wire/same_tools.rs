//! Several tools of an agent that reach others in the same way. In the form that the rules read, the first tool of a type
//! has the destinations of all of them, so that no destination is overlooked.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::{handovers, tools};

/// The member of a destination that contains the position of its tool among those of the same type.
const TOOL: &str = "tool";

/// A check whether the model has a destination.
type IsKnown = fn(&Value) -> bool;

/// The types of the tools, each with its check of a destination.
const TYPES: [(&str, IsKnown); 2] =
    [("transferCall", tools::is_number), ("handoff", handovers::is_assistant)];

fn of_type<'a>(model: &'a mut Map<String, Value>, kind: &str) -> Vec<&'a mut Value> {
    let tools = model.get_mut("tools").and_then(Value::as_array_mut).into_iter().flatten();
    tools.filter(|tool| tool["type"] == *kind).collect()
}

/// Moves the destinations of further tools to the first tool of their type. A tool that loses all of its destinations
/// then has null instead.
pub fn to_rules(model: &mut Map<String, Value>) {
    for (kind, is_known) in TYPES {
        let mut tools = of_type(model, kind).into_iter();
        let Some(first) = tools.next() else { continue };
        let mut moved = Vec::new();
        for (index, tool) in tools.enumerate() {
            let Some(list) = tool.get_mut("destinations").and_then(Value::as_array_mut) else { continue };
            let taken = list.extract_if(.., |destination| is_known(destination));
            let before = moved.len();
            moved.extend(taken.map(|mut destination| {
                destination[TOOL] = json!(index + 1);
                destination
            }));
            if list.is_empty() && moved.len() > before {
                tool["destinations"] = Value::Null;
            }
        }
        if moved.is_empty() {
            continue;
        }
        match first.get_mut("destinations").and_then(Value::as_array_mut) {
            Some(list) => list.extend(moved),
            None => first["destinations"] = Value::Array(moved),
        }
    }
}

/// Moves the destinations back to their tools. Removes a tool to which none of its destinations returns: without
/// destinations, it would request one from the server in each call.
pub fn to_vendor(model: &mut Map<String, Value>) {
    for (kind, _) in TYPES {
        let mut tools = of_type(model, kind).into_iter();
        let mut moved = Vec::new();
        if let Some(list) = tools.next().and_then(|first| first.get_mut("destinations")?.as_array_mut()) {
            moved.extend(list.extract_if(.., |destination| destination.get(TOOL).is_some()));
        }
        for (index, tool) in tools.enumerate() {
            for mut destination in moved.extract_if(.., |destination| destination[TOOL] == index + 1) {
                document_path::remove(&mut destination, "/tool");
                match tool.get_mut("destinations").and_then(Value::as_array_mut) {
                    Some(list) => list.push(destination),
                    None => tool["destinations"] = json!([destination]),
                }
            }
        }
        if let Some(tools) = model.get_mut("tools").and_then(Value::as_array_mut) {
            tools.retain(|tool| tool["type"] != kind || tool.get("destinations") != Some(&Value::Null));
        }
    }
}
