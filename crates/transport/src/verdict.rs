//! Verdicts on a vendor's health from the results of attempts.

use std::time::Duration;

use switchboard_core::error::{Error, Kind, Outcome, Result};

/// The conclusion about a vendor's health from the result of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The vendor responds. The response may be a refusal.
    Healthy,
    /// The vendor was unreachable, returned no readable response, reported an error of its own, or left the outcome of
    /// the request open.
    Failed,
    /// The vendor refuses the credential for every request.
    Refused,
    /// The vendor returned a rate-limit response. The value is the requested pause, if the response has one.
    Throttled(Option<Duration>),
    /// The result gives no information about the vendor's health.
    Unclear,
}

/// The cause of an open circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Too many consecutive failures.
    Failing,
    /// A refused credential.
    Unauthorised,
}

impl Verdict {
    pub fn from_result<T>(result: &Result<T>) -> Self {
        result.as_ref().map_or_else(Self::from_error, |_| Self::Healthy)
    }

    fn from_error(error: &Error) -> Self {
        let Some(failure) = &error.vendor else { return Self::Unclear };
        match (error.kind, failure.outcome) {
            (_, Outcome::Rejected | Outcome::Throttled) if failure.is_single => Self::Healthy,
            (Kind::VendorAuthFailed, _) => Self::Refused,
            (Kind::VendorThrottled, _) => Self::Throttled(error.retry_after),
            // A vendor that is temporarily down may return a `Retry-After`, and still counts as failed.
            (Kind::VendorUnavailable, _) | (_, Outcome::NotSent | Outcome::Ambiguous) => Self::Failed,
            (_, Outcome::Rejected | Outcome::Throttled) => Self::Healthy,
        }
    }
}
