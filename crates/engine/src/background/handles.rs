//! The state that background tasks share with the components that wake them. This state survives a change to the
//! configuration.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    damage::LoggedDamage,
    gauges::Gauges,
    last_run::LastRuns,
    wake::{MoveWaker, WakeSignal},
};
use crate::{calls::CallSignals, places::Places};

/// The maximum number of concurrent background attempts.
const MAX_BACKGROUND_ATTEMPTS: usize = 32;

/// The state that background tasks share with the components that wake them. This state survives a change to the
/// configuration.
pub struct Handles {
    /// The signal that wakes the task for operations.
    pub operations: WakeSignal,
    /// The signal that wakes the task for migrations, with the set of moves to check.
    pub moves: MoveWaker,
    /// The state of call following in this process.
    pub calls: CallSignals,
    /// The tracker of all running writes and background tasks.
    pub running: TaskTracker,
    /// The permits for background attempts.
    pub attempt_permits: Arc<Semaphore>,
    /// The time of each task's last successful pass.
    pub last_runs: LastRuns,
    /// The bound on concurrent writes, with a share for each caller.
    pub writes_of_callers: Arc<Places>,
    /// The bound on concurrent writes, with a share for each vendor.
    pub writes_to_vendors: Arc<Places>,
    /// The damage of stored items that this process has logged.
    pub damage: LoggedDamage,
    /// The gauges of the store and the vendors.
    pub gauges: Gauges,
    /// The token that is triggered when the process is stopping and callers must not wait any longer.
    pub time_is_up: CancellationToken,
}

impl Default for Handles {
    fn default() -> Self {
        Self {
            operations: WakeSignal::default(),
            moves: MoveWaker::default(),
            calls: CallSignals::default(),
            running: TaskTracker::new(),
            attempt_permits: Arc::new(Semaphore::new(MAX_BACKGROUND_ATTEMPTS)),
            last_runs: LastRuns::default(),
            writes_of_callers: Arc::default(),
            writes_to_vendors: Arc::default(),
            damage: LoggedDamage::default(),
            gauges: Gauges::default(),
            time_is_up: CancellationToken::new(),
        }
    }
}
