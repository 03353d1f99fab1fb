//! The interface of background tasks.

use std::time::Duration;

use async_trait::async_trait;
use switchboard_core::error::Result;
use tokio_util::sync::CancellationToken;

use super::wake::WakeSignal;

/// A periodic task, run one pass at a time. The [`Driver`](super::Driver) owns the loop: pauses, wake-ups, logging, panics
/// and shutdown.
#[async_trait]
pub trait BackgroundTask: Send + Sync {
    /// Returns the name for the log.
    fn name(&self) -> &'static str;

    /// Returns the schedule of the passes.
    fn schedule(&self) -> Schedule;

    /// Runs one pass. A long pass ends early when `shutdown` is cancelled, but completes every commit that it has begun.
    ///
    /// # Errors
    /// The failure of the pass. The driver logs it and runs the task again after [`Schedule::retry`].
    async fn run(&self, shutdown: &CancellationToken) -> Result<Next>;
}

/// The schedule of a task's passes.
pub struct Schedule {
    /// The pause before the first pass, counted from the last pass under any configuration of this process.
    pub first: Duration,
    /// The pause after a pass that failed.
    pub retry: Duration,
    /// The signal that ends a pause early, if there is one.
    pub wake: Option<WakeSignal>,
    /// The pause after a wake-up, so that one pass handles everything that happens meanwhile.
    pub debounce: Duration,
}

/// The time of the next pass, unless a signal wakes the task before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// After this pause.
    After(Duration),
    /// Never, because the configuration gives the task nothing to do.
    Never,
}
