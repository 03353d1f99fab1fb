//! The state that background tasks share with the components that wake them, under every configuration of the process.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::{
    last_run::LastRuns,
    wake::{MoveWaker, WakeSignal},
};

/// The maximum number of concurrent background attempts.
const MAX_BACKGROUND_ATTEMPTS: usize = 32;

/// The signals, permits and running work that outlive a configuration.
pub struct Handles {
    /// The signal that wakes the task for operations.
    pub operations: WakeSignal,
    /// The signal that wakes the task for migrations.
    pub moves: MoveWaker,
    /// The tracker of all running writes and background tasks.
    pub running: TaskTracker,
    /// The permits for background attempts.
    pub attempt_permits: Arc<Semaphore>,
    /// The time of each task's last pass.
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
