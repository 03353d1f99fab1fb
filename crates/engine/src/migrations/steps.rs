//! The steps of an agent's move. Each step is safe to repeat at any time, by any process.

use switchboard_config::routing::Retire;
use switchboard_core::{
    error::{Error, Kind, Result},
    model::Agent,
};

use super::{
    Migration, Move, Mover, State,
    migration::{MoveProgress, Stage},
    successor::{blocker, unaccepted_losses},
};
use crate::{
    records::{Batch, Item, Operation, OperationKind, OperationSpec, RecordedError, SyncState, Visibility},
    writes::discard_standbys,
};

impl Mover {
    /// Executes the next step of a move, if one is due.
    ///
    /// # Errors
    /// `precondition_failed` or `state_conflict` if another write came first, and the errors of the store and of
    /// reading catalogues.
    pub async fn advance(&self, migration: &Migration, agent_move: Move) -> Result<()> {
        match agent_move.progress.stage {
            Stage::Waiting => self.start_move(migration, &agent_move).await,
            Stage::Making => self.await_creation(migration, &agent_move).await,
            Stage::Retiring => self.await_removal(&agent_move, Stage::Moved).await,
            Stage::RollingBack => {
                // The roll-back of a cancelled migration is not a failure.
                let failed =
                    migration.spec.state != State::Cancelling && agent_move.progress.last_error.is_some();
                self.await_removal(&agent_move, if failed { Stage::Failed } else { Stage::RolledBack }).await
            }
            Stage::Moved | Stage::Failed | Stage::RolledBack => Ok(()),
        }
    }

    /// Begins to create or update the successor at the new vendor. Ends the move instead if the migration is being cancelled,
    /// or if the agent was deleted, already runs at the new vendor or can no longer move.
    async fn start_move(&self, migration: &Migration, agent_move: &Move) -> Result<()> {
        if migration.spec.state == State::Cancelling {
            return self.finish_move(agent_move, Stage::RolledBack, None).await;
        }
        let Some(agent) = self.listed_agent(&agent_move.agent).await? else {
            return self.finish_move(agent_move, Stage::RolledBack, None).await;
        };
        if agent.placement.vendor == agent_move.progress.to {
            return self.finish_in_place(migration, agent_move, agent).await;
        }
        let (impact, mut successor) = match self.successor_of(&agent, agent_move).await {
            Ok(prepared) => prepared,
            // The move is no longer possible, for example because the new vendor's configuration has changed.
            Err(refused) if !refused.violations.is_empty() => {
                return self.finish_move(agent_move, Stage::Failed, Some(&refused)).await;
            }
            Err(failure) => return Err(failure),
        };
        if let Some(why) = blocker(migration, &impact) {
            return self.finish_move(agent_move, Stage::Failed, Some(&why)).await;
        }
        let returns = successor.placement.remote_id.is_some();
        let kind = if returns { OperationKind::Update } else { OperationKind::Create };
        let operation =
            Operation::new(&successor, OperationSpec::background(kind, &successor, migration.id.clone()));
        successor.sync.state = SyncState::Unknown;
        successor.sync.operation_id = Some(operation.id.clone());
        let progress = MoveProgress {
            stage: Stage::Making,
            successor: Some(successor.id.clone()),
            returns,
            operation_id: Some(operation.id.clone()),
            last_error: None,
            ..agent_move.progress.clone()
        };
        let mut batch = Batch::new();
        agent_move.with_progress(progress).update_in(&mut batch);
        if returns {
            batch.update(&successor);
        } else {
            batch.insert(&successor, self.fleet.permit(&successor.placement.vendor).await?);
        }
        batch.replace_revision(&successor);
        batch.begin(&operation, None);
        self.repository.commit(batch).await?;
        self.handles.operations.send();
        Ok(())
    }

    /// Ends the move of an agent that already runs at its destination. With `retire = delete`, begins to remove the agent's
    /// standbys.
    async fn finish_in_place(
        &self,
        migration: &Migration,
        agent_move: &Move,
        mut agent: Item<Agent>,
    ) -> Result<()> {
        let progress = MoveProgress { stage: Stage::Moved, ..agent_move.progress.clone() };
        let mut batch = Batch::new();
        agent_move.with_progress(progress).update_in(&mut batch);
        if migration.spec.retire == Retire::Delete && !agent.standbys.is_empty() {
            discard_standbys(&self.repository, &mut batch, &agent, false).await?;
            agent.standbys.clear();
            batch.update(&agent);
        }
        self.repository.commit(batch).await?;
        self.handles.operations.send();
        Ok(())
    }

    /// Continues a move according to the sync state of its successor. While the successor is being written, the move waits.
    /// Afterwards, cuts over or rolls back the move, updates the successor, or lets the move create a new one.
    async fn await_creation(&self, migration: &Migration, agent_move: &Move) -> Result<()> {
        let Some(id) = &agent_move.progress.successor else {
            return self.finish_move(agent_move, Stage::Failed, None).await;
        };
        let successor = match self.repository.load::<Agent>(id).await {
            Ok(successor) if successor.visibility == Visibility::Standby => successor,
            // The agent was deleted together with its standby, which was the successor.
            Ok(_) => return self.finish_move(agent_move, Stage::RolledBack, None).await,
            Err(error) if error.kind == Kind::NotFound => {
                return self.finish_move(agent_move, Stage::RolledBack, None).await;
            }
            Err(failure) => return Err(failure),
        };
        let Some(agent) = self.listed_agent(&agent_move.agent).await? else {
            return self.discard(agent_move, successor, None).await;
        };
        if migration.spec.state == State::Cancelling {
            return self.discard(agent_move, successor, None).await;
        }
        match successor.sync.state {
            SyncState::Retrying | SyncState::Unknown | SyncState::NeedsAttention => {
                self.record_error(agent_move, successor.sync.last_error).await
            }
            SyncState::Missing if agent_move.progress.returns => {
                self.drop_stale_standby(agent_move, agent, &successor).await
            }
            SyncState::Failed | SyncState::Missing => {
                let why = successor.sync.last_error.clone().unwrap_or_else(|| unexplained(&successor));
                self.discard(agent_move, successor, Some(why)).await
            }
            SyncState::InSync | SyncState::Drifted => {
                if successor.revision != agent.revision || successor.body.desired != agent.body.desired {
                    return self.resync_successor(migration, agent_move, &agent, successor).await;
                }
                // Another agent may have been changed to hand calls over to this agent since the move began.
                match self.repository.check_not_handed_over(&agent.id, &agent.placement.vendor).await {
                    Err(named) if named.kind == Kind::InUse => {
                        let why = RecordedError::now(&named);
                        return self.discard(agent_move, successor, Some(why)).await;
                    }
                    checked => checked?,
                }
                match unaccepted_losses(migration, &agent, &successor) {
                    Some(why) => self.discard(agent_move, successor, Some(RecordedError::now(&why))).await,
                    None => self.cut_over(migration, agent_move, agent, successor).await,
                }
            }
        }
    }

    /// Sets a move to its final stage `stage` when the leftover has been removed, or when the removal needs attention.
    /// Until then, records the error that delays the removal. A leftover that is a standby is released instead.
    async fn await_removal(&self, agent_move: &Move, stage: Stage) -> Result<()> {
        let Some(id) = &agent_move.progress.leftover else {
            return self.finish_move(agent_move, stage, None).await;
        };
        match self.repository.load::<Agent>(id).await {
            Ok(leftover) if leftover.sync.state == SyncState::NeedsAttention => {
                let last_error = agent_move.progress.last_error.clone().or(leftover.sync.last_error);
                let progress = MoveProgress { stage, last_error, ..agent_move.progress.clone() };
                self.store_progress(agent_move, progress).await
            }
            Ok(standby) if standby.visibility == Visibility::Standby => {
                self.release(agent_move, standby, stage).await
            }
            Ok(leftover) => self.record_error(agent_move, leftover.sync.last_error).await,
            Err(error) if error.kind == Kind::NotFound => {
                let recorded = agent_move.progress.last_error.clone().filter(|_| stage == Stage::Failed);
                let progress = MoveProgress { stage, last_error: recorded, ..agent_move.progress.clone() };
                self.store_progress(agent_move, progress).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Records the error that delays a move. A move that is being rolled back keeps its own error.
    pub(super) async fn record_error(
        &self,
        agent_move: &Move,
        recorded: Option<RecordedError>,
    ) -> Result<()> {
        let same = |recorded: &RecordedError| {
            agent_move.progress.last_error.as_ref().is_some_and(|known| known.detail == recorded.detail)
        };
        match recorded.filter(|recorded| !same(recorded)) {
            Some(recorded) if matches!(agent_move.progress.stage, Stage::Making | Stage::Retiring) => {
                let progress = MoveProgress { last_error: Some(recorded), ..agent_move.progress.clone() };
                self.store_progress(agent_move, progress).await
            }
            _ => Ok(()),
        }
    }

    /// Ends a move that has no record to remove. `why` is the error of a failed move.
    pub(super) async fn finish_move(
        &self,
        agent_move: &Move,
        stage: Stage,
        why: Option<&Error>,
    ) -> Result<()> {
        let progress =
            MoveProgress { stage, last_error: why.map(RecordedError::now), ..agent_move.progress.clone() };
        self.store_progress(agent_move, progress).await
    }

    /// Stores the progress of a move and nothing else.
    pub(super) async fn store_progress(&self, agent_move: &Move, progress: MoveProgress) -> Result<()> {
        let mut batch = Batch::new();
        agent_move.with_progress(progress).update_in(&mut batch);
        self.repository.commit(batch).await.map(drop)
    }

    /// Reads an agent. Returns `None` if the agent was deleted or its deletion was accepted.
    async fn listed_agent(&self, id: &str) -> Result<Option<Item<Agent>>> {
        match self.repository.load::<Agent>(id).await {
            Ok(agent) => Ok(Some(agent).filter(|agent| agent.visibility == Visibility::Listed)),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// Returns the error of a move whose successor failed without a recorded error. Without an error, the move would count as
/// rolled back.
fn unexplained(successor: &Item<Agent>) -> RecordedError {
    let vendor = &successor.placement.vendor;
    let detail = match successor.sync.state {
        SyncState::Missing => format!("{vendor} no longer has the agent's copy {}.", successor.id),
        _ => format!("The write of the agent's copy {} to {vendor} failed.", successor.id),
    };
    RecordedError::now(&Error::new(Kind::StateConflict, detail))
}
