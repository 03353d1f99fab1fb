//! Codecs for the fields that are tools at the vendor. All tools are in one list, which an update replaces whole; tools
//! that correspond to no field are kept (SDK 6.2.13).

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::text;

/// The description of the tool for hanging up if the caller gives no instructions.
const ANY_END: &str = "End the call when the conversation is over.";

/// Returns a predicate that is true for tools of this kind.
pub(super) fn is(kind: &'static str) -> impl Fn(&Value) -> bool {
    move |tool| tool["type"] == kind
}

/// Returns the first tool of this kind. If there is none, adds one that is named after its kind.
fn tool<'a>(tools: &'a mut Vec<Value>, kind: &'static str) -> &'a mut Value {
    let place = tools.iter().position(is(kind)).unwrap_or_else(|| {
        tools.push(json!({ "type": kind, "name": kind }));
        tools.len() - 1
    });
    &mut tools[place]
}

/// Builds the codec for the ability to press digits.
pub fn press_digits() -> impl Codec<bool> {
    const KIND: &str = "press_digit";
    ListPortion::<bool> {
        write: |presses, tools| {
            match presses {
                true => drop(tool(tools, KIND)),
                false => tools.retain(|tool| !is(KIND)(tool)),
            }
            Ok(None)
        },
        read: |tools| Some(Some(tools.iter().any(is(KIND)))),
        clear: |tools| tools.retain(|tool| !is(KIND)(tool)),
        domain: || Domain::Flag,
    }
}

const END: &str = "end_call";
const SAID: &str = "execution_message_description";

/// Sets the sentence that the agent says while it uses a tool, or removes it.
fn say(tool: &mut Value, sentence: Option<&str>) {
    let members = [
        ("speak_during_execution", json!(true)),
        ("execution_message_type", json!("static_text")),
        (SAID, json!(sentence)),
    ];
    let Some(tool) = tool.as_object_mut() else { return };
    for (name, value) in members {
        match sentence {
            Some(_) => drop(tool.insert(name.to_owned(), value)),
            None => drop(tool.shift_remove(name)),
        }
    }
}

/// Returns the fixed sentence that the agent says while it uses a tool. Returns `None` if the language model words it.
fn said(tool: &Value) -> Option<&str> {
    let is_fixed = tool["execution_message_type"] == "static_text" && tool["speak_during_execution"] == true;
    tool[SAID].as_str().filter(|text| is_fixed && !text.is_empty())
}

/// Returns the tool for hanging up, and whether it represents `ending.hang_up`. A tool that has only a closing message
/// does not.
fn ending(tools: &[Value]) -> Option<(&Value, bool)> {
    let tool = tools.iter().find(|tool| is(END)(tool))?;
    Some((tool, text(tool, "/description").is_some() || said(tool).is_none()))
}

/// Builds the codec for the closing message, which the agent says while it hangs up.
pub fn closing_message() -> impl Codec<String> {
    ListPortion::<String> {
        write: |message, tools| {
            say(tool(tools, END), Some(message));
            Ok(None)
        },
        read: |tools| Some(ending(tools).and_then(|(tool, _)| said(tool)).map(ToOwned::to_owned)),
        clear: |tools| match ending(tools) {
            Some((_, true)) => say(tool(tools, END), None),
            _ => tools.retain(|tool| !is(END)(tool)),
        },
        domain: || Domain::Text { max_length: None },
    }
}

/// Builds the codec for the ability to hang up.
pub fn hang_up() -> impl Codec<HangUp> {
    ListPortion::<HangUp> {
        write: |HangUp { instructions }, tools| {
            tool(tools, END)["description"] = json!(instructions.as_deref().unwrap_or(ANY_END));
            Ok(None)
        },
        read: |tools| {
            let tool = ending(tools).filter(|(_, hangs_up)| *hangs_up).map(|(tool, _)| tool);
            Some(tool.map(|tool| {
                let instructions = text(tool, "/description").filter(|text| *text != ANY_END);
                HangUp { instructions: instructions.map(ToOwned::to_owned) }
            }))
        },
        clear: |tools| match ending(tools).is_some_and(|(tool, _)| said(tool).is_some()) {
            true => document_path::remove(tool(tools, END), "/description"),
            false => tools.retain(|tool| !is(END)(tool)),
        },
        domain: || Domain::Structure,
    }
}

/// Builds the codec for transfers to phone numbers. Transfers to other destinations stay as they are at the vendor.
pub fn transfers() -> impl Codec<Vec<Transfer>> {
    ListPortion::<Vec<Transfer>> {
        write: |transfers, tools| {
            let held: Vec<_> = tools.iter().filter(|tool| transfer(tool).is_some()).cloned().collect();
            tools.retain(|tool| transfer(tool).is_none());
            for wanted in transfers {
                let same =
                    |tool: &&Value| tool["transfer_destination"]["number"] == json!(wanted.phone_number);
                let free = free_name("transfer_call", tools, &held);
                let mut tool = held.iter().find(same).cloned().unwrap_or(json!({ "name": free }));
                if tools.iter().any(|other| other["name"] == tool["name"]) {
                    tool["name"] = json!(free);
                }
                write(wanted, &mut tool);
                tools.push(tool);
            }
            Ok(None)
        },
        read: |tools| {
            let transfers: Vec<_> = tools.iter().filter_map(transfer).collect();
            Some(Some(transfers).filter(|transfers| !transfers.is_empty()))
        },
        clear: |tools| tools.retain(|tool| transfer(tool).is_none()),
        domain: || Domain::Structure,
    }
}

/// Returns an unused name for a tool of this kind.
pub(super) fn free_name(kind: &str, tools: &[Value], held: &[Value]) -> String {
    let taken = |name: &str| tools.iter().chain(held).any(|tool| tool["name"] == name);
    let mut names = (1..).map(|number| match number {
        1 => kind.to_owned(),
        number => format!("{kind}_{number}"),
    });
    names.find(|name| !taken(name)).unwrap_or_default()
}

fn write(Transfer { phone_number, condition, mode, message }: &Transfer, tool: &mut Value) {
    tool["type"] = json!("transfer_call");
    match condition {
        Some(condition) => tool["description"] = json!(condition),
        None => document_path::remove(tool, "/description"),
    }
    let mut destination = json!({ "type": "predefined", "number": phone_number });
    if let Some(extension) = document_path::get(tool, "/transfer_destination/extension") {
        destination["extension"] = extension.clone();
    }
    tool["transfer_destination"] = destination;
    let kind = match mode {
        TransferMode::Cold => "cold_transfer",
        TransferMode::Warm => "warm_transfer",
    };
    if text(tool, "/transfer_option/type") != Some(kind) {
        tool["transfer_option"] = json!({ "type": kind });
    }
    if message.is_some() || said(tool).is_some() {
        say(tool, message.as_deref());
    }
}

/// Reads a transfer to a phone number. Returns `None` if the tool is not such a transfer.
fn transfer(tool: &Value) -> Option<Transfer> {
    let mode = match text(tool, "/transfer_option/type")? {
        "cold_transfer" => TransferMode::Cold,
        "warm_transfer" => TransferMode::Warm,
        _ => return None,
    };
    let number = text(tool, "/transfer_destination/number").filter(|_| is("transfer_call")(tool))?;
    Some(Transfer {
        phone_number: PhoneNumber::new(number).ok()?,
        condition: text(tool, "/description").map(ToOwned::to_owned),
        mode,
        message: said(tool).map(ToOwned::to_owned),
    })
}
