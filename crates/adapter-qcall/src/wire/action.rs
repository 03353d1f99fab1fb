//! The actions that an assistant can take during a call, which the gateway's model calls tools. The adapter
//! converts only meetings and messages. Actions of other types are kept unchanged.

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::wire::{
    meeting::{self, Meeting},
    message::{self, Messages},
    standing_meetings,
};

/// The type of an action that books meetings.
pub const MEETING: &str = "scheduleMeeting";

/// The type of an action that sends messages, at most one on each of its channels.
pub const MESSAGES: &str = "sendMessage";

/// Writes the tools as the vendor's actions, followed by the observed actions that correspond to no tool. An update
/// replaces all actions, and the vendor has types of action that the adapter does not convert, such as `transferCall`
/// and `webhook`.
pub fn write_actions(tools: &[Tool], with: &Translation<'_>) -> Result<Vec<Value>, Refusal> {
    let mut standing: Vec<Value> = with.observed.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut meetings = standing_meetings::paired(tools, &mut standing)?.into_iter();
    let mut written = Vec::with_capacity(tools.len());
    let mut filling: Option<Messages> = None;
    for tool in tools {
        match tool {
            Tool::BookMeeting(meeting) => {
                written.extend(filling.take().map(Messages::into_action));
                written.push(Meeting::write(meeting, meetings.next().flatten())?.into_action()?);
            }
            Tool::SendMessage(message) => {
                let full = filling.take_if(|messages| !messages.has_room_for(message));
                written.extend(full.map(Messages::into_action));
                filling
                    .get_or_insert_with(|| {
                        Messages::over(take(&mut standing, |item| item["type"] == MESSAGES))
                    })
                    .add(message)?;
            }
            // The codec reports HTTP requests as unsupported.
            Tool::HttpRequest(_) => {}
        }
    }
    written.extend(filling.map(Messages::into_action));
    written.extend(standing.into_iter().filter(|item| read(item).is_some_and(|ours| ours.is_empty())));
    Ok(written)
}

/// Converts the vendor's actions to the agent's tools, and skips actions that have no equivalent. Returns `None` if a
/// meeting or message action cannot be read.
pub fn read_actions(actions: &[Value]) -> Option<Vec<Tool>> {
    let read: Option<Vec<_>> = actions.iter().map(read).collect();
    Some(read?.concat())
}

/// Converts one of the vendor's actions to any number of tools in the model. Returns `None` if the action
/// cannot be read.
fn read(action: &Value) -> Option<Vec<Tool>> {
    match action["type"].as_str() {
        Some(MEETING) => meeting::read(action).map(|meeting| vec![Tool::BookMeeting(meeting)]),
        Some(MESSAGES) => Some(message::read(action)?.into_iter().map(Tool::SendMessage).collect()),
        _ => Some(Vec::new()),
    }
}

/// Removes and returns the first item that satisfies `like`, or returns `None` if there is no such item.
fn take(items: &mut Vec<Value>, like: impl Fn(&Value) -> bool) -> Option<Value> {
    items.iter().position(like).map(|index| items.remove(index))
}
