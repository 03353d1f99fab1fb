//! The background: a bounded number of moves is kept underway until every migration is over.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use switchboard_core::{Kind, Result};
use switchboard_store::{MigrationState, MoveState};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::record::{Migration, Move, State};
use crate::service::{Service, item::now};

/// Moves of one migration that are underway at once.
const UNDERWAY: u32 = 32;
/// Moves that are looked at side by side.
const SIDE_BY_SIDE: usize = 8;
/// How long it is waited at most until all moves are looked at again: other processes may have done something.
const ROUND: Duration = Duration::from_secs(1);
/// How long it is waited at least: what happens meanwhile is looked at together.
const BREATH: Duration = Duration::from_millis(20);

impl Service {
    /// Moves agents until it is told to stop.
    pub async fn migrate(self: Arc<Self>, stop: CancellationToken) {
        loop {
            if let Err(failure) = self.drive_all().await {
                warn!(%failure, "Migrations could not be carried on");
            }
            let next = async {
                tokio::select! {
                    () = sleep(ROUND) => {}
                    () = self.moves.notified() => sleep(BREATH).await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = next => {}
            }
        }
    }

    async fn drive_all(self: &Arc<Self>) -> Result<()> {
        for stored in self.store.migrations(&[MigrationState::Open], None, u32::MAX).await? {
            let migration = Migration::of(stored)?;
            match self.drive(&migration).await {
                Err(outrun) if is_outrun(outrun.kind) => {
                    debug!(migration = migration.id, "carried on elsewhere")
                }
                Err(failure) => {
                    warn!(migration = migration.id, %failure, "A migration could not be carried on")
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }

    async fn drive(self: &Arc<Self>, migration: &Migration) -> Result<()> {
        let underway = self.some_moves(migration, MoveState::Underway, UNDERWAY).await?;
        let room = UNDERWAY - u32::try_from(underway.len()).unwrap_or(UNDERWAY);
        let waiting = match migration.course.state {
            State::Running | State::Cancelling if room > 0 => {
                self.some_moves(migration, MoveState::Waiting, room).await?
            }
            _ => Vec::new(),
        };
        // They have arrived, and keep nobody else from setting out however long their old vendor takes.
        let retiring = self.some_moves(migration, MoveState::Retiring, UNDERWAY).await?;
        let idle = underway.is_empty() && waiting.is_empty() && retiring.is_empty();
        let more = !waiting.is_empty();
        let all = underway.into_iter().chain(waiting).chain(retiring);
        let steps = stream::iter(all).map(|one| async move {
            let agent = one.agent.clone();
            match self.step(migration, one).await {
                Err(outrun) if is_outrun(outrun.kind) => debug!(agent, "written meanwhile"),
                Err(failure) => warn!(agent, %failure, "An agent could not be moved yet"),
                Ok(()) => {}
            }
        });
        steps.buffer_unordered(SIDE_BY_SIDE).collect::<()>().await;
        if idle && migration.course.state != State::Paused {
            self.finish(migration).await?;
        }
        if more {
            self.moves.notify_one();
        }
        Ok(())
    }

    async fn some_moves(&self, migration: &Migration, state: MoveState, limit: u32) -> Result<Vec<Move>> {
        let stored = self.store.moves(&migration.id, &[state], None, limit).await?;
        stored.into_iter().map(Move::of).collect()
    }

    /// Ends a migration of which no move is open.
    async fn finish(&self, migration: &Migration) -> Result<()> {
        let counts = self.store.count_moves(&migration.id).await?;
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        let mut ended = migration.clone();
        ended.course.finished_at = Some(now());
        ended.course.state = match migration.course.state {
            State::Cancelling => State::RolledBack,
            _ if count(MoveState::Failed) > 0 => State::Failed,
            _ => State::Done,
        };
        self.commit(vec![ended.kept()]).await?;
        info!(
            migration = migration.id,
            state = ?ended.course.state,
            moved = count(MoveState::Moved),
            failed = count(MoveState::Failed),
            rolled_back = count(MoveState::RolledBack),
            "A migration is over"
        );
        Ok(())
    }
}

/// Whether somebody else was faster.
fn is_outrun(kind: Kind) -> bool {
    matches!(kind, Kind::PreconditionFailed | Kind::StateConflict)
}
