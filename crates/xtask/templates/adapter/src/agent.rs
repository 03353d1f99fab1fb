//! The rules of an agent: how each field is written to Acme and read from it.

use switchboard_core::prelude::*;

const DIRECTIONS: &[(Direction, &str)] =
    &[(Direction::Inbound, "inbound"), (Direction::Outbound, "outbound")];

/// The languages, as BCP 47 tag and the vendor's code.
const LANGUAGES: &[(&str, &str)] = &[("en", "en"), ("es", "es"), ("de", "de")];

const NO_FIELD: &str = "The vendor has no such field.";

/// Lists a rule for each field of an agent.
pub fn rules() -> AgentRules {
    RULES
}
