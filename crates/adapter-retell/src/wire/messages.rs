//! The codec for the tools with which an agent sends an SMS or an HTTP request. Tools with other contents or recipients
//! stay in the vendor's list (SDK 6.2.13).

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{
    requests, text,
    tools::{free_name, is},
};

const KIND: &str = "send_sms";
const WHY: &str = "Of messages, the vendor sends only an SMS with a fixed text, during the call.";

/// Builds the codec for an agent's tools. The vendor supports HTTP requests, and an SMS to the other party of the call.
pub fn tools() -> impl Codec<Vec<Tool>> {
    ListPortion::<Vec<Tool>> {
        write: |wanted, tools| {
            let held: Vec<_> = tools.iter().filter(|tool| read(tool).is_some()).cloned().collect();
            let mut written: Vec<_> = tools.iter().filter(|tool| read(tool).is_none()).cloned().collect();
            let (_, loss) = fit_tools(wanted, |wanted| {
                let (tool, fitted) = match (wanted.request(), message(wanted)) {
                    (Some(request), _) => requests::write(request, &written, &held)?,
                    (None, Some(message)) => (write(message, &written, &held), (wanted.clone(), Vec::new())),
                    (None, None) => return Err(WHY.to_owned()),
                };
                written.push(tool);
                Ok(fitted)
            })?;
            *tools = written;
            Ok(loss)
        },
        read: |tools| {
            let messages: Vec<_> = tools.iter().filter_map(read).collect();
            Some(Some(messages).filter(|messages| !messages.is_empty()))
        },
        clear: |tools| tools.retain(|tool| read(tool).is_none()),
        domain: || Domain::Structure,
    }
}

/// Returns the message if the vendor can send it during the call, and `None` for any other tool.
fn message(tool: &Tool) -> Option<&TextMessage> {
    match tool {
        Tool::SendMessage(SendMessage::Sms(message)) => {
            Some(message).filter(|message| !message.after_call && !message.when_unanswered)
        }
        _ => None,
    }
}

/// Writes the tool. An existing tool with the same text keeps its name and its sender.
fn write(TextMessage { content, description, .. }: &TextMessage, tools: &[Value], held: &[Value]) -> Value {
    let same = |tool: &&Value| tool["sms_content"]["text"] == *content;
    let mut tool = held.iter().find(same).cloned().unwrap_or(json!({ "type": KIND }));
    if tool.get("name").is_none() || tools.iter().any(|other| other["name"] == tool["name"]) {
        tool["name"] = json!(free_name(KIND, tools, held));
    }
    tool["sms_content"] = json!({ "type": "predefined", "text": content });
    match description {
        Some(description) => tool["description"] = json!(description),
        None => document_path::remove(&mut tool, "/description"),
    }
    tool
}

/// Reads a tool that the model has. Returns `None` for any other tool.
fn read(tool: &Value) -> Option<Tool> {
    requests::read(tool).or_else(|| read_message(tool))
}

/// Reads an SMS with a fixed text to the other party. Returns `None` for any other tool.
fn read_message(tool: &Value) -> Option<Tool> {
    let is_fixed = tool["sms_content"]["type"] == "predefined";
    let recipient = document_path::get(tool, "/sms_destination/type").and_then(Value::as_str);
    let is_ours =
        is(KIND)(tool) && is_fixed && recipient.is_none_or(|recipient| recipient == "customer_number");
    let message = TextMessage {
        content: text(tool, "/sms_content/text").filter(|_| is_ours)?.to_owned(),
        description: text(tool, "/description").map(ToOwned::to_owned),
        ..TextMessage::default()
    };
    Some(Tool::SendMessage(SendMessage::Sms(message)))
}
