//! The voices and models of the simulated workspace.

use std::sync::LazyLock;

use serde_json::{Value, json};

static VOICES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("voices.json")).unwrap_or_default());

/// The models by kind: `text`, `speech`, and `voice`, which is divided by provider.
static MODELS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("models.json")).unwrap_or_default());

pub(super) fn voices() -> Value {
    VOICES.clone()
}

/// The phone numbers that the workspace has from the start, as (number, type, nickname).
pub(super) const NUMBERS: [(&str, &str, &str); 2] =
    [("+14155550142", "retell-twilio", "Desk"), ("+4930901820", "custom", "Berlin")];

/// The knowledge bases, as (id, name).
const KNOWLEDGE_BASES: [(&str, &str); 2] =
    [("knowledge_base_0a1b2c3d4e5f", "Handbook"), ("knowledge_base_1b2c3d4e5f6a", "Opening hours")];

pub(super) fn knowledge_bases() -> Value {
    let row =
        |(id, name)| json!({ "knowledge_base_id": id, "knowledge_base_name": name, "status": "complete" });
    KNOWLEDGE_BASES.map(row).into()
}

/// Returns the provider of a voice, or `None` if the workspace does not have the voice.
pub(super) fn provider(voice: &str) -> Option<&'static str> {
    let mut voices = VOICES.as_array().into_iter().flatten();
    voices.find(|known| known["voice_id"] == voice)?["provider"].as_str()
}

/// Returns true if the vendor has the model of this kind: `text` or `speech`.
pub(super) fn has_model(kind: &str, name: &str) -> bool {
    has(&MODELS[kind], name)
}

/// Returns true if the provider's voices have this model.
pub(super) fn has_voice_model(provider: &str, name: &str) -> bool {
    has(&MODELS["voice"][provider], name)
}

fn has(list: &Value, name: &str) -> bool {
    list.as_array().is_some_and(|models| models.iter().any(|model| model == name))
}
