//! Signals that end a background task's pause.

use std::{
    collections::BTreeSet,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// Ends the pause of one background task. Clones are the same signal; one that is sent while nobody waits is kept.
#[derive(Debug, Clone, Default)]
pub struct WakeSignal(Arc<Notify>);

impl WakeSignal {
    /// Wakes the task, or keeps it from pausing once.
    pub fn send(&self) {
        self.0.notify_one();
    }

    /// Waits for the signal.
    pub async fn notified(&self) {
        self.0.notified().await;
    }
}

/// Wakes the task that carries on migrations, and tells it what to look at.
#[derive(Default)]
pub struct MoveWaker {
    signal: WakeSignal,
    dirty: Mutex<DirtySet>,
}

/// What may have changed since the task last looked.
#[derive(Default)]
pub struct DirtySet {
    /// Whether that is every move.
    pub all: bool,
    /// The agents of which an operation has ended, their successors' and leftovers' included.
    pub agents: BTreeSet<String>,
}

impl MoveWaker {
    /// Gives the signal that ends the task's pause.
    pub fn signal(&self) -> WakeSignal {
        self.signal.clone()
    }

    /// Has all moves looked at.
    pub fn wake_all(&self) {
        self.dirty().all = true;
        self.signal.send();
    }

    /// Has the moves of this agent looked at.
    pub fn wake_agent(&self, agent: String) {
        self.dirty().agents.insert(agent);
        self.signal.send();
    }

    /// Has more moves started, or the migration finished where there are none.
    pub fn wake_scheduler(&self) {
        self.signal.send();
    }

    /// Takes what may have changed since this was last called.
    pub fn take(&self) -> DirtySet {
        mem::take(&mut *self.dirty())
    }

    fn dirty(&self) -> MutexGuard<'_, DirtySet> {
        // Every change of the set is one call, so a panic elsewhere cannot leave it half-written.
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
