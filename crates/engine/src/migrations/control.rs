//! The control of a migration: pause, resume and cancel.

use switchboard_core::error::{Error, Kind, Result};
use switchboard_store::MoveState;
use tracing::info;

use super::{Counts, Migration, Mover, State};
use crate::{
    records::{Batch, api_word, busy, now},
    request::RequestContext,
    writes::{Answer, answer_without_vendor},
};

/// A command that changes the state of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Start no further moves.
    Pause,
    /// Start moves again.
    Resume,
    /// Roll back every move whose agent has not moved yet. Agents that have moved remain at their new vendor.
    Cancel,
}

impl Mover {
    /// Pauses, resumes or cancels a migration.
    ///
    /// # Errors
    /// `not_found`; `state_conflict` if the migration has ended, if it is being cancelled and `order` is not
    /// [`Order::Cancel`], or if another process changed it first.
    pub async fn order(&self, request: RequestContext, id: &str, order: Order) -> Result<Answer> {
        let (mut migration, counts) = self.migration(id).await?;
        let state = match (migration.spec.state, order) {
            (State::Running | State::Paused, Order::Pause) => State::Paused,
            (State::Running | State::Paused, Order::Resume) => State::Running,
            (State::Running | State::Paused | State::Cancelling, Order::Cancel) => State::Cancelling,
            (State::Cancelling, _) => {
                let detail = "The migration is being cancelled.";
                return Err(Error::new(Kind::StateConflict, detail));
            }
            (State::Done | State::Failed | State::RolledBack, _) => {
                return Err(Error::new(Kind::StateConflict, "The migration has ended."));
            }
        };
        let changed = state != migration.spec.state;
        migration.spec.state = state;
        let mut batch = Batch::new();
        if changed {
            batch.update_migration(migration.to_stored());
        }
        let answer = Answer::migration(&migration.answer(&counts))?;
        let answer = answer_without_vendor(&self.repository, batch, answer, &request).await?;
        self.handles.moves.wake_all();
        answer.ok_or_else(busy)
    }

    /// Ends a migration whose moves have all ended.
    ///
    /// # Errors
    /// `precondition_failed` if another process has written the migration since it was read.
    pub async fn finish(&self, migration: &Migration, counts: &Counts) -> Result<()> {
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        let mut ended = migration.clone();
        ended.spec.finished_at = Some(now());
        ended.spec.state = match migration.spec.state {
            State::Cancelling => State::RolledBack,
            _ if count(MoveState::Failed) > 0 => State::Failed,
            _ => State::Done,
        };
        let mut batch = Batch::new();
        batch.update_migration(ended.to_stored());
        self.repository.commit(batch).await?;
        info!(
            migration = migration.id,
            state = api_word(ended.spec.state),
            moved = count(MoveState::Moved),
            failed = count(MoveState::Failed),
            rolled_back = count(MoveState::RolledBack),
            "migration ended"
        );
        Ok(())
    }
}
