//! The preparation of a dial: the agent, its vendor, the translation, and the exchange. Nothing is stored, and only
//! requests for the vendor's catalogues are sent.

use std::sync::Arc;

use serde_json::{Value, json};
use switchboard_core::{
    call::{CallParty, Dial},
    error::{Error, Kind, Result, Violation},
    facts::Facts,
    model::{Agent, Direction, PhoneNumber, Quantity, Transfer, schema},
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    rule::{Capability, Report},
    vendor::{Calls, Exchange, OperationKey, PlaceCall, Placed},
};

use super::{
    CallEnvelope, Dialer, RequestedDial,
    agent_settings::add_agent_settings,
    dial_body::{CheckedBody, DialBody},
    guard::{Guard, GuardVerdict},
    inherit,
};
use crate::{
    records::{Cached, RETRY_AFTER, SyncState, to_document},
    vendors::{Refusals, Vendor},
};

/// A dial that is translated and ready to be sent.
pub(super) struct PreparedDial {
    /// The agent of the call, as read before the dial.
    pub agent: Arc<Cached<Agent>>,
    /// The vendor's name.
    pub vendor: String,
    /// The phone number to call.
    pub peer: PhoneNumber,
    /// The phone number or trunk from which the call is placed, if the request or the agent names one.
    pub from: CallParty,
    pub envelope: CallEnvelope,
    pub requested: RequestedDial,
    pub report: Report,
    /// The transfers by which the caller replaces those of the agent.
    pub transfers: Vec<Transfer>,
    /// The maximum duration of the call, in seconds.
    pub max_duration_s: Option<f64>,
    /// The verdict on the agent: whether the vendor has it in a revision that the caller accepts.
    pub readiness: GuardVerdict,
    /// The exchange that dials. `None` if the vendor's id of the agent is not known.
    pub exchange: Option<Exchange<Placed>>,
}

impl Dialer {
    /// Prepares a dial. `call` is the gateway's id of the call.
    ///
    /// # Errors
    /// All violations in the body; `capability_loss` for each value that the vendor must hold and cannot;
    /// `field_required` if the vendor requires a phone number to call from or the value of a placeholder, and the dial
    /// has none; `state_conflict` if the vendor does not have the trunk yet; the errors of reading the vendor's
    /// catalogues.
    pub(super) async fn prepare(
        &self,
        document: &Value,
        call: &str,
        handling: Handling,
    ) -> Result<PreparedDial> {
        let body = DialBody::read(document)?;
        let agent = match self.repository.get::<Agent>(&body.agent_id).await {
            Ok(agent) => agent,
            Err(error) if error.kind == Kind::NotFound => {
                let detail = format!("/agent_id: {}", error.detail);
                return Err(body.refuse(Violation::at("/agent_id", Kind::ValidationFailed, detail)));
            }
            Err(error) => return Err(error),
        };
        let vendor = self.fleet.of_record(&agent)?;
        let calls = match vendor.calls() {
            Ok(calls) => calls,
            Err(mut error) => {
                let violation = error.violations.pop();
                return Err(violation.map_or(error, |violation| body.refuse(violation)));
            }
        };
        let adapter = vendor.adapter().descriptor().adapter;
        let allow_stale = body.allow_stale;
        let checked = body.check(adapter, calls.rules().extension())?;
        let rows = vendor.dial_translator(calls).capabilities();
        check_direction(&agent, vendor)?;
        let readiness = readiness(&agent, vendor.name(), allow_stale);
        let requested = checked.requested()?;
        let CheckedBody { envelope, desired } = checked;
        let settings = settings(&agent.body.desired.record, &desired.record)?;
        let transfers = desired.record.overrides.transfers.clone().unwrap_or_default();
        let max_duration_s = max_duration(&desired.record, &agent.body.desired.record);
        let completed = Desired { record: self.complete(&desired.record, &agent, vendor, &rows)?, ..desired };
        let facts = self.fleet.dial_facts(vendor, calls, &completed).await?;
        let mut refusals = Refusals::default();
        let resolved = refusals.collect(self.fleet.resolve_dial(vendor, calls, &completed))?;
        let mut resolved = resolved.unwrap_or(completed);
        let from = CallParty {
            phone_number: None,
            phone_number_id: resolved.record.from.phone_number_id.clone(),
            trunk_id: resolved.record.trunk_id.clone(),
        };
        refusals.collect(self.resolve_trunk(&mut resolved.record, vendor).await)?;
        let planned = refusals.collect(plan(vendor, calls, &resolved, &facts, handling))?;
        let settled = self.agent_settings(&agent, vendor, calls, &facts, handling).await;
        let agent_settings = refusals.collect(settled)?.flatten();
        refusals.finish()?;
        let missing = || Error::new(Kind::Internal, "A dial without violations has no plan.");
        let plan = planned.ok_or_else(missing)?;
        let peer = resolved.record.to.phone_number.clone();
        let peer = peer.ok_or_else(|| Error::new(Kind::Internal, "A dial was planned without a number."))?;
        let parts =
            self.fleet.prepared_target::<Agent>(vendor, Facts::default())?.placed_parts(&agent.placement);
        let mut report = plan.report.clone();
        let key = OperationKey::new(call);
        let mut body = body_of(plan);
        if let Some(settings) = agent_settings {
            report = add_agent_settings(&mut body, report, settings);
        }
        let document = match calls.needs_agent(&body) {
            true => self.agent_for_call(&agent, vendor, &resolved.record, &rows).await?,
            false => Value::Null,
        };
        let place = PlaceCall {
            agent: &parts,
            body,
            marker: call,
            key: &key,
            facts: &facts,
            settings: &settings,
            document: &document,
        };
        let has_agent = agent.placement.remote_id.is_some();
        let exchange = if has_agent { Some(calls.place(place)?) } else { None };
        let vendor = vendor.name().to_owned();
        Ok(PreparedDial {
            agent,
            vendor,
            peer,
            from,
            envelope,
            requested,
            report,
            transfers,
            max_duration_s,
            readiness,
            exchange,
        })
    }

    /// Adds the values of the agent that apply to each of its calls: its variables, its phone number, and the settings
    /// that the vendor can hold only in a call.
    fn complete(
        &self,
        dial: &Dial,
        agent: &Cached<Agent>,
        vendor: &Vendor,
        rows: &[Capability],
    ) -> Result<Dial> {
        let record = &agent.body.desired.record;
        let mut dial = dial.clone();
        if supports(rows, "/variables") {
            let own = dial.variables.take();
            let mut variables = record.variables.clone().unwrap_or_default();
            if sends_person_as_variables(rows) {
                // The person whom the dial names replaces the defaults of the agent.
                dial.to.variable_names().iter().for_each(|name| drop(variables.remove(*name)));
            }
            variables.extend(own.clone().unwrap_or_default());
            dial.variables = Some(variables).filter(|variables| own.is_some() || !variables.is_empty());
        }
        let names_origin = dial.trunk_id.is_some() || dial.from.phone_number_id.is_some();
        if !names_origin && supports(rows, "/from/phone_number_id") {
            dial.from.phone_number_id.clone_from(&record.phone_number_id);
        }
        let inherited = inherit::held_by_calls_only(vendor, rows, &to_document("agent", record)?)?;
        if inherited.as_object().is_none_or(|inherited| inherited.is_empty()) {
            return Ok(dial);
        }
        // The caller's own overrides replace those of the agent. The variables are not read again, because an agent may
        // have more of them than a request to dial.
        let variables = dial.variables.take();
        let mut whole = json!({ "overrides": inherited });
        schema::merge(&mut whole, &to_document("request to dial", &dial)?);
        Ok(Dial { variables, ..switchboard_core::model::read(&whole)? })
    }
}

/// Returns the verdict on the revision of the agent that the vendor has.
fn readiness(agent: &Cached<Agent>, vendor: &str, allow_stale: bool) -> GuardVerdict {
    let is_missing = agent.sync.state == SyncState::Missing || agent.placement.remote_id.is_none();
    let is_latest = agent.sync.observed_revision == Some(agent.revision);
    let refuse = |reason| GuardVerdict::refuse(Guard::Agent, reason, Some(RETRY_AFTER));
    match (is_missing, is_latest) {
        (true, _) => refuse(format!("{vendor} does not have the agent {}.", agent.id)),
        (false, true) => GuardVerdict::permit(
            Guard::Agent,
            format!("{vendor} has the latest revision, {}, of the agent.", agent.revision),
        ),
        (false, false) if allow_stale => GuardVerdict::permit(
            Guard::Agent,
            format!(
                "{vendor} does not have revision {} of the agent yet, and allow_stale accepts an earlier one.",
                agent.revision
            ),
        ),
        (false, false) => refuse(format!(
            "{vendor} does not have revision {} of the agent {} yet. Send allow_stale to call with the revision that it has.",
            agent.revision, agent.id
        )),
    }
}

/// Fails if the agent only answers calls and the vendor distinguishes such agents from agents that place calls.
fn check_direction(agent: &Cached<Agent>, vendor: &Vendor) -> Result<()> {
    let answers_only = agent.body.desired.record.direction == Some(Direction::Inbound);
    if !answers_only || !holds_direction(vendor) {
        return Ok(());
    }
    let detail = format!(
        "The agent {} answers calls (its direction is inbound), and {} distinguishes such agents from those that place \
         calls.",
        agent.id,
        vendor.name()
    );
    Err(Error::invalid(vec![Violation::at("/agent_id", Kind::ValidationFailed, detail)]))
}

/// Returns the settings that apply to the call, in the form of the API: those of the agent, changed by the overrides of
/// the dial.
fn settings(agent: &Agent, dial: &Dial) -> Result<Value> {
    let mut settings = to_document("agent", agent)?;
    schema::merge(&mut settings, &to_document("request to dial", &dial.overrides)?);
    Ok(settings)
}

fn plan(
    vendor: &Vendor,
    calls: &dyn Calls,
    desired: &Desired<Dial>,
    facts: &Facts,
    handling: Handling,
) -> Result<Plan> {
    match vendor.dial_translator(calls).with(facts).plan(&Transition::Create, desired, handling)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => {
            Err(Error::new(Kind::Internal, "The plan of a dial needs an observed state."))
        }
    }
}

/// Returns the body of a plan's only request.
fn body_of(plan: Plan) -> Value {
    let body = plan.steps.first().and_then(|step| step.body().cloned());
    body.unwrap_or_else(|| plan.document())
}

fn max_duration(dial: &Dial, agent: &Agent) -> Option<f64> {
    let limit = dial.overrides.call.max_duration_s.or(agent.call.max_duration_s);
    limit.map(|limit| limit.number())
}

fn supports(rows: &[Capability], field: &str) -> bool {
    rows.iter().any(|row| row.field == field && row.is_settable())
}

/// Returns true if the vendor has no field for the name of the called person, so the name is sent as a variable.
fn sends_person_as_variables(rows: &[Capability]) -> bool {
    let paths = |field: &str| rows.iter().find(|row| row.field == field).map(|row| &row.vendor_fields);
    supports(rows, "/to/first_name") && paths("/to/first_name") == paths("/variables")
}

/// Returns true if the vendor distinguishes agents that answer calls from agents that place them.
fn holds_direction(vendor: &Vendor) -> bool {
    let adapter = vendor.adapter().descriptor().adapter;
    supports(&Translator::new(vendor.adapter().agents(), adapter).capabilities(), "/direction")
}
