//! Retries: their conditions and their waits.

use std::{iter::successors, time::Duration};

use backon::Backoff;
use switchboard_core::error::{Error, Kind, Outcome};
use tokio::time::Instant;

use crate::failure::Failure;

/// Longest wait that a vendor may request. Callers are asked to retry by then at the latest.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Minimum time before the deadline after a wait: a retry that is cut off would only make a clear failure ambiguous.
const MIN_TIME_LEFT: Duration = Duration::from_millis(200);

/// Returns whether a retry is harmless and may succeed.
pub(crate) fn may_repeat(error: &Error, idempotent: bool) -> bool {
    let Some(failure) = &error.vendor else { return false };
    if Failure::held_back(error) {
        return false;
    }
    let refused_for_now = failure.outcome == Outcome::Throttled || failure.status == Some(503);
    let may_pass = match error.kind {
        Kind::VendorProtocolError => false,
        Kind::VendorUnavailable => true,
        _ => failure.outcome == Outcome::Ambiguous,
    };
    failure.outcome == Outcome::NotSent
        || (refused_for_now && error.retry_after.is_some())
        || (idempotent && may_pass)
}

/// Generates the waits between attempts: exponential and half random. So many callers do not come back simultaneously,
/// and none does before the failure of a vendor can be detected.
pub(crate) fn waits(attempts: u32) -> impl Backoff {
    successors(Some(FIRST_WAIT), |longest| Some((*longest * 2).min(LONGEST_WAIT)))
        .map(|longest| longest.mul_f64(0.5 + fastrand::f64() / 2.0))
        .take(attempts.saturating_sub(1) as usize)
}

/// Returns the wait before the next attempt; `None` if the attempt would come too late for the deadline.
///
/// Never shorter than the vendor's own `Retry-After`.
pub(crate) fn wait(error: &Error, backoff: Option<Duration>, deadline: Instant) -> Option<Duration> {
    let wait = error.retry_after.unwrap_or_default() + backoff?;
    (Instant::now() + wait + MIN_TIME_LEFT <= deadline).then_some(wait)
}
