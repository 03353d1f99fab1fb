//! The rules for hearing and speaking: language, voice, transcription and turn-taking.

use std::{ops::RangeInclusive, sync::LazyLock};

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{
    lists::{LISTS, choices},
    wire,
};

const VOICE: &str = "/voice/provider";
const TRANSCRIBER: &str = "/transcriber/provider";
const PLAN: &str = "/startSpeakingPlan/smartEndpointingPlan";

/// The voice models of each provider for which the vendor documents any.
static VOICE_MODELS: LazyLock<Vec<(&str, &[&str])>> = LazyLock::new(|| choices(&LISTS.voice_models));
/// The models of each transcriber for which the vendor documents any.
static TRANSCRIBER_MODELS: LazyLock<Vec<(&str, &[&str])>> =
    LazyLock::new(|| choices(&LISTS.transcriber_models));

/// The range of the speed for each voice provider that supports a speed. The vendor documents no limits for smallest-ai
/// and no upper limit for rime-ai, so the limits of the gateway's model apply there.
pub const SPEEDS: &[(&str, RangeInclusive<f64>)] = &[
    ("11labs", 0.7..=1.2),
    ("azure", 0.5..=2.0),
    ("cartesia", 0.6..=1.5),
    ("inworld", 0.5..=1.5),
    ("lmnt", 0.25..=2.0),
    ("microsoft", 0.5..=2.0),
    ("minimax", 0.5..=2.0),
    ("neuphonic", 0.25..=2.0),
    ("openai", 0.25..=4.0),
    ("playht", 0.1..=5.0),
    ("rime-ai", 0.1..=4.0),
    ("smallest-ai", 0.25..=4.0),
    ("vapi", 0.25..=2.0),
    ("xai", 0.7..=1.5),
];

/// Returns the providers in a table.
fn providers(table: &[(&'static str, &[&str])]) -> Vec<&'static str> {
    table.iter().map(|(provider, _)| *provider).collect()
}

/// Returns the rule for the language, which the vendor stores for the transcriber and for the voice.
pub fn language() -> Rule<Language> {
    at_each(&["/transcriber/language", "/voice/language"], wire::language())
        .required()
        .choices_by(TRANSCRIBER, &wire::BY_TRANSCRIBER, &wire::ANY)
        .note("A voice whose provider has no setting for the language speaks the language of its text, its id or its model.")
}

pub fn voice() -> VoiceRules {
    const BY_VOICE: &str = "The voice determines it.";
    const ELEVENLABS: &str = "Only voices of elevenlabs have it.";
    let share = || number().within(0.0..=1.0);
    VoiceRules {
        id: at("/voice/voiceId", text()).required().listed(CatalogueKind::VOICES, ListedBy::Id).listed_while(
            VOICE,
            json!("vapi"),
            "The vendor's documentation lists only the vendor's own voices completely.",
        ),
        fallback_ids: at("/voice/fallbackPlan", wire::fallback_voices())
            .only_when(VOICE, wire::VOICES_WITH_FALLBACK, "The vendor's own voices have no fallback.")
            .note(
                "A voice that the vendor does not document has the provider of the voice that it replaces.",
            ),
        name: unsupported(BY_VOICE),
        accent: unsupported(BY_VOICE),
        gender: unsupported(BY_VOICE),
        provider: at(VOICE, wire::provider(wire::VOICE_PROVIDERS))
            .required()
            .lookup(CatalogueKind::VOICES, "/voice/voiceId", &["/provider"])
            .choices_by("/transcriber/language", &wire::VOICES_BY_TAG, wire::VOICE_PROVIDERS)
            .note("If omitted, the provider is the one of the documented voice with this id."),
        model: at("/voice/model", wire::described(text(), "a model of the provider"))
            .only_when(VOICE, providers(&VOICE_MODELS).as_slice(), "The provider has one model.")
            .choices_by(VOICE, &VOICE_MODELS, &[])
            .required_when(VOICE, json!("sesame"))
            .default(json!("csm-1b")),
        speed: at("/voice/speed", number()).domain_by(VOICE, SPEEDS),
        stability: at("/voice/stability", share()).only_when(VOICE, json!("11labs"), ELEVENLABS),
        similarity: at("/voice/similarityBoost", share()).only_when(VOICE, json!("11labs"), ELEVENLABS),
        style: at("/voice/style", share()).only_when(VOICE, json!("11labs"), ELEVENLABS),
        speaker_boost: at("/voice/useSpeakerBoost", flag()).only_when(VOICE, json!("11labs"), ELEVENLABS),
    }
}

pub fn transcription() -> TranscriptionRules {
    TranscriptionRules {
        provider: at(TRANSCRIBER, wire::provider(wire::TRANSCRIBERS)).required().default(json!("deepgram")),
        model: at("/transcriber/model", wire::described(text(), "a model of the provider"))
            .only_when(TRANSCRIBER, providers(&TRANSCRIBER_MODELS).as_slice(), "The provider has one model.")
            .choices_by(TRANSCRIBER, &TRANSCRIBER_MODELS, &[])
            .required_when(TRANSCRIBER, ["deepgram", "openai"])
            .default(json!("nova-3"))
            .default_when(TRANSCRIBER, json!("openai"), json!("gpt-4o-transcribe")),
        keywords: at("/transcriber/keyterm", wire::keyterms())
            .only_when(
                TRANSCRIBER,
                ["deepgram", "vapi", "soniox", "speechmatics", "assembly-ai"],
                "The transcriber takes no list of keywords.",
            )
            .cleared_by(json!([])),
    }
}

pub fn turn_taking() -> TurnTakingRules {
    TurnTakingRules {
        endpointing: at(PLAN, wire::endpointing()).cleared_as(Endpointing::Vad),
        endpointing_sensitivity: unsupported("The vendor has turn_taking.endpointing_silence_ms instead."),
        endpointing_silence_ms: at(
            "/startSpeakingPlan/transcriptionEndpointingPlan/onNoPunctuationSeconds",
            number().scaled(0.001, "seconds").within(0.0..=3.0),
        )
        .only_when(
            PLAN,
            [json!("vad"), json!(null)],
            "The vendor uses it only if turn_taking.endpointing is vad.",
        )
        .note("The silence after words without punctuation."),
        interruptible: fixed(true, "The other party can always interrupt the agent."),
        interruption_sensitivity: at("/stopSpeakingPlan/voiceSeconds", wire::interruption_sensitivity())
            .only_when(
                "/stopSpeakingPlan/numWords",
                json!(0),
                "The vendor uses it only if turn_taking.interruption_min_words is 0.",
            ),
        interruption_min_words: at("/stopSpeakingPlan/numWords", number().steps(1.0).within(0.0..=10.0)),
    }
}
