//! Response bodies that are passed on piece by piece, such as recordings.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, LOCATION},
};
use switchboard_core::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    model::WebUrl,
    vendor::Request,
};
use tokio::time::{Instant, timeout, timeout_at};
use tower::Service;
use tracing::Instrument;

use crate::{
    Transport,
    delivery::{record_status, settle},
    destination::without_credential,
    failure::Failure,
    metrics::record_attempt,
    reply,
    secrets::Secrets,
    spans,
    trace::describe_request,
    wire::Wire,
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

/// The response to an attempt whose head was read in time.
struct Opened {
    status: u16,
    /// The recording or the link, or the error for a complete response that has neither.
    content: Result<Streamed>,
}

impl Transport {
    /// Sends a read once and returns the body of the response, which the caller passes on piece by piece. Follows no
    /// redirect: a redirect to an http or https URL becomes the result [`Streamed::Link`]. `max_bytes` limits the body.
    ///
    /// Waits for the vendor's limits until [`Settings::total_timeout`](crate::Settings::total_timeout), then at most
    /// [`Settings::attempt_timeout`](crate::Settings::attempt_timeout) for the head of the response, and the same time
    /// for each piece. Only the wait for the head counts as a request in flight.
    ///
    /// # Errors
    /// The errors of [`Transport::run`] for a read, and `vendor_protocol_error` if the response is a success without a
    /// recording, such as a JSON document or a page, or if the announced length of the body exceeds `max_bytes`.
    pub async fn stream(&self, mut request: Request, max_bytes: u64) -> Result<Streamed> {
        let span = spans::exchange(&self.name, Some(request.operation));
        let begun = Instant::now();
        let streaming = async {
            let signed = self.authorize(&mut request)?;
            let opened = self.open(&request, max_bytes).await;
            opened
                .and_then(|opened| opened.content)
                .map_err(|error| if signed { error } else { without_credential(error) })
        };
        let result = streaming.instrument(span.clone()).await;
        spans::record_result(&span, begun, &result);
        result.map_err(|error| Secrets::from_request(&request).scrub(self.complete(error)))
    }

    async fn open(&self, request: &Request, max_bytes: u64) -> Result<Opened> {
        let wire = Wire::compose(self.account.base_url(), request)?;
        let span = spans::attempt(&self.name, request, 1);
        let begun = Instant::now();
        let result = self.send_once(request, wire, max_bytes).instrument(span.clone()).await;
        spans::record_result(&span, begun, &result);
        record_attempt(&self.name, request.method, begun, &result, |opened| opened.status);
        result
    }

    /// Waits until the request may be sent, then sends it and records the result in the circuit.
    async fn send_once(&self, request: &Request, wire: Wire, max_bytes: u64) -> Result<Opened> {
        let deadline = Instant::now() + self.settings.total_timeout;
        let mut opener = self.opener.clone();
        let pass = self.protection.acquire(&mut opener, 1, deadline).await.map_err(lost)?;
        describe_request(request.method.as_str(), wire.url());
        let wire = self.traced(request, wire);
        let begun = Instant::now();
        let opening = async {
            let response = opener.call(wire).await.map_err(lost)?;
            self.receive(request, response, max_bytes).await
        };
        let Ok(result) = timeout_at(deadline.min(begun + self.settings.attempt_timeout), opening).await
        else {
            let result = Err(lost(Failure::TimedOut));
            // If the wait for the limits left the vendor too little time, the timeout does not count as the vendor's
            // failure.
            if begun.elapsed() >= self.settings.silence_threshold() {
                settle(pass, request, &result);
            }
            return result;
        };
        // Remove the secrets now, because the vendor's health shows the error to other callers.
        let result = result.map_err(|error| Secrets::from_request(request).scrub(error));
        settle(pass, request, &result);
        result
    }

    /// Returns the link or the recording in the response. If the response has neither, reads its body and returns an
    /// error.
    async fn receive(&self, request: &Request, response: Response, max_bytes: u64) -> Result<Opened> {
        let status = response.status();
        record_status(status.as_u16());
        let content = match link(&response) {
            Some(link) if status.is_redirection() => Ok(Streamed::Link(link)),
            _ if status == StatusCode::OK && is_recording(response.headers()) => {
                self.body(response, max_bytes).map(Streamed::Body)
            }
            _ => {
                let read = reply::read(response, self.settings.max_body, false).await;
                self.admit(request, read.map_err(lost)?)?;
                Err(Error::unreadable(status.as_u16(), "a recording"))
            }
        };
        Ok(Opened { status: status.as_u16(), content })
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

/// Returns true if the content type is that of a recording: audio, video or bytes of an unknown kind. A response without
/// a content type has bytes of an unknown kind (RFC 9110, section 8.3).
fn is_recording(headers: &HeaderMap) -> bool {
    let given = given_type(headers).to_ascii_lowercase();
    let essence = given.split(';').next().unwrap_or_default().trim();
    match essence.split_once('/') {
        Some((kind, subtype)) => matches!(kind, "audio" | "video") || subtype == "octet-stream",
        None => essence.is_empty(),
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let given = given_type(headers);
    let is_audio = given.to_ascii_lowercase().starts_with("audio/");
    if is_audio { given } else { OTHER_TYPE }.to_owned()
}

/// Returns the content type, or an empty string if there is none.
fn given_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}
