//! Attempts that end without an answer, and what that means for the vendor's state.

use std::{error::Error as StdError, io, time::Duration};

use switchboard_core::{Error, Kind, Method, Outcome, VendorFailure};
use tower::BoxError;

use crate::verdict::Cause;

/// How an attempt ended without an answer that can be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the deadline passed before the request could be sent")]
    DeadlinePassed,
    #[error("the vendor is left alone ({0:?}) for another {1:?}")]
    CircuitOpen(Cause, Duration),
    #[error("the vendor asked for no requests for another {0:?}")]
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
    /// Sorts what the client reports. Everything unrecognised counts as broken after sending.
    pub(crate) fn from_client(error: reqwest::Error) -> Self {
        // A URL may carry ids and query values, which logs must not have.
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

    /// Takes a failure back out of the box that the timeout layer puts it in. What else comes is that layer's own.
    pub(crate) fn from_stack(error: BoxError) -> Self {
        error.downcast().map_or(Self::TimedOut, |failure| *failure)
    }

    /// Whether the request was held back here: nothing is known of the vendor that was not known before.
    pub(crate) fn held_back(error: &Error) -> bool {
        let failure = error.source().and_then(|cause| cause.downcast_ref());
        matches!(failure, Some(Self::DeadlinePassed | Self::CircuitOpen(..) | Self::Throttled(_)))
    }

    /// How long to wait before this can end better.
    fn rest(&self) -> Option<Duration> {
        match self {
            Self::CircuitOpen(_, rest) | Self::Throttled(rest) => Some(*rest),
            _ => None,
        }
    }

    /// The failure as an error: a read that failed changed nothing, a write that was sent may have changed something.
    pub(crate) fn into_error(self, method: Method) -> Error {
        let (outcome, kind, detail) = match &self {
            Self::DeadlinePassed => {
                (Outcome::NotSent, Kind::VendorUnavailable, "There was no time left to ask the vendor.")
            }
            Self::CircuitOpen(Cause::Failing, _) => (
                Outcome::NotSent,
                Kind::VendorUnavailable,
                "The vendor failed several times in a row; nothing is sent to it for a moment.",
            ),
            Self::CircuitOpen(Cause::Unauthorised, _) => (
                Outcome::NotSent,
                Kind::VendorAuthFailed,
                "The vendor refused our credential before; nothing is sent to it for a while.",
            ),
            Self::Throttled(_) => (
                Outcome::NotSent,
                Kind::VendorThrottled,
                "The vendor asked to slow down; nothing is sent to it until then.",
            ),
            Self::Unreachable(_) => {
                (Outcome::NotSent, Kind::VendorUnavailable, "The vendor could not be reached.")
            }
            _ if method != Method::Get => (
                Outcome::Ambiguous,
                Kind::VendorOutcomeUnknown,
                "The vendor's answer was lost; the request may or may not have been carried out.",
            ),
            Self::TimedOut => (Outcome::Ambiguous, Kind::VendorTimeout, "The vendor did not answer in time."),
            Self::Broken(_) => (
                Outcome::Ambiguous,
                Kind::VendorUnavailable,
                "The connection to the vendor broke before its answer was complete.",
            ),
            Self::Garbled(_) => {
                (Outcome::Ambiguous, Kind::VendorProtocolError, "The vendor's answer cannot be read.")
            }
            Self::Oversized(_) => {
                (Outcome::Ambiguous, Kind::VendorProtocolError, "The vendor's answer is too large.")
            }
        };
        let mut error = Error::vendor(kind, VendorFailure::new(outcome)).with_detail(detail);
        error.retry_after = self.rest();
        error.caused_by(self)
    }
}

/// Whether bytes came, but not those of HTTP (or not those of gzip).
fn is_garbled(error: &reqwest::Error) -> bool {
    std::iter::successors(error.source(), |&cause| cause.source()).any(|cause| {
        cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse)
            || cause.downcast_ref::<io::Error>().is_some_and(|io| {
                matches!(io.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
            })
    })
}
