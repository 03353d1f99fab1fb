//! Codecs for the handling of a voicemail and for background sounds.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

const MESSAGE: &str = "message";
const OFF: &str = "off";

fn message(plan: &Value) -> Option<&str> {
    plan.get(MESSAGE)?.as_str()
}

/// Builds the codec for the action: a plan detects a voicemail, and a message is left if there is one.
pub fn voicemail() -> impl Codec<VoicemailAction> {
    Action
}

struct Action;

impl Codec<VoicemailAction> for Action {
    fn encode(&self, value: &VoicemailAction, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let mut plan = if with.held.is_object() { with.held.clone() } else { json!({ "provider": "vapi" }) };
        match value {
            VoicemailAction::Continue => return Ok(json!(OFF).into()),
            // An empty message stands for one that is not known yet.
            VoicemailAction::LeaveMessage => plan[MESSAGE] = json!(message(&plan).unwrap_or_default()),
            VoicemailAction::HangUp => {
                plan.as_object_mut().and_then(|members| members.shift_remove(MESSAGE));
            }
        }
        Ok(plan.into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<VoicemailAction> {
        match wire {
            Value::Null => Some(VoicemailAction::Continue),
            Value::String(word) if word == OFF => Some(VoicemailAction::Continue),
            Value::Object(_) if message(wire).is_some() => Some(VoicemailAction::LeaveMessage),
            Value::Object(_) => Some(VoicemailAction::HangUp),
            _ => None,
        }
    }
    fn lacks(&self, _: &Value) -> bool {
        false
    }
    fn domain(&self) -> Domain {
        let all = [VoicemailAction::HangUp, VoicemailAction::LeaveMessage, VoicemailAction::Continue];
        Domain::Choice { values: all.iter().map(|action| json!(action)).collect() }
    }
}

/// Builds the codec for the message, which `text` converts.
pub fn voicemail_message(text: impl Codec<String>) -> impl Codec<String> {
    Message(text)
}

struct Message<C>(C);

impl<C: Codec<String>> Codec<String> for Message<C> {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let mut plan = with.held.clone();
        if message(&plan).is_none() {
            return Err(Refusal::Unsupported("voicemail.action is not leave_message.".to_owned()));
        }
        let Encoded { wire, loss } = self.0.encode(value, with)?;
        plan[MESSAGE] = wire;
        Ok(Encoded { wire: plan, loss })
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<String> {
        self.0.decode(wire.get(MESSAGE)?, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        match wire.get(MESSAGE) {
            None => wire.is_object() || wire.is_null() || wire == OFF,
            Some(message) => message.as_str().is_some_and(str::is_empty),
        }
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        let mut plan = held.clone();
        if message(&plan).is_some() {
            plan[MESSAGE] = json!("");
        }
        Some(plan)
    }
    fn domain(&self) -> Domain {
        self.0.domain()
    }
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
