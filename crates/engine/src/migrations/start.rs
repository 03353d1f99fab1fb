//! The start of a migration, planned or automatic.

use std::collections::BTreeMap;

use switchboard_config::routing::Retire;
use switchboard_core::error::{Error, Kind, Result, Violation};
use switchboard_store::MigrationState;
use tracing::info;

use super::{
    Cause, Migration, MigrationPlan, MigrationSpec, Move, Mover, OnBlocked, Selection, Start, State,
    accepted, migration::MoveProgress, plan::MAX_MOVES,
};
use crate::{
    planning::MoveImpact,
    records::{Batch, busy, damaged, now},
    request::RequestContext,
    writes::{Answer, answer_without_vendor},
};

impl Mover {
    /// Starts a planned migration.
    ///
    /// # Errors
    /// `validation_failed` if the plan does not exist or has expired, or if the migration would have more than 20,000
    /// moves; `state_conflict` if the plan is outdated, if agents are blocked and the request does not permit leaving
    /// them at their vendors, if routing would move an agent back, or if the configuration has been replaced since the
    /// request began; `loss_not_accepted` with a violation for each field that agents would lose and whose loss the
    /// request does not accept.
    pub async fn start(&self, request: RequestContext, start: Start) -> Result<Answer> {
        let stored = self.repository.store().migration(&start.plan_id).await?;
        let Some(planned) = stored.filter(|stored| stored.state == MigrationState::Planned) else {
            let detail = format!("There is no plan {:?}, or it has expired: plan again.", start.plan_id);
            return Err(Error::invalid(vec![invalid("/plan_id", &detail)]));
        };
        let selection: Selection =
            planned.document.read().map_err(|error| damaged("plan", &start.plan_id, error))?;
        let plan = match self.compute_plan(selection).await {
            Ok(plan) if plan.plan_id == start.plan_id => plan,
            Ok(_) => return Err(plan_outdated()),
            // The selection names an agent or a vendor that no longer exists, or it now covers too many agents.
            Err(error) if matches!(error.kind, Kind::ValidationFailed | Kind::VendorUnknown) => {
                return Err(plan_outdated());
            }
            Err(failure) => return Err(failure),
        };
        check(&plan, &start)?;
        let moving: Vec<_> = plan.agents.iter().filter(|agent| agent.blocked.is_empty()).collect();
        // Agents that already run at their destination are included only if their standbys have to be removed.
        let keeping = if start.retire == Retire::Delete { plan.keeping } else { BTreeMap::new() };
        let total = moving.len() + keeping.len();
        if total > MAX_MOVES {
            let detail = format!(
                "With retire = delete, {total} agents would move or lose copies, more than {MAX_MOVES}: select fewer with a filter."
            );
            return Err(Error::invalid(vec![invalid("/retire", &detail)]));
        }
        let spec = MigrationSpec {
            state: if total == 0 { State::Done } else { State::Running },
            cause: Cause::Request,
            plan_id: start.plan_id,
            to: plan.selection.to.clone(),
            accept_loss: start.accept_loss,
            retire: start.retire,
            total: total as u64,
            request_id: request.request_id.clone(),
            finished_at: None,
        };
        let (migration, mut batch) = begin_batch(spec, &moving);
        // The move of an agent at its destination only removes the agent's standbys at other vendors.
        for (id, at) in &keeping {
            let progress = MoveProgress::new(at, at, "migration");
            batch.add_move(Move::new(&migration.id, id.clone(), progress).to_stored());
        }
        let document = migration.answer(&migration.initial_counts());
        self.refuse_if_replaced()?;
        let answer = Answer::migration_started(&migration.id, &document)?;
        let answer = answer_without_vendor(&self.repository, batch, answer, &request).await?;
        let answer = answer.ok_or_else(busy)?;
        info!(migration = migration.id, agents = migration.spec.total, "migration started");
        self.handles.moves.wake_scheduler();
        Ok(answer)
    }

    /// Starts a migration of these agents without a request, because of the configured routing.
    ///
    /// # Errors
    /// `state_conflict` if one of the agents is already moving, or if the configuration of this mover has been replaced.
    pub async fn start_automatic(&self, spec: MigrationSpec, agents: &[&MoveImpact]) -> Result<Migration> {
        let (migration, batch) = begin_batch(spec, agents);
        self.refuse_if_replaced()?;
        self.repository.commit(batch).await?;
        info!(migration = migration.id, agents = agents.len(), "migration of misplaced agents started");
        self.handles.moves.wake_scheduler();
        Ok(migration)
    }

    /// Refuses the start of a migration that was planned under an earlier configuration. Reading the catalogues of a
    /// plan can take long, and the routes may lead elsewhere by now.
    fn refuse_if_replaced(&self) -> Result<()> {
        if self.planner.is_in_force() {
            return Ok(());
        }
        let detail =
            "The configuration was replaced while the migration was planned: send the request again.";
        Err(Error::new(Kind::StateConflict, detail))
    }
}

/// Creates a migration with a move for each of these agents, and the batch that starts it.
fn begin_batch(mut spec: MigrationSpec, agents: &[&MoveImpact]) -> (Migration, Batch) {
    if spec.state.is_over() {
        spec.finished_at = Some(now());
    }
    let migration = Migration::new(spec);
    let mut batch = Batch::new();
    batch.add_migration(migration.to_stored());
    for agent in agents {
        let progress = MoveProgress::new(&agent.from, &agent.to, &agent.because);
        batch.add_move(Move::new(&migration.id, agent.id.clone(), progress).to_stored());
    }
    (migration, batch)
}

/// Checks that the request accepts the losses of the plan and, if there are blocked agents, permits leaving them at
/// their vendors. Also checks that routing would not move an agent back.
fn check(plan: &MigrationPlan, start: &Start) -> Result<()> {
    let blocked: Vec<_> = plan.agents.iter().filter(|agent| !agent.blocked.is_empty()).collect();
    if let Some(first) = blocked.first().filter(|_| start.on_blocked == OnBlocked::Refuse) {
        let why = first.blocked.first().map_or("", |remark| remark.detail.as_str());
        let detail = format!(
            "{} agents cannot move, the first of them {}: {why} To leave them at their vendors, send \"on_blocked\": \"leave\".",
            blocked.len(),
            first.id
        );
        return Err(Error::new(Kind::StateConflict, detail));
    }
    if let Some(returns) = plan.agents.iter().find(|agent| agent.blocked.is_empty() && agent.returns) {
        let detail = format!(
            "The route of {} does not lead to {}. Because routing.on_change is \"migrate\", the gateway would move the agent back: \
             change the route instead.",
            returns.id, returns.to
        );
        return Err(Error::new(Kind::StateConflict, detail));
    }
    let mut losses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for agent in plan.agents.iter().filter(|agent| agent.blocked.is_empty()) {
        for field in agent.losses().filter(|field| !accepted(&start.accept_loss, field)) {
            losses.entry(field).or_default().push(&agent.id);
        }
    }
    if losses.is_empty() {
        return Ok(());
    }
    let violations = losses.iter().map(|(field, agents)| {
        let detail = match agents.as_slice() {
            [agent] => format!("{agent} would lose all or part of {field}."),
            [first, rest @ ..] => {
                format!("{first} and {} others would lose all or part of {field}.", rest.len())
            }
            [] => String::new(),
        };
        Violation::at(*field, Kind::LossNotAccepted, detail)
    });
    Err(Error::invalid(violations.collect()))
}

/// Creates the error for a plan that is no longer valid.
fn plan_outdated() -> Error {
    let detail = "Agents, routes or vendors have changed since the plan was made: plan again.";
    Error::new(Kind::StateConflict, detail)
}

fn invalid(pointer: &str, detail: &str) -> Violation {
    Violation::at(pointer, Kind::ValidationFailed, detail)
}
