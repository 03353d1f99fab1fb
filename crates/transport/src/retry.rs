//! The conditions for retries, and the waits between attempts.

use std::{iter::successors, time::Duration};

use backon::Backoff;
use switchboard_core::{
    error::{Error, Kind, Outcome},
    vendor::Request,
};
use tokio::time::Instant;

use crate::failure::Failure;

/// Longest wait that a vendor can request: 1 hour. A longer wait is shortened to this limit.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Minimum time between the end of a wait and the deadline. A retry that the deadline cuts off would turn a clear
/// failure into an ambiguous one.
const MIN_TIME_LEFT: Duration = Duration::from_millis(200);

/// Returns true if a retry is safe and may succeed. An effect is repeated only if no byte of it was sent.
pub(crate) fn may_repeat(error: &Error, request: &Request) -> bool {
    let Some(failure) = &error.vendor else { return false };
    if Failure::held_back(error) {
        return false;
    }
    if request.is_effect {
        return failure.outcome == Outcome::NotSent;
    }
    let refused_for_now = failure.outcome == Outcome::Throttled || failure.status == Some(503);
    let may_pass = match error.kind {
        Kind::VendorProtocolError => false,
        Kind::VendorUnavailable => true,
        _ => failure.outcome == Outcome::Ambiguous,
    };
    failure.outcome == Outcome::NotSent
        || (refused_for_now && error.retry_after.is_some())
        || (request.repeatable && may_pass)
}

/// Generates the waits between at most `attempts` attempts. The waits grow exponentially, up to 2 seconds. Half of each
/// wait is random, so that many callers do not retry simultaneously. The other half is fixed, so that no wait is close
/// to zero.
pub(crate) fn waits(attempts: u32) -> impl Backoff {
    successors(Some(FIRST_WAIT), |longest| Some((*longest * 2).min(LONGEST_WAIT)))
        .map(|longest| longest.mul_f64(0.5 + fastrand::f64() / 2.0))
        .take(attempts.saturating_sub(1) as usize)
}

/// Returns the wait before the next attempt, or `None` if no further attempt is permitted or the next one would begin
/// too close to the deadline.
///
/// The wait is never shorter than the vendor's `Retry-After`.
pub(crate) fn wait(error: &Error, backoff: Option<Duration>, deadline: Instant) -> Option<Duration> {
    let wait = error.retry_after.unwrap_or_default() + backoff?;
    (Instant::now() + wait + MIN_TIME_LEFT <= deadline).then_some(wait)
}
