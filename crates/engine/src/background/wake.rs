//! Signals that end the pause of a background task.

use std::{
    collections::BTreeSet,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// A signal that ends the pause of one background task. Clones share the signal. If the task is not waiting, the signal
/// is stored.
#[derive(Debug, Clone, Default)]
pub struct WakeSignal(Arc<Notify>);

impl WakeSignal {
    /// Wakes the task. If the task is not waiting, its next pause is skipped.
    pub fn send(&self) {
        self.0.notify_one();
    }

    /// Waits for the signal.
    pub async fn notified(&self) {
        self.0.notified().await;
    }
}

/// The signal for the migrations task, with the set of moves to check.
#[derive(Default)]
pub struct MoveWaker {
    signal: WakeSignal,
    dirty: Mutex<DirtySet>,
}

/// The moves that may have changed since the last pass.
#[derive(Default)]
pub struct DirtySet {
    /// True if all moves may have changed.
    pub all: bool,
    /// The ids of the records for which an operation was attempted. An operation of a successor, leftover or standby
    /// counts for its owner. The ids of trunks have no effect.
    pub agents: BTreeSet<String>,
}

impl MoveWaker {
    /// Returns the signal that ends the task's pause.
    pub fn signal(&self) -> WakeSignal {
        self.signal.clone()
    }

    /// Wakes the task to check all moves.
    pub fn wake_all(&self) {
        self.dirty().all = true;
        self.signal.send();
    }

    /// Wakes the task to check the moves of this agent.
    pub fn wake_agent(&self, agent: String) {
        self.dirty().agents.insert(agent);
        self.signal.send();
    }

    /// Wakes the task to start more moves or to finish the migration.
    pub fn wake_scheduler(&self) {
        self.signal.send();
    }

    /// Returns the moves that may have changed since the last call, and clears the set.
    pub fn take(&self) -> DirtySet {
        mem::take(&mut *self.dirty())
    }

    fn dirty(&self) -> MutexGuard<'_, DirtySet> {
        // Ignore poisoning: every change to the set is one call, so a panic while the lock is held cannot leave the set
        // half-written.
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
