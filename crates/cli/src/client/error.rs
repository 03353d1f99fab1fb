//! Why there is no answer that helps.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, header::LOCATION};
use serde::Serialize;
use switchboard_transport::{Direct, Unanswered};
use url::Url;

use super::{Ask, Problem};

/// Why there is no answer that helps.
#[derive(Debug, thiserror::Error, Serialize)]
#[serde(untagged)]
pub enum ClientError {
    /// The gateway refuses.
    #[error("{problem}")]
    Refused {
        /// Why.
        #[serde(flatten)]
        problem: Box<Problem>,
        /// When to ask again, if it says.
        #[serde(skip)]
        retry_after: Option<Duration>,
        /// Whether this is the answer to an earlier request with the same key.
        #[serde(skip)]
        replayed: bool,
    },
    /// Nobody answers, or not to the end.
    #[error("{detail}")]
    NoAnswer {
        /// What happened.
        detail: String,
        /// Whether the request may have been carried out all the same.
        sent: bool,
    },
    /// What answers is not a gateway, or not one of this version.
    #[error("{detail}")]
    Unexpected {
        /// What is strange.
        detail: String,
    },
}

/// A document of ours that cannot be written.
impl From<switchboard_core::Error> for ClientError {
    fn from(cause: switchboard_core::Error) -> Self {
        Self::Unexpected { detail: cause.to_string() }
    }
}

impl ClientError {
    pub(super) fn silence(server: &Url, cause: Unanswered) -> Self {
        Self::NoAnswer { detail: format!("{server}: {cause}"), sent: cause.sent }
    }

    /// An answer that is not what it should be.
    pub fn unreadable(expected: &str) -> Self {
        Self::Unexpected {
            detail: format!("the answer is not {expected}; is this the URL of a gateway's API?"),
        }
    }

    pub(super) fn unsendable(cause: http::Error) -> Self {
        Self::Unexpected { detail: format!("the request cannot be sent: {cause}") }
    }

    pub(super) fn refusal(answer: &Response<Bytes>) -> Self {
        let status = answer.status();
        if let Some(location) = answer.headers().get(LOCATION).filter(|_| status.is_redirection()) {
            let detail = format!(
                "{status}: redirects are not followed; give --server the URL it leads to: {location:?}"
            );
            return Self::Unexpected { detail };
        }
        let problem = serde_json::from_slice::<Problem>(answer.body()).ok();
        let Some(problem) = problem.filter(|problem| problem.status == status.as_u16()) else {
            let detail = format!("{status}, and not in the words of a gateway; is there a proxy between?");
            return Self::Unexpected { detail };
        };
        let (retry_after, replayed) = (Direct::retry_after(answer), super::is_replayed(answer));
        Self::Refused { problem: Box::new(problem), retry_after, replayed }
    }

    /// Whether the same question may be answered later, and can be asked again without harm.
    pub(super) fn may_pass(&self, ask: &Ask) -> bool {
        match self {
            Self::Refused { problem, .. } => problem.retryable,
            Self::NoAnswer { sent, .. } => !sent || ask.is_harmless(),
            Self::Unexpected { .. } => false,
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether this is the answer to an earlier request with the same key.
    pub fn is_replayed(&self) -> bool {
        matches!(self, Self::Refused { replayed: true, .. })
    }

    /// The stable code of the gateway's problem; empty where it is another trouble.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { problem, .. } => &problem.code,
            _ => "",
        }
    }
}
