//! The successor of an agent at its new vendor, before the cut-over.

use switchboard_core::{
    error::{Error, Kind, Result},
    model::Agent,
};

use super::{
    Migration, Move, Mover,
    migration::{MoveProgress, Stage},
    plan::{Targets, route_to},
};
use crate::{
    planning::{LossDiff, MoveImpact},
    records::{Batch, Item, Operation, OperationKind, OperationSpec, RecordedError, SyncState, Visibility},
};

impl Mover {
    /// Assesses the move for the agent's present state, and prepares the successor without storing it. The successor is the
    /// agent's standby at the new vendor if there is one, otherwise a new record.
    pub(super) async fn successor_of(
        &self,
        agent: &Item<Agent>,
        agent_move: &Move,
    ) -> Result<(MoveImpact, Item<Agent>)> {
        let mut targets = Targets::new(&self.fleet);
        let target = targets.get(&agent_move.progress.to).await?;
        let route = self.planner.route_of(agent).await?;
        let destination = route_to(&agent_move.progress.to, route.as_ref());
        let impact = self.planner.assess_move(agent, &destination, target).await?;
        let unverifiable = target.unverifiable(&agent.body.desired)?;
        let mut successor = match agent.standbys.get(target.vendor.name()) {
            Some(id) => {
                let kept = self.repository.load::<Agent>(id).await?;
                let mut report = kept.report.clone();
                report.keep_unverified(&impact.unverified);
                kept.next(agent.body.clone(), report, unverifiable)
            }
            None => {
                let (_, mut plan) = target.plan_creation(&agent.body.desired).await?;
                plan.report.keep_unverified(&impact.unverified);
                let placement = target.placement(destination.because.clone(), Vec::new(), None);
                let item = Item::new(agent.body.clone(), placement, plan.report, unverifiable);
                Item { visibility: Visibility::Standby, owner: Some(agent.id.clone()), ..item }
            }
        };
        successor.revision = agent.revision;
        successor.placement.because = destination.because;
        successor.placement.passed_over = destination.passed_over;
        Ok((impact, successor))
    }

    /// Begins an update of the successor to the agent's changed desired state. If the agent can no longer move, discards the
    /// successor instead.
    pub(super) async fn resync_successor(
        &self,
        migration: &Migration,
        agent_move: &Move,
        agent: &Item<Agent>,
        successor: Item<Agent>,
    ) -> Result<()> {
        let prepared = match self.successor_of(agent, agent_move).await {
            Ok((impact, _)) => blocker(migration, &impact),
            Err(refused) if !refused.violations.is_empty() => Some(refused),
            Err(failure) => return Err(failure),
        };
        if let Some(why) = prepared {
            return self.discard(agent_move, successor, Some(RecordedError::now(&why))).await;
        }
        let mut next = successor.next(agent.body.clone(), successor.report.clone(), Vec::new());
        next.revision = agent.revision;
        next.sync.state = SyncState::Unknown;
        let spec = OperationSpec::background(OperationKind::Update, &next, migration.id.clone());
        let operation = Operation::new(&next, spec);
        next.sync.operation_id = Some(operation.id.clone());
        let progress =
            MoveProgress { operation_id: Some(operation.id.clone()), ..agent_move.progress.clone() };
        let mut batch = Batch::new();
        agent_move.with_progress(progress).update_in(&mut batch);
        batch.update(&next);
        batch.replace_revision(&next);
        batch.begin(&operation, None);
        self.repository.commit(batch).await?;
        self.handles.operations.send();
        Ok(())
    }

    /// Restarts a move whose standby no longer exists at the vendor. Deletes the standby from the store; the move then
    /// creates a new successor.
    pub(super) async fn drop_stale_standby(
        &self,
        agent_move: &Move,
        mut agent: Item<Agent>,
        kept: &Item<Agent>,
    ) -> Result<()> {
        agent.standbys.remove(&kept.placement.vendor);
        let progress = MoveProgress {
            stage: Stage::Waiting,
            successor: None,
            returns: false,
            ..agent_move.progress.clone()
        };
        let mut batch = Batch::new();
        batch.delete(kept);
        batch.update(&agent);
        agent_move.with_progress(progress).update_in(&mut batch);
        self.repository.commit(batch).await.map(drop)
    }
}

/// Returns the error that stops the move: the first reason in `impact.blocked` or, if there is none, the losses that
/// the migration does not accept. Returns `None` if the agent can move.
pub(super) fn blocker(migration: &Migration, impact: &MoveImpact) -> Option<Error> {
    if let Some(blocked) = impact.blocked.first() {
        return Some(Error::new(blocked.code.unwrap_or(Kind::StateConflict), blocked.detail.clone()));
    }
    let lost: Vec<_> = impact.losses().filter(|field| !migration.accepts(field)).collect();
    (!lost.is_empty()).then(|| loss_error(&impact.to, &lost))
}

/// Returns an error if the migration does not accept a loss that the written successor shows: a field that the new
/// vendor holds less exactly than the old vendor did, or differently than sent.
pub(super) fn unaccepted_losses(
    migration: &Migration,
    agent: &Item<Agent>,
    successor: &Item<Agent>,
) -> Option<Error> {
    let seen = LossDiff::between(&agent.report, &successor.report);
    let drifted = successor.sync.drift.iter().map(|drift| drift.field.as_str());
    let lost: Vec<_> = seen.losses().chain(drifted).filter(|field| !migration.accepts(field)).collect();
    (!lost.is_empty()).then(|| loss_error(&successor.placement.vendor, &lost))
}

fn loss_error(vendor: &str, lost: &[&str]) -> Error {
    let detail = format!(
        "{vendor} does not hold {} now, and the migration does not accept that loss.",
        lost.join(", ")
    );
    Error::new(Kind::LossNotAccepted, detail)
}
