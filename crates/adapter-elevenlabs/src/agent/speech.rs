//! The rules for the voice and the turns of an agent.

use serde_json::json;
use switchboard_core::prelude::*;

use super::{LANGUAGE, NO_SETTING};

/// The voice models that the vendor accepts for English agents, and those for all others (recorded answers of 2026).
/// The rule for the v4 models is not known, so the vendor decides. The recorded answers contradict each other about
/// eleven_multilingual_v2 in other languages, so the adapter permits this model only for English.
const ENGLISH_MODELS: &[&str] = &[
    "eleven_flash_v2",
    "eleven_turbo_v2",
    "eleven_multilingual_v2",
    "eleven_v3_conversational",
    "eleven_v4",
    "eleven_v4_turbo",
];
const OTHER_MODELS: &[&str] =
    &["eleven_flash_v2_5", "eleven_turbo_v2_5", "eleven_v3_conversational", "eleven_v4", "eleven_v4_turbo"];
const MODELS: &[&str] = &[
    "eleven_flash_v2",
    "eleven_flash_v2_5",
    "eleven_turbo_v2",
    "eleven_turbo_v2_5",
    "eleven_multilingual_v2",
    "eleven_v3_conversational",
    "eleven_v4",
    "eleven_v4_turbo",
];

/// The events that the vendor sends to a client if none are set. An agent without `interruption` cannot be interrupted
/// (vendor skills, 2026-08-07).
const CLIENT_EVENTS: &[&str] = &[
    "audio",
    "interruption",
    "agent_response",
    "user_transcript",
    "agent_response_correction",
    "agent_tool_response",
];

const EAGERNESS: &[(f64, &str)] = &[(0.0, "patient"), (0.5, "normal"), (1.0, "eager")];

const BY_VOICE: &str = "The voice determines it; the vendor lists the labels of each voice.";

/// Returns the rules for the voice.
pub fn voice() -> VoiceRules {
    let share = || number().within(0.0..=1.0);
    VoiceRules {
        id: at("/agent/conversation_config/tts/voice_id", text())
            .required()
            .listed(CatalogueKind::VOICES, ListedBy::Id)
            .note("The vendor can refuse a voice that it lists, such as a voice of its public library on a free plan."),
        fallback_ids: unsupported("An agent has one voice at this vendor."),
        name: unsupported(BY_VOICE),
        accent: unsupported(BY_VOICE),
        gender: unsupported(BY_VOICE),
        provider: fixed("elevenlabs", "The vendor uses its own voices."),
        model: at("/agent/conversation_config/tts/model_id", words(MODELS).or_refuse())
            .choices_by(LANGUAGE, &[("en", ENGLISH_MODELS)], OTHER_MODELS)
            .sent_with(LANGUAGE)
            .required()
            .default(json!("eleven_flash_v2_5"))
            .default_when(LANGUAGE, json!("en"), json!("eleven_flash_v2"))
            .cannot_clear("The vendor requires a voice model; it keeps the last value."),
        speed: at("/agent/conversation_config/tts/speed", number().within(0.7..=1.2)).cleared_as(1.0),
        stability: at("/agent/conversation_config/tts/stability", share()).cleared_as(0.5),
        similarity: at("/agent/conversation_config/tts/similarity_boost", share()).cleared_as(0.8),
        style: unsupported("The vendor has this control for plain speech synthesis only, not for agents."),
        speaker_boost: unsupported("The vendor has this control for plain speech synthesis only, not for agents."),
    }
}

/// Returns the rules for turns.
pub fn turn_taking() -> TurnTakingRules {
    TurnTakingRules {
        endpointing: fixed("semantic", "The vendor's model of turns considers the meaning of what is said."),
        endpointing_sensitivity: at("/agent/conversation_config/turn/turn_eagerness", graded(EAGERNESS))
            .cleared_as(0.5),
        endpointing_silence_ms: unsupported("The vendor has turn_taking.endpointing_sensitivity instead."),
        interruptible: facet(
            "/agent/conversation_config/conversation/client_events",
            has_item("interruption", CLIENT_EVENTS, None),
        )
        .cleared_as(true),
        interruption_sensitivity: unsupported(NO_SETTING),
        interruption_min_words: unsupported(NO_SETTING),
    }
}
