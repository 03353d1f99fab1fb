//! The actions of an assistant during a call. Meetings and messages are in the model. Other actions are kept
//! unchanged.

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::wire::{
    meeting::{self, Meeting},
    message::{self, Messages},
};

/// The type of an action that books meetings.
pub const MEETING: &str = "scheduleMeeting";

/// The type of an action that sends messages, at most one on each of its channels.
pub const MESSAGES: &str = "sendMessage";

/// Writes the actions in the vendor's form, followed by the observed actions that the model does not have.
/// The vendor has more types of action than the model (`transferCall`, `webhook` and others), and an update
/// replaces all actions.
pub fn write_actions(actions: &Vec<Action>, with: &Translation<'_>) -> Result<Vec<Value>, Refusal> {
    let mut standing: Vec<Value> = with.observed.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut written = Vec::with_capacity(actions.len());
    let mut filling: Option<Messages> = None;
    for action in actions {
        match action {
            Action::BookMeeting(meeting) => {
                written.extend(filling.take().map(Messages::into_action));
                let observed = take(&mut standing, |item| meeting::is_like(item, meeting));
                written.push(Meeting::write(meeting, observed)?.into_action()?);
            }
            Action::SendMessage(message) => {
                let full = filling.take_if(|messages| !messages.has_room_for(message));
                written.extend(full.map(Messages::into_action));
                filling
                    .get_or_insert_with(|| {
                        Messages::over(take(&mut standing, |item| item["type"] == MESSAGES))
                    })
                    .add(message)?;
            }
        }
    }
    written.extend(filling.map(Messages::into_action));
    written.extend(standing.into_iter().filter(|item| read(item).is_some_and(|ours| ours.is_empty())));
    Ok(written)
}

/// Reads the actions that the model has. Returns `None` if one of these actions cannot be read.
pub fn read_actions(actions: Vec<Value>, _: &Facts) -> Option<Vec<Action>> {
    let read: Option<Vec<_>> = actions.iter().map(read).collect();
    Some(read?.concat())
}

/// Converts one of the vendor's actions to any number of actions in the model. Returns `None` if the action
/// cannot be read.
fn read(action: &Value) -> Option<Vec<Action>> {
    match action["type"].as_str() {
        Some(MEETING) => meeting::read(action).map(|meeting| vec![Action::BookMeeting(meeting)]),
        Some(MESSAGES) => Some(message::read(action)?.into_iter().map(Action::SendMessage).collect()),
        _ => Some(Vec::new()),
    }
}

/// Removes and returns the first item that satisfies `like`.
fn take(items: &mut Vec<Value>, like: impl Fn(&Value) -> bool) -> Option<Value> {
    items.iter().position(like).map(|index| items.remove(index))
}
