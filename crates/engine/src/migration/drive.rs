//! The background: a bounded number of moves is kept underway until every migration is over.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use switchboard_core::{Kind, Result};
use switchboard_store::{self as store, MigrationState, MoveState};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{
    record::{Counts, Migration, Move, OPEN_STATES, State},
    waker::DirtySet,
};
use crate::{Service, state::now};

/// Moves of one migration that are underway at once.
const MAX_UNDERWAY: u32 = 32;
/// Moves that are looked at side by side: the more, the fewer times the store waits for its disk.
const MAX_PARALLEL: usize = 32;
/// How long it is at most until all moves are looked at again: other processes may have done something.
const MAX_PAUSE: Duration = Duration::from_secs(1);
/// How long it is waited at least: what happens meanwhile is looked at together.
const MIN_PAUSE: Duration = Duration::from_millis(20);

impl Service {
    /// Moves agents until it is told to stop.
    pub async fn migrate(self: Arc<Self>, stop: CancellationToken) {
        let mut looked = None;
        loop {
            let mut news = self.move_waker.take();
            news.all |= looked.is_none_or(|last: Instant| last.elapsed() >= MAX_PAUSE);
            if news.all {
                looked = Some(Instant::now());
            }
            if let Err(failure) = self.drive_all(&news).await {
                warn!(%failure, "Migrations could not be carried on");
            }
            let next = async {
                tokio::select! {
                    () = sleep(MAX_PAUSE) => {}
                    () = self.move_waker.notified() => sleep(MIN_PAUSE).await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = next => {}
            }
        }
    }

    async fn drive_all(self: &Arc<Self>, news: &DirtySet) -> Result<()> {
        for stored in self.store.migrations(&[MigrationState::Open], None, u32::MAX).await? {
            let migration = Migration::from_stored(stored)?;
            match self.drive(&migration, news).await {
                Err(outrun) if lost_race(outrun.kind) => {
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

    async fn drive(self: &Arc<Self>, migration: &Migration, news: &DirtySet) -> Result<()> {
        let counts = self.store.count_moves(&migration.id).await?;
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        let state = migration.spec.state;
        let is_over = OPEN_STATES.into_iter().chain([MoveState::Retiring]).all(|state| count(state) == 0);
        if is_over && state != State::Paused {
            return self.finish_migration(migration, &counts).await;
        }
        let mut moves = match news.all {
            true => self.some_moves(migration, MoveState::Underway, MAX_UNDERWAY).await?,
            false => self.moves_of(migration, &news.agents).await?,
        };
        if news.all {
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
            let stepped = self.advance_move(migration, one).await;
            match &stepped {
                Err(outrun) if lost_race(outrun.kind) => debug!(agent, "written meanwhile"),
                Err(failure) => warn!(agent, %failure, "An agent could not be moved yet"),
                Ok(()) => {}
            }
            stepped.is_ok()
        });
        let stepped: Vec<_> = steps.buffer_unordered(MAX_PARALLEL).collect().await;
        if stepped.contains(&true) {
            self.move_waker.wake_scheduler();
        }
        Ok(())
    }

    async fn some_moves(&self, migration: &Migration, state: MoveState, limit: u32) -> Result<Vec<Move>> {
        let stored = self.store.moves(&migration.id, &[state], None, limit).await?;
        stored.into_iter().map(Move::from_stored).collect()
    }

    /// The moves of these agents that have set out and are not over.
    async fn moves_of(&self, migration: &Migration, agents: &BTreeSet<String>) -> Result<Vec<Move>> {
        let mut moves = Vec::new();
        for agent in agents {
            let stored = self.store.move_of(&migration.id, agent).await?;
            let set_out = |one: &store::Move| matches!(one.state, MoveState::Underway | MoveState::Retiring);
            moves.extend(stored.filter(set_out).map(Move::from_stored).transpose()?);
        }
        Ok(moves)
    }

    /// Ends a migration of which no move is open.
    async fn finish_migration(&self, migration: &Migration, counts: &Counts) -> Result<()> {
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        let mut ended = migration.clone();
        ended.spec.finished_at = Some(now());
        ended.spec.state = match migration.spec.state {
            State::Cancelling => State::RolledBack,
            _ if count(MoveState::Failed) > 0 => State::Failed,
            _ => State::Done,
        };
        self.commit(vec![ended.update_mutation()]).await?;
        info!(
            migration = migration.id,
            state = ?ended.spec.state,
            moved = count(MoveState::Moved),
            failed = count(MoveState::Failed),
            rolled_back = count(MoveState::RolledBack),
            "A migration is over"
        );
        Ok(())
    }
}

/// Whether somebody else was faster.
fn lost_race(kind: Kind) -> bool {
    matches!(kind, Kind::PreconditionFailed | Kind::StateConflict)
}
