//! The impact of a move on one agent.

use serde::Serialize;
use switchboard_core::{
    error::{InputLocation, Kind, Result, Violation},
    model::Agent,
    plan::Desired,
    rule::{Entry, Report, Verdict},
};
use utoipa::ToSchema;

use super::{
    LossDiff, Planner, Route,
    arrival::Arrival,
    loss_diff::{FieldChange, losses},
};
use crate::{
    records::{AliasKind, Item, Managed, SyncState},
    vendors::Target,
};

/// The planned move of one agent to another vendor: the losses, the gains, the remarks for an operator, and the reasons
/// that prevent the move.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PlannedMove)]
pub struct MoveImpact {
    /// The agent's id.
    pub id: String,
    /// The agent's name. Null if the agent has no name.
    #[schema(required)]
    pub name: Option<String>,
    /// The caller's own key for the agent. Null if the agent has no such key.
    #[schema(required)]
    pub external_ref: Option<String>,
    /// The revision of the agent for which the move was planned.
    #[schema(minimum = 1)]
    pub revision: u64,
    /// The configured vendor that runs the agent now.
    pub from: String,
    /// The configured vendor to which the agent would move.
    pub to: String,
    /// The reason for the new vendor: `agent.vendor` (the agent names it), `routing.rules[N]` (a routing rule, with N counted
    /// from 0), `routing.default` (the default route), or `migration` (the migration request names it).
    pub because: String,
    /// The fields that the present vendor holds and the new vendor would not hold.
    pub lost: Vec<FieldChange>,
    /// The fields that the new vendor would hold less exactly than the present vendor does. This includes fields that
    /// neither vendor holds exactly, if the two vendors' values differ from each other.
    pub narrowed: Vec<FieldChange>,
    /// The fields that the new vendor would hold more exactly than the present vendor, including those that only the
    /// new vendor would hold.
    pub gained: Vec<FieldChange>,
    /// The remarks for an operator: the tasks that the move requires, and other consequences, such as the price of a
    /// phone number.
    pub todo: Vec<Remark>,
    /// The reasons why the agent cannot move. Empty if the agent can move.
    pub blocked: Vec<Remark>,
    /// True if the gateway would move the agent away from `to` again, because the agent's route leads to another vendor
    /// and `routing.on_change` is `migrate`.
    #[serde(skip)]
    pub returns: bool,
    /// The report entries of the values that could not be checked against the new vendor's lists.
    #[serde(skip)]
    pub unverified: Vec<Entry>,
    /// The new vendor's ids for the agent's aliases, each as a pair of the field's JSON pointer and the id.
    #[serde(skip)]
    pub alias_ids: Vec<(String, String)>,
}

/// A task for an operator, a consequence of the move, or a reason that prevents the move. The remark concerns one field
/// of an agent, or the agent as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MoveRemark)]
pub struct Remark {
    /// The field, as a JSON pointer. Empty if the remark concerns the agent as a whole.
    pub field: String,
    /// The stable code of the reason that prevents the move. Omitted for a task or a consequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub code: Option<Kind>,
    /// The remark, in one sentence.
    pub detail: String,
}

impl Planner {
    /// Assesses the move of an agent to the vendor of a route.
    ///
    /// # Errors
    /// The errors of the store, and the errors of planning that are not violations. Violations become `blocked` remarks.
    pub async fn assess_move(
        &self,
        item: &Item<Agent>,
        route: &Route,
        target: &Target<'_, Agent>,
    ) -> Result<MoveImpact> {
        let mut impact = MoveImpact::new(item, route);
        impact.blocked.extend(self.handover_blockers(item).await?);
        match self.plan_arrival(item, target).await {
            Ok(Arrival { resolved, report }) => {
                let mut diff = LossDiff::between(&item.report, &report);
                diff.add_extensions(&item.body.desired, &item.placement.adapter, target.adapter);
                LossDiff { lost: impact.lost, narrowed: impact.narrowed, gained: impact.gained } = diff;
                impact.todo = todo(item, &resolved, target, &report);
                impact.unverified = report.unverified().cloned().collect();
                impact.alias_ids = alias_ids(item, &resolved);
            }
            Err(refused) if !refused.violations.is_empty() => {
                let refused = refused.violations.into_iter().map(Remark::from_violation);
                // The handovers already prevent the move.
                impact.blocked.extend(refused.filter(|remark| !remark.field.starts_with("/handovers/")));
            }
            Err(failure) => return Err(failure),
        }
        Ok(impact)
    }

    /// Lists the handovers that prevent the move of an agent: its own handovers to other agents, and the handovers of
    /// other agents to it. The two agents of a handover must run at the same vendor, and a move moves only one agent.
    async fn handover_blockers(&self, item: &Item<Agent>) -> Result<Vec<Remark>> {
        let mut blocked = Vec::new();
        if !item.body.desired.record.handovers().is_empty() {
            let detail = "The agent hands calls over to other agents, which must run at the same vendor: remove its handovers, \
                          move the agents, and set the handovers again."
                .to_owned();
            blocked.push(Remark::new("/handovers", Some(Kind::StateConflict), detail));
        }
        let naming = self.repository.agents_handing_over(&item.id).await?;
        if !naming.is_empty() {
            let detail =
                format!("The handovers of {naming} name the agent: remove it from /handovers there first.");
            blocked.push(Remark::new("", Some(Kind::InUse), detail));
        }
        Ok(blocked)
    }
}

impl MoveImpact {
    fn new(item: &Item<Agent>, route: &Route) -> Self {
        Self {
            id: item.id.clone(),
            name: item.body.desired.record.name.clone(),
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
            unverified: Vec::new(),
            alias_ids: Vec::new(),
        }
    }

    /// Lists the fields that are lost or narrowed.
    pub fn losses(&self) -> impl Iterator<Item = &str> {
        losses(&self.lost, &self.narrowed)
    }

    /// Adds the remark that the agent's own route leads to a vendor other than the destination. `moved_back` is true if
    /// the gateway would move the agent from the destination to that vendor automatically.
    pub fn note_other_route(&mut self, route: &Route, moved_back: bool) {
        let consequence = match moved_back {
            true => {
                "Because routing.on_change is \"migrate\", the gateway would move the agent back: change the route instead."
            }
            false => "The agent counts as misplaced until the route is changed.",
        };
        let detail =
            format!("The agent's route leads to {} ({}). {consequence}", route.vendor, route.because);
        self.todo.push(Remark::new("", None, detail));
        self.returns = moved_back;
    }

    /// Adds the remark that another migration is moving the agent.
    pub fn note_already_moving(&mut self) {
        let detail = "Another migration is moving the agent.".to_owned();
        self.blocked.push(Remark::new("", Some(Kind::StateConflict), detail));
    }
}

/// Lists the reasons in an agent's pin and sync state that prevent its move.
fn blockers(item: &Item<Agent>, route: &Route) -> Vec<Remark> {
    let mut blocked = Vec::new();
    let to = &route.vendor;
    if let Some(pin) = item.body.envelope.vendor.as_ref().filter(|pin| *pin != to) {
        let detail = format!("The agent is pinned to {pin}: change /vendor first.");
        blocked.push(Remark::new("/vendor", Some(Kind::StateConflict), detail));
    }
    if item.sync.state == SyncState::NeedsAttention {
        let detail = format!(
            "The state of the agent at {} is uncertain: resolve its operation first.",
            item.placement.vendor
        );
        blocked.push(Remark::new("", Some(Kind::StateConflict), detail));
    }
    blocked
}

/// Lists the tasks that the move of an agent requires of an operator, and the move's other consequences, such as costs.
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
    let given = item.body.desired.record.aliased();
    for (given, sent) in given.into_iter().zip(resolved.record.aliased()) {
        // If the sent value differs from the given value, the given value is an alias with an id at the new vendor.
        if given.value != sent.value {
            continue;
        }
        let detail = if given.kind == AliasKind::PhoneNumber {
            format!(
                "The value is the id of a phone number at {from}: give the agent a number at {to}, and redirect its callers \
                 to it."
            )
        } else if held(&given.pointer) {
            format!(
                "{:?} is not an alias but an id of {from}: the gateway would send it to {to} unchanged.",
                given.value
            )
        } else {
            continue;
        };
        todo.push(Remark::new(&given.pointer, None, detail));
    }
    let unread =
        item.report.fields.iter().filter(|row| row.verdict == Verdict::Unsupported && row.wanted.is_none());
    todo.extend(unread.map(|row| {
        let detail =
            format!("The gateway could not read the value of this field at {from}: enter the value again.");
        Remark::new(&row.field, None, detail)
    }));
    todo
}

/// Lists a vendor's ids for an agent's aliases, each as a pair of the field's JSON pointer and the id.
fn alias_ids(item: &Item<Agent>, resolved: &Desired<Agent>) -> Vec<(String, String)> {
    let pairs = item.body.desired.record.aliased().into_iter().zip(resolved.record.aliased());
    let aliases = pairs.filter(|(given, sent)| given.value != sent.value);
    aliases.map(|(given, sent)| (given.pointer, sent.value.clone())).collect()
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
