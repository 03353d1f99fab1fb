//! The spans of exchanges and attempts, and their result fields: outcome and duration. A span never contains a URL, a
//! header or a body.

use switchboard_core::{error::Result, vendor::Request};
use tokio::time::Instant;
use tracing::{Span, field, info_span};

/// Creates the span of an exchange with its first operation. An exchange without requests has none.
pub(crate) fn exchange(vendor: &str, operation: Option<&'static str>) -> Span {
    info_span!(
        "vendor exchange",
        vendor = %vendor,
        operation,
        outcome = field::Empty,
        elapsed_ms = field::Empty,
        otel.status_code = field::Empty,
    )
}

/// Creates the span of an attempt, with its number counted from 1.
pub(crate) fn attempt(vendor: &str, request: &Request, number: u32) -> Span {
    info_span!(
        "vendor attempt",
        otel.kind = "client",
        vendor = %vendor,
        operation = request.operation,
        method = request.method.as_str(),
        attempt = number,
        status = field::Empty,
        outcome = field::Empty,
        elapsed_ms = field::Empty,
        otel.status_code = field::Empty,
    )
}

/// Records the fields `outcome` and `elapsed_ms`, and marks the span of a failure as an error.
pub(crate) fn record_result<T>(span: &Span, begun: Instant, result: &Result<T>) {
    let outcome = outcome_name(result);
    span.record("outcome", outcome);
    if result.is_err() {
        span.record("otel.status_code", "error");
    }
    span.record("elapsed_ms", begun.elapsed().as_millis());
}

/// Returns the name of a result in spans and metrics. An error without a vendor failure is `internal`.
pub(crate) fn outcome_name<T>(result: &Result<T>) -> &'static str {
    let Err(error) = result else { return "ok" };
    error.vendor.as_ref().map_or("internal", |failure| failure.outcome.as_str())
}
