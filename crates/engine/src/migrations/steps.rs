//! One step of one agent's move, from whatever is known of it. It may be taken again at any time, by any process.

use switchboard_config::routing::Retire;
use switchboard_core::{Agent, Error, Kind, Result};

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
    /// Takes the next step of a move, if there is one to take now.
    ///
    /// # Errors
    /// `precondition_failed` and `state_conflict` where somebody else wrote meanwhile; those of reading.
    pub async fn advance(&self, migration: &Migration, one: Move) -> Result<()> {
        match one.progress.stage {
            Stage::Waiting => self.start_move(migration, &one).await,
            Stage::Making => self.await_creation(migration, &one).await,
            Stage::Retiring => self.await_removal(&one, Stage::Moved).await,
            Stage::RollingBack => {
                // What was cancelled did not fail.
                let failed = migration.spec.state != State::Cancelling && one.progress.last_error.is_some();
                self.await_removal(&one, if failed { Stage::Failed } else { Stage::RolledBack }).await
            }
            Stage::Moved | Stage::Failed | Stage::RolledBack => Ok(()),
        }
    }

    /// Has the agent made at its new vendor.
    async fn start_move(&self, migration: &Migration, one: &Move) -> Result<()> {
        if migration.spec.state == State::Cancelling {
            return self.finish_move(one, Stage::RolledBack, None).await;
        }
        let Some(agent) = self.listed_agent(&one.agent).await? else {
            return self.finish_move(one, Stage::RolledBack, None).await;
        };
        if agent.placement.vendor == one.progress.to {
            return self.finish_in_place(migration, one, agent).await;
        }
        let (impact, mut successor) = match self.successor_of(&agent, one).await {
            Ok(prepared) => prepared,
            // What was planned is no longer there: the vendor's configuration, most likely.
            Err(refused) if !refused.violations.is_empty() => {
                return self.finish_move(one, Stage::Failed, Some(&refused)).await;
            }
            Err(failure) => return Err(failure),
        };
        if let Some(why) = blocker(migration, &impact) {
            return self.finish_move(one, Stage::Failed, Some(&why)).await;
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
            ..one.progress.clone()
        };
        let mut batch = Batch::new();
        batch.update_move(one.with_progress(progress).to_stored());
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

    /// Ends the move of an agent that is there already; what it left at other vendors is removed where that is asked.
    async fn finish_in_place(&self, migration: &Migration, one: &Move, mut agent: Item<Agent>) -> Result<()> {
        let progress = MoveProgress { stage: Stage::Moved, ..one.progress.clone() };
        let mut batch = Batch::new();
        batch.update_move(one.with_progress(progress).to_stored());
        if migration.spec.retire == Retire::Delete && !agent.standbys.is_empty() {
            discard_standbys(&self.repository, &mut batch, &agent, false).await?;
            agent.standbys.clear();
            batch.update(&agent);
        }
        self.repository.commit(batch).await?;
        self.handles.operations.send();
        Ok(())
    }

    /// Sees whether the agent is made at its new vendor, and lets it take its place there.
    async fn await_creation(&self, migration: &Migration, one: &Move) -> Result<()> {
        let Some(id) = &one.progress.successor else {
            return self.finish_move(one, Stage::Failed, None).await;
        };
        let successor = match self.repository.load::<Agent>(id).await {
            Ok(successor) if successor.visibility == Visibility::Standby => successor,
            // The agent was deleted, and with it what it had left at this vendor.
            Ok(_) => return self.finish_move(one, Stage::RolledBack, None).await,
            Err(gone) if gone.kind == Kind::NotFound => {
                return self.finish_move(one, Stage::RolledBack, None).await;
            }
            Err(failure) => return Err(failure),
        };
        let Some(agent) = self.listed_agent(&one.agent).await? else {
            return self.discard(one, successor, None).await;
        };
        if migration.spec.state == State::Cancelling {
            return self.discard(one, successor, None).await;
        }
        match successor.sync.state {
            SyncState::Retrying | SyncState::Unknown | SyncState::NeedsAttention => {
                self.record_error(one, successor.sync.last_error).await
            }
            SyncState::Missing if one.progress.returns => {
                self.drop_stale_standby(one, agent, &successor).await
            }
            SyncState::Failed | SyncState::Missing => {
                let why = successor.sync.last_error.clone();
                self.discard(one, successor, why).await
            }
            SyncState::InSync | SyncState::Drifted => {
                if successor.revision != agent.revision || successor.body.desired != agent.body.desired {
                    return self.resync_successor(migration, one, &agent, successor).await;
                }
                match unaccepted_losses(migration, &agent, &successor) {
                    Some(why) => self.discard(one, successor, Some(RecordedError::now(&why))).await,
                    None => self.cut_over(migration, one, agent, successor).await,
                }
            }
        }
    }

    /// Ends a move once the vendor has removed what was left there, or nobody knows how it can.
    async fn await_removal(&self, one: &Move, stage: Stage) -> Result<()> {
        let Some(id) = &one.progress.leftover else {
            return self.finish_move(one, stage, None).await;
        };
        match self.repository.load::<Agent>(id).await {
            Ok(leftover) if leftover.sync.state == SyncState::NeedsAttention => {
                let last_error = one.progress.last_error.clone().or(leftover.sync.last_error);
                let progress = MoveProgress { stage, last_error, ..one.progress.clone() };
                self.store_progress(one, progress).await
            }
            Ok(leftover) => self.record_error(one, leftover.sync.last_error).await,
            Err(gone) if gone.kind == Kind::NotFound => {
                let recorded = one.progress.last_error.clone().filter(|_| stage == Stage::Failed);
                let progress = MoveProgress { stage, last_error: recorded, ..one.progress.clone() };
                self.store_progress(one, progress).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Keeps why a move is not over.
    async fn record_error(&self, one: &Move, recorded: Option<RecordedError>) -> Result<()> {
        let same = |recorded: &RecordedError| {
            one.progress.last_error.as_ref().is_some_and(|known| known.detail == recorded.detail)
        };
        match recorded.filter(|recorded| !same(recorded)) {
            Some(recorded) if matches!(one.progress.stage, Stage::Making | Stage::Retiring) => {
                let progress = MoveProgress { last_error: Some(recorded), ..one.progress.clone() };
                self.store_progress(one, progress).await
            }
            _ => Ok(()),
        }
    }

    /// Ends a move of which nothing is at the new vendor.
    pub(super) async fn finish_move(&self, one: &Move, stage: Stage, why: Option<&Error>) -> Result<()> {
        let progress =
            MoveProgress { stage, last_error: why.map(RecordedError::now), ..one.progress.clone() };
        self.store_progress(one, progress).await
    }

    /// Stores the progress of a move alone.
    async fn store_progress(&self, one: &Move, progress: MoveProgress) -> Result<()> {
        let mut batch = Batch::new();
        batch.update_move(one.with_progress(progress).to_stored());
        self.repository.commit(batch).await.map(drop)
    }

    /// The agent, unless it was deleted meanwhile.
    async fn listed_agent(&self, id: &str) -> Result<Option<Item<Agent>>> {
        match self.repository.load::<Agent>(id).await {
            Ok(agent) => Ok(Some(agent).filter(|agent| agent.visibility == Visibility::Listed)),
            Err(gone) if gone.kind == Kind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}
