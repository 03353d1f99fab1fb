//! The rules of each field of an agent, one table for each generation, with the rules that both share.
//!
//! Names, ranges and choices are from the vendor's API reference of the generation, unless another source is named.

mod current;
mod legacy;

use switchboard_core::prelude::*;

use crate::config::Generation;

/// Returns the rule table of a generation.
pub fn rules(generation: Generation) -> AgentRules {
    match generation {
        Generation::Legacy => legacy::rules(),
        Generation::Current => current::rules(),
    }
}

/// The reason why most fields cannot be cleared: `null` is documented for few fields only, and its effect on the
/// others is not known.
const NO_WAY_BACK: &str = "The vendor documents no way to take the value back; it keeps the last one.";

const DIRECTIONS: &[(Direction, &str)] =
    &[(Direction::Inbound, "inbound"), (Direction::Outbound, "outbound")];

const ENGINES: &[(Engine, &str)] = &[(Engine::Pipeline, "pipeline"), (Engine::Realtime, "multimodal")];

/// The engines in answers. `dualplex` is the realtime engine with a synthesizer of its own, under the same
/// restrictions (reference pages, 2026-06).
const ENGINES_READ: &[(Engine, &str)] =
    &[(Engine::Pipeline, "pipeline"), (Engine::Realtime, "multimodal"), (Engine::Realtime, "dualplex")];

const ENDPOINTING: &[(Endpointing, &str)] = &[(Endpointing::Vad, "vad"), (Endpointing::Semantic, "ai")];

/// Returns the codec of sensitivities, which the vendor counts from 0 to 5.
fn sensitivity() -> Number {
    number().scaled(5.0, "a scale of 0 to 5").within(0.0..=5.0)
}

/// Returns the codec of `wait_for_customer` (for the wording see the vendor's page of 2026).
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
        goal: unsupported("The vendor has one prompt and no goal beside it."),
        company_name: unsupported("The vendor has no company beside the prompt."),
        company_website: unsupported("The vendor has no company beside the prompt."),
    }
}

fn opt_out() -> OptOutRules {
    OptOutRules {
        enabled: unsupported("The vendor has no opt-out."),
        script: unsupported("The vendor has no opt-out."),
    }
}

fn webhook() -> WebhookRules {
    WebhookRules {
        url: at("/webhook_url", text()).note("Sends nothing until webhook.enabled is true."),
        enabled: setting("/is_webhook_active").note("The vendor refuses true without a URL."),
        only_completed: setting("/send_webhook_only_on_completed"),
        include_recording: setting("/include_recording_in_webhook"),
    }
}
