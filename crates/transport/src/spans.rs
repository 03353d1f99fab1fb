//! The result fields of tracing spans: outcome and duration. A span never contains a URL, a header or a body.

use switchboard_core::error::{Outcome, Result};
use tokio::time::Instant;
use tracing::Span;

/// Records the fields `outcome` and `elapsed_ms`.
pub(crate) fn record_result<T>(span: &Span, begun: Instant, result: &Result<T>) {
    span.record("outcome", outcome_name(result));
    span.record("elapsed_ms", begun.elapsed().as_millis());
}

/// Returns the name of a result in spans and metrics. An error without a vendor failure is `internal`.
pub(crate) fn outcome_name<T>(result: &Result<T>) -> &'static str {
    let Err(error) = result else { return "ok" };
    match error.vendor.as_ref().map(|failure| failure.outcome) {
        Some(Outcome::NotSent) => "not_sent",
        Some(Outcome::Rejected) => "rejected",
        Some(Outcome::Throttled) => "throttled",
        Some(Outcome::Ambiguous) => "ambiguous",
        None => "internal",
    }
}
