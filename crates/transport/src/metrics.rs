//! The metrics of attempts. Every label has a closed set of values.

use std::sync::{Arc, LazyLock};

use http::StatusCode;
use opentelemetry::{
    KeyValue, Value, global,
    metrics::{Counter, Histogram},
};
use switchboard_core::{
    error::{Outcome, Result},
    vendor::Method,
};
use tokio::time::Instant;

use crate::spans::outcome_name;

/// The upper limits of the histogram's buckets, in seconds.
const DURATIONS: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

static INSTRUMENTS: LazyLock<Instruments> = LazyLock::new(Instruments::new);

struct Instruments {
    durations: Histogram<f64>,
    attempts: Counter<u64>,
    retries_refused: Counter<u64>,
}

impl Instruments {
    fn new() -> Self {
        let meter = global::meter("switchboard");
        Self {
            durations: meter
                .f64_histogram("http.client.request.duration")
                .with_unit("s")
                .with_description(
                    "Duration of a request to a vendor, with its waits for the limits of the vendor.",
                )
                .with_boundaries(DURATIONS.to_vec())
                .build(),
            attempts: meter
                .u64_counter("switchboard.vendor_requests")
                .with_description("Requests to vendors, each attempt counted.")
                .build(),
            retries_refused: meter
                .u64_counter("switchboard.vendor_retries_refused")
                .with_description("Retries that the retry budget of the vendor did not permit.")
                .build(),
        }
    }
}

/// Counts an attempt that began at `begun`. Records its duration if it was sent. `status` returns the status of a
/// successful result.
pub(crate) fn record_attempt<T>(
    vendor: &Arc<str>,
    method: Method,
    begun: Instant,
    result: &Result<T>,
    status: impl FnOnce(&T) -> u16,
) {
    let (failure, status) = match result {
        Ok(result) => (None, Some(status(result))),
        Err(error) => (error.vendor.as_ref(), error.vendor.as_ref().and_then(|failure| failure.status)),
    };
    let vendor = KeyValue::new("vendor", vendor.clone());
    let method = KeyValue::new("http.request.method", method.as_str());
    if failure.is_none_or(|failure| failure.outcome != Outcome::NotSent) {
        let labels = [vendor.clone(), method.clone()];
        INSTRUMENTS.durations.record(begun.elapsed().as_secs_f64(), &labels);
    }
    let mut labels = Vec::with_capacity(4);
    labels.extend([vendor, method]);
    labels.extend(status.map(|status| KeyValue::new("http.response.status_code", status_code(status))));
    labels.extend(result.is_err().then(|| KeyValue::new("error.type", outcome_name(result))));
    INSTRUMENTS.attempts.add(1, &labels);
}

/// Exports the counter of a vendor's refused retries with the value 0, so that the first refusal appears as an
/// increase.
pub(crate) fn show_vendor(vendor: &Arc<str>) {
    INSTRUMENTS.retries_refused.add(0, &[KeyValue::new("vendor", vendor.clone())]);
}

/// Counts a retry that the vendor's retry budget does not permit.
pub(crate) fn record_refused_retry(vendor: &Arc<str>) {
    INSTRUMENTS.retries_refused.add(1, &[KeyValue::new("vendor", vendor.clone())]);
}

/// Returns the label for a status: the number if the status is registered, otherwise `_OTHER`. This limits the number
/// of label values if a vendor returns arbitrary statuses.
fn status_code(status: u16) -> Value {
    let registered = StatusCode::from_u16(status).is_ok_and(|status| status.canonical_reason().is_some());
    if registered { i64::from(status).into() } else { "_OTHER".into() }
}
