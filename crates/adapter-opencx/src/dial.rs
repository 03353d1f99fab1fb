//! The rules of a request to dial (vendor's OpenAPI document of 2024-09).

use switchboard_core::prelude::*;

use crate::agent;

const OWN_NUMBER: &str = "An agent is a phone number at this vendor, and calls from that number.";
const NO_PERSON: &str = "The vendor has no place for the called person in a request to dial.";

/// The agent's settings that a dial can override: all of them, under `options` and with the same names as in an update.
const OVERRIDES: Moves = Moves::new(&[("", "/options")]);

/// Returns a rule for each field of a request to dial.
pub fn rules() -> DialRules {
    DialRules {
        to: DialToRules {
            phone_number: at("/contact/phone_number", text()).required().write_only(),
            first_name: unsupported(NO_PERSON),
            last_name: unsupported(NO_PERSON),
            email: unsupported(NO_PERSON),
        },
        from: DialFromRules { phone_number_id: unsupported(OWN_NUMBER) },
        trunk_id: unsupported(OWN_NUMBER),
        variables: unsupported("The vendor has no variables for placeholders."),
        overrides: OverridesRules::from_agent(agent::rules(), OVERRIDES),
    }
}
