//! The direct client, which makes one attempt at a request, without the layers that protect a vendor.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use switchboard_core::error::Result;

use crate::{
    Settings,
    client::{LibraryRetries, client},
    failure::Failure,
    reply,
};

/// A client for servers that need no circuit, limits or retries, such as a gateway. Clones share the connections.
///
/// The client uses only `attempt_timeout`, `connect_timeout` and `max_body` of the [`Settings`], and `concurrency` as
/// the maximum number of idle connections to each host.
#[derive(Clone)]
pub struct Direct {
    client: reqwest::Client,
    attempt_timeout: Duration,
    max_body: usize,
}

/// The failure of a request that got no complete response.
#[derive(Debug, thiserror::Error)]
#[error("{failure}{}", reason(.failure))]
pub struct Unanswered {
    /// True if the request may have been sent. In this case, the server may have carried it out.
    pub sent: bool,
    failure: Failure,
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self { sent: !matches!(failure, Failure::Unreachable(_)), failure }
    }
}

/// A response whose body is read piece by piece. Dropping it stops the transfer.
pub struct OpenAnswer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    response: reqwest::Response,
    silence: Duration,
    max_body: usize,
}

impl Direct {
    /// Creates a client with these limits.
    ///
    /// # Errors
    /// `internal` if TLS cannot be set up.
    pub fn new(settings: &Settings) -> Result<Self> {
        let Settings { attempt_timeout, max_body, .. } = *settings;
        Ok(Self { client: client(settings, LibraryRetries::Unprocessed)?, attempt_timeout, max_body })
    }

    /// Sends a request once and reads the complete response, regardless of its status. Takes at most `attempt_timeout`
    /// in total.
    ///
    /// # Errors
    /// The failure that prevented a complete response.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Unanswered> {
        let exchange = async { self.open(request).await?.whole().await };
        let answer = tokio::time::timeout(self.attempt_timeout, exchange).await;
        answer.unwrap_or(Err(Failure::TimedOut.into()))
    }

    /// Sends a request once and returns the response before its body is read. Waits at most `attempt_timeout` for the
    /// head of the response. [`OpenAnswer::next_piece`] and [`OpenAnswer::whole`] each have the same limit.
    ///
    /// # Errors
    /// The failure that prevented a response.
    pub async fn open(&self, request: Request<Bytes>) -> Result<OpenAnswer, Unanswered> {
        let request = reqwest::Request::try_from(request).map_err(Failure::from_client)?;
        let answer = tokio::time::timeout(self.attempt_timeout, self.client.execute(request)).await;
        let response = answer.map_err(|_| Failure::TimedOut)?.map_err(Failure::from_client)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let (silence, max_body) = (self.attempt_timeout, self.max_body);
        Ok(OpenAnswer { status, headers, response, silence, max_body })
    }

    /// Returns the wait that the response requests with `Retry-After`, or `None` if the header is missing or invalid.
    pub fn retry_after<T>(answer: &Response<T>) -> Option<Duration> {
        reply::retry_after(answer.headers())
    }
}

impl OpenAnswer {
    /// Reads the next piece of the body. Returns `None` after the last one.
    ///
    /// # Errors
    /// The failure that ended the body early. No piece follows an error.
    pub async fn next_piece(&mut self) -> Result<Option<Bytes>, Unanswered> {
        let piece = tokio::time::timeout(self.silence, self.response.chunk()).await;
        Ok(piece.map_err(|_| Failure::TimedOut)?.map_err(Failure::from_client)?)
    }

    /// Reads the whole body, which must not exceed `max_body`.
    ///
    /// # Errors
    /// The failure that prevented a complete response.
    pub async fn whole(self) -> Result<Response<Bytes>, Unanswered> {
        let reading = tokio::time::timeout(self.silence, reply::whole(self.response, self.max_body)).await;
        let mut answer = Response::new(reading.unwrap_or(Err(Failure::TimedOut))?.into());
        (*answer.status_mut(), *answer.headers_mut()) = (self.status, self.headers);
        Ok(answer)
    }
}

/// Formats the innermost cause after a colon, such as the operating system's message about a refused connection.
/// Returns an empty string if there is no cause.
fn reason(failure: &Failure) -> String {
    let first = std::error::Error::source(failure);
    let last = std::iter::successors(first, |&cause| cause.source()).last();
    last.map(|cause| format!(": {cause}")).unwrap_or_default()
}
