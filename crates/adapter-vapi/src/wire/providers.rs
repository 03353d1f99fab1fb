//! The providers of voices, transcribers and language models, and the members that only some of them have. The vendor
//! refuses a member of another provider (recorded answers of 2026).

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use crate::lists::{LISTS, words};

/// The providers of voices. A voice of `custom-voice` needs a server of its own, so the gateway never chooses it.
#[rustfmt::skip]
pub const VOICE_PROVIDERS: &[&str] = &[
    "11labs", "azure", "cartesia", "deepgram", "hume", "inworld", "lmnt", "microsoft", "minimax", "neuphonic", "openai", "playht",
    "rime-ai", "sesame", "smallest-ai", "tavus", "vapi", "wellsaid", "xai",
];

/// The voice providers that support fallback voices.
#[rustfmt::skip]
pub const VOICES_WITH_FALLBACK: &[&str] = &[
    "11labs", "azure", "cartesia", "custom-voice", "deepgram", "hume", "inworld", "lmnt", "microsoft", "minimax", "neuphonic",
    "openai", "playht", "rime-ai", "sesame", "smallest-ai", "tavus", "wellsaid", "xai",
];

/// The providers of transcription. `custom-transcriber` needs a server of its own, so the gateway never chooses it.
#[rustfmt::skip]
pub const TRANSCRIBERS: &[&str] = &[
    "deepgram", "vapi", "11labs", "assembly-ai", "azure", "cartesia", "gladia", "google", "openai", "soniox", "speechmatics",
    "talkscriber", "xai",
];

/// The providers whose names differ: the gateway's name and the vendor's.
const RENAMED: &[(&str, &str)] =
    &[("elevenlabs", "11labs"), ("rime", "rime-ai"), ("smallest", "smallest-ai")];

/// Removes the members that only other providers have and, from a voice or transcriber, a `model` that only other
/// providers have. Keeps members that the lists do not name, except `fallbackPlan` of a `vapi` voice, which it removes.
pub fn drop_foreign(part: &str, members: &mut Map<String, Value>) {
    let table = match part {
        "voice" => &LISTS.voice_members,
        "transcriber" => &LISTS.transcriber_members,
        _ => &LISTS.model_members,
    };
    let provider = members.get("provider").and_then(Value::as_str).unwrap_or_default().to_owned();
    members.retain(|name, _| {
        let owners = table.iter().find(|(known, _)| known == name);
        owners.is_none_or(|(_, owners)| owners.split_ascii_whitespace().any(|owner| owner == provider))
    });
    let models = match part {
        "voice" => &LISTS.voice_models,
        "transcriber" => &LISTS.transcriber_models,
        _ => return,
    };
    let model = members.get("model").and_then(Value::as_str).unwrap_or_default();
    let has_model = |owner: &str| words(models, owner).any(|known| known == model);
    if !has_model(&provider) && models.iter().any(|(owner, _)| has_model(owner)) {
        members.shift_remove("model");
    }
    if part == "voice" && provider == "vapi" {
        members.shift_remove("fallbackPlan");
    }
}

/// Builds the codec for a provider, which refuses any provider that is not in `known`.
pub fn provider(known: &'static [&'static str]) -> impl Codec<String> {
    Provider(known)
}

struct Provider(&'static [&'static str]);

impl Codec<String> for Provider {
    fn encode(&self, value: &String, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let renamed =
            RENAMED.iter().find(|(ours, _)| ours == value).map_or(value.as_str(), |(_, theirs)| theirs);
        match self.0.contains(&renamed) {
            true => Ok(json!(renamed).into()),
            false => Err(Refusal::Refused(format!("the vendor takes {}.", self.names().join(", ")))),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        let wire = wire.as_str()?;
        Some(RENAMED.iter().find(|(_, theirs)| *theirs == wire).map_or(wire, |(ours, _)| ours).to_owned())
    }
    fn conversion(&self) -> Option<String> {
        Some(format!("one of {}", self.names().join(", ")))
    }
}

impl Provider {
    fn names(&self) -> Vec<&'static str> {
        let ours = |known: &&'static str| {
            RENAMED.iter().find(|(_, theirs)| theirs == known).map_or(*known, |(ours, _)| *ours)
        };
        self.0.iter().map(ours).collect()
    }
}
