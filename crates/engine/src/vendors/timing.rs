//! How much of a request's time its vendor took.

use std::{cell::Cell, future::Future, time::Duration};

use switchboard_core::{Error, Kind};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

tokio::task_local! {
    static SPENT: Cell<Duration>;
}

/// Runs a request and says how long its conversations with vendors took, all together. `None` where there were none.
pub async fn measured<T>(request: impl Future<Output = T>) -> (T, Option<Duration>) {
    SPENT
        .scope(Cell::default(), async {
            let answer = request.await;
            let spent = SPENT.with(Cell::get);
            (answer, Some(spent).filter(|spent| !spent.is_zero()))
        })
        .await
}

/// Runs a write to its end even where nobody waits for it any more; its vendors' time is counted here too.
pub async fn run_to_completion<T: Send + 'static>(
    writes: &TaskTracker,
    write: impl Future<Output = switchboard_core::Result<T>> + Send + 'static,
) -> switchboard_core::Result<T> {
    let running = writes.spawn(measured(write).in_current_span());
    match running.await {
        Ok((result, time)) => {
            let _ = SPENT.try_with(|spent| spent.set(spent.get() + time.unwrap_or_default()));
            result
        }
        Err(broken) => Err(Error::new(Kind::Internal, "A write broke off.").caused_by(broken)),
    }
}

/// Counts a conversation's time.
pub(super) async fn timed<T>(conversation: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let result = conversation.await;
    // Outside of a request, as in the background, nobody asks.
    let _ = SPENT.try_with(|spent| spent.set(spent.get() + begun.elapsed()));
    result
}
