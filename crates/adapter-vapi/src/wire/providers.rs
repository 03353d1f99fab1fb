//! The providers of voices, transcribers and language models, and the members that only some of them have. The vendor
//! refuses a member of another provider (recorded answers of 2026); the lists are from the vendor's OpenAPI document of
//! 2026-08-20 and its official client 3.0.0 of 2026-10.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

/// The providers of voices. A voice of `custom-voice` needs a server of its own, so the gateway never chooses it.
#[rustfmt::skip]
pub const VOICE_PROVIDERS: &[&str] = &[
    "11labs", "azure", "cartesia", "deepgram", "hume", "inworld", "lmnt", "microsoft", "minimax", "neuphonic", "openai", "playht",
    "rime-ai", "sesame", "smallest-ai", "tavus", "vapi", "wellsaid", "xai",
];

/// The providers whose voices can have others that replace them.
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

/// The providers with other names in the model.
const RENAMED: &[(&str, &str)] =
    &[("elevenlabs", "11labs"), ("rime", "rime-ai"), ("smallest", "smallest-ai")];

/// The members of voices that only these providers have.
#[rustfmt::skip]
const OF_VOICES: &[(&str, &str)] = &[
    ("speed", "11labs azure deepgram lmnt microsoft minimax neuphonic openai playht rime-ai smallest-ai vapi xai"),
    ("model", "11labs cartesia deepgram hume inworld minimax neuphonic openai playht rime-ai sesame smallest-ai wellsaid"),
    ("language", "11labs cartesia lmnt neuphonic playht rime-ai vapi xai"),
    ("style", "11labs microsoft"), ("stability", "11labs"), ("similarityBoost", "11labs"), ("useSpeakerBoost", "11labs"),
    ("optimizeStreamingLatency", "11labs"), ("autoMode", "11labs"), ("enableSsmlParsing", "11labs"),
    ("pronunciationDictionaryLocators", "11labs"), ("experimentalControls", "cartesia"), ("generationConfig", "cartesia"),
    ("pronunciationDictId", "cartesia"), ("server", "custom-voice"), ("mipOptOut", "deepgram"), ("expressivity", "deepgram"),
    ("description", "hume"), ("isCustomHumeVoice", "hume"), ("languageCode", "inworld"), ("speakingRate", "inworld"),
    ("temperature", "inworld playht"), ("role", "microsoft"), ("styleDegree", "microsoft"), ("emotion", "minimax playht"),
    ("languageBoost", "minimax"), ("pitch", "minimax"), ("region", "minimax"), ("subtitleType", "minimax"),
    ("textNormalizationEnabled", "minimax"), ("volume", "minimax"), ("instructions", "openai"), ("styleGuidance", "playht"),
    ("textGuidance", "playht"), ("voiceGuidance", "playht"), ("inlineSpeedAlpha", "rime-ai"), ("pauseBetweenBrackets", "rime-ai"),
    ("phonemizeBetweenBrackets", "rime-ai"), ("reduceLatency", "rime-ai"), ("callbackUrl", "tavus"), ("conversationName", "tavus"),
    ("conversationalContext", "tavus"), ("customGreeting", "tavus"), ("personaId", "tavus"), ("properties", "tavus"),
    ("pronunciationDictionary", "vapi"), ("version", "vapi"), ("enableSsml", "wellsaid"), ("libraryIds", "wellsaid"),
];

/// The members of transcribers that only these providers have.
#[rustfmt::skip]
const OF_TRANSCRIBERS: &[(&str, &str)] = &[
    ("model", "11labs cartesia deepgram gladia google openai soniox speechmatics talkscriber xai"),
    ("languages", "deepgram gladia soniox vapi"), ("keywords", "deepgram vapi"), ("keyterm", "deepgram"),
    ("confidenceThreshold", "11labs assembly-ai deepgram gladia soniox"), ("endpointing", "deepgram gladia"),
    ("customVocabulary", "soniox speechmatics"), ("region", "gladia speechmatics"), ("server", "custom-transcriber"),
    ("eotThreshold", "deepgram"), ("eotTimeoutMs", "deepgram"), ("mipOptOut", "deepgram"), ("numerals", "deepgram"),
    ("profanityFilter", "deepgram"), ("redaction", "deepgram"), ("smartFormat", "deepgram"), ("turnTaking", "vapi"), ("version", "vapi"),
    ("segmentationMaximumTimeMs", "azure"), ("segmentationSilenceTimeoutMs", "azure"), ("segmentationStrategy", "azure"),
    ("minSilenceDurationMs", "11labs"), ("minSpeechDurationMs", "11labs"), ("silenceThresholdSeconds", "11labs"),
    ("keytermsPrompt", "assembly-ai"), ("wordBoost", "assembly-ai"), ("languageCodes", "assembly-ai"), ("formatTurns", "assembly-ai"),
    ("maxTurnSilence", "assembly-ai"), ("mode", "assembly-ai"), ("prompt", "assembly-ai"), ("speechModel", "assembly-ai"),
    ("audioEnhancer", "gladia"), ("customVocabularyConfig", "gladia"), ("customVocabularyEnabled", "gladia"),
    ("languageBehaviour", "gladia"), ("prosody", "gladia"), ("transcriptionHint", "gladia"), ("contextGeneral", "soniox"),
    ("languageHintsStrict", "soniox"), ("maxEndpointDelayMs", "soniox"), ("enableDiarization", "speechmatics"),
    ("endOfTurnSensitivity", "speechmatics"), ("maxDelay", "speechmatics"), ("numeralStyle", "speechmatics"),
    ("operatingPoint", "speechmatics"), ("removeDisfluencies", "speechmatics"),
];

/// The members of language models that only these providers have.
#[rustfmt::skip]
const OF_MODELS: &[(&str, &str)] = &[
    ("fallbackModels", "openai anthropic-bedrock"), ("reasoningEffort", "openai"), ("toolStrictCompatibilityMode", "openai"),
    ("promptCacheRetention", "openai"), ("promptCacheKey", "openai"), ("serviceTier", "openai"), ("speaker", "openai"),
    ("reasoner", "openai"), ("thinking", "anthropic anthropic-bedrock"), ("realtimeConfig", "google"), ("url", "custom-llm"),
    ("headers", "custom-llm"), ("timeoutSeconds", "custom-llm"), ("metadataSendMode", "custom-llm"),
    ("wordLevelConfidenceEnabled", "custom-llm"), ("version", "vapi"), ("workflow", "vapi"), ("workflowId", "vapi"),
];

/// Removes the members that only other providers have. Members that the lists do not name remain.
pub fn drop_foreign(part: &str, members: &mut Map<String, Value>) {
    let table = match part {
        "voice" => OF_VOICES,
        "transcriber" => OF_TRANSCRIBERS,
        _ => OF_MODELS,
    };
    let provider = members.get("provider").and_then(Value::as_str).unwrap_or_default().to_owned();
    members.retain(|name, _| {
        let owners = table.iter().find(|(known, _)| known == name);
        owners.is_none_or(|(_, owners)| owners.split_ascii_whitespace().any(|owner| owner == provider))
    });
    if part == "voice" && provider == "vapi" {
        members.shift_remove("fallbackPlan");
    }
}

/// Builds the codec for a provider. A provider that is none of `known` is refused.
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
