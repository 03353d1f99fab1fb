//! The rules for the fields of an agent, which QCall calls an assistant.
//!
//! The source is the page dialers/update of the QCall docs. Its response section mistakenly describes an assistant: the
//! fields, their ranges, and which fields are required. A required field defaults to the value that the vendor's MCP
//! client sends. If the client sends no value, the field has no default; the call duration is the only exception
//! ([`CALL_MINUTES`]).

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{
    languages::CODES,
    wire::{self, read_sentiment, write_sentiment},
};

const DIRECTIONS: &[(Direction, &str)] =
    &[(Direction::Inbound, "inbound"), (Direction::Outbound, "outbound")];

const GENDERS: &[(Gender, &str)] = &[(Gender::Male, "male"), (Gender::Female, "female")];

/// The default maximum duration of a call in minutes. The vendor documents no default, and its own client asks the
/// user. A limit of ten minutes ends a call that has gone wrong before it becomes expensive.
const CALL_MINUTES: u32 = 10;

/// The only opt-out prompt that the vendor documents. This prompt is sent if opt-outs are enabled and no prompt
/// is given.
const OPT_OUT: &str = "If a user explicitly expresses that they no longer wish to receive calls, such as by saying \
                       'Don't call me again,' 'I'm not interested,' or any similar phrase indicating that they want to \
                       opt out of future communications, please trigger the 'optOut' function and inform the user that \
                       they will no longer be contacted for calls.";

const NO_SETTING: &str = "The vendor documents no such setting.";

/// Returns the rule for each field.
pub fn rules() -> AgentRules {
    AgentRules {
        name: at("/name", text()).required(),
        direction: at("/type", one_of(DIRECTIONS)).required(),
        language: facet("/language", first_item(",", languages(CODES))).required(),
        additional_languages: facet("/language", other_items(",", list(languages(CODES))))
            .note("Additional languages are sent after the first language, in one string (vendor's audit)."),
        timezone: unsupported("The vendor has time zones only inside booking actions."),
        prompt: prompt(),
        greeting: greeting(),
        voice: voice(),
        model: ModelRules {
            engine: unsupported(NO_SETTING),
            endpoint: unsupported(NO_SETTING),
            name: at("/ai_model_id", text())
                .listed(CatalogueKind::MODELS, ListedBy::Id)
                .or_documented(&["1"])
                .required()
                .default(json!("1"))
                .note("The documentation names only 1; the vendor's list of models has more (vendor's MCP client)."),
            temperature: at("/temperature", number().steps(0.1).within(0.7..=2.0))
                .required()
                .default(json!(0.7)),
            max_tokens: unsupported(NO_SETTING),
            fallback: unsupported(NO_SETTING),
        },
        transcription: TranscriptionRules {
            provider: unsupported(NO_SETTING),
            model: unsupported(NO_SETTING),
            keywords: unsupported(NO_SETTING),
        },
        pronunciations: unsupported(NO_SETTING),
        turn_taking: turn_taking(),
        silence: SilenceRules {
            reprompt_after_s: at("/wait_max_interval", number().scaled(1000.0, "milliseconds").steps(1.0)),
            reprompts: unsupported(NO_SETTING),
            max_reprompts: unsupported(NO_SETTING),
            hang_up_after_s: unsupported(NO_SETTING),
        },
        keypad: KeypadRules { accept_digits: unsupported(NO_SETTING), press_digits: unsupported(NO_SETTING) },
        call: CallLimitsRules {
            max_duration_s: at("/maximum_time_per_call", minutes().within(1.0..=120.0))
                .required()
                .default(json!(CALL_MINUTES))
                .note("The documentation states no range; 120 minutes is the maximum that the vendor's own client accepts."),
            record: at("/is_recording", flag()),
            ring_timeout_s: unsupported(NO_SETTING),
        },
        voicemail: VoicemailRules { action: unsupported(NO_SETTING), message: unsupported(NO_SETTING) },
        audio: audio(),
        ending: EndingRules {
            message: at("/end_call_message", text()).cleared_by(json!("")),
            hang_up: unsupported(NO_SETTING),
        },
        transfers: unsupported("The vendor documents no transfer for an assistant."),
        handovers: unsupported("The vendor documents no handover to another assistant."),
        opt_out: OptOutRules {
            enabled: at("/is_opt_out", flag()).cleared_as(false),
            script: at("/opt_out_script", text())
                .required()
                .default(json!(""))
                .default_when("/is_opt_out", json!(true), json!(OPT_OUT))
                .cleared_by(json!(""))
                .note("If opt-outs are enabled without a script, the only prompt that the vendor documents is sent."),
        },
        analysis: analysis(),
        webhook: WebhookRules {
            url: facet("/zapier_hook", text()).cleared_by(json!(null)).called(),
            enabled: presence("/zapier_hook", "/webhook/url", "The vendor has no switch; a webhook with a URL is always used."),
            events: unsupported(NO_SETTING),
            timeout_s: unsupported(NO_SETTING),
            only_completed: unsupported(NO_SETTING),
            include_recording: unsupported(NO_SETTING),
        },
        privacy: PrivacyRules { retention_days: unsupported(NO_SETTING), redact: unsupported(NO_SETTING) },
        variables: unsupported("The vendor accepts variables with each call, not with the assistant."),
        tools: at("/actions", wire::tools())
            .cleared_as(Vec::new())
            .note("A tool is an action at the vendor. The vendor's other actions, such as call transfers and webhooks, are kept after the tools."),
        tool_ids: unsupported("The vendor keeps actions inside an assistant, without ids of their own."),
        knowledge_base_ids: at("/knowledge_base_Id", list(text()))
            .unlisted(CatalogueKind::KNOWLEDGE_BASES, "The gateway does not read the vendor's knowledge bases.")
            .cleared_by(json!([])),
        phone_number_id: unsupported("The vendor binds numbers to assistants in separate records."),
    }
}

fn prompt() -> PromptRules {
    PromptRules {
        instructions: at("/script", text()).required(),
        goal: at("/goal", text()).required().default(json!("")).cleared_by(json!("")),
        company_name: at("/company_name", text()).required().default(json!("")).cleared_by(json!("")),
        company_website: at("/company_website", text()).cleared_by(json!("")),
    }
}

fn greeting() -> GreetingRules {
    GreetingRules {
        message: at("/start_speech", text())
            .required()
            .default(json!(""))
            .cleared_by(json!(""))
            .also_sets("/is_start_speech_update"),
        first_speaker: at("/is_wait_start_speech", yes_no(Speaker::Caller, Speaker::Agent))
            .required()
            .default(json!(false))
            .only_when(
                "/type",
                json!("outbound"),
                "The vendor lets the other party speak first only in outbound calls.",
            ),
        generated: fixed(false, "The vendor requires the text of the greeting."),
        interruptible: unsupported(NO_SETTING),
        delay_s: unsupported(NO_SETTING),
    }
}

/// Returns the rules for the voice. If the caller does not give the name, the accent, the gender or the provider,
/// the value comes from the vendor's list of voices, as in the vendor's own app.
fn voice() -> VoiceRules {
    VoiceRules {
        id: at("/voice_id", text()).required().listed(CatalogueKind::VOICES, ListedBy::Id).listed_while(
            "/ai_modal",
            json!("qmodel"),
            "The vendor lists only the voices of its own provider, qmodel.",
        ),
        fallback_ids: unsupported(NO_SETTING),
        name: at("/voice_name", text())
            .required()
            .lookup(CatalogueKind::VOICES, "/voice_id", &["/name", "/displayname"])
            .default(json!("")),
        accent: at("/accent", text())
            .required()
            .lookup(CatalogueKind::VOICES, "/voice_id", &["/labels/accent"])
            .default(json!("US")),
        gender: at("/gender", one_of(GENDERS)).lookup(
            CatalogueKind::VOICES,
            "/voice_id",
            &["/labels/gender"],
        ),
        provider: at("/ai_modal", text())
            .required()
            .lookup(CatalogueKind::VOICES, "/voice_id", &["/ai_modal"])
            .default(json!("qmodel")),
        model: at("/eleven_lab_modal", text()).cleared_by(json!("")),
        speed: at("/voice_speed", number().steps(0.1).within(1.0..=2.0)).required().default(json!(1)),
        stability: at("/stability", number().within(0.0..=1.0)),
        similarity: at("/similarity", number().within(0.0..=1.0)),
        style: at("/style_exaggeration", number().within(0.0..=1.0)),
        speaker_boost: at("/speaker_boost", flag()),
    }
}

fn turn_taking() -> TurnTakingRules {
    TurnTakingRules {
        endpointing: unsupported(NO_SETTING),
        endpointing_sensitivity: unsupported(
            "The vendor's sensitivity is a duration of silence; see turn_taking.endpointing_silence_ms.",
        ),
        endpointing_silence_ms: at("/sensitivity", number().steps(100.0).within(600.0..=2000.0))
            .switched_by("/is_sensitivity")
            .required()
            .default(json!(600))
            .note("The documentation states no unit; milliseconds are inferred from the magnitude."),
        interruptible: unsupported(NO_SETTING),
        interruption_sensitivity: unsupported(NO_SETTING),
        interruption_min_words: unsupported(NO_SETTING),
    }
}

fn audio() -> AudioRules {
    AudioRules {
        ambient_sound: at("/background_type", text()).switched_by_unless("/is_back_sound", json!("off")),
        ambient_volume: at("/background_volume", number().scaled(10.0, "tenths").within(1.0..=10.0)).note(
            "The documentation states 1 to 10; the vendor's own app sends 0.5, so the real scale is unknown.",
        ),
        noise_cancellation: unsupported(NO_SETTING),
        fillers: at("/is_filler", flag()).required().default(json!(false)),
        filler_words: at("/fillers", list(text())).required().default(json!([])).cleared_by(json!([])),
    }
}

fn analysis() -> AnalysisRules {
    let prompt = |path| at(path, text()).required().default(json!("")).cleared_by(json!(""));
    AnalysisRules {
        evaluate: unsupported(NO_SETTING),
        criteria: unsupported(
            "The vendor documents no such setting; analysis.outcome_prompt can state criteria.",
        ),
        emotions: unsupported(NO_SETTING),
        summary_prompt: prompt("/meeting_note_prompt"),
        outcome_prompt: prompt("/call_outcome_prompt"),
        sentiment: at("/sentiment", structured(write_sentiment, read_sentiment)).required().default(json!({
            "general_prompt": "Judge the mood of the person called over the whole conversation.",
            "positive_prompt": "Positive: the person is friendly, agrees or is satisfied.",
            "negative_prompt": "Negative: the person is annoyed, refuses or complains.",
            "neutral_prompt": "Neutral: facts are exchanged, and neither of the others applies.",
        })),
        extraction: unsupported("The vendor documents no extraction of values from a conversation."),
    }
}
