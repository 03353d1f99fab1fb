//! The providers of voices, transcribers and language models, and the members that only some of them have. The vendor
//! refuses a member of another provider (recorded answers of 2026).

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use crate::{
    agent::SPEEDS,
    lists::{LISTS, Rows, words},
};

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

/// The member of a voice or transcriber that contains the provider from which its other members are, in the form that
/// the rules read.
const HELD: &str = "heldProvider";

/// The members that rules write. Their values fit the new provider if the caller set them.
const BY_RULES: &[&str] = &[
    "model",
    "url",
    "headers",
    "language",
    "languages",
    "keyterm",
    "speed",
    "stability",
    "similarityBoost",
    "useSpeakerBoost",
    "fallbackPlan",
    "fallbackModels",
    "maxTokens",
];

fn members_of(part: &str) -> &'static Rows {
    match part {
        "voice" => &LISTS.voice_members,
        "transcriber" => &LISTS.transcriber_members,
        _ => &LISTS.model_members,
    }
}

/// Records the provider from which the members are.
pub fn note_provider(members: &mut Map<String, Value>) {
    if let Some(provider) = members.get("provider").cloned() {
        members.insert(HELD.to_owned(), provider);
    }
}

/// Removes the record of [`note_provider`], and returns the provider.
pub fn take_noted(members: &mut Map<String, Value>) -> Option<String> {
    members.shift_remove(HELD)?.as_str().map(ToOwned::to_owned)
}

/// If the provider is another one than `held`, from which the members are, removes the members that it lacks or has with
/// another type or range.
pub fn drop_replaced(part: &str, members: &mut Map<String, Value>, held: Option<&str>) {
    let provider = members.get("provider").and_then(Value::as_str).unwrap_or_default().to_owned();
    let provider = provider.as_str();
    let Some(held) = held.filter(|held| *held != provider) else { return };
    members.retain(|name, value| {
        let Some((_, owners)) = members_of(part).iter().find(|(known, _)| known == name) else { return true };
        let group = |wanted| {
            owners.split('|').position(|group| group.split_ascii_whitespace().any(|owner| owner == wanted))
        };
        let is_same = group(provider).is_some() && group(provider) == group(held);
        match name.as_str() {
            "speed" => ranges_of_speed(provider)
                .is_none_or(|range| value.as_f64().is_some_and(|speed| range.contains(&speed))),
            // Microsoft names styles; 11labs has a number, which a rule writes.
            "style" => is_same || (provider == "11labs" && value.is_number()),
            name => is_same || BY_RULES.contains(&name),
        }
    });
}

fn ranges_of_speed(provider: &str) -> Option<&'static RangeInclusive<f64>> {
    SPEEDS.iter().find(|(known, _)| *known == provider).map(|(_, range)| range)
}

/// Removes the members that only other providers have and, from a voice or transcriber, a `model` that only other
/// providers have. Keeps members that the lists do not name, except `fallbackPlan` of a `vapi` voice, which it removes.
pub fn drop_foreign(part: &str, members: &mut Map<String, Value>) {
    let table = members_of(part);
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
