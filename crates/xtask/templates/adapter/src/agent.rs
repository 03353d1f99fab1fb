//! The rules for writing each field of an agent to Acme and reading it back.

use switchboard_core::prelude::*;

const DIRECTIONS: &[(Direction, &str)] =
    &[(Direction::Inbound, "inbound"), (Direction::Outbound, "outbound")];

/// The languages, as pairs of a BCP 47 tag and the vendor's code.
const LANGUAGES: &[(&str, &str)] = &[("en", "en"), ("es", "es"), ("de", "de")];

const NO_FIELD: &str = "The vendor has no such field.";

/// Returns a rule for each field of an agent.
pub fn rules() -> AgentRules {
    RULES
}
