//! The client alone: one request, one answer, and none of what protects a vendor.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use switchboard_core::Result;

use crate::{Settings, client::client, failure::Failure, reply};

/// Sends requests to where nothing has to be protected, such as a gateway. Clones share the connections.
///
/// Of the [`Settings`] it keeps the times of one attempt, the largest answer and, as connections that are kept, the
/// concurrency.
#[derive(Clone)]
pub struct Direct {
    client: reqwest::Client,
    attempt_timeout: Duration,
    max_body: usize,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[error("{failure}{}", reason(.failure))]
pub struct Unanswered {
    /// Whether the request may have been carried out all the same.
    pub sent: bool,
    failure: Failure,
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self { sent: !matches!(failure, Failure::Unreachable(_)), failure }
    }
}

impl Direct {
    /// A client with these limits.
    ///
    /// # Errors
    /// `internal` where TLS cannot be set up.
    pub fn new(settings: &Settings) -> Result<Self> {
        let Settings { attempt_timeout, max_body, .. } = *settings;
        Ok(Self { client: client(settings)?, attempt_timeout, max_body })
    }

    /// Sends a request once and reads the answer whole, whatever its status.
    ///
    /// # Errors
    /// What became of the request where there is no whole answer.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Unanswered> {
        let request = reqwest::Request::try_from(request).map_err(Failure::from_client)?;
        let exchange = async {
            let response = self.client.execute(request).await.map_err(Failure::from_client)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let mut answer = Response::new(reply::whole(response, self.max_body).await?.into());
            (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
            Ok(answer)
        };
        let answer = tokio::time::timeout(self.attempt_timeout, exchange).await;
        answer.unwrap_or(Err(Failure::TimedOut)).map_err(Unanswered::from)
    }

    /// When the answerer wants to be asked again, if it says.
    pub fn retry_after<T>(answer: &Response<T>) -> Option<Duration> {
        reply::retry_after(answer.headers())
    }
}

/// The innermost cause: what the machine says, such as that a connection was refused.
fn reason(failure: &Failure) -> String {
    let first = std::error::Error::source(failure);
    let last = std::iter::successors(first, |&cause| cause.source()).last();
    last.map(|cause| format!(": {cause}")).unwrap_or_default()
}
