//! The task for migrations. It keeps a limited number of moves underway until every migration has ended.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use switchboard_core::error::{Kind, Result};
use switchboard_store::{self as store, MigrationState, MoveState};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use super::{BackgroundTask, DirtySet, Handles, Next, Schedule};
use crate::{
    migrations::{Migration, Move, Mover, OPEN_STATES, State},
    records::Repository,
};

/// The maximum number of moves that one migration has in the state `underway`.
const MAX_UNDERWAY: u32 = 32;
/// The maximum number of moves that advance concurrently. Concurrent commits share the store's disk writes.
const MAX_PARALLEL: usize = 32;
/// The longest pause between two passes over all moves. Other processes may advance moves without a signal to this process.
const MAX_PAUSE: Duration = Duration::from_secs(1);
/// The pause after a wake-up. One pass then handles all signals that arrive during the pause.
const MIN_PAUSE: Duration = Duration::from_millis(20);

/// The task that advances the moves of all migrations.
pub struct MigrationsTask {
    repository: Arc<Repository>,
    mover: Arc<Mover>,
    handles: Arc<Handles>,
    /// The time of the last pass over all moves.
    last_full_pass: Mutex<Option<Instant>>,
}

impl MigrationsTask {
    /// Creates the task.
    pub fn new(repository: Arc<Repository>, mover: Arc<Mover>, handles: Arc<Handles>) -> Self {
        Self { repository, mover, handles, last_full_pass: Mutex::default() }
    }
}

#[async_trait]
impl BackgroundTask for MigrationsTask {
    fn name(&self) -> &'static str {
        "migrations"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            first: Duration::ZERO,
            retry: MAX_PAUSE,
            wake: Some(self.handles.moves.signal()),
            debounce: MIN_PAUSE,
        }
    }

    async fn run(&self, _shutdown: &CancellationToken) -> Result<Next> {
        let mut dirty = self.handles.moves.take();
        dirty.all |= self.full_pass_is_due();
        self.drive_all(&dirty).await?;
        Ok(Next::After(MAX_PAUSE))
    }
}

impl MigrationsTask {
    /// Returns true if a pass over all moves is due, and records the start of that pass.
    fn full_pass_is_due(&self) -> bool {
        let mut last_full_pass = self.last_full_pass.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last_full_pass.is_none_or(|last| last.elapsed() >= MAX_PAUSE);
        if due {
            *last_full_pass = Some(Instant::now());
        }
        due
    }

    async fn drive_all(&self, dirty: &DirtySet) -> Result<()> {
        for stored in self.repository.store().migrations(&[MigrationState::Open], None, u32::MAX).await? {
            let id = stored.id.clone();
            let migration = match Migration::from_stored(stored) {
                Ok(migration) => migration,
                Err(failure) => {
                    if self.handles.damage.is_new("migrations", &id, &failure) {
                        error!(migration = id, %failure, "failed to read a stored migration");
                    }
                    continue;
                }
            };
            match self.drive(&migration, dirty).await {
                Err(conflict) if lost_race(conflict.kind) => {
                    debug!(migration = migration.id, "another process advanced the migration")
                }
                Err(failure) => {
                    warn!(migration = migration.id, %failure, "failed to advance a migration")
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }

    async fn drive(&self, migration: &Migration, dirty: &DirtySet) -> Result<()> {
        let counts = self.repository.store().count_moves(&migration.id).await?;
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        let state = migration.spec.state;
        let has_ended = OPEN_STATES.into_iter().chain([MoveState::Retiring]).all(|state| count(state) == 0);
        if has_ended {
            return self.mover.finish(migration, &counts).await;
        }
        let mut moves = if dirty.all {
            self.some_moves(migration, MoveState::Underway, MAX_UNDERWAY).await?
        } else {
            self.moves_of(migration, &dirty.agents).await?
        };
        if dirty.all {
            moves.extend(self.some_moves(migration, MoveState::Retiring, MAX_UNDERWAY).await?);
        }
        // Retiring moves do not count against the limit, so that a slow removal at an old vendor does not delay other
        // moves.
        let room =
            MAX_UNDERWAY.saturating_sub(u32::try_from(count(MoveState::Underway)).unwrap_or(MAX_UNDERWAY));
        if matches!(state, State::Running | State::Cancelling) && room > 0 {
            moves.extend(self.some_moves(migration, MoveState::Waiting, room).await?);
        }
        let steps = stream::iter(moves).map(|agent_move| async move {
            let agent = agent_move.agent.clone();
            let stepped = self.mover.advance(migration, agent_move).await;
            match &stepped {
                Err(conflict) if lost_race(conflict.kind) => {
                    debug!(agent, "another write changed the agent first")
                }
                Err(failure) => warn!(agent, %failure, "failed to move an agent, will retry"),
                Ok(()) => {}
            }
            stepped.is_ok()
        });
        let stepped: Vec<_> = steps.buffer_unordered(MAX_PARALLEL).collect().await;
        if stepped.contains(&true) {
            self.handles.moves.wake_scheduler();
        }
        Ok(())
    }

    async fn some_moves(&self, migration: &Migration, state: MoveState, limit: u32) -> Result<Vec<Move>> {
        let stored = self.repository.store().moves(&migration.id, &[state], None, limit).await?;
        stored.into_iter().map(Move::from_stored).collect()
    }

    /// Reads the moves of these agents, except moves that have not started or have ended.
    async fn moves_of(&self, migration: &Migration, agents: &BTreeSet<String>) -> Result<Vec<Move>> {
        let mut moves = Vec::new();
        for agent in agents {
            let stored = self.repository.store().move_of(&migration.id, agent).await?;
            let has_started = |agent_move: &store::Move| {
                matches!(agent_move.state, MoveState::Underway | MoveState::Retiring)
            };
            moves.extend(stored.filter(has_started).map(Move::from_stored).transpose()?);
        }
        Ok(moves)
    }
}

/// Returns true if the error means that another write was committed first.
fn lost_race(kind: Kind) -> bool {
    matches!(kind, Kind::PreconditionFailed | Kind::StateConflict)
}
