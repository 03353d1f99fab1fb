//! The rules for hearing and speaking: language, voice, transcription and turns.

use serde_json::json;
use switchboard_core::prelude::*;

use crate::wire;

const VOICE: &str = "/voice/provider";
const TRANSCRIBER: &str = "/transcriber/provider";
const PLAN: &str = "/startSpeakingPlan/smartEndpointingPlan";

/// The models of each voice provider that has any (vendor OpenAPI document, 2026-08-20).
#[rustfmt::skip]
const VOICE_MODELS: &[(&str, &[&str])] = &[
    ("cartesia", &[
        "sonic-3.5", "sonic-3.5-2026-05-04", "sonic-3", "sonic-3-2026-01-12", "sonic-3-2025-10-27", "sonic-2",
        "sonic-2-2025-06-11", "sonic-english", "sonic-multilingual", "sonic-preview", "sonic",
    ]),
    ("deepgram", &["aura", "aura-2"]),
    ("11labs", &[
        "eleven_multilingual_v2", "eleven_turbo_v2", "eleven_turbo_v2_5", "eleven_flash_v2", "eleven_flash_v2_5",
        "eleven_monolingual_v1", "eleven_v3", "eleven_v4_turbo",
    ]),
    ("hume", &["octave", "octave2"]),
    ("inworld", &["inworld-tts-1"]),
    ("minimax", &["speech-02-hd", "speech-02-turbo", "speech-2.5-turbo-preview"]),
    ("neuphonic", &["neu_hq", "neu_fast"]),
    ("openai", &["tts-1", "tts-1-hd", "gpt-4o-mini-tts"]),
    ("playht", &["PlayHT2.0", "PlayHT2.0-turbo", "Play3.0-mini", "PlayDialog"]),
    ("rime-ai", &["arcana", "mistv2", "mist"]),
    ("sesame", &["csm-1b"]),
    ("smallest-ai", &["lightning"]),
    ("wellsaid", &["caruso", "legacy"]),
];

/// The models of each transcriber that has any (vendor OpenAPI document, 2026-08-20).
#[rustfmt::skip]
const TRANSCRIBER_MODELS: &[(&str, &[&str])] = &[
    ("cartesia", &["ink-whisper", "ink-2"]),
    ("deepgram", &[
        "nova-3", "nova-3-general", "nova-3-medical", "nova-2", "nova-2-general", "nova-2-meeting", "nova-2-phonecall",
        "nova-2-finance", "nova-2-conversationalai", "nova-2-voicemail", "nova-2-video", "nova-2-medical",
        "nova-2-drivethru", "nova-2-automotive", "nova", "nova-general", "nova-phonecall", "nova-medical", "enhanced",
        "enhanced-general", "enhanced-meeting", "enhanced-phonecall", "enhanced-finance", "base", "base-general",
        "base-meeting", "base-phonecall", "base-finance", "base-conversationalai", "base-voicemail", "base-video",
        "whisper", "flux-general-en", "flux-general-multi",
    ]),
    ("11labs", &["scribe_v1", "scribe_v2", "scribe_v2_realtime"]),
    ("gladia", &["fast", "accurate", "solaria-1"]),
    ("google", &[
        "gemini-3.5-flash", "gemini-3.1-flash-lite", "gemini-3-flash-preview", "gemini-2.5-pro", "gemini-2.5-flash",
        "gemini-2.5-flash-lite", "gemini-2.0-flash-thinking-exp", "gemini-2.0-pro-exp-02-05", "gemini-2.0-flash",
        "gemini-2.0-flash-lite", "gemini-2.0-flash-exp", "gemini-2.0-flash-realtime-exp", "gemini-1.5-flash",
        "gemini-1.5-flash-002", "gemini-1.5-pro", "gemini-1.5-pro-002", "gemini-1.0-pro",
    ]),
    ("openai", &["gpt-4o-transcribe", "gpt-4o-mini-transcribe"]),
    ("soniox", &["stt-rt-v4", "stt-rt-v5"]),
    ("speechmatics", &["default"]),
    ("talkscriber", &["whisper"]),
    ("xai", &["default"]),
];

/// Returns the first members of rows, which are the providers of a table.
const fn providers<const N: usize>(table: &[(&'static str, &[&str])]) -> [&'static str; N] {
    let mut all = [""; N];
    let mut row = 0;
    while row < N {
        all[row] = table[row].0;
        row += 1;
    }
    all
}

const WITH_VOICE_MODELS: &[&str] = &providers::<{ VOICE_MODELS.len() }>(VOICE_MODELS);
const WITH_TRANSCRIBER_MODELS: &[&str] = &providers::<{ TRANSCRIBER_MODELS.len() }>(TRANSCRIBER_MODELS);

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
            .only_when_any(VOICE, wire::VOICES_WITH_FALLBACK, "The vendor's own voices have no fallback.")
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
            .only_when_any(VOICE, WITH_VOICE_MODELS, "The provider has one model.")
            .choices_by(VOICE, VOICE_MODELS, &[]),
        speed: at("/voice/speed", number()).domain_by(
            VOICE,
            &[
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
            ],
        ),
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
            .only_when_any(TRANSCRIBER, WITH_TRANSCRIBER_MODELS, "The provider has one model.")
            .choices_by(TRANSCRIBER, TRANSCRIBER_MODELS, &[])
            .required_when(TRANSCRIBER, json!("deepgram"))
            .default(json!("nova-3")),
        keywords: at(
            "/transcriber/keyterm",
            wire::unless(list(text()), |_, with| {
                let model = with.body.pointer("/transcriber/model")?.as_str()?;
                let is_older = with.body.pointer(TRANSCRIBER)? == "deepgram"
                    && !["nova-3", "flux"].iter().any(|new| model.starts_with(new));
                is_older.then_some("of deepgram's models, only those of nova-3 and flux have phrases.")
            }),
        )
        .only_when_any(
            TRANSCRIBER,
            &["deepgram", "vapi", "soniox", "speechmatics", "assembly-ai"],
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
        .only_when(PLAN, json!("vad"), "The vendor uses it only if turn_taking.endpointing is vad.")
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
