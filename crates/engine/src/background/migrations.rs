//! Carries on migrations: a bounded number of moves is kept underway until every migration has ended.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use switchboard_core::{Kind, Result};
use switchboard_store::{self as store, MigrationState, MoveState};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::{BackgroundTask, DirtySet, Handles, Next, Schedule};
use crate::{
    migrations::{Migration, Move, Mover, OPEN_STATES, State},
    records::Repository,
};

/// Moves of one migration that are underway at the same time.
const MAX_UNDERWAY: u32 = 32;
/// Moves that are looked at concurrently: the more, the fewer times the store waits for its disk.
const MAX_PARALLEL: usize = 32;
/// The longest pause until all moves are looked at again: other processes may have done something.
const MAX_PAUSE: Duration = Duration::from_secs(1);
/// The pause after a wake-up: what happens meanwhile is handled in one pass.
const MIN_PAUSE: Duration = Duration::from_millis(20);

/// Keeps moves underway.
pub struct MigrationsTask {
    repository: Arc<Repository>,
    mover: Arc<Mover>,
    handles: Arc<Handles>,
    /// When all moves were last looked at.
    looked_at_all: Mutex<Option<Instant>>,
}

impl MigrationsTask {
    /// Makes the task.
    pub fn new(repository: Arc<Repository>, mover: Arc<Mover>, handles: Arc<Handles>) -> Self {
        Self { repository, mover, handles, looked_at_all: Mutex::default() }
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
        dirty.all |= self.is_time_for_all();
        self.drive_all(&dirty).await?;
        Ok(Next::After(MAX_PAUSE))
    }
}

impl MigrationsTask {
    /// Tells whether all moves are to be looked at, and notes that they are.
    fn is_time_for_all(&self) -> bool {
        let mut looked_at_all = self.looked_at_all.lock().unwrap_or_else(PoisonError::into_inner);
        let due = looked_at_all.is_none_or(|last| last.elapsed() >= MAX_PAUSE);
        if due {
            *looked_at_all = Some(Instant::now());
        }
        due
    }

    async fn drive_all(&self, dirty: &DirtySet) -> Result<()> {
        for stored in self.repository.store().migrations(&[MigrationState::Open], None, u32::MAX).await? {
            let migration = Migration::from_stored(stored)?;
            match self.drive(&migration, dirty).await {
                Err(outrun) if lost_race(outrun.kind) => {
                    debug!(migration = migration.id, "migration is carried on by another process")
                }
                Err(failure) => {
                    warn!(migration = migration.id, %failure, "failed to carry on a migration")
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
        let is_over = OPEN_STATES.into_iter().chain([MoveState::Retiring]).all(|state| count(state) == 0);
        if is_over && state != State::Paused {
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
        // Those that retire have arrived, and keep nobody else from setting out however long their old vendor takes.
        let room =
            MAX_UNDERWAY.saturating_sub(u32::try_from(count(MoveState::Underway)).unwrap_or(MAX_UNDERWAY));
        if matches!(state, State::Running | State::Cancelling) && room > 0 {
            moves.extend(self.some_moves(migration, MoveState::Waiting, room).await?);
        }
        let steps = stream::iter(moves).map(|one| async move {
            let agent = one.agent.clone();
            let stepped = self.mover.advance(migration, one).await;
            match &stepped {
                Err(outrun) if lost_race(outrun.kind) => debug!(agent, "agent was written meanwhile"),
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

    /// The moves of these agents that have set out and are not over.
    async fn moves_of(&self, migration: &Migration, agents: &BTreeSet<String>) -> Result<Vec<Move>> {
        let mut moves = Vec::new();
        for agent in agents {
            let stored = self.repository.store().move_of(&migration.id, agent).await?;
            let set_out = |one: &store::Move| matches!(one.state, MoveState::Underway | MoveState::Retiring);
            moves.extend(stored.filter(set_out).map(Move::from_stored).transpose()?);
        }
        Ok(moves)
    }
}

/// Tells whether another write was faster.
fn lost_race(kind: Kind) -> bool {
    matches!(kind, Kind::PreconditionFailed | Kind::StateConflict)
}
