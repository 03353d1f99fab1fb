//! The vendor's format for the reaction to a voicemail, and the codec for background sounds.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

const OFF: &str = "off";

/// The vendor's format for the reaction to a voicemail: a plan for detecting voicemails, with the message beside it.
/// Without a message, the agent hangs up (vendor OpenAPI document, 2026-08-20).
pub const VOICEMAIL: VoicemailForm = VoicemailForm { read, write };

fn read(wire: &Value) -> Option<VoicemailReaction<'_>> {
    match wire {
        Value::Null => Some(VoicemailReaction::Continue),
        Value::String(word) if word == OFF => Some(VoicemailReaction::Continue),
        Value::Object(plan) if plan.get("enabled") == Some(&json!(false)) => {
            Some(VoicemailReaction::Continue)
        }
        Value::Object(plan) => Some(match plan.get("message").and_then(Value::as_str) {
            Some(message) => VoicemailReaction::Leave(Some(message)),
            None => VoicemailReaction::HangUp,
        }),
        _ => None,
    }
}

fn write(reaction: VoicemailReaction<'_>, held: &Value) -> Value {
    let mut plan = if held.is_object() { held.clone() } else { json!({ "provider": "vapi" }) };
    if plan.get("enabled").is_some() {
        plan["enabled"] = json!(true);
    }
    match reaction {
        VoicemailReaction::Continue => return json!(OFF),
        VoicemailReaction::HangUp => document_path::remove(&mut plan, "/message"),
        VoicemailReaction::Leave(message) => plan["message"] = json!(message.unwrap_or_default()),
    }
    plan
}

/// Builds the codec for the background sound: `off`, `office`, or the URL of an audio file.
pub fn ambient_sound() -> impl Codec<String> {
    Sound
}

struct Sound;

impl Codec<String> for Sound {
    fn encode(&self, value: &String, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        match value.as_str() {
            OFF | "office" => Ok(json!(value).into()),
            url if url.starts_with("https://") || url.starts_with("http://") => Ok(json!(url).into()),
            _ => Err(Refusal::Unsupported(
                "the vendor has off, office, and the URL of an audio file.".to_owned(),
            )),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        wire.as_str().map(ToOwned::to_owned)
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: vec![json!(OFF), json!("office")] }
    }
}
