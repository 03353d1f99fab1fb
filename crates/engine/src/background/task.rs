//! The contract of periodic work.

use std::time::Duration;

use async_trait::async_trait;
use switchboard_core::Result;
use tokio_util::sync::CancellationToken;

use super::wake::WakeSignal;

/// Periodic work, one pass at a time. The [`Driver`](super::Driver) owns the loop: the pauses, the wake-up, the log, panics and the
/// shutdown.
#[async_trait]
pub trait BackgroundTask: Send + Sync {
    /// The name in the log.
    fn name(&self) -> &'static str;

    /// When passes run.
    fn schedule(&self) -> Schedule;

    /// Runs one pass. A pass that takes long ends early when `shutdown` is cancelled; whatever it has begun to commit, it
    /// finishes.
    ///
    /// # Errors
    /// Why the pass failed. The driver logs it and tries again after [`Schedule::retry`].
    async fn run(&self, shutdown: &CancellationToken) -> Result<Next>;
}

/// When the passes of a task run.
pub struct Schedule {
    /// The pause before the first pass, counted from the last pass under any configuration of this process.
    pub first: Duration,
    /// The pause after a pass that failed.
    pub retry: Duration,
    /// The signal that ends a pause early, if there is one.
    pub wake: Option<WakeSignal>,
    /// The pause after a wake-up: what happens meanwhile is handled in one pass.
    pub debounce: Duration,
}

/// When the next pass runs, unless the task is woken before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// After this pause.
    After(Duration),
    /// Never: the configuration gives the task nothing to do.
    Never,
}
