//! The rules of a request to dial.
//!
//! Paths and limits are from the vendor's OpenAPI document of 2026-08-20. The vendor merges `assistantOverrides` deeply
//! into the assistant, but requires that each object in it is complete by itself: a model needs its provider and its
//! name, a voice its provider and its id (answers that public integrations recorded in 2026). The gateway adds these from
//! the agent that it has sent. It replaces no list of the assistant of which it may know only some items, such as the tools.

use switchboard_core::prelude::*;

use crate::{agent, wire};

/// The agent's settings that the vendor accepts by themselves, each with its path in the request.
const OVERRIDES: Moves = Moves::new(&[
    ("/model/messages", "/assistantOverrides/model/messages"),
    ("/firstMessage", "/assistantOverrides/firstMessage"),
    ("/firstMessageMode", MODE),
    ("/firstMessageInterruptionsEnabled", "/assistantOverrides/firstMessageInterruptionsEnabled"),
    ("/silenceTimeoutSeconds", "/assistantOverrides/silenceTimeoutSeconds"),
    ("/maxDurationSeconds", "/assistantOverrides/maxDurationSeconds"),
]);

const MODE: &str = "/assistantOverrides/firstMessageMode";
const VOICE: &str = "/assistantOverrides/voice";
const NAME: &str = "/customer/name";

const ALL_TOOLS: &str = "For one call, the vendor replaces all tools of the agent, including those that the gateway does not know.";
const ALL_HOOKS: &str = "For one call, the vendor replaces all hooks of the agent, including those that the gateway does not know.";

/// Returns a rule for each field of a request to dial.
pub fn rules() -> DialRules {
    DialRules {
        to: DialToRules {
            phone_number: at("/customer/number", text()).required().write_only(),
            first_name: facet(NAME, wire::name_part()).write_only(),
            last_name: facet(NAME, wire::name_part()).write_only().note("The vendor has one name."),
            email: at("/customer/email", text().max_len(40)).write_only(),
        },
        from: DialFromRules {
            phone_number_id: at("/phoneNumberId", text())
                .required()
                .write_only()
                .listed(CatalogueKind::PHONE_NUMBERS, ListedBy::Id),
        },
        trunk_id: unsupported("The vendor places calls from a phone number; set from.phone_number_id."),
        variables: at("/assistantOverrides/variableValues", map()).write_only(),
        overrides: overrides(),
    }
}

fn overrides() -> OverridesRules {
    let moved = OverridesRules::from_agent(agent::rules(), OVERRIDES);
    OverridesRules {
        language: at("/assistantOverrides/transcriber/language", wire::language())
            .write_only()
            .note("The transcriber and the voice of the agent must support the language. The gateway sends them with it."),
        prompt: PromptOverridesRules {
            instructions: moved.prompt.instructions.note(
                "The gateway sends the agent's language model with them. Messages that were added at the vendor do not apply.",
            ),
        },
        greeting: GreetingOverridesRules {
            first_speaker: moved.greeting.first_speaker.note(
                "The vendor has one setting for first_speaker and generated. Without overrides.greeting.generated, the message is not generated.",
            ),
            generated: facet(MODE, wire::generated_for_call()).write_only(),
            ..moved.greeting
        },
        voice: VoiceOverridesRules {
            id: facet(VOICE, wire::voice_for_call())
                .write_only()
                .listed(CatalogueKind::VOICES, ListedBy::Id)
                .note("Only voices that the vendor documents. The agent's other settings of the voice remain."),
            speed: facet(VOICE, wire::speed_for_call())
                .write_only()
                .note("The range depends on the provider of the voice."),
        },
        silence: SilenceOverridesRules {
            reprompt_after_s: unsupported(ALL_HOOKS),
            reprompts: unsupported(ALL_HOOKS),
            max_reprompts: unsupported(ALL_HOOKS),
            ..moved.silence
        },
        transfers: unsupported(ALL_TOOLS),
        ..moved
    }
}
