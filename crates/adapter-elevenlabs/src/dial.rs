//! The rules of a request to dial.
//!
//! Paths are from the vendor's OpenAPI document of 2026-08-22. The vendor has a separate request for each provider of
//! phone numbers, but the members that the gateway uses are the same in all of them.

use switchboard_core::prelude::*;

use crate::{agent, config::CallOverrides};

/// The path of the id of the phone number from which the call is placed.
pub const FROM: &str = "/agent_phone_number_id";

/// The path of the values of the placeholders.
pub const VARIABLES: &str = "/conversation_initiation_client_data/dynamic_variables";

const NOT_DECLARED: &str = "The vendor accepts a setting for one call only if the agent at the vendor allows it, and otherwise ends the call after it was placed. The setting call_overrides of this vendor states that the agents allow it.";

/// The fields of an agent in which the vendor looks for placeholders. Recorded answers of 2026 mention missing
/// variables in the first message and in the tools. It is inferred that the vendor also looks in the prompt and the
/// transfers.
pub const TEXTS: &[&str] = &["/prompt/instructions", "/greeting/message", "/tools", "/transfers"];

/// The prefix of the variables that the vendor sets (vendor OpenAPI document, 2026-08-22).
pub const OWN_VARIABLES: &str = "system__";

/// The agent's settings that a dial can override, each with its path in the request.
const OVERRIDES: Moves = Moves::new(&[
    (
        "/agent/conversation_config/agent/language",
        "/conversation_initiation_client_data/conversation_config_override/agent/language",
    ),
    (
        "/agent/conversation_config/agent/first_message",
        "/conversation_initiation_client_data/conversation_config_override/agent/first_message",
    ),
    (
        "/agent/conversation_config/agent/prompt/prompt",
        "/conversation_initiation_client_data/conversation_config_override/agent/prompt/prompt",
    ),
    (
        "/agent/conversation_config/tts/voice_id",
        "/conversation_initiation_client_data/conversation_config_override/tts/voice_id",
    ),
    (
        "/agent/conversation_config/tts/speed",
        "/conversation_initiation_client_data/conversation_config_override/tts/speed",
    ),
    (
        "/agent/conversation_config/conversation/max_duration_seconds",
        "/conversation_initiation_client_data/conversation_config_override/conversation/max_duration_seconds",
    ),
]);

/// Returns a rule for each field of a request to dial.
pub fn rules(overrides: CallOverrides) -> DialRules {
    DialRules {
        to: DialToRules::as_variables(at("/to_number", text()).required().write_only(), VARIABLES),
        from: DialFromRules {
            phone_number_id: at(FROM, text())
                .required()
                .write_only()
                .listed(CatalogueKind::PHONE_NUMBERS, ListedBy::Id)
                .note("The provider of the phone number determines the vendor's request."),
        },
        trunk_id: unsupported(
            "The vendor places a call from a phone number. A number of a SIP trunk is one of its phone numbers.",
        ),
        variables: variables_beside_person(VARIABLES)
            .note("The vendor ends a call in which a placeholder has no value, so such a call is refused before it is placed."),
        overrides: match overrides {
            CallOverrides::Refused => {
                OverridesRules::from_agent(agent::rules(), Moves::nowhere(NOT_DECLARED))
            }
            CallOverrides::Allowed => allowed(),
        },
    }
}

/// Returns the rules of the overrides for agents that allow them.
fn allowed() -> OverridesRules {
    let moved = OverridesRules::from_agent(agent::rules(), OVERRIDES);
    OverridesRules {
        language: moved.language.note("The agent's voice model must speak the language."),
        greeting: GreetingOverridesRules {
            first_speaker: moved.greeting.first_speaker.note(
                "The agent speaks first if overrides.greeting.message has a value, and waits for the caller otherwise.",
            ),
            ..moved.greeting
        },
        ..moved
    }
}
