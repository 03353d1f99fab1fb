//! Response bodies that are passed on piece by piece, such as recordings.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{
    Response,
    header::{CONTENT_TYPE, HeaderMap, LOCATION},
};
use switchboard_core::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    model::WebUrl,
    vendor::{Reply, Request},
};
use tokio::time::{Instant, timeout, timeout_at};
use tower::Service;

use crate::{
    Transport, delivery::settle, destination::without_credential, failure::Failure, metrics::record_attempt,
    reply, secrets::Secrets, wire::Wire,
};

/// Media type of a body that is not audio.
const OTHER_TYPE: &str = "application/octet-stream";

/// The response to a request for a recording.
#[derive(Debug)]
pub enum Streamed {
    /// The bytes.
    Body(ByteStream),
    /// A link that needs no credential of the account. The transport does not follow it.
    Link(WebUrl),
}

/// A body that is read piece by piece. Dropping it stops the transfer.
pub struct ByteStream {
    media_type: String,
    length: Option<u64>,
    response: Response,
    /// The number of bytes that may still follow.
    left: u64,
    limit: usize,
    silence: Duration,
}

impl Transport {
    /// Sends a read once and returns the body of the response, which the caller passes on piece by piece. Follows no
    /// redirect: a redirect to an http or https URL becomes the result [`Streamed::Link`]. `max_bytes` limits the body.
    ///
    /// Waits at most [`Settings::attempt_timeout`](crate::Settings::attempt_timeout) for the head of the response, and
    /// the same time for each piece. Only the wait for the head counts as a request in flight.
    ///
    /// # Errors
    /// The errors of [`Transport::run`] for a read, and `vendor_protocol_error` if the body is JSON, or its announced
    /// length exceeds `max_bytes`.
    pub async fn stream(&self, mut request: Request, max_bytes: u64) -> Result<Streamed> {
        let result = match self.authorize(&mut request) {
            Ok(signed) => {
                let opened = self.open(&request, max_bytes).await;
                opened.map_err(|error| if signed { error } else { without_credential(error) })
            }
            Err(refusal) => Err(refusal),
        };
        result.map_err(|error| Secrets::from_request(&request).scrub(self.complete(error)))
    }

    async fn open(&self, request: &Request, max_bytes: u64) -> Result<Streamed> {
        let wire = Wire::compose(self.account.base_url(), request)?;
        let deadline = Instant::now() + self.settings.attempt_timeout;
        let mut opener = self.opener.clone();
        let pass = self.protection.acquire(&mut opener, 1, deadline).await.map_err(lost)?;
        let wire = self.traced(request, wire);
        let begun = Instant::now();
        let opened = timeout_at(deadline, opener.call(wire)).await.unwrap_or(Err(Failure::TimedOut));
        let result = match opened {
            Ok(response) => self.receive(request, response, max_bytes, deadline).await,
            Err(failure) => Err(lost(failure)),
        };
        let summary = match &result {
            Ok((status, _)) => Ok(Reply::empty(*status)),
            Err(error) => Err(error.without_source()),
        };
        record_attempt(&self.name, request.method, begun, &summary);
        settle(pass, request, &summary);
        result.map(|(_, streamed)| streamed)
    }

    /// Returns the status of the response, and the link or the recording in the response. If the response has neither,
    /// reads its body and returns an error.
    async fn receive(
        &self,
        request: &Request,
        response: Response,
        max_bytes: u64,
        deadline: Instant,
    ) -> Result<(u16, Streamed)> {
        let status = response.status();
        if status.is_redirection()
            && let Some(link) = link(&response)
        {
            return Ok((status.as_u16(), Streamed::Link(link)));
        }
        if status.is_success() && !reply::is_json(response.headers()) {
            return Ok((status.as_u16(), Streamed::Body(self.body(response, max_bytes)?)));
        }
        let read = timeout_at(deadline, reply::read(response, self.settings.max_body, false)).await;
        self.admit(request, read.unwrap_or(Err(Failure::TimedOut)).map_err(lost)?)?;
        Err(Error::unreadable(status.as_u16(), "a recording"))
    }

    fn body(&self, response: Response, max_bytes: u64) -> Result<ByteStream> {
        let length = response.content_length();
        if length.is_some_and(|length| length > max_bytes) {
            let failure = VendorFailure::new(Outcome::Rejected).status(response.status().as_u16());
            let detail = format!("The vendor's recording is larger than {max_bytes} bytes.");
            return Err(Error::vendor(Kind::VendorProtocolError, failure).with_detail(detail));
        }
        let media_type = media_type(response.headers());
        let limit = usize::try_from(max_bytes).unwrap_or(usize::MAX);
        Ok(ByteStream {
            media_type,
            length,
            response,
            left: max_bytes,
            limit,
            silence: self.settings.attempt_timeout,
        })
    }
}

impl ByteStream {
    /// Returns the media type: that of the response if it is audio, otherwise `application/octet-stream`.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Returns the number of bytes, if the vendor announced it.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Reads the next piece. Returns `None` after the last one.
    ///
    /// # Errors
    /// `vendor_unavailable` if the connection ends early, `vendor_timeout` if no data arrives in time, and
    /// `vendor_protocol_error` if the body exceeds its limit. No piece follows an error.
    pub async fn next_piece(&mut self) -> Result<Option<Bytes>> {
        let piece = timeout(self.silence, self.response.chunk()).await;
        let piece = piece.map_err(|_| lost(Failure::TimedOut))?;
        let Some(piece) = piece.map_err(|failure| lost(Failure::from_client(failure)))? else {
            return Ok(None);
        };
        match self.left.checked_sub(piece.len() as u64) {
            Some(left) => self.left = left,
            None => return Err(lost(Failure::Oversized(self.limit))),
        }
        Ok(Some(piece))
    }
}

/// The URL of the response can grant access, so `Debug` does not show it.
impl std::fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ByteStream({}, length: {:?})", self.media_type, self.length)
    }
}

fn lost(failure: Failure) -> Error {
    failure.into_error(true)
}

/// Returns the target of a redirect, if it is an http or https URL without user information.
fn link(response: &Response) -> Option<WebUrl> {
    let target = response.headers().get(LOCATION)?.to_str().ok()?;
    let url = response.url().join(target).ok()?;
    WebUrl::new(url.as_str()).ok()
}

fn media_type(headers: &HeaderMap) -> String {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match given.to_ascii_lowercase().starts_with("audio/") {
        true => given.to_owned(),
        false => OTHER_TYPE.to_owned(),
    }
}
