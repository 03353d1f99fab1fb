//! The rules for the fields of an agent: one table for each generation, and the rules that both tables share.
//!
//! Names, ranges and choices are from the vendor's API reference of the generation, unless another source is named.

mod current;
mod legacy;

use serde_json::json;
use switchboard_core::prelude::*;

use crate::config::Generation;

/// Returns the rule table of a generation.
pub fn rules(generation: Generation) -> AgentRules {
    match generation {
        Generation::Legacy => legacy::rules(),
        Generation::Current => current::rules(),
    }
}

/// The published reason why most fields cannot be cleared. The vendor documents `null` for only a few fields; its
/// effect on the others is not known.
const NO_WAY_BACK: &str = "The vendor documents no way to clear this field; it keeps the last value.";

const DIRECTIONS: &[(Direction, &str)] =
    &[(Direction::Inbound, "inbound"), (Direction::Outbound, "outbound")];

const ENGINES: &[(Engine, &str)] = &[(Engine::Pipeline, "pipeline"), (Engine::Realtime, "multimodal")];

/// The engines in answers. `dualplex` is the realtime engine with its own synthesizer and the same
/// restrictions (reference pages, 2026-06).
const ENGINES_READ: &[(Engine, &str)] =
    &[(Engine::Pipeline, "pipeline"), (Engine::Realtime, "multimodal"), (Engine::Realtime, "dualplex")];

const ENDPOINTING: &[(Endpointing, &str)] = &[(Endpointing::Vad, "vad"), (Endpointing::Semantic, "ai")];

/// Returns the codec for sensitivities, which the vendor states on a scale of 0 to 5.
fn sensitivity() -> Number {
    number().scaled(5.0, "a scale of 0 to 5").within(0.0..=5.0)
}

/// Returns the codec for `wait_for_customer`. True makes the caller speak first (vendor's page of 2026).
fn waits_for_caller() -> impl Codec<Speaker> {
    yes_no(Speaker::Caller, Speaker::Agent)
}

fn share() -> Number {
    number().within(0.0..=1.0)
}

fn setting(path: &'static str) -> Rule<bool> {
    at(path, flag()).cannot_clear(NO_WAY_BACK)
}

fn prompt() -> PromptRules {
    PromptRules {
        instructions: at("/system_prompt", text()).required(),
        goal: unsupported("The vendor has one prompt and no separate goal."),
        company_name: unsupported("The vendor has one prompt and no separate company."),
        company_website: unsupported("The vendor has one prompt and no separate company."),
    }
}

/// Returns the rules for the reaction to a voicemail; `message` is the generation's rule for the message.
fn voicemail(message: Rule<String>) -> VoicemailRules {
    VoicemailRules {
        message,
        action: at("/end_call_on_voicemail", yes_no(VoicemailAction::HangUp, VoicemailAction::Continue))
            .cannot_clear(NO_WAY_BACK),
    }
}

fn opt_out() -> OptOutRules {
    OptOutRules {
        enabled: unsupported("The vendor has no opt-out."),
        script: unsupported("The vendor has no opt-out."),
    }
}

fn pronunciations() -> Rule<Vec<Pronunciation>> {
    unsupported("The vendor has no setting for the pronunciation of words.")
}

/// Returns the rule for tools that were set up at the vendor. An answer may omit their ids, because the documented list
/// of assistants does not contain them.
fn tool_ids() -> Rule<Vec<String>> {
    at("/tool_ids", list(integer_id())).cleared_by(json!([])).may_be_omitted()
}

fn privacy() -> PrivacyRules {
    PrivacyRules {
        retention_days: unsupported("The vendor has no setting for the storage of calls."),
        redact: unsupported("The vendor has no setting for personal data in transcripts."),
    }
}

fn webhook() -> WebhookRules {
    WebhookRules {
        url: at("/webhook_url", text())
            .called()
            .note("The webhook sends nothing until webhook.enabled is true."),
        enabled: setting("/is_webhook_active")
            .default(json!(false))
            .needs("/webhook_url", "The vendor requires a URL for an active webhook."),
        events: unsupported("The vendor sends one document after each call, and no other event."),
        timeout_s: unsupported("The vendor documents no timeout for the webhook."),
        only_completed: setting("/send_webhook_only_on_completed"),
        include_recording: setting("/include_recording_in_webhook"),
    }
}
