//! The failures of attempts that end without a readable response. Each failure determines whether the vendor may have
//! carried out the request.

use std::{error::Error as StdError, io, time::Duration};

use switchboard_core::error::{Error, Kind, Outcome, VendorFailure};
use tower::BoxError;

use crate::verdict::Cause;

/// The failure of an attempt that ended without a readable response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the deadline passed before the request could be sent")]
    DeadlinePassed,
    #[error("the circuit to the vendor is open ({0:?}) for another {1:?}")]
    CircuitOpen(Cause, Duration),
    #[error("the vendor requested a pause, which lasts another {0:?}")]
    Throttled(Duration),
    #[error("no connection")]
    Unreachable(#[source] reqwest::Error),
    #[error("no complete answer in time")]
    TimedOut,
    #[error("the connection ended before the answer did")]
    Broken(#[source] reqwest::Error),
    #[error("the answer is not HTTP")]
    Garbled(#[source] reqwest::Error),
    #[error("the answer is larger than {0} bytes")]
    Oversized(usize),
}

impl Failure {
    /// Classifies an error of the HTTP client. An unknown error counts as a connection that broke after the request was
    /// sent.
    pub(crate) fn from_client(error: reqwest::Error) -> Self {
        // A URL may contain ids and query values, which must not appear in logs.
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            Self::Unreachable(error)
        } else if error.is_timeout() {
            Self::TimedOut
        } else if is_garbled(&error) {
            Self::Garbled(error)
        } else {
            Self::Broken(error)
        }
    }

    /// Extracts the failure from an error of the stack. An error that is not a [`Failure`] comes from the timeout layer
    /// of the stack.
    pub(crate) fn from_stack(error: BoxError) -> Self {
        error.downcast().map_or(Self::TimedOut, |failure| *failure)
    }

    /// Returns true if the gateway did not try to send the request. The error then contains no new information about
    /// the vendor.
    pub(crate) fn held_back(error: &Error) -> bool {
        let failure = error.source().and_then(|cause| cause.downcast_ref());
        matches!(failure, Some(Self::DeadlinePassed | Self::CircuitOpen(..) | Self::Throttled(_)))
    }

    /// Returns the time until a retry can succeed, or `None` if that time is unknown.
    fn retry_in(&self) -> Option<Duration> {
        match self {
            Self::CircuitOpen(_, rest) | Self::Throttled(rest) => Some(*rest),
            _ => None,
        }
    }

    /// Converts the failure to an error. If a write may have been sent, the error states that its outcome is unknown. A
    /// read changes nothing, so its error names the failure itself.
    pub(crate) fn into_error(self, is_read: bool) -> Error {
        let (outcome, kind, detail) = match &self {
            Self::DeadlinePassed => (
                Outcome::NotSent,
                Kind::VendorUnavailable,
                "The time limit passed before the request was sent to the vendor.",
            ),
            Self::CircuitOpen(Cause::Failing, _) => (
                Outcome::NotSent,
                Kind::VendorUnavailable,
                "The vendor failed several times in a row. The gateway sends no requests to it for a short time.",
            ),
            Self::CircuitOpen(Cause::Unauthorised, _) => (
                Outcome::NotSent,
                Kind::VendorAuthFailed,
                "The vendor refused the configured credential. The gateway sends no requests to it for some time.",
            ),
            Self::Throttled(_) => (
                Outcome::NotSent,
                Kind::VendorThrottled,
                "The vendor asked for fewer requests. The gateway sends none until the requested time has passed.",
            ),
            Self::Unreachable(_) => {
                (Outcome::NotSent, Kind::VendorUnavailable, "The vendor could not be reached.")
            }
            _ if !is_read => (
                Outcome::Ambiguous,
                Kind::VendorOutcomeUnknown,
                "The vendor's response was lost. The vendor may or may not have carried out the request.",
            ),
            Self::TimedOut => {
                (Outcome::Ambiguous, Kind::VendorTimeout, "The vendor did not respond in time.")
            }
            Self::Broken(_) => (
                Outcome::Ambiguous,
                Kind::VendorUnavailable,
                "The connection to the vendor broke before the response was complete.",
            ),
            Self::Garbled(_) => {
                (Outcome::Ambiguous, Kind::VendorProtocolError, "The vendor's response cannot be read.")
            }
            Self::Oversized(_) => {
                (Outcome::Ambiguous, Kind::VendorProtocolError, "The vendor's response is too large.")
            }
        };
        let mut error = Error::vendor(kind, VendorFailure::new(outcome)).with_detail(detail);
        error.retry_after = self.retry_in();
        error.caused_by(self)
    }
}

/// Returns true if the received bytes are not valid HTTP or not valid gzip.
fn is_garbled(error: &reqwest::Error) -> bool {
    std::iter::successors(error.source(), |&cause| cause.source()).any(|cause| {
        cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse)
            || cause.downcast_ref::<io::Error>().is_some_and(|io| {
                matches!(io.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
            })
    })
}
