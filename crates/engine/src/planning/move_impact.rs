//! The impact of a move on one agent.

use serde::Serialize;
use switchboard_core::{
    error::{InputLocation, Kind, Result, Violation},
    model::Agent,
    plan::Desired,
    rule::{Report, Verdict},
};
use utoipa::ToSchema;

use super::{
    LossDiff, Route,
    loss_diff::{FieldChange, losses},
};
use crate::{
    records::{Item, Managed, SyncState},
    vendors::Target,
};

/// The move of one agent to another vendor: its losses, its gains, and the work that it leaves to a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PlannedMove)]
pub struct MoveImpact {
    /// The agent's id.
    pub id: String,
    /// The agent's name.
    #[schema(required)]
    pub name: Option<String>,
    /// Your own key for the agent.
    #[schema(required)]
    pub external_ref: Option<String>,
    /// The revision that the plan is made for.
    #[schema(minimum = 1)]
    pub revision: u64,
    /// The configured vendor that runs the agent.
    pub from: String,
    /// The configured vendor that it would move to.
    pub to: String,
    /// The deciding entry: `agent.vendor`, `routing.rules[N]`, `routing.default`, or `migration`.
    pub because: String,
    /// The fields that the present vendor holds and the new one would not.
    pub lost: Vec<FieldChange>,
    /// The fields that the new vendor would hold less exactly.
    pub narrowed: Vec<FieldChange>,
    /// The fields that the new vendor would hold more exactly.
    pub gained: Vec<FieldChange>,
    /// The work that a person has to do.
    pub todo: Vec<Remark>,
    /// The reasons why the agent cannot move.
    pub blocked: Vec<Remark>,
    /// True if routing would move the agent back immediately.
    #[serde(skip)]
    pub returns: bool,
}

/// A remark on a field, or on the agent as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MoveRemark)]
pub struct Remark {
    /// The field, as a JSON pointer; empty if the remark is on the agent as a whole.
    pub field: String,
    /// The reason, as a stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub code: Option<Kind>,
    /// The remark, in one sentence.
    pub detail: String,
}

impl MoveImpact {
    /// Assesses the move of an agent along this route.
    ///
    /// # Errors
    /// The errors that are not violations of the agent, such as those of reading a catalogue.
    pub fn assess(item: &Item<Agent>, route: &Route, target: &Target<'_, Agent>) -> Result<Self> {
        let desired = &item.body.desired;
        let mut impact = Self {
            id: item.id.clone(),
            name: desired.record.name.clone(),
            external_ref: item.body.envelope.external_ref.clone(),
            revision: item.revision,
            from: item.placement.vendor.clone(),
            to: route.vendor.clone(),
            because: route.because.clone(),
            lost: Vec::new(),
            narrowed: Vec::new(),
            gained: Vec::new(),
            todo: Vec::new(),
            blocked: blockers(item, route),
            returns: false,
        };
        match target.plan_creation(desired) {
            Ok((resolved, plan)) => {
                let mut diff = LossDiff::between(&item.report, &plan.report);
                diff.add_extensions(desired, &item.placement.adapter, target.adapter);
                LossDiff { lost: impact.lost, narrowed: impact.narrowed, gained: impact.gained } = diff;
                impact.todo = todo(item, &resolved, target, &plan.report);
            }
            Err(refused) if !refused.violations.is_empty() => {
                impact.blocked.extend(refused.violations.into_iter().map(Remark::from_violation));
            }
            Err(failure) => return Err(failure),
        }
        Ok(impact)
    }

    /// Lists the fields that are lost, or some of what they hold.
    pub fn losses(&self) -> impl Iterator<Item = &str> {
        losses(&self.lost, &self.narrowed)
    }

    /// Notes that the agent's own route leads to another vendor, and if routing would move it back there.
    pub fn note_other_route(&mut self, route: &Route, moved_back: bool) {
        let consequence = match moved_back {
            true => {
                "Because routing.on_change is \"migrate\", it would be moved back: change the route instead."
            }
            false => "It counts as misplaced until that is changed.",
        };
        let detail = format!("Its route leads to {} ({}). {consequence}", route.vendor, route.because);
        self.todo.push(Remark::new("", None, detail));
        self.returns = moved_back;
    }

    /// Notes that another migration is moving the agent.
    pub fn note_already_moving(&mut self) {
        let detail = "Another migration is moving it.".to_owned();
        self.blocked.push(Remark::new("", Some(Kind::StateConflict), detail));
    }
}

/// Lists the reasons why an agent cannot move, independent of the new vendor's capabilities.
fn blockers(item: &Item<Agent>, route: &Route) -> Vec<Remark> {
    let mut blocked = Vec::new();
    let to = &route.vendor;
    if let Some(pin) = item.body.envelope.vendor.as_ref().filter(|pin| *pin != to) {
        let detail = format!("It is pinned to {pin}: change /vendor first.");
        blocked.push(Remark::new("/vendor", Some(Kind::StateConflict), detail));
    }
    if item.sync.state == SyncState::NeedsAttention {
        let detail = format!(
            "It is uncertain what {} holds of it: resolve its operation first.",
            item.placement.vendor
        );
        blocked.push(Remark::new("", Some(Kind::StateConflict), detail));
    }
    blocked
}

/// Lists the tasks of an operator for the move of an agent.
fn todo(
    item: &Item<Agent>,
    resolved: &Desired<Agent>,
    target: &Target<'_, Agent>,
    report: &Report,
) -> Vec<Remark> {
    let (from, to) = (&item.placement.vendor, target.vendor.name());
    let held = |field: &str| report.row(field).is_none_or(|row| row.verdict != Verdict::Unsupported);
    let mut todo = Vec::new();
    if target.resource.creation_costs() && !item.standbys.contains_key(to) {
        todo.push(Remark::new("", None, format!("{to} sells a phone number with each new agent.")));
    }
    let (mut given, mut sent) = (item.body.desired.record.clone(), resolved.record.clone());
    for (given, sent) in given.aliased().into_iter().zip(sent.aliased()) {
        // An alias has a different id at each vendor; any other value is sent unchanged.
        if given.value == sent.value && held(&given.pointer) {
            let detail = format!(
                "{:?} is not an alias but an id of {from}: it would be sent to {to} unchanged.",
                given.value
            );
            todo.push(Remark::new(&given.pointer, None, detail));
        }
    }
    if item.body.desired.record.phone_number_id.is_some() {
        let detail = format!(
            "It is the id of a number at {from}: give the agent a number at {to}, and redirect its callers there."
        );
        todo.push(Remark::new("/phone_number_id", None, detail));
    }
    let unread =
        item.report.fields.iter().filter(|row| row.verdict == Verdict::Unsupported && row.wanted.is_none());
    todo.extend(unread.map(|row| {
        let detail = format!("{from} has a value here that the gateway could not read: enter it again.");
        Remark::new(&row.field, None, detail)
    }));
    todo
}

impl Remark {
    fn new(field: &str, code: Option<Kind>, detail: String) -> Self {
        Self { field: field.to_owned(), code, detail }
    }

    fn from_violation(violation: Violation) -> Self {
        let field = match violation.location {
            InputLocation::Pointer(pointer) => pointer,
            _ => String::new(),
        };
        Self { field, code: Some(violation.code), detail: violation.detail }
    }
}
