//! Codecs for voicemail, sounds and the storage of calls.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::portion::text;

/// The background sounds, with the vendor's names (SDK 6.2.13).
const SOUNDS: &[(&str, &str)] = &[
    ("cafe", "coffee-shop"),
    ("call-center", "call-center"),
    ("convention-hall", "convention-hall"),
    ("summer-outdoor", "summer-outdoor"),
    ("mountain-outdoor", "mountain-outdoor"),
    ("static-noise", "static-noise"),
];

/// Builds the codec for the background sound. `off` is the absence of a sound.
pub fn ambient_sound() -> impl Codec<String> {
    AmbientSound
}

struct AmbientSound;

impl Codec<String> for AmbientSound {
    fn encode(&self, value: &String, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        if value == "off" {
            return Ok(Value::Null.into());
        }
        let sound = if value == "office" { "call-center" } else { value };
        let known = SOUNDS.iter().find(|(ours, theirs)| *ours == sound || *theirs == sound);
        let Some((_, theirs)) = known else {
            let names: Vec<_> = SOUNDS.iter().map(|(ours, _)| *ours).collect();
            return Err(Refusal::Unsupported(format!("the vendor has off, office, {}.", names.join(", "))));
        };
        let loss = (sound != value).then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(sound),
            why: "The vendor has no sound of an office.".to_owned(),
        });
        Ok(Encoded { wire: json!(theirs), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        let held = if wire.is_null() { "off" } else { wire.as_str()? };
        Some(SOUNDS.iter().find(|(_, theirs)| *theirs == held).map_or(held, |(ours, _)| ours).to_owned())
    }
    fn lacks(&self, _: &Value) -> bool {
        false
    }
    fn domain(&self) -> Domain {
        let names = std::iter::once("off").chain(SOUNDS.iter().map(|(ours, _)| *ours));
        Domain::Choice { values: names.map(Value::from).collect() }
    }
}

/// Builds the codec for the removal of noise. The mode that also removes speech in the background is kept.
pub fn denoising() -> impl Codec<bool> {
    Denoising
}

struct Denoising;

impl Codec<bool> for Denoising {
    fn encode(&self, value: &bool, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        Ok(match with.held.as_str() {
            Some(held @ "noise-and-background-speech-cancellation") if *value => json!(held),
            _ => json!(if *value { "noise-cancellation" } else { "no-denoise" }),
        }
        .into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<bool> {
        wire.as_str().map(|mode| mode != "no-denoise")
    }
    fn domain(&self) -> Domain {
        Domain::Flag
    }
}

/// Builds the codec for the use of filler words, a ready-made portion of the prompt.
pub fn fillers() -> impl Codec<bool> {
    members::<bool>(
        |uses, object| {
            object.insert("natural_filler_words".to_owned(), json!(uses));
            Ok(None)
        },
        |object| object.get("natural_filler_words").map_or(Some(None), |uses| uses.as_bool().map(Some)),
        || Domain::Flag,
    )
}

/// The storage of everything except personal data.
pub const ALL_BUT_PERSONAL: &str = "everything_except_pii";

/// Builds the codec for the recording of calls. The vendor records every call. A setting that stores neither transcript nor
/// recording still delivers the recording for ten minutes (vendor documentation, 2026).
pub fn record() -> impl Codec<bool> {
    Recording
}

struct Recording;

const NEITHER: &str = "basic_attributes_only";
const EVERYTHING: &str = "everything";

impl Codec<bool> for Recording {
    fn encode(&self, value: &bool, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match (value, with.held.as_str()) {
            (true, None | Some(NEITHER)) => Ok(json!(EVERYTHING).into()),
            (true, Some(held)) => Ok(json!(held).into()),
            (false, _) => Err(Refusal::Unsupported("the vendor records every call.".to_owned())),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<bool> {
        wire.as_str().map(|_| true)
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: vec![json!(true)] }
    }
}

/// Builds the codec for the removal of personal data: what the vendor stores of a call. A setting that stores neither
/// transcript nor recording is kept.
pub fn redact() -> impl Codec<bool> {
    Redact
}

struct Redact;

impl Codec<bool> for Redact {
    fn encode(&self, value: &bool, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        Ok(match (value, with.held.as_str()) {
            (_, Some(NEITHER)) => json!(NEITHER),
            (true, _) => json!(ALL_BUT_PERSONAL),
            (false, _) => json!(EVERYTHING),
        }
        .into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<bool> {
        wire.as_str().map(|setting| setting != EVERYTHING)
    }
    fn domain(&self) -> Domain {
        Domain::Flag
    }
}

fn option(held: &Value, action: Value) -> Value {
    let mut option = if held.is_object() { held.clone() } else { json!({}) };
    option["action"] = action;
    option
}

/// Builds the codec for the reaction to a voicemail. An agent without the option talks as if a person had answered. An agent
/// that leaves a message says a text, which is empty while it is not known.
pub fn voicemail() -> impl Codec<VoicemailAction> {
    Voicemail
}

struct Voicemail;

impl Codec<VoicemailAction> for Voicemail {
    fn encode(&self, value: &VoicemailAction, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let held = with.held;
        Ok(match value {
            VoicemailAction::HangUp => option(held, json!({ "type": "hangup" })),
            VoicemailAction::LeaveMessage if is_left(held) => held.clone(),
            VoicemailAction::LeaveMessage => option(held, json!({ "type": "static_text", "text": "" })),
            VoicemailAction::Continue => Value::Null,
        }
        .into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<VoicemailAction> {
        match text(wire, "/action/type") {
            None if wire.is_null() => Some(VoicemailAction::Continue),
            Some("hangup") => Some(VoicemailAction::HangUp),
            Some("static_text" | "prompt") => Some(VoicemailAction::LeaveMessage),
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

/// Returns true if the agent leaves a message, with a fixed text or with words of the model.
fn is_left(option: &Value) -> bool {
    matches!(text(option, "/action/type"), Some("static_text" | "prompt"))
}

/// Builds the codec for the message that is left on a voicemail.
pub fn voicemail_message() -> impl Codec<String> {
    VoicemailMessage
}

struct VoicemailMessage;

impl Codec<String> for VoicemailMessage {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match is_left(with.held) {
            true => Ok(option(with.held, json!({ "type": "static_text", "text": value })).into()),
            false => Err(Refusal::Unsupported("voicemail.action is not leave_message.".to_owned())),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        text(wire, "/action/text").map(ToOwned::to_owned)
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.is_null()
            || text(wire, "/action/type") != Some("static_text")
            || text(wire, "/action/text").is_none()
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        Some(match text(held, "/action/type") {
            Some("static_text") => option(held, json!({ "type": "static_text", "text": "" })),
            _ => held.clone(),
        })
    }
    fn domain(&self) -> Domain {
        Domain::Text { max_length: None }
    }
}
