//! The errors of requests to a gateway.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, header::LOCATION};
use serde::Serialize;
use serde_json::Value;
use switchboard_transport::{Direct, Unanswered};
use url::Url;

use super::{Ask, Problem};

/// The error of a failed request to a gateway.
#[derive(Debug, thiserror::Error, Serialize)]
#[serde(untagged)]
pub enum ClientError {
    /// The gateway refused the request.
    #[error("{problem}{}", advice.as_ref().map(|advice| format!("\n  {advice}")).unwrap_or_default())]
    Refused {
        /// The gateway's problem document.
        #[serde(flatten)]
        problem: Box<Problem>,
        /// The time to wait before the next attempt, if the gateway stated a time.
        #[serde(skip)]
        retry_after: Option<Duration>,
        /// True if this is the stored answer to an earlier request with the same idempotency key.
        #[serde(skip)]
        replayed: bool,
        /// The advice about the API key, if the gateway refused the key.
        #[serde(skip)]
        advice: Option<String>,
    },
    /// The gateway did not answer, or its answer was incomplete.
    #[error("{detail}")]
    NoAnswer {
        /// The connection error.
        detail: String,
        /// True if the request may have been sent. In this case, the gateway may have executed it.
        sent: bool,
    },
    /// The request cannot be built, the answer has an unexpected form, or the gateway cannot read some items of a list.
    #[error("{detail}")]
    Unexpected {
        /// The explanation.
        detail: String,
    },
}

/// Converts a serialization error.
impl From<switchboard_core::error::Error> for ClientError {
    fn from(cause: switchboard_core::error::Error) -> Self {
        Self::Unexpected { detail: cause.to_string() }
    }
}

impl ClientError {
    pub(super) fn no_answer(server: &Url, cause: Unanswered) -> Self {
        Self::NoAnswer { detail: format!("{server}: {cause}"), sent: cause.sent }
    }

    /// Creates the error for an answer with an unexpected form.
    pub fn unreadable(expected: &str) -> Self {
        Self::Unexpected {
            detail: format!("the answer is not {expected}; is this the URL of a gateway's API?"),
        }
    }

    /// Creates the error for a list with stored items that the gateway cannot read. `ids` are the ids of these items.
    pub(super) fn damaged(ids: &[Value]) -> Self {
        let ids: Vec<_> = ids.iter().map(|id| id.as_str().unwrap_or_default()).collect();
        Self::Unexpected { detail: format!("the gateway cannot read the stored {}", ids.join(", ")) }
    }

    pub(super) fn unsendable(cause: http::Error) -> Self {
        Self::Unexpected { detail: format!("the request cannot be sent: {cause}") }
    }

    pub(super) fn refusal(answer: &Response<Bytes>) -> Self {
        let status = answer.status();
        if let Some(location) = answer.headers().get(LOCATION).filter(|_| status.is_redirection()) {
            let detail = format!(
                "{status}: redirects are not followed; give --server the URL of the redirect: {location:?}"
            );
            return Self::Unexpected { detail };
        }
        let problem = serde_json::from_slice::<Problem>(answer.body()).ok();
        let Some(problem) = problem.filter(|problem| problem.status == status.as_u16()) else {
            let detail = format!(
                "{status}: the answer is not a gateway's problem document; is there a proxy in between?"
            );
            return Self::Unexpected { detail };
        };
        let (retry_after, replayed) = (Direct::retry_after(answer), super::is_replayed(answer));
        Self::Refused { problem: Box::new(problem), retry_after, replayed, advice: None }
    }

    /// Adds this advice if the gateway refused the API key.
    pub(super) fn with_key_advice(mut self, about_key: &str) -> Self {
        if let Self::Refused { problem, advice, .. } = &mut self
            && problem.status == StatusCode::UNAUTHORIZED
        {
            *advice = Some(about_key.to_owned());
        }
        self
    }

    /// Returns true if the same request may succeed later and is safe to repeat.
    pub(super) fn may_repeat(&self, ask: &Ask) -> bool {
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

    /// Returns true if the gateway refused the request with the stored answer to an earlier request with the same
    /// idempotency key.
    pub fn is_replayed(&self) -> bool {
        matches!(self, Self::Refused { replayed: true, .. })
    }

    /// Returns the stable code of the gateway's problem, or an empty string for any other error.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { problem, .. } => &problem.code,
            _ => "",
        }
    }
}
