//! Verdicts: the meaning of an attempt's result for the vendor's state, independent of the request.

use std::time::Duration;

use switchboard_core::{
    error::{Error, Kind, Outcome, Result},
    vendor::Reply,
};

/// The meaning of an attempt's result for the vendor's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The vendor responds, if only with a refusal.
    Healthy,
    /// The vendor was unreachable, did not respond, or failed.
    Failed,
    /// The vendor refuses the credential.
    Refused,
    /// The vendor asks for fewer requests, possibly with a time.
    Throttled(Option<Duration>),
    /// No meaning.
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
    pub fn from_result(result: &Result<Reply>) -> Self {
        result.as_ref().map_or_else(Self::from_error, |_| Self::Healthy)
    }

    fn from_error(error: &Error) -> Self {
        let Some(failure) = &error.vendor else { return Self::Unclear };
        match (error.kind, failure.outcome) {
            (Kind::VendorAuthFailed, _) => Self::Refused,
            (Kind::VendorThrottled, _) => Self::Throttled(error.retry_after),
            // A vendor that is down for a while may include the time.
            (Kind::VendorUnavailable, _) | (_, Outcome::NotSent | Outcome::Ambiguous) => Self::Failed,
            (_, Outcome::Rejected | Outcome::Throttled) => Self::Healthy,
        }
    }
}
