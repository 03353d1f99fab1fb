//! The rules of a request to dial.
//!
//! Paths are from the official client (SDK 6.2.13, 2026-10-26). The vendor accepts any member of the agent and of its
//! LLM in `agent_override`. A list in it replaces the agent's whole list, so the gateway sends an override only if no
//! other setting is lost.

use switchboard_core::prelude::*;

use crate::agent;

/// The two parts of an agent, each with its path in the request.
const OVERRIDES: Moves =
    Moves::new(&[("/agent", "/agent_override/agent"), ("/llm", "/agent_override/retell_llm")]);

const VARIABLES: &str = "/retell_llm_dynamic_variables";

/// Returns a rule for each field of a request to dial.
pub fn rules() -> DialRules {
    DialRules {
        to: DialToRules::as_variables(at("/to_number", text()).required().write_only(), VARIABLES),
        from: DialFromRules {
            phone_number_id: at("/from_number", text())
                .required()
                .write_only()
                .listed(CatalogueKind::PHONE_NUMBERS, ListedBy::Id)
                .note("A phone number is its own id, in E.164 form."),
        },
        trunk_id: unsupported("The vendor places calls from a phone number; set from.phone_number_id."),
        variables: variables_beside_person(VARIABLES),
        overrides: overrides(),
    }
}

fn overrides() -> OverridesRules {
    let moved = OverridesRules::from_agent(agent::rules(), OVERRIDES);
    OverridesRules {
        language: moved.language.note("The agent understands no additional languages in this call."),
        greeting: GreetingOverridesRules {
            generated: unsupported(
                "The vendor does not document how one call replaces a fixed greeting by a generated one.",
            ),
            ..moved.greeting
        },
        transfers: unsupported(
            "For one call, the vendor replaces all tools of the agent, including those that the gateway does not know.",
        ),
        ..moved
    }
}
