//! Codecs for the agent's tools, each of which is an item of a list.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

/// Builds the codec for the tool that ends a call. The vendor's tool cannot hold instructions (vendor OpenAPI document,
/// 2026-08-20), so `ending.hang_up` with instructions is reported as substituted.
pub fn hang_up() -> impl Codec<HangUp> {
    EndCall
}

struct EndCall;

impl Codec<HangUp> for EndCall {
    fn encode(&self, value: &HangUp, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let loss = value.instructions.is_some().then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(HangUp::default()),
            why: "The vendor's tool takes no instructions; prompt.instructions can state when the agent hangs up."
                .to_owned(),
        });
        let held = with.observed.filter(|tool| tool.is_object());
        Ok(Encoded { wire: held.cloned().unwrap_or_else(|| json!({ "type": "endCall" })), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<HangUp> {
        wire.is_object().then(HangUp::default)
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
    fn conversion(&self) -> Option<String> {
        Some("without instructions".to_owned())
    }
}

/// Builds the codec for transfers to phone numbers. A cold transfer is the vendor's blind transfer. In a warm transfer,
/// the vendor speaks a summary to the person (vendor guides, 2026-08-20). Transfers to SIP addresses and assistants are
/// kept.
pub fn transfers() -> impl Codec<Vec<Transfer>> {
    Transfers
}

struct Transfers;

const BLIND: &str = "blind-transfer";
const WARM: &str = "warm-transfer-say-summary";

/// Returns the destinations of a tool.
pub(super) fn destinations(tool: &Value) -> impl Iterator<Item = &Value> {
    tool.get("destinations").and_then(Value::as_array).into_iter().flatten()
}

pub(super) fn is_number(destination: &Value) -> bool {
    destination["type"] == "number"
}

impl Codec<Vec<Transfer>> for Transfers {
    fn encode(&self, value: &Vec<Transfer>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let mut tool =
            if with.held.is_object() { with.held.clone() } else { json!({ "type": "transferCall" }) };
        let written = value.iter().map(|transfer| write(transfer, with.held));
        let others = destinations(with.held).filter(|held| !is_number(held)).cloned();
        tool["destinations"] = Value::Array(written.chain(others).collect());
        Ok(tool.into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<Transfer>> {
        wire.as_object()?;
        destinations(wire).filter(|held| is_number(held)).map(read).collect()
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.is_null() || (wire.is_object() && !destinations(wire).any(is_number))
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        let mut tool = held.clone();
        let list = tool.get_mut("destinations").and_then(Value::as_array_mut);
        let is_empty = list.is_none_or(|list| {
            list.retain(|destination| !is_number(destination));
            list.is_empty()
        });
        // Without destinations, the tool would request one from the server in each call, so the tool is removed.
        (!is_empty).then_some(tool)
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
    fn conversion(&self) -> Option<String> {
        Some(format!("cold as {BLIND:?}, warm as {WARM:?}"))
    }
}

fn write(Transfer { phone_number, condition, mode, message }: &Transfer, tool: &Value) -> Value {
    let number = json!(phone_number);
    let same = destinations(tool).find(|held| is_number(held) && held["number"] == number);
    let mut wire = same.cloned().unwrap_or_else(|| json!({ "type": "number", "number": number }));
    for (name, text) in [("description", condition), ("message", message)] {
        match (text, wire.get(name)) {
            (Some(text), _) => wire[name] = json!(text),
            // The model has no field for a message in several languages, so such a message is kept.
            (None, Some(Value::String(_))) => {
                wire.as_object_mut().and_then(|members| members.shift_remove(name));
            }
            (None, _) => {}
        }
    }
    if mode_of(&wire) != Some(*mode) || wire.get("transferPlan").is_none() {
        if !wire["transferPlan"].is_object() {
            wire["transferPlan"] = json!({});
        }
        wire["transferPlan"]["mode"] = json!(if *mode == TransferMode::Warm { WARM } else { BLIND });
    }
    wire
}

/// Returns the mode of a transfer. A destination without a mode is a cold transfer. Returns `None` if the gateway does
/// not recognize the vendor's mode.
fn mode_of(destination: &Value) -> Option<TransferMode> {
    match document_path::get(destination, "/transferPlan/mode").and_then(Value::as_str) {
        None => Some(TransferMode::Cold),
        Some(mode) if mode.starts_with("blind-") => Some(TransferMode::Cold),
        Some(mode) if mode.starts_with("warm-") => Some(TransferMode::Warm),
        Some(_) => None,
    }
}

fn read(destination: &Value) -> Option<Transfer> {
    let text = |name: &str| destination.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let phone_number = PhoneNumber::new(text("number")?).ok()?;
    let (condition, message) = (text("description"), text("message"));
    let [condition, message] = [condition, message].map(|text| text.map(ToOwned::to_owned));
    Some(Transfer { phone_number, condition, mode: mode_of(destination)?, message })
}
