//! The built-in tools of an assistant. Answers format them differently from requests and include a
//! credential.
//!
//! An answer nests a tool as `{type, data: {…}}`. In a request, the members of `data` stand next to `type`
//! (reference pages, 2026-06).

use serde_json::{Map, Value};
use switchboard_core::prelude::*;

/// The tool that contains the account's Cal.com key. Requests must include the key (reference pages, 2026-06).
const CALENDAR: &str = "calendar_integration";
const KEY: &str = "calcom_api_key";

/// The members of the call transfer tool with which the agent announces the transfer to the customer (reference pages,
/// 2026-06).
const ANNOUNCED: &str = "warm_transfer";
const ANNOUNCEMENT: &str = "warm_transfer_message";

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

/// Writes a cold transfer to the call transfer tool, and refuses a warm one. Members that the gateway's model does not
/// have keep their observed values.
pub fn write_transfer(transfer: &Transfer, with: &Translation<'_>) -> Result<Map<String, Value>, Refusal> {
    let Transfer { phone_number, condition, mode, message } = transfer;
    if *mode == TransferMode::Warm {
        return Err(Refusal::Unsupported(
            "the vendor's tool for warm transfers requires the id of one of the account's phone numbers, which a transfer does not have."
                .to_owned(),
        ));
    }
    let mut tool = with.observed.and_then(Value::as_object).cloned().unwrap_or_default();
    tool.insert("type".to_owned(), "call_transfer".into());
    tool.insert("phone_number".to_owned(), phone_number.as_str().into());
    match condition {
        Some(condition) => drop(tool.insert("description".to_owned(), condition.as_str().into())),
        None => drop(tool.shift_remove("description")),
    }
    match message {
        Some(message) => {
            tool.insert(ANNOUNCED.to_owned(), true.into());
            tool.insert(ANNOUNCEMENT.to_owned(), message.as_str().into());
        }
        None if announcement(&tool).is_some() => {
            tool.shift_remove(ANNOUNCED);
            tool.shift_remove(ANNOUNCEMENT);
        }
        None => {}
    }
    Ok(tool)
}

/// Reads the call transfer tool as a cold transfer. Returns `None` if the tool has no valid phone number.
pub fn read_transfer(tool: Map<String, Value>, _: &Facts) -> Option<Transfer> {
    let phone_number = PhoneNumber::new(tool.get("phone_number")?.as_str()?).ok()?;
    let (condition, message) = (filled(&tool, "description"), announcement(&tool));
    Some(Transfer { phone_number, condition, mode: TransferMode::Cold, message })
}

/// Writes a handover as the tool that passes the call to another assistant. The vendor's ids of assistants are whole
/// numbers (white-label guide, 2026). Members that the gateway's model does not have keep their observed values.
pub fn write_handover(handover: &Handover, with: &Translation<'_>) -> Result<Map<String, Value>, Refusal> {
    let Handover { agent_id, condition } = handover;
    let Ok(assistant) = agent_id.parse::<u64>() else {
        return Err(Refusal::Refused("the vendor's ids of assistants are whole numbers.".to_owned()));
    };
    let mut tool = with.observed.and_then(Value::as_object).cloned().unwrap_or_default();
    tool.insert("type".to_owned(), "assistant_transfer".into());
    tool.insert("assistant_id".to_owned(), assistant.into());
    match condition {
        Some(condition) => drop(tool.insert("description".to_owned(), condition.as_str().into())),
        None => drop(tool.shift_remove("description")),
    }
    Ok(tool)
}

/// Reads the tool that passes the call to another assistant. Returns `None` if the tool names no assistant.
pub fn read_handover(tool: Map<String, Value>, _: &Facts) -> Option<Handover> {
    let agent_id = tool.get("assistant_id").and_then(scalar).filter(|id| id.parse::<u64>().is_ok())?;
    Some(Handover { agent_id, condition: filled(&tool, "description") })
}

/// Writes the permission to hang up as the tool that ends a call.
pub fn write_hang_up(hang_up: &HangUp, with: &Translation<'_>) -> Result<Map<String, Value>, Refusal> {
    let mut tool = with.observed.and_then(Value::as_object).cloned().unwrap_or_default();
    tool.insert("type".to_owned(), "end_call".into());
    match &hang_up.instructions {
        Some(instructions) => drop(tool.insert("description".to_owned(), instructions.as_str().into())),
        None => drop(tool.shift_remove("description")),
    }
    Ok(tool)
}

/// Reads the tool that ends a call. An empty description means that there are no instructions.
pub fn read_hang_up(tool: Map<String, Value>, _: &Facts) -> Option<HangUp> {
    Some(HangUp { instructions: filled(&tool, "description") })
}

/// Returns the message with which the tool announces a transfer, or `None` if it announces none.
fn announcement(tool: &Map<String, Value>) -> Option<String> {
    let announced = tool.get(ANNOUNCED).is_some_and(|flag| *flag == true || *flag == 1 || *flag == "1");
    filled(tool, ANNOUNCEMENT).filter(|_| announced)
}

/// Returns a string member, or `None` if the member is missing, empty or not a string.
fn filled(tool: &Map<String, Value>, name: &str) -> Option<String> {
    tool.get(name)?.as_str().filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

/// Returns true if a body has a calendar tool without its credential. [`document`] removes the credentials.
pub fn lacks_keys(body: &mut Value) -> bool {
    body.get_mut("tools").is_some_and(|tools| calendars(tools).any(|tool| !tool.contains_key(KEY)))
}

/// Copies the credentials of the row's calendar tools to the body's calendar tools. A tool is recognized by its other
/// members, because its position may have changed. If the row has no equal tool, the tool gets the key that all tools
/// of the row share, if there is one. Returns JSON pointers to the credentials in the body.
///
/// # Errors
/// `vendor_unavailable` if the key of a tool is not known, because the tools have changed since the body was built.
pub fn put_keys_back(body: &mut Value, mut row: Value) -> Result<Vec<String>> {
    let mut known = Vec::new();
    if let Some(tools) = row.get_mut("tools") {
        flatten(tools);
        known.extend(calendars(tools).map(|tool| (tool.shift_remove(KEY), tool.clone())));
    }
    for tool in body.get_mut("tools").into_iter().flat_map(calendars).filter(|tool| !tool.contains_key(KEY)) {
        let key = key_of(tool, &known).ok_or_else(tools_changed)?;
        tool.insert(KEY.to_owned(), key.clone());
    }
    let tools = body.get("tools").and_then(Value::as_array).into_iter().flatten().enumerate();
    let keys = tools.filter(|(_, tool)| tool.get(KEY).is_some()).map(|(at, _)| format!("/tools/{at}/{KEY}"));
    Ok(keys.collect())
}

/// Returns the credential of the tool in `known` that equals `tool` or, if there is none, the credential that all tools
/// in `known` share. Returns `None` if there is no such credential.
fn key_of<'a>(
    tool: &Map<String, Value>,
    known: &'a [(Option<Value>, Map<String, Value>)],
) -> Option<&'a Value> {
    let own = known.iter().find(|(_, other)| other == tool).and_then(|(key, _)| key.as_ref());
    own.or_else(|| {
        let (first, _) = known.first()?;
        known.iter().all(|(key, _)| key == first).then_some(first.as_ref()).flatten()
    })
}

/// Builds the error for a body that cannot be completed. Nothing has been changed at the vendor, and the next attempt
/// builds the body from the current tools.
fn tools_changed() -> Error {
    Error::vendor(Kind::VendorUnavailable, VendorFailure::new(Outcome::NotSent))
        .with_detail("The calendar tools were changed at the vendor while the update was prepared.")
}

/// Moves the members of each tool's `data` into the tool. Leaves a tool unchanged if it is only a name, as in older
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
