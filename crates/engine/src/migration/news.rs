//! What wakes the background that moves agents, and which moves it then has to look at.

use std::{
    collections::BTreeSet,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// Wakes the background that moves agents.
#[derive(Default)]
pub struct Bell {
    rung: Notify,
    news: Mutex<News>,
}

/// What may have changed.
#[derive(Default)]
pub struct News {
    /// Whether that is anything.
    pub everything: bool,
    /// The agents of which an operation is over, their successors' and leftovers' included.
    pub agents: BTreeSet<String>,
}

impl Bell {
    /// Has all moves looked at.
    pub fn ring(&self) {
        self.news().everything = true;
        self.rung.notify_one();
    }

    /// Has the moves of this agent looked at.
    pub fn ring_for(&self, agent: String) {
        self.news().agents.insert(agent);
        self.rung.notify_one();
    }

    /// Has it seen whether there is room for further moves, or none is left.
    pub fn ring_for_more(&self) {
        self.rung.notify_one();
    }

    /// Waits until it is rung, or was since somebody last waited.
    pub async fn rings(&self) {
        self.rung.notified().await;
    }

    /// What may have changed since this was last asked.
    pub fn take(&self) -> News {
        mem::take(&mut *self.news())
    }

    fn news(&self) -> MutexGuard<'_, News> {
        // What is noted is whole whoever panicked beside it.
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
