//! The metrics of the store: the durations of its reads and writes.

use std::{
    future::Future,
    sync::LazyLock,
    time::{Duration, Instant},
};

use opentelemetry::{KeyValue, global, metrics::Histogram};
use switchboard_core::error::{Kind, Result};

/// The upper limits of the buckets of the histogram, in seconds.
const DURATIONS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0];

static OPERATIONS: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    global::meter("switchboard")
        .f64_histogram("db.client.operation.duration")
        .with_unit("s")
        .with_description("Duration of an operation of the store, with its wait for a connection.")
        .with_boundaries(DURATIONS.to_vec())
        .build()
});

/// Awaits `run`, a read or write of the database `system`, and records its duration under the name `operation`. Records
/// an `error.type` only for `storage_unavailable` and `internal`: a refused mutation is not a failure of the database.
pub(crate) async fn measured<T>(
    system: &'static str,
    operation: &'static str,
    run: impl Future<Output = Result<T>>,
) -> Result<T> {
    let begun = Instant::now();
    let result = run.await;
    record(system, operation, begun.elapsed(), result.as_ref().err().map(|error| error.kind));
    result
}

fn record(system: &'static str, operation: &'static str, elapsed: Duration, failure: Option<Kind>) {
    let error = match failure {
        Some(Kind::StorageUnavailable) => Some("storage_unavailable"),
        Some(Kind::Internal) => Some("internal"),
        _ => None,
    };
    let labels = [KeyValue::new("db.system.name", system), KeyValue::new("db.operation.name", operation)];
    match error {
        None => OPERATIONS.record(elapsed.as_secs_f64(), &labels),
        Some(error) => {
            let [system, operation] = labels;
            let labels = [system, operation, KeyValue::new("error.type", error)];
            OPERATIONS.record(elapsed.as_secs_f64(), &labels);
        }
    }
}
