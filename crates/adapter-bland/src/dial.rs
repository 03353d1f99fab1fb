//! The rules of a request to dial.
//!
//! Paths and ranges are from the vendor's documentation of 2026-08-09. The settings of a call replace those of its persona.
//! A request can also ask for repeated and scheduled calls, for which the gateway has no fields.

use switchboard_core::prelude::*;

use crate::agent;

const VARIABLES: &str = "/request_data";

/// The persona's settings that a dial can override, each with its path in the request.
const OVERRIDES: Moves = Moves::new(&[
    ("/personality_prompt", "/task"),
    ("/call_config/language", "/language"),
    ("/call_config/wait_for_greeting", "/wait_for_greeting"),
    ("/call_config/voice", "/voice"),
    ("/call_config/max_duration", "/max_duration"),
]);

/// Returns a rule for each field of a request to dial.
pub fn rules() -> DialRules {
    DialRules {
        to: DialToRules::as_variables(at("/phone_number", text()).required().write_only(), VARIABLES),
        from: DialFromRules {
            phone_number_id: at("/from", text())
                .write_only()
                .unlisted(
                    CatalogueKind::PHONE_NUMBERS,
                    "The vendor lists the phone numbers for inbound calls and for outbound calls separately, and the gateway reads only the first list.",
                )
                .note("If omitted, the vendor chooses a number of its pool."),
        },
        trunk_id: unsupported(
            "The vendor places a call from a phone number. A number of a SIP trunk is one of its phone numbers.",
        ),
        variables: variables_beside_person(VARIABLES),
        overrides: overrides(),
    }
}

fn overrides() -> OverridesRules {
    let moved = OverridesRules::from_agent(agent::rules(), OVERRIDES);
    OverridesRules {
        prompt: PromptOverridesRules {
            instructions: moved.prompt.instructions.note(
                "The vendor does not document how the instructions of a call and of its persona combine. That they replace the persona's is inferred.",
            ),
        },
        greeting: GreetingOverridesRules {
            message: at("/first_sentence", text()).write_only(),
            generated: unsupported(
                "The language model generates the first message unless overrides.greeting.message has a value.",
            ),
            ..moved.greeting
        },
        transfers: at("/transfer_phone_number", single(transfer_number()))
            .write_only()
            .note("One transfer. The phone number must differ from the called one."),
        ..moved
    }
}
