//! Codecs for the agent's built-in tools. A tool exists while its setting has a value; null removes the tool (vendor
//! OpenAPI document, 2026-08-22).

use serde_json::{Value, json};
use switchboard_core::prelude::*;

/// The condition that is sent for a transfer without one, because the vendor requires a condition.
const ANY_CONDITION: &str = "The instructions call for a transfer, or the other party asks for a person.";

/// Builds a built-in tool with these parameters.
pub fn system_tool(name: &str, mut params: Value) -> Value {
    params["system_tool_type"] = json!(name);
    json!({ "type": "system", "name": name, "params": params })
}

/// Builds the codec for the tool that ends a call. Its description states when the agent ends the call.
pub fn end_call() -> impl Codec<HangUp> {
    structured::<HangUp, Value>(
        |HangUp { instructions }, _| {
            let mut tool = system_tool("end_call", json!({}));
            tool["description"] = json!(instructions.as_deref().unwrap_or_default());
            Ok(tool)
        },
        |tool, _| {
            let instructions = tool.as_object()?.get("description").and_then(Value::as_str);
            Some(HangUp { instructions: instructions.filter(|text| !text.is_empty()).map(ToOwned::to_owned) })
        },
    )
}

/// The vendor's format for the reaction to a voicemail. An agent without the tool talks as if a person had answered. An
/// agent with the tool leaves the message, if there is one, and hangs up otherwise.
pub const VOICEMAIL: VoicemailForm = VoicemailForm { read: read_voicemail, write: write_voicemail };

fn read_voicemail(tool: &Value) -> Option<VoicemailReaction<'_>> {
    match (tool, document_path::get(tool, "/params/voicemail_message").and_then(Value::as_str)) {
        (Value::Null, _) => Some(VoicemailReaction::Continue),
        (Value::Object(_), None) => Some(VoicemailReaction::HangUp),
        (Value::Object(_), message) => Some(VoicemailReaction::Leave(message)),
        _ => None,
    }
}

fn write_voicemail(reaction: VoicemailReaction<'_>, _: &Value) -> Value {
    let message = match reaction {
        VoicemailReaction::Continue => return Value::Null,
        VoicemailReaction::HangUp => Value::Null,
        VoicemailReaction::Leave(message) => json!(message.unwrap_or_default()),
    };
    system_tool("voicemail_detection", json!({ "voicemail_message": message }))
}

/// Builds the codec for transfers to phone numbers. Refuses a transfer with a message. A cold transfer is the vendor's
/// blind transfer, and a warm one is its conference (vendor page on transfers to numbers, 2026). The vendor's
/// additional settings of a transfer are kept, and so are transfers to SIP addresses and to the values of variables.
pub fn transfers() -> impl Codec<Vec<Transfer>> {
    Transfers
}

struct Transfers;

impl Codec<Vec<Transfer>> for Transfers {
    fn encode(&self, value: &Vec<Transfer>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let others = held(with.held).iter().filter(|held| !is_number(held)).cloned();
        let written = value.iter().map(|transfer| write(transfer, with.held));
        let wires = written.chain(others.map(Ok)).collect::<Result<Vec<_>, _>>()?;
        if wires.is_empty() {
            return Ok(Value::Null.into());
        }
        let is_assumed = value.iter().any(|transfer| transfer.condition.is_none());
        let condition = |transfer: &Transfer| transfer.condition.clone().or(Some(ANY_CONDITION.to_owned()));
        let sent =
            value.iter().map(|transfer| Transfer { condition: condition(transfer), ..transfer.clone() });
        let loss = is_assumed.then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(sent.collect::<Vec<_>>()),
            why: "The vendor requires a condition for each transfer.".to_owned(),
        });
        Ok(Encoded { wire: system_tool("transfer_to_number", json!({ "transfers": wires })), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<Transfer>> {
        wire.as_object()?;
        held(wire).iter().filter(|held| is_number(held)).map(read).collect()
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.is_null() || (wire.is_object() && !held(wire).iter().any(is_number))
    }
    fn omits(&self, tool: &Value) -> bool {
        !held(tool).iter().all(is_number)
    }
    fn rest(&self, tool: &Value) -> Option<Value> {
        let others: Vec<_> = held(tool).iter().filter(|held| !is_number(held)).cloned().collect();
        (!others.is_empty()).then(|| with_transfers(tool, others))
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
    fn conversion(&self) -> Option<String> {
        Some("cold as \"blind\", warm as \"conference\"".to_owned())
    }
}

/// Returns the transfers of the tool.
pub(super) fn held(tool: &Value) -> &[Value] {
    let transfers = document_path::get(tool, "/params/transfers").and_then(Value::as_array);
    transfers.map(Vec::as_slice).unwrap_or_default()
}

/// Returns the tool with these transfers.
pub(super) fn with_transfers(tool: &Value, transfers: Vec<Value>) -> Value {
    let mut tool = tool.clone();
    if !tool["params"].is_object() {
        tool["params"] = json!({});
    }
    tool["params"]["transfers"] = Value::Array(transfers);
    tool
}

/// Returns true if a transfer leads to a fixed phone number.
fn is_number(transfer: &Value) -> bool {
    let kind = document_path::get(transfer, "/transfer_destination/type").and_then(Value::as_str);
    kind.is_none_or(|kind| kind == "phone")
}

fn write(
    Transfer { phone_number, condition, mode, message }: &Transfer,
    tool: &Value,
) -> Result<Value, Refusal> {
    if message.is_some() {
        let why =
            "the vendor's agent chooses the words before a transfer; prompt.instructions can state them.";
        return Err(Refusal::Unsupported(why.to_owned()));
    }
    let destination = json!({ "type": "phone", "phone_number": phone_number });
    let same = held(tool).iter().find(|held| held["transfer_destination"] == destination);
    let mut wire = same.cloned().unwrap_or(json!({}));
    wire["transfer_destination"] = destination;
    wire["condition"] = json!(condition.as_deref().unwrap_or(ANY_CONDITION));
    wire["transfer_type"] = match mode {
        TransferMode::Warm => json!("conference"),
        // A transfer by SIP REFER is also cold.
        TransferMode::Cold if wire["transfer_type"] == "sip_refer" => json!("sip_refer"),
        TransferMode::Cold => json!("blind"),
    };
    Ok(wire)
}

fn read(wire: &Value) -> Option<Transfer> {
    let text = |path| document_path::get(wire, path).and_then(Value::as_str);
    let mode = match text("/transfer_type") {
        Some("blind" | "sip_refer") => TransferMode::Cold,
        // The vendor's default (vendor page on transfers to numbers, 2026).
        Some("conference") | None => TransferMode::Warm,
        Some(_) => return None,
    };
    let condition = text("/condition").filter(|condition| !condition.is_empty()).map(ToOwned::to_owned);
    let phone_number = PhoneNumber::new(text("/transfer_destination/phone_number")?).ok()?;
    Some(Transfer { phone_number, condition, mode, message: None })
}
