//! The fields of agents that the gateway sends with each call, because the vendor cannot hold them in an agent.

use switchboard_core::{
    plan::Translator,
    rule::{Capability, SentWithCalls, Support},
    vendor::Calls,
};

/// The prefix of the fields by which a dial overrides the agent's settings.
const OVERRIDES: &str = "/overrides";
/// The field of agents that is also a field of dials.
const VARIABLES: &str = "/variables";

/// Adds to the capabilities for agents the places of the fields that go with each call. A field whose loss is refused has
/// no such place, because no agent has a value for it.
pub fn note_calls(agents: &mut [Capability], calls: &dyn Calls, adapter: &str) {
    let dials = Translator::new(calls.rules(), adapter).capabilities();
    let settings = calls.agent_settings().map(|rules| Translator::new(rules, adapter).capabilities());
    let settings = settings.unwrap_or_default();
    for row in agents.iter_mut().filter(|row| row.support == Support::Unsupported && !is_refused(row)) {
        let overridden = format!("{OVERRIDES}{}", row.field);
        row.with_calls = place(&settings, &row.field)
            .or_else(|| place(&dials, &overridden))
            .or_else(|| place(&dials, &row.field).filter(|_| row.field == VARIABLES));
    }
}

fn is_refused(row: &Capability) -> bool {
    row.essential && row.essential_value.is_none()
}

fn place(rows: &[Capability], field: &str) -> Option<SentWithCalls> {
    let row = rows.iter().find(|row| row.field == field && row.is_settable())?;
    Some(SentWithCalls { vendor_fields: row.vendor_fields.clone(), domain: row.domain.clone() })
}
