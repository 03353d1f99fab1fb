//! What the end of one attempt says of the vendor itself, whatever it means for the request.

use std::time::Duration;

use switchboard_core::{Error, Kind, Outcome, Reply, Result};

/// What the end of one attempt says of the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It answers, if only to refuse the request.
    Healthy,
    /// It could not be reached, did not answer, or failed.
    Failed,
    /// It refuses our credential.
    Refused,
    /// It asks for fewer requests, perhaps for so long.
    Throttled(Option<Duration>),
    /// Nothing.
    Unclear,
}

/// Why a vendor is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It failed too often in a row.
    Failing,
    /// It refuses our credential.
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
            // A vendor that is down for a while may say for how long.
            (Kind::VendorUnavailable, _) | (_, Outcome::NotSent | Outcome::Ambiguous) => Self::Failed,
            (_, Outcome::Rejected | Outcome::Throttled) => Self::Healthy,
        }
    }
}
