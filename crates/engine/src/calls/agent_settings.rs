//! The agent's settings that a vendor takes with each call and cannot hold in the agent.

use serde_json::{Map, Value};
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    facts::Facts,
    model::{Agent, FieldReader},
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    rule::{Report, Rules},
    vendor::Calls,
};

use super::{Dialer, inherit::selected};
use crate::{
    records::{Cached, to_document},
    vendors::Vendor,
};

/// The prefix of these settings in the report of a dial.
const AGENT: &str = "/agent";

impl Dialer {
    /// Plans the settings of the agent that go with each of its calls. Returns `None` if the vendor takes no such settings.
    ///
    /// # Errors
    /// A violation at `/agent_id` for each setting that the vendor refuses, for each alias without an id at the vendor, and
    /// for each loss that the handling does not allow; the errors of the store.
    pub(super) async fn agent_settings(
        &self,
        agent: &Cached<Agent>,
        vendor: &Vendor,
        calls: &dyn Calls,
        facts: &Facts,
        handling: Handling,
    ) -> Result<Option<Plan>> {
        let Some(rules) = calls.agent_settings() else { return Ok(None) };
        let target = self.fleet.prepared_target::<Agent>(vendor, Facts::default())?;
        let resolved = target.resolve_known(&agent.body.desired).await;
        let planned = resolved.and_then(|desired| plan(vendor, rules, &desired.record, facts, handling));
        planned.map(Some).map_err(about_the_agent)
    }
}

/// Plans the settings that go with a call. `agent` has the vendor's own ids instead of aliases.
///
/// # Errors
/// A violation for each setting that the vendor refuses, and for each loss that the handling does not allow.
fn plan(
    vendor: &Vendor,
    rules: &dyn Rules<Agent>,
    agent: &Agent,
    facts: &Facts,
    handling: Handling,
) -> Result<Plan> {
    let translator =
        Translator::new(rules, vendor.adapter().descriptor().adapter).at(vendor.name()).with(facts);
    let rows = translator.capabilities();
    let fields = rows.iter().filter(|row| row.is_settable()).map(|row| row.field.as_str());
    let settings = selected(&to_document("agent", agent)?, fields);
    // The settings alone are no agent, because they lack the fields that every agent has.
    let (mut record, mut from) = (Agent::default(), FieldReader::default());
    from.merge(&mut record, settings.as_object().unwrap_or(&Map::new()));
    from.finish()?;
    let desired = Desired { record, extensions: Map::new() };
    match translator.plan(&Transition::Create, &desired, handling)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => {
            Err(Error::new(Kind::Internal, "The plan of a call's settings needs an observed state."))
        }
    }
}

/// Adds the settings to the body and to the report of a dial. The settings that the dial itself states remain.
pub(super) fn add_agent_settings(body: &mut Value, report: Report, settings: Plan) -> Report {
    if let (Some(body), Value::Object(settings)) = (body.as_object_mut(), settings.document()) {
        for (name, value) in settings {
            body.entry(name).or_insert(value);
        }
    }
    let exact = report.summary.exact + settings.report.summary.exact;
    let mut entries: Vec<_> = report.fields.into_iter().map(Box::new).collect();
    entries.extend(settings.report.fields.into_iter().map(|mut entry| {
        entry.field = format!("{AGENT}{}", entry.field);
        Box::new(entry)
    }));
    Report::new(exact, entries)
}

/// Places the violations at the agent's id, because the request to dial does not have the settings.
fn about_the_agent(error: Error) -> Error {
    if error.violations.is_empty() {
        return error;
    }
    let place = |Violation { code, detail, .. }| {
        Violation::at("/agent_id", code, format!("/agent_id: the setting of the agent {detail}"))
    };
    Error::invalid(error.violations.into_iter().map(place).collect())
}
