//! The rules for writing each field of an agent to ElevenLabs and reading it back.
//!
//! Paths, ranges and defaults are from the vendor's OpenAPI document of 2026-08-22 and its official clients of 2026-11,
//! unless another source is named.

mod speech;

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{catalogue::LANGUAGE_CODES, wire};

const LANGUAGE: &str = "/agent/conversation_config/agent/language";
/// The path of the webhook.
pub const WEBHOOK: &str = "/webhook/[kind=post_call]";
const SOUND: &str = "/agent/conversation_config/conversation/background_sound";
const FILLERS: &str = "/agent/conversation_config/turn/soft_timeout_config";

/// The vendor's default for the language model.
const MODEL: &str = "gemini-2.5-flash";

const ENDPOINT: &str = "/agent/conversation_config/agent/prompt/custom_llm";
const VOICEMAIL: &str = "/agent/conversation_config/agent/prompt/built_in_tools/voicemail_detection";
const EVENTS: &str = "/agent/platform_settings/workspace_overrides/webhooks/events";
/// The switches for what the vendor deletes after the days of retention. It resets them if there are no such days (recorded
/// answers of 2026).
const DELETIONS: &[&str] = &[
    "/agent/platform_settings/privacy/delete_transcript_and_pii",
    "/agent/platform_settings/privacy/delete_audio",
];
/// The vendor's transcribers (official clients, 2026-11).
const TRANSCRIBERS: &[&str] = &["scribe_realtime", "scribe_v2_turbo", "elevenlabs"];

const NO_SETTING: &str = "The vendor has no such setting.";
const STAYS: &str = "The vendor documents no way to remove an entry; it keeps those that it has.";

/// Returns a rule for each field of an agent.
pub fn rules() -> AgentRules {
    AgentRules {
        name: at("/agent/name", text()).required(),
        direction: fixed("inbound and outbound", "An agent takes and places calls; a phone number is assigned for inbound calls."),
        language: at(LANGUAGE, languages(LANGUAGE_CODES)).required(),
        additional_languages: facet("/agent/conversation_config/language_presets", wire::additional_languages())
            .cannot_clear(STAYS)
            .note("The order is not kept. The agent detects the language and changes to it."),
        timezone: at("/agent/conversation_config/agent/prompt/timezone", text()),
        prompt: PromptRules {
            instructions: at("/agent/conversation_config/agent/prompt/prompt", text()).required(),
            goal: unsupported("The vendor has one prompt and no separate goal."),
            company_name: unsupported("The vendor has one prompt and no separate company."),
            company_website: unsupported("The vendor has one prompt and no separate company."),
        },
        greeting: greeting(),
        voice: speech::voice(),
        model: ModelRules {
            engine: fixed("pipeline", "The vendor chains speech recognition, a language model and a voice."),
            endpoint: facet(ENDPOINT, wire::endpoint())
                .called()
                .note("The vendor keeps its settings of the API, of which chat_completions is sent for a new server."),
            // Without its own server, an agent needs a model of the vendor.
            name: at("/agent/conversation_config/agent/prompt/llm", text())
                .listed(CatalogueKind::MODELS, ListedBy::Id)
                .replaced_by(ENDPOINT)
                .cleared_as(MODEL.to_owned())
                .sent_with(ENDPOINT)
                .required_when(ENDPOINT, json!(null))
                .default(json!(MODEL)),
            temperature: at("/agent/conversation_config/agent/prompt/temperature", number())
                .note("The vendor documents no upper limit."),
            max_tokens: at("/agent/conversation_config/agent/prompt/max_tokens", number().steps(1.0)).off_as(-1),
            fallback: facet("/agent/conversation_config/agent/prompt/backup_llm_config", wire::fallback())
                .listed(CatalogueKind::MODELS, ListedBy::Id)
                .cleared_by(json!({ "preference": "default" }))
                .empty_is_a_value()
                .note("If omitted, the vendor chooses other models. An empty list switches them off."),
        },
        transcription: TranscriptionRules {
            provider: fixed("elevenlabs", "The vendor transcribes speech itself."),
            model: at("/agent/conversation_config/asr/provider", words(TRANSCRIBERS))
                .cleared_as("scribe_realtime".to_owned())
                .note("The vendor can return to its default without an error; the value is then reported as not persisted."),
            keywords: at("/agent/conversation_config/asr/keywords", list(text())).cleared_by(json!([])),
        },
        pronunciations: unsupported("The vendor keeps pronunciations in dictionaries of the workspace. Assign them at the vendor; they are kept."),
        turn_taking: speech::turn_taking(),
        silence: SilenceRules {
            reprompt_after_s: at("/agent/conversation_config/turn/turn_timeout", number().within(1.0..=30.0))
                .cannot_clear("The vendor cannot switch it off; it keeps the last value.")
                .note("The language model chooses the words."),
            reprompts: unsupported("The language model chooses the words."),
            max_reprompts: unsupported(NO_SETTING),
            hang_up_after_s: at("/agent/conversation_config/turn/silence_end_call_timeout", number().within(1.0..=3600.0))
                .off_as(-1),
        },
        keypad: KeypadRules {
            accept_digits: existence("/agent/conversation_config/conversation/dtmf_input_settings", &[]),
            press_digits: existence(
                "/agent/conversation_config/agent/prompt/built_in_tools/play_keypad_touch_tone",
                &[("type", "system"), ("name", "play_keypad_touch_tone")],
            ),
        },
        call: CallLimitsRules {
            max_duration_s: at("/agent/conversation_config/conversation/max_duration_seconds", seconds())
                .cannot_clear("The vendor requires a limit; it keeps the last value."),
            record: at("/agent/platform_settings/privacy/record_voice", flag()).cleared_as(true),
            ring_timeout_s: unsupported("The vendor takes the duration of ringing with each call."),
        },
        voicemail: VoicemailRules {
            action: facet(VOICEMAIL, wire::VOICEMAIL.action())
                .cleared_as(VoicemailAction::Continue)
                .note("The language model recognizes a voicemail."),
            message: facet(VOICEMAIL, wire::VOICEMAIL.message(text()))
                .note("The vendor takes a message only if voicemail.action is leave_message."),
        },
        audio: AudioRules {
            ambient_sound: facet(SOUND, wire::ambient_sound()).cleared_as("off".to_owned()),
            ambient_volume: facet(SOUND, wire::ambient_volume()).cleared_as(0.15),
            noise_cancellation: at("/agent/conversation_config/vad/background_voice_detection", flag())
                .cleared_as(false)
                .note("The newest official client lacks the field. If the vendor drops the value, it is reported as not persisted."),
            fillers: facet(FILLERS, wire::fillers()).cleared_as(false)
                .note("If true, the agent uses a filler word after a pause of 3 seconds, or after the pause that the vendor has."),
            filler_words: facet(FILLERS, wire::filler_words()).cleared_as(Vec::new()),
        },
        ending: EndingRules {
            message: unsupported("The vendor has no closing message."),
            hang_up: at("/agent/conversation_config/agent/prompt/built_in_tools/end_call", wire::end_call()),
        },
        transfers: facet("/agent/conversation_config/agent/prompt/built_in_tools/transfer_to_number", wire::transfers())
            .note("A cold transfer works only with a phone number that was imported from Twilio, and a warm transfer with every phone number (vendor page on transfers to numbers, 2026)."),
        handovers: facet("/agent/conversation_config/agent/prompt/built_in_tools/transfer_to_agent", wire::handovers())
            .note("The vendor requires a condition for each handover. Transfers to nodes of a workflow are kept."),
        opt_out: OptOutRules { enabled: unsupported(NO_SETTING), script: unsupported(NO_SETTING) },
        analysis: analysis(),
        webhook: webhook(),
        privacy: PrivacyRules {
            retention_days: at("/agent/platform_settings/privacy/retention_days", number().steps(1.0))
                .off_as(-1)
                .switched_by_all(DELETIONS)
                .note("The vendor has two switches for what it deletes, transcripts with personal data and recordings. The gateway sets both. That they take effect after the days is inferred."),
            redact: facet("/agent/platform_settings/privacy/conversation_history_redaction", wire::redact())
                .cleared_as(false)
                .note("Without kinds of data that were chosen at the vendor, all kinds are removed."),
        },
        variables: facet(
            "/agent/conversation_config/agent/dynamic_variables/dynamic_variable_placeholders",
            wire::variables(),
        )
        .cannot_clear(STAYS),
        tools: facet("/tool", wire::http_requests())
            .cleared_by(json!([]))
            .called()
            .note("The vendor sends HTTP requests, without parameters if the method is get or delete. Each request is a tool of the workspace that the gateway creates, changes and deletes with the agent. The order is not kept."),
        tool_ids: at("/agent/conversation_config/agent/prompt/tool_ids", list(text())).cleared_by(json!([])),
        knowledge_base_ids: at("/agent/conversation_config/agent/prompt/knowledge_base", wire::knowledge_bases())
            .listed(CatalogueKind::KNOWLEDGE_BASES, ListedBy::Id)
            .cleared_by(json!([]))
            .note("The vendor requires the type and the name of each document. The gateway reads them before it assigns the document."),
        phone_number_id: bound("/phone_number", NUMBER_PER_CALL).listed(CatalogueKind::PHONE_NUMBERS, ListedBy::Id),
    }
}

/// Returns the rules for the greeting. The caller speaks first if the vendor's greeting is empty.
fn greeting() -> GreetingRules {
    const MESSAGE: &str = "/agent/conversation_config/agent/first_message";
    GreetingRules {
        message: facet(MESSAGE, text()).cleared_by(json!("")),
        first_speaker: presence_as(
            MESSAGE,
            "/greeting/message",
            "The agent speaks first if it has a greeting, and waits for the caller otherwise.",
            (Speaker::Agent, Speaker::Caller),
            json!(""),
        ),
        generated: fixed(false, "The vendor's greeting is a text."),
        interruptible: at(
            "/agent/conversation_config/agent/disable_first_message_interruptions",
            yes_no(false, true),
        )
        .cleared_as(true),
        delay_s: unsupported(
            "The vendor has a delay only for an agent that waits for the caller; it is kept.",
        ),
    }
}

fn analysis() -> AnalysisRules {
    AnalysisRules {
        evaluate: unsupported("The vendor judges and summarizes every call and has no switch for it."),
        criteria: facet("/agent/platform_settings/evaluation/criteria", wire::criteria())
            .cleared_by(json!([])),
        emotions: unsupported("The vendor recognizes no emotions."),
        summary_prompt: unsupported("The vendor always writes a summary and accepts no prompt for it."),
        outcome_prompt: unsupported(
            "The vendor accepts no prompt for the outcome; analysis.extraction can collect it.",
        ),
        sentiment: unsupported("The vendor does not classify the sentiment; analysis.extraction can do so."),
        extraction: facet("/agent/platform_settings/data_collection", wire::extraction())
            .cannot_clear(STAYS)
            .note("The order is not kept."),
    }
}

fn webhook() -> WebhookRules {
    WebhookRules {
        url: facet(WEBHOOK, wire::webhook_url())
            .note("A webhook that was disabled at the vendor counts as missing. A sync with on_drift overwrite enables it again. An agent without one uses the webhook of the workspace settings, if there is one."),
        enabled: facet(WEBHOOK, wire::webhook_enabled()).cleared_as(true).note(
            "If false, the gateway disables the webhook and keeps it with its secret. That the webhook of the workspace settings does not take its place is inferred.",
        ),
        only_completed: unsupported("The vendor sends the results of failed calls, too."),
        events: facet(EVENTS, event_names(wire::EVENTS))
            .cleared_as(EventName::new("call.transcript_ready").into_iter().collect())
            .needs(WEBHOOK, "The vendor sends events only to a webhook.")
            .note("The transcript contains the analysis of the call."),
        timeout_s: unsupported("The vendor chooses how long it waits for the webhook."),
        include_recording: facet(
            EVENTS,
            has_item(
                "audio",
                &["transcript"],
                Some("The vendor sends no URL. It sends the recording itself, in a second request to the webhook."),
            ),
        )
        .cleared_as(false)
        .needs(WEBHOOK, "The vendor sends recordings only to a webhook."),
    }
}
