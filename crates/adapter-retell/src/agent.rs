//! The rules for writing each field of an agent to Retell and reading it back.
//!
//! Paths, ranges and defaults are from the official client (SDK 6.2.13, 2026-10-26), unless another source is named.
//! Most members of an agent do not accept null; to clear such a field, the gateway sends the documented default. A creation
//! also sends the documented defaults, so that the report has the values that the vendor would apply.

use std::{ops::RangeInclusive, time::Duration};

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::wire;

const SPEAKERS: &[(Speaker, &str)] = &[(Speaker::Agent, "agent"), (Speaker::Caller, "user")];
const MODEL: &str = "/llm/model_config";
const BEGIN: &str = "/llm/begin_message";
const TOOLS: &str = "/llm/general_tools";
const ANALYSIS: &str = "/agent/post_call_analysis_data";
const VOICEMAIL: &str = "/agent/voicemail_option";
const LANGUAGE: &str = "/agent/language";
const INTERRUPTIONS: &str = "/agent/interruption_sensitivity";
const STORAGE: &str = "/agent/data_storage_setting";
const WEBHOOK: &str = "/agent/webhook_url";
const AMBIENT_SOUND: &str = "/agent/ambient_sound";
const SPEAKER: &str = "/llm/start_speaker";

/// The voice models. Each works only with the voices of one provider; the vendor checks whether it suits the voice, because
/// it does not document which model belongs to which provider.
#[rustfmt::skip]
const VOICE_MODELS: &[&str] = &[
    "eleven_flash_v2", "eleven_flash_v2_5", "eleven_multilingual_v2", "eleven_v3", "eleven_v3_conversational", "eleven_v4",
    "eleven_v4_turbo", "sonic-3", "sonic-3-latest", "sonic-3.5", "sonic-3.6", "tts-1", "gpt-4o-mini-tts", "speech-02-turbo",
    "speech-2.8-turbo", "s1", "s2-pro", "s2.1-pro", "inworld-tts-2", "inworld-tts-2-flash",
];

const NO_SETTING: &str = "The vendor has no such setting.";
const BY_VOICE: &str = "The voice determines it; the vendor lists the properties of each voice.";
const NO_WAY_BACK: &str = "The vendor documents no default for it; it keeps the last value.";

/// Builds the rule for a duration that the vendor stores in whole milliseconds. `range` is in milliseconds, and
/// `default_s`, which the vendor applies if there is no value, is in seconds.
fn duration(path: &'static str, range: RangeInclusive<f64>, default_s: u32) -> Rule<Seconds> {
    milliseconds(path, range, default_s).default(json!(default_s * 1000)).states_default()
}

/// Builds the rule for a duration, like [`duration`], that a creation sends only if the caller gives one.
fn milliseconds(path: &'static str, range: RangeInclusive<f64>, default_s: u32) -> Rule<Seconds> {
    at(path, number().scaled(1000.0, "milliseconds").steps(1.0).within(range))
        .cleared_as(Seconds(Duration::from_secs(default_s.into())))
}

/// Returns a rule for each field of an agent.
pub fn rules() -> AgentRules {
    AgentRules {
        name: at("/agent/agent_name", text()).required(),
        direction: fixed("inbound and outbound", "An agent takes and places calls; a phone number is bound to it for inbound calls."),
        language: facet(LANGUAGE, wire::language()).required()
            .note("A language without a region is sent with one: en as en-US, de as de-DE, pt as pt-BR. mul is sent as ten languages."),
        additional_languages: facet(LANGUAGE, wire::additional_languages()),
        timezone: at("/agent/timezone", text()).default(json!("America/Los_Angeles")).states_default(),
        prompt: PromptRules {
            instructions: at("/llm/general_prompt", text()).required(),
            goal: unsupported("The vendor has one prompt and no separate goal."),
            company_name: unsupported("The vendor has one prompt and no separate company."),
            company_website: unsupported("The vendor has one prompt and no separate company."),
        },
        greeting: greeting(),
        voice: voice(),
        model: model(),
        transcription: TranscriptionRules {
            provider: unsupported("The vendor takes a provider only together with a duration of silence; see turn_taking.endpointing_silence_ms."),
            model: unsupported("The provider of the transcription determines the model."),
            keywords: at("/agent/boosted_keywords", list(text())).cleared_by(json!([])),
        },
        pronunciations: facet("/agent/pronunciation_dictionary", wire::pronunciations())
            .note("The vendor takes only the alphabet ipa, and not every provider of voices uses it."),
        turn_taking: TurnTakingRules {
            endpointing: unsupported(NO_SETTING),
            endpointing_sensitivity: at("/agent/responsiveness", number().within(0.0..=1.0))
                .default(json!(1)).states_default().cleared_as(1.0),
            endpointing_silence_ms: facet("/agent/custom_stt_config", wire::silence())
                .brings("/transcription/provider", "/agent/custom_stt_config/provider", "The vendor takes a duration of silence only together with a provider of transcription.")
                .note("The vendor takes it only together with a provider of transcription. The gateway sends deepgram, unless the vendor has another one."),
            interruptible: facet(INTERRUPTIONS, wire::interruptible()).cleared_as(true),
            interruption_sensitivity: facet(INTERRUPTIONS, wire::interruption_sensitivity())
                .default(json!(1)).states_default()
                .note("The vendor takes 0 only for an agent that cannot be interrupted."),
            interruption_min_words: unsupported(NO_SETTING),
        },
        silence: SilenceRules {
            reprompt_after_s: duration("/agent/reminder_trigger_ms", 0.0..=3_600_000.0, 10)
                .note("With 0, the vendor's maximum number of reprompts is 0."),
            reprompts: unsupported("The language model chooses the words."),
            max_reprompts: at("/agent/reminder_max_count", number().steps(1.0)).default(json!(1)).states_default().cleared_as(1),
            hang_up_after_s: duration("/agent/end_call_after_silence_ms", 10_000.0..=3_600_000.0, 600),
        },
        keypad: KeypadRules {
            accept_digits: at("/agent/allow_user_dtmf", flag()).default(json!(true)).states_default().cleared_as(true),
            press_digits: facet(TOOLS, wire::press_digits()).cleared_as(false),
        },
        call: CallLimitsRules {
            max_duration_s: duration("/agent/max_call_duration_ms", 60_000.0..=7_200_000.0, 3600),
            record: facet(STORAGE, wire::record())
                .default(json!(wire::EVERYTHING)).states_default().cleared_as(true)
                .note("The vendor records every call. Its setting that stores no recording still delivers it for ten minutes."),
            ring_timeout_s: duration("/agent/ring_duration_ms", 5000.0..=300_000.0, 30),
        },
        voicemail: VoicemailRules {
            action: facet(VOICEMAIL, wire::VOICEMAIL.action()).cleared_as(VoicemailAction::Continue)
                .note("The vendor looks for a voicemail in the first three minutes of a call."),
            message: facet(VOICEMAIL, wire::VOICEMAIL.message(text()))
                .note("The vendor takes a message only if voicemail.action is leave_message."),
        },
        audio: AudioRules {
            ambient_sound: facet(AMBIENT_SOUND, wire::ambient_sound()).cleared_as("off".to_owned()),
            ambient_volume: at("/agent/ambient_sound_volume", number().scaled(2.0, "of 2").within(0.0..=2.0))
                .default_when(AMBIENT_SOUND, other_than(Value::Null), json!(1)).states_default().cleared_as(0.5),
            noise_cancellation: facet("/agent/denoising_mode", wire::denoising())
                .default(json!("noise-cancellation")).states_default().cleared_as(true),
            fillers: facet("/agent/handbook_config", wire::fillers()).cleared_as(false)
                .note("The vendor adds a portion of its own to the prompt."),
            filler_words: unsupported("The language model chooses the words."),
        },
        ending: EndingRules {
            message: facet(TOOLS, wire::closing_message())
                .note("The agent says it while it hangs up, so an agent with a closing message can hang up."),
            hang_up: facet(TOOLS, wire::hang_up()),
        },
        transfers: facet(TOOLS, wire::transfers()),
        handovers: facet(TOOLS, wire::handovers())
            .note("The vendor requires a choice of the agents whose analysis a call gets. For a new handover, the gateway assumes both agents; a choice that was made at the vendor is kept."),
        opt_out: OptOutRules {
            enabled: at("/agent/enable_dnc_detection", flag()).cleared_as(false)
                .note("The agent asks once whether the person wants no further calls, ends the call, and marks the contact."),
            script: unsupported("The vendor recognizes such requests itself and accepts no text for it."),
        },
        analysis: AnalysisRules {
            evaluate: fixed(true, "The vendor judges and summarizes every call and has no switch for it."),
            criteria: unsupported("The vendor has no criteria; analysis.extraction can ask for a boolean."),
            emotions: unsupported("The vendor recognizes no emotions."),
            summary_prompt: facet(ANALYSIS, wire::summary_prompt()),
            outcome_prompt: facet(ANALYSIS, wire::outcome_prompt()).note("The vendor answers it with true or false."),
            sentiment: unsupported("The vendor classifies the sentiment of every call, with one prompt of its own instead of four."),
            extraction: facet(ANALYSIS, wire::extraction()),
        },
        webhook: webhook(),
        privacy: PrivacyRules {
            retention_days: at("/agent/data_storage_retention_days", number().steps(1.0).within(1.0..=730.0)),
            redact: facet(STORAGE, wire::redact()).cleared_as(false)
                .note("If true, the vendor removes all kinds of personal data after the call."),
        },
        variables: at("/llm/default_dynamic_variables", map()),
        tools: facet(TOOLS, wire::tools())
            .called()
            .note("The vendor sends HTTP requests, without parameters if the method is get or delete; and an SMS with a fixed text, during the call and from a phone number that can send SMS. Set up other tools at the vendor; they are kept."),
        tool_ids: unsupported("The vendor has no tools that several agents share."),
        knowledge_base_ids: at("/llm/knowledge_base_ids", list(text())).cleared_by(json!([]))
            .listed(CatalogueKind::KNOWLEDGE_BASES, ListedBy::Id),
        phone_number_id: bound("/phone_number", NUMBER_PER_CALL)
            .listed(CatalogueKind::PHONE_NUMBERS, ListedBy::Id)
            .note("The agent answers the calls to the number, with its latest published version."),
    }
}

/// Returns the rules for the greeting. An agent without a message composes its greeting; an agent with an empty message
/// waits.
fn greeting() -> GreetingRules {
    GreetingRules {
        message: facet(BEGIN, besides("", text())).effective_when(
            SPEAKER,
            json!("agent"),
            "If the caller speaks first, the vendor says it only after a silence that is set at the vendor, and otherwise never.",
        ),
        first_speaker: at(SPEAKER, one_of(SPEAKERS))
            .required()
            .default(json!("agent"))
            .cleared_as(Speaker::Agent),
        generated: facet(BEGIN, wire::generated())
            .cannot_clear(
                "The vendor composes a greeting while greeting.message has no value, and none otherwise.",
            )
            .default_when(SPEAKER, json!("agent"), Value::Null)
            .states_default()
            .note("The language model composes the greeting if there is no text."),
        interruptible: unsupported("The vendor has one setting for interruptions in the whole call."),
        delay_s: milliseconds("/agent/begin_message_delay_ms", 0.0..=5000.0, 0)
            .only_when(
                SPEAKER,
                json!("agent"),
                "For an agent that waits for the caller, the vendor has another setting, begin_after_user_silence_ms. Set it at the vendor; it is kept.",
            )
            .default_when(SPEAKER, json!("agent"), json!(0))
            .states_default(),
    }
}

fn voice() -> VoiceRules {
    VoiceRules {
        id: at("/agent/voice_id", text()).required().listed(CatalogueKind::VOICES, ListedBy::Id),
        fallback_ids: at("/agent/fallback_voice_ids", list(text()))
            .cleared_by(json!([]))
            .listed(CatalogueKind::VOICES, ListedBy::Id)
            .note("The vendor accepts only voices of other providers than that of voice.id."),
        name: unsupported(BY_VOICE),
        accent: unsupported(BY_VOICE),
        gender: unsupported(BY_VOICE),
        provider: unsupported(BY_VOICE),
        model: at("/agent/voice_model", words(VOICE_MODELS))
            .note("The model must be one of the voice's provider. Without it, the vendor uses a model of its own choice."),
        speed: at("/agent/voice_speed", number().within(0.5..=2.0))
            .default(json!(1))
            .states_default()
            .cleared_as(1.0),
        stability: at("/agent/voice_temperature", wire::stability())
            .default(json!(1))
            .states_default()
            .cleared_as(0.5),
        similarity: unsupported(NO_SETTING),
        style: unsupported(NO_SETTING),
        speaker_boost: unsupported(NO_SETTING),
    }
}

fn model() -> ModelRules {
    ModelRules {
        engine: facet(MODEL, wire::engine()).cannot_clear(NO_WAY_BACK)
            .note("Without it, a new agent has the engine of its model."),
        endpoint: unsupported("The vendor connects to a server of the customer by a WebSocket with a protocol of its own, not by the API of OpenAI."),
        name: facet(MODEL, wire::model_name())
            .listed(CatalogueKind::MODELS, ListedBy::Id)
            .cannot_clear(NO_WAY_BACK)
            .note("Each model belongs to one engine. To change the engine, set model.engine and model.name together."),
        temperature: facet(MODEL, wire::temperature()).cleared_as(0.0),
        max_tokens: unsupported(NO_SETTING),
        fallback: facet(MODEL, wire::fallback_model())
            .listed(CatalogueKind::MODELS, ListedBy::Id)
            .cleared_as(Vec::new())
            .note("Only the engine pipeline has a second model."),
    }
}

fn webhook() -> WebhookRules {
    WebhookRules {
        url: facet(WEBHOOK, text()).called(),
        enabled: facet(WEBHOOK, wire::webhook_enabled()).cannot_clear("The vendor has no switch; clear webhook.url instead.")
            .note("The vendor has no switch; a webhook with a URL is always used. An agent without one uses the webhook of the account, if there is one."),
        only_completed: unsupported("The vendor sends the results of failed calls, too."),
        events: facet("/agent/webhook_events", wire::events())
            .default(json!(wire::DEFAULT_EVENTS))
            .states_default()
            .cleared_as(wire::default_events()),
        timeout_s: duration("/agent/webhook_timeout_ms", 1.0..=600_000.0, 10),
        include_recording: fixed(true, "The results always include the URL of the recording."),
    }
}
