//! The share of a request's time that its vendors took.

use std::{cell::Cell, future::Future, time::Duration};

use switchboard_core::error::{Error, Kind};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

tokio::task_local! {
    static SPENT: Cell<Duration>;
}

/// Runs a request and measures the total time of its vendor exchanges. `None` if there were none.
pub async fn measured<T>(request: impl Future<Output = T>) -> (T, Option<Duration>) {
    SPENT
        .scope(Cell::default(), async {
            let answer = request.await;
            let spent = SPENT.with(Cell::get);
            (answer, Some(spent).filter(|spent| !spent.is_zero()))
        })
        .await
}

/// Completes a write even if its caller stops waiting. The time of its vendors counts for the caller's request too.
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

/// Adds the time of an exchange to that of the request.
pub(super) async fn timed<T>(conversation: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let result = conversation.await;
    // Background work has no request to add the time to.
    let _ = SPENT.try_with(|spent| spent.set(spent.get() + begun.elapsed()));
    result
}
