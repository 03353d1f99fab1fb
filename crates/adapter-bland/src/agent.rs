//! The rules for writing each field of an agent to a Bland persona and reading it back.
//!
//! Paths, ranges and defaults are from the vendor's documentation of 2026-08-09, unless another source is named. A
//! persona's settings have the same names as those of a call, so their ranges are inferred from those of calls.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{catalogue::CURATED_VOICES, wire};

const NO_SETTING: &str = "The vendor has no such setting.";
const BY_VOICE: &str = "The voice determines it; the vendor describes each voice in its list.";
const OF_VOICE: &str =
    "The vendor keeps the setting with the voice, where it would change every agent with that voice.";
/// The reason for a setting that the vendor has for calls and phone numbers but not for personas.
const PER_CALL: &str = "Held per call only: the vendor takes this setting with a call or a phone number, and a persona cannot hold it. The gateway keeps the value and sends it with each call that it places.";

/// The vendor's defaults for calls, which are inferred to apply to personas too.
const DEFAULT_PAUSE: Millis = Millis(Duration::from_millis(500));
const DEFAULT_DURATION: Seconds = Seconds(Duration::from_secs(30 * 60));

/// Returns a rule for each field of an agent.
pub fn rules() -> AgentRules {
    AgentRules {
        name: at("/name", text()).required(),
        direction: fixed(
            "inbound and outbound",
            "A persona answers the phone numbers to which it is attached, and places calls.",
        ),
        language: at("/call_config/language", wire::language())
            .required()
            .note("\"mul\" is the vendor's experimental recognition of any language."),
        additional_languages: unsupported("The vendor takes one language; \"mul\" stands for any."),
        timezone: unsupported(PER_CALL),
        prompt: PromptRules {
            instructions: at("/personality_prompt", text()).required(),
            goal: unsupported("The vendor has one prompt and no separate goal."),
            company_name: unsupported("The vendor has one prompt and no separate company."),
            company_website: unsupported("The vendor has one prompt and no separate company."),
        },
        greeting: GreetingRules {
            message: unsupported(PER_CALL),
            first_speaker: at("/call_config/wait_for_greeting", yes_no(Speaker::Caller, Speaker::Agent))
                .cleared_as(Speaker::Agent),
            generated: fixed(true, "A persona has no greeting, so the language model chooses the words."),
            interruptible: unsupported(NO_SETTING),
            delay_s: unsupported(NO_SETTING),
        },
        voice: voice(),
        model: ModelRules {
            engine: fixed("pipeline", "The vendor chains speech recognition, a language model and a voice."),
            endpoint: unsupported("The vendor runs its own language models only."),
            name: unsupported(PER_CALL),
            temperature: unsupported(PER_CALL),
            max_tokens: unsupported(NO_SETTING),
            fallback: unsupported(NO_SETTING),
        },
        transcription: TranscriptionRules {
            provider: unsupported(NO_SETTING),
            model: unsupported(NO_SETTING),
            keywords: unsupported(PER_CALL),
        },
        pronunciations: unsupported(PER_CALL),
        turn_taking: TurnTakingRules {
            endpointing: unsupported(NO_SETTING),
            endpointing_sensitivity: unsupported(NO_SETTING),
            endpointing_silence_ms: at("/call_config/interruption_threshold", number())
                .cleared_as(DEFAULT_PAUSE)
                .note("The vendor advises 50 to 200."),
            interruptible: unsupported(PER_CALL),
            interruption_sensitivity: unsupported(PER_CALL),
            interruption_min_words: unsupported(NO_SETTING),
        },
        silence: SilenceRules {
            reprompt_after_s: unsupported(NO_SETTING),
            reprompts: unsupported(NO_SETTING),
            max_reprompts: unsupported(NO_SETTING),
            hang_up_after_s: unsupported(NO_SETTING),
        },
        keypad: KeypadRules { accept_digits: unsupported(PER_CALL), press_digits: unsupported(NO_SETTING) },
        call: CallLimitsRules {
            max_duration_s: at("/call_config/max_duration", minutes().within(1.0..=720.0))
                .cleared_as(DEFAULT_DURATION),
            record: at("/call_config/record", flag()).cleared_as(false),
            ring_timeout_s: unsupported(NO_SETTING),
        },
        voicemail: VoicemailRules { action: unsupported(PER_CALL), message: unsupported(PER_CALL) },
        audio: AudioRules {
            ambient_sound: at("/call_config/background", wire::background())
                .cleared_by(Value::Null)
                .note("Without a value, the vendor plays quiet line static."),
            ambient_volume: unsupported(NO_SETTING),
            noise_cancellation: unsupported(PER_CALL),
            fillers: unsupported(NO_SETTING),
            filler_words: unsupported(NO_SETTING),
        },
        ending: EndingRules {
            message: unsupported("The vendor has no closing message."),
            hang_up: unsupported(
                "The agent always decides itself when to end a call; prompt.instructions can state it.",
            ),
        },
        transfers: unsupported(PER_CALL),
        handovers: unsupported("The vendor documents no handover from one persona to another."),
        opt_out: OptOutRules {
            enabled: unsupported(
                "The vendor watches for opt-outs with a guard rail, an object of its own. Set it up at the vendor; it is kept.",
            ),
            script: unsupported("The vendor watches for opt-outs and says nothing about them."),
        },
        analysis: analysis(),
        webhook: WebhookRules {
            url: unsupported(PER_CALL),
            enabled: unsupported(PER_CALL),
            events: unsupported(
                "The vendor takes the events with each call, under names of its own. Without them, it sends the results of the call.",
            ),
            timeout_s: unsupported("The vendor chooses how long it waits for the webhook."),
            only_completed: unsupported("The vendor sends the results of all calls."),
            include_recording: unsupported(
                "The vendor sends the link to the recording of each recorded call.",
            ),
        },
        privacy: PrivacyRules { retention_days: unsupported(NO_SETTING), redact: unsupported(NO_SETTING) },
        variables: unsupported(PER_CALL),
        tools: unsupported(
            "The vendor has no tool that books meetings or sends messages, and does not document how a persona refers to a tool that sends an HTTP request. Set up tools at the vendor; they are kept.",
        ),
        tool_ids: unsupported(
            "The vendor does not document how a persona refers to a tool. Assign tools at the vendor; they are kept.",
        ),
        knowledge_base_ids: at("/kb_ids", list(text()))
            .listed(CatalogueKind::KNOWLEDGE_BASES, ListedBy::Id)
            .cleared_by(json!([])),
        phone_number_id: bound("/phone_number", NUMBER_PER_CALL)
            .listed(CatalogueKind::PHONE_NUMBERS, ListedBy::Id)
            .listed_if_bound()
            .note("The persona answers the calls to the number. Whether settings of the number itself come first is not documented."),
    }
}

fn voice() -> VoiceRules {
    VoiceRules {
        id: at("/call_config/voice", text())
            .required()
            .listed(CatalogueKind::VOICES, ListedBy::Id)
            .or_documented(CURATED_VOICES)
            .note("Give the id: a name can also be that of a clone."),
        fallback_ids: unsupported("A persona has one voice."),
        name: unsupported(BY_VOICE),
        accent: unsupported(BY_VOICE),
        gender: unsupported(BY_VOICE),
        provider: fixed("bland", "The vendor uses its own voices."),
        model: unsupported("The voice determines its model."),
        speed: unsupported(NO_SETTING),
        stability: unsupported(OF_VOICE),
        similarity: unsupported(NO_SETTING),
        style: unsupported(OF_VOICE),
        speaker_boost: unsupported(NO_SETTING),
    }
}

fn analysis() -> AnalysisRules {
    AnalysisRules {
        evaluate: unsupported("The vendor evaluates calls by objects of its own. Set them up at the vendor."),
        criteria: unsupported("The vendor evaluates calls by objects of its own. Set them up at the vendor."),
        emotions: unsupported("The vendor recognizes no emotions."),
        summary_prompt: unsupported(PER_CALL),
        outcome_prompt: unsupported(
            "The vendor chooses the outcome among labels and takes no prompt for it.",
        ),
        sentiment: unsupported("The vendor does not classify the sentiment."),
        extraction: unsupported(
            "The vendor extracts data by schemas, which are objects of its own, for each call.",
        ),
    }
}
