//! The built-in tools of an assistant. Answers format them differently from requests and include a
//! credential.
//!
//! An answer nests a tool as `{type, data: {…}}`. In a request, the members of `data` stand next to `type`
//! (reference pages, 2026-06).

use serde_json::{Map, Value};

/// The tool that contains the account's Cal.com key. Requests must include the key (reference pages, 2026-06).
const CALENDAR: &str = "calendar_integration";
const KEY: &str = "calcom_api_key";

/// Converts the vendor's row to the form that the rules read and write, without credentials.
pub fn document(mut row: Value) -> Value {
    if let Some(tools) = row.get_mut("tools") {
        flatten(tools);
        for tool in calendars(tools) {
            tool.shift_remove(KEY);
        }
    }
    // PHP encodes an empty object as an empty list.
    if let Some(variables) = row.get_mut("variables").filter(|variables| **variables == Value::Array(vec![]))
    {
        *variables = Value::Object(Map::new());
    }
    row
}

/// Returns true if a body has a calendar tool without its credential. [`document`] removes the credentials.
pub fn lacks_keys(body: &mut Value) -> bool {
    body.get_mut("tools").is_some_and(|tools| calendars(tools).any(|tool| !tool.contains_key(KEY)))
}

/// Copies the credentials of the row's calendar tools to the body's calendar tools, in order. Returns JSON
/// pointers to the credentials in the body.
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

/// Moves the members of each tool's `data` into the tool. Does not change a tool that is a bare name, as in older
/// examples.
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
