//! The measurement of the time that a request spends on vendor exchanges.

use std::{cell::Cell, future::Future, time::Duration};

use futures::FutureExt;
use switchboard_core::error::{Error, Kind};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

tokio::task_local! {
    static SPENT: Cell<Duration>;
}

/// Runs a request and measures the total time of its vendor exchanges. The time is `None` if there were no exchanges.
pub fn measured<T>(request: impl Future<Output = T>) -> impl Future<Output = (T, Option<Duration>)> {
    let spent = || Some(SPENT.with(Cell::get)).filter(|spent| !spent.is_zero());
    SPENT.scope(Cell::default(), request.map(move |answer| (answer, spent())))
}

/// Runs a write to completion, even if its caller stops waiting. Adds the time of the write's vendor exchanges to the time of
/// the caller's request.
///
/// # Errors
/// The errors of the write; `internal` if the write panics.
pub async fn run_to_completion<T: Send + 'static>(
    writes: &TaskTracker,
    write: impl Future<Output = switchboard_core::error::Result<T>> + Send + 'static,
) -> switchboard_core::error::Result<T> {
    let running = writes.spawn(measured(write).in_current_span());
    match running.await {
        Ok((result, time)) => {
            let _ = SPENT.try_with(|spent| spent.set(spent.get() + time.unwrap_or_default()));
            result
        }
        Err(broken) => Err(Error::new(Kind::Internal, "A write was interrupted.").caused_by(broken)),
    }
}

/// Runs an exchange and adds its duration to the time of the current request.
pub(super) async fn timed<T>(conversation: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let result = conversation.await;
    // Background tasks have no request, so their time is not counted.
    let _ = SPENT.try_with(|spent| spent.set(spent.get() + begun.elapsed()));
    result
}
