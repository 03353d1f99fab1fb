//! The interface of background tasks.

use std::time::Duration;

use async_trait::async_trait;
use switchboard_core::error::Result;
use tokio_util::sync::CancellationToken;

use super::wake::WakeSignal;

/// A periodic task that runs one pass at a time. The [`Driver`](super::Driver) is responsible for pauses, wake-ups, logging,
/// panics and shutdown.
#[async_trait]
pub trait BackgroundTask: Send + Sync {
    /// Returns the name that identifies the task in the log and in [`Handles::last_runs`](super::Handles::last_runs).
    fn name(&self) -> &'static str;

    /// Returns the schedule of the passes.
    fn schedule(&self) -> Schedule;

    /// Runs one pass. After the token `shutdown` is triggered, a long pass must end early. It must still complete every
    /// commit that it has begun.
    ///
    /// # Errors
    /// The failure of the pass. The driver logs it and runs the task again after [`Schedule::retry`].
    async fn run(&self, shutdown: &CancellationToken) -> Result<Next>;
}

/// The schedule of a task's passes.
pub struct Schedule {
    /// The pause before the first pass. It counts from the task's last successful pass under an earlier configuration. If
    /// there is none, the pause counts from the start of the process.
    pub first: Duration,
    /// The pause after a pass that failed.
    pub retry: Duration,
    /// The signal that ends a pause early, if there is one.
    pub wake: Option<WakeSignal>,
    /// The pause after a wake-up. One pass then handles all signals that arrive during the pause.
    pub debounce: Duration,
}

/// The time of the next pass, unless a signal wakes the task earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The next pass runs after this pause.
    After(Duration),
    /// There is no further pass, because the configuration disables the task or the task has done its work.
    Never,
}
