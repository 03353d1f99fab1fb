//! Beginning a migration that was planned.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;
use switchboard_config::routing::Retire;
use switchboard_core::{Error, Kind, Result, Violation, unknown};
use switchboard_store::{MigrationState, Step};
use tracing::info;

use super::{
    forecast::Forecast,
    outlook::Outlook,
    record::{Cause, Course, Journey, Migration, Move, State, accepted},
    selection::Selection,
};
use crate::{Call, Reply, Service, item::damaged, members, state::now, write::busy};

/// The most losses that can be accepted one by one.
const MAX_LOSSES: usize = 1000;

/// What is asked of a migration beside its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The plan.
    pub plan_id: String,
    /// The losses that are accepted, as JSON pointers: each with all that is below it.
    pub accept_loss: Vec<String>,
    /// What becomes of the records that agents leave.
    pub retire: Retire,
    /// Whether agents that cannot move are left where they are.
    pub leave_blocked: bool,
}

impl Start {
    /// Reads the body `{"plan_id": …, "accept_loss": […], "retire": …, "on_blocked": …}`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(document: &Value) -> Result<Self> {
        const FIELDS: [&str; 4] = ["plan_id", "accept_loss", "retire", "on_blocked"];
        let members = members(document)?;
        let mut violations: Vec<_> = members
            .keys()
            .filter(|name| !FIELDS.contains(&name.as_str()))
            .map(|name| Violation::at(format!("/{name}"), Kind::UnknownField, unknown("field", name, FIELDS)))
            .collect();
        let plan_id = match members.get("plan_id").filter(|id| !id.is_null()) {
            Some(Value::String(id)) => Some(id.clone()),
            Some(_) => {
                violations.push(wrong("/plan_id", "/plan_id must be the id of a plan."));
                None
            }
            None => {
                violations.push(Violation::at("/plan_id", Kind::FieldRequired, "/plan_id is required."));
                None
            }
        };
        let accept_loss = losses(members.get("accept_loss"), &mut violations);
        let retire = match members.get("retire") {
            None | Some(Value::Null) => Retire::Keep,
            Some(word) if word == "keep" => Retire::Keep,
            Some(word) if word == "delete" => Retire::Delete,
            Some(_) => {
                violations.push(wrong("/retire", "/retire must be \"keep\" or \"delete\"."));
                Retire::Keep
            }
        };
        let leave_blocked = match members.get("on_blocked") {
            None | Some(Value::Null) => false,
            Some(word) if word == "refuse" => false,
            Some(word) if word == "leave" => true,
            Some(_) => {
                violations.push(wrong("/on_blocked", "/on_blocked must be \"refuse\" or \"leave\"."));
                false
            }
        };
        match plan_id.filter(|_| violations.is_empty()) {
            Some(plan_id) => Ok(Self { plan_id, accept_loss, retire, leave_blocked }),
            None => Err(Error::invalid(violations)),
        }
    }
}

impl Service {
    /// Begins a migration that was planned.
    ///
    /// # Errors
    /// `state_conflict` where the world is no longer what it was planned for, or agents cannot move;
    /// `loss_not_accepted` with a violation for each field that agents would lose and nobody accepts.
    pub async fn start_migration(self: &Arc<Self>, call: Call, start: Start) -> Result<Reply> {
        let stored = self.store.migration(&start.plan_id).await?;
        let Some(planned) = stored.filter(|stored| stored.state == MigrationState::Planned) else {
            let detail =
                format!("There is no plan {:?}, or it is kept no longer: plan again.", start.plan_id);
            return Err(Error::invalid(vec![wrong("/plan_id", &detail)]));
        };
        let selection: Selection = serde_json::from_value(planned.document)
            .map_err(|error| damaged("plan", &start.plan_id, error.to_string()))?;
        let forecast = match self.forecast(selection).await {
            Ok(forecast) if forecast.plan_id == start.plan_id => forecast,
            Ok(_) => return Err(outdated()),
            // An agent or a vendor that it names is no longer there.
            Err(gone) if matches!(gone.kind, Kind::ValidationFailed | Kind::VendorUnknown) => {
                return Err(outdated());
            }
            Err(failure) => return Err(failure),
        };
        check(&forecast, &start)?;
        let moving: Vec<_> = forecast.agents.iter().filter(|agent| agent.blocked.is_empty()).collect();
        // Who has moved before can still have removed what was kept then.
        let keeping = if start.retire == Retire::Delete { forecast.keeping } else { BTreeMap::new() };
        let total = moving.len() + keeping.len();
        let course = Course {
            state: if total == 0 { State::Done } else { State::Running },
            cause: Cause::Request,
            plan_id: start.plan_id,
            to: forecast.selection.to.clone(),
            accept_loss: start.accept_loss,
            retire: start.retire,
            total: total as u64,
            request_id: call.request_id.clone(),
            finished_at: None,
        };
        let (migration, mut steps) = beginning(course, &moving);
        steps.extend(removals(&migration, &keeping));
        let reply = Reply::new(202, &migration.answer(&migration.at_first()))
            .at(format!("/v1/migrations/{}", migration.id));
        let reply = self.at_once(steps, reply, &call).await?.ok_or_else(busy)?;
        info!(migration = migration.id, agents = migration.course.total, "A migration begins");
        self.moves.ring_for_more();
        Ok(reply)
    }
}

/// A migration of these agents, and the steps that begin it.
pub(super) fn beginning(mut course: Course, agents: &[&Outlook]) -> (Migration, Vec<Step>) {
    if course.state.is_over() {
        course.finished_at = Some(now());
    }
    let migration = Migration::new(course);
    let mut steps = vec![Step::AddMigration(migration.stored())];
    steps.extend(agents.iter().map(|agent| {
        let journey = Journey::new(&agent.from, &agent.to, &agent.because);
        Step::AddMove(Move::new(&migration.id, agent.id.clone(), journey).stored())
    }));
    (migration, steps)
}

/// The steps that begin to remove what agents, which are at these vendors, left at others.
fn removals(migration: &Migration, keeping: &BTreeMap<String, String>) -> Vec<Step> {
    let removal = |(id, at): (&String, &String)| {
        let journey = Journey::new(at, at, "migration");
        Step::AddMove(Move::new(&migration.id, id.clone(), journey).stored())
    };
    keeping.iter().map(removal).collect()
}

/// Whether everything that a migration would do is wanted.
fn check(forecast: &Forecast, start: &Start) -> Result<()> {
    let blocked: Vec<_> = forecast.agents.iter().filter(|agent| !agent.blocked.is_empty()).collect();
    if let Some(first) = blocked.first().filter(|_| !start.leave_blocked) {
        let why = first.blocked.first().map_or("", |remark| remark.detail.as_str());
        let detail = format!(
            "{} agents cannot move, the first of them {}: {why} To leave them where they are, say \"on_blocked\": \"leave\".",
            blocked.len(),
            first.id
        );
        return Err(Error::new(Kind::StateConflict, detail));
    }
    if let Some(returns) = forecast.agents.iter().find(|agent| agent.blocked.is_empty() && agent.returns) {
        let detail = format!(
            "The route of {} leads elsewhere than to {}, and as routing.on_change is \"migrate\" it would be moved back: change \
             the route instead.",
            returns.id, returns.to
        );
        return Err(Error::new(Kind::StateConflict, detail));
    }
    let mut losses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for agent in forecast.agents.iter().filter(|agent| agent.blocked.is_empty()) {
        for field in agent.comparison.losses().filter(|field| !accepted(&start.accept_loss, field)) {
            losses.entry(field).or_default().push(&agent.id);
        }
    }
    if losses.is_empty() {
        return Ok(());
    }
    let violations = losses.iter().map(|(field, agents)| {
        let detail = match agents.as_slice() {
            [one] => format!("{one} would lose {field}, or some of it."),
            [first, rest @ ..] => {
                format!("{first} and {} others would lose {field}, or some of it.", rest.len())
            }
            [] => String::new(),
        };
        Violation::at(*field, Kind::LossNotAccepted, detail)
    });
    Err(Error::invalid(violations.collect()))
}

fn losses(value: Option<&Value>, violations: &mut Vec<Violation>) -> Vec<String> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Vec::new() };
    let Some(given) = value.as_array().filter(|given| given.len() <= MAX_LOSSES) else {
        let detail = format!("/accept_loss must be a list of at most {MAX_LOSSES} JSON pointers.");
        violations.push(wrong("/accept_loss", &detail));
        return Vec::new();
    };
    let mut losses = Vec::with_capacity(given.len());
    for (place, pointer) in given.iter().enumerate() {
        match pointer.as_str().filter(|pointer| pointer.is_empty() || pointer.starts_with('/')) {
            Some(pointer) => losses.push(pointer.to_owned()),
            None => {
                let at = format!("/accept_loss/{place}");
                let detail =
                    format!("{at} must be a JSON pointer such as \"/voice/speed\"; \"\" is everything.");
                violations.push(wrong(&at, &detail));
            }
        }
    }
    losses
}

/// The error of a plan that was made for another world.
fn outdated() -> Error {
    let detail = "Agents, routes or vendors have changed since this was planned: plan again.";
    Error::new(Kind::StateConflict, detail)
}

fn wrong(pointer: &str, detail: &str) -> Violation {
    Violation::at(pointer, Kind::ValidationFailed, detail)
}
