//! What wakes the background that moves agents, and which moves it then has to look at.

use std::{
    collections::BTreeSet,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// Wakes the background that moves agents.
#[derive(Default)]
pub struct MoveWaker {
    notify: Notify,
    dirty: Mutex<DirtySet>,
}

/// What may have changed.
#[derive(Default)]
pub struct DirtySet {
    /// Whether that is anything.
    pub all: bool,
    /// The agents of which an operation is over, their successors' and leftovers' included.
    pub agents: BTreeSet<String>,
}

impl MoveWaker {
    /// Has all moves looked at.
    pub fn wake_all(&self) {
        self.dirty().all = true;
        self.notify.notify_one();
    }

    /// Has the moves of this agent looked at.
    pub fn wake_agent(&self, agent: String) {
        self.dirty().agents.insert(agent);
        self.notify.notify_one();
    }

    /// Has it seen whether there is room for further moves, or none is left.
    pub fn wake_scheduler(&self) {
        self.notify.notify_one();
    }

    /// Waits until it is rung, or was since somebody last waited.
    pub async fn notified(&self) {
        self.notify.notified().await;
    }

    /// What may have changed since this was last asked.
    pub fn take(&self) -> DirtySet {
        mem::take(&mut *self.dirty())
    }

    fn dirty(&self) -> MutexGuard<'_, DirtySet> {
        // What is noted is whole whoever panicked beside it.
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
