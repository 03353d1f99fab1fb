//! What background work shares with those that wake it, under every configuration of the process.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::{
    last_run::LastRuns,
    wake::{MoveWaker, WakeSignal},
};

/// The most operations that the background attempts concurrently.
const MAX_BACKGROUND_ATTEMPTS: usize = 32;

/// The signals, permits and running work that outlive a configuration.
pub struct Handles {
    /// Wakes the task that carries on operations.
    pub operations: WakeSignal,
    /// Wakes the task that carries on migrations.
    pub moves: MoveWaker,
    /// The writes and background tasks that run, whether or not a caller waits.
    pub running: TaskTracker,
    /// Permits for the operations that the background attempts.
    pub attempt_permits: Arc<Semaphore>,
    /// When each task last ran.
    pub last_runs: LastRuns,
}

impl Default for Handles {
    fn default() -> Self {
        Self {
            operations: WakeSignal::default(),
            moves: MoveWaker::default(),
            running: TaskTracker::new(),
            attempt_permits: Arc::new(Semaphore::new(MAX_BACKGROUND_ATTEMPTS)),
            last_runs: LastRuns::default(),
        }
    }
}
