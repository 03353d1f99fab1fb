//! An assistant's built-in tools, which answers spell differently from requests and list with a credential.
//!
//! Answers nest a tool as `{type, data: {…}}`, requests have its members beside `type` (reference pages, 2026-06).

use serde_json::{Map, Value};

/// The tool that holds the account's Cal.com key, required there (reference pages, 2026-06).
const CALENDAR: &str = "calendar_integration";
const KEY: &str = "calcom_api_key";

/// Converts the vendor's row to the shape that the rules read and write, without credentials.
pub fn document(mut row: Value) -> Value {
    if let Some(tools) = row.get_mut("tools") {
        flatten(tools);
        for tool in calendars(tools) {
            tool.shift_remove(KEY);
        }
    }
    // PHP writes an object without members as a list.
    if let Some(variables) = row.get_mut("variables").filter(|variables| **variables == Value::Array(vec![]))
    {
        *variables = Value::Object(Map::new());
    }
    row
}

/// Returns whether a body rewrites tools that need a credential which the document did not have.
pub fn lacks_keys(body: &mut Value) -> bool {
    body.get_mut("tools").is_some_and(|tools| calendars(tools).any(|tool| !tool.contains_key(KEY)))
}

/// Puts back the credentials of the vendor's row, calendar by calendar; returns pointers to them.
pub fn put_keys_back(body: &mut Value, mut row: Value) -> Vec<String> {
    let keys: Vec<_> = row.get_mut("tools").map_or_else(Vec::new, |tools| {
        flatten(tools);
        calendars(tools).map(|tool| tool.shift_remove(KEY)).collect()
    });
    if let Some(tools) = body.get_mut("tools") {
        for (tool, key) in calendars(tools).zip(keys) {
            tool.extend(key.map(|key| (KEY.to_owned(), key)));
        }
    }
    let tools = body.get("tools").and_then(Value::as_array).into_iter().flatten().enumerate();
    tools.filter(|(_, tool)| tool.get(KEY).is_some()).map(|(at, _)| format!("/tools/{at}/{KEY}")).collect()
}

/// Moves the members of each tool out of its `data`. Bare names, seen in older examples, stay.
fn flatten(tools: &mut Value) {
    for tool in tools.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        if let Some(Value::Object(members)) = tool.shift_remove("data") {
            tool.extend(members);
        }
    }
}

fn calendars(tools: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let tools = tools.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
    tools.filter(|tool| tool.get("type").is_some_and(|name| name == CALENDAR))
}
