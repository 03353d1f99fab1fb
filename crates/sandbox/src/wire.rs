//! Answers as HTTP responses: correct answers, and the broken answers that faults produce.

use std::io;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::faults::Fault;
use crate::kill::{KillPoint, Victim};
use crate::simulator::{Answer, Content};

/// Marks a response that must not be sent. The server closes the connection instead.
#[derive(Clone, Copy)]
pub(crate) struct Hangup;

/// Marks a response that triggers a kill. When the available part of the response has been flushed, the process
/// is killed and the connection is closed.
#[derive(Clone, Copy)]
pub(crate) struct KillAfter(pub Victim);

/// Renders the answer without a fault.
pub(crate) fn intact(answer: Answer) -> Response {
    let mut response = match answer.body {
        Some(content) => {
            let (media_type, bytes) = written(content);
            with_body(answer.status, media_type, bytes)
        }
        None => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = answer.status;
            response
        }
    };
    if let Some(location) = answer.location.and_then(|location| HeaderValue::try_from(location).ok()) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// Returns the media type and the bytes of a body.
fn written(content: Content) -> (&'static str, Bytes) {
    match content {
        Content::Json(body) => ("application/json", body.to_string().into()),
        Content::Bytes { media_type, bytes } => (media_type, bytes),
    }
}

/// Renders the answer with the fault applied. `answer` depends on the fault. For a [`Fault::Status`], it is the
/// vendor's refusal with that status. For any other fault that prevented the request from being carried out, it is a
/// refusal with status 500. Otherwise, it is the correct answer.
pub(crate) fn apply_fault(fault: Fault, answer: Answer) -> Response {
    match fault {
        Fault::Latency { .. } | Fault::Hold { .. } | Fault::Late { .. } | Fault::Forget { .. } => {
            intact(answer)
        }
        Fault::Status { status, retry_after, body, .. } => {
            let body = body.map(Content::Json).or(answer.body);
            let mut response = intact(Answer { status: status_of(status), body, location: None });
            if let Some(seconds) = retry_after {
                let headers = response.headers_mut();
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
        Fault::Reset { .. } => hang_up(),
        Fault::Truncate {} => half(answer, breakage()),
        Fault::Kill { pid, at } => {
            let mut response = match at {
                KillPoint::Received | KillPoint::BeforeApply | KillPoint::AfterApply => return hang_up(),
                // The flush ends the connection, so the second half is never sent.
                KillPoint::HalfAnswer => half(answer, stream::pending()),
                KillPoint::AfterAnswer => intact(answer),
            };
            response.extensions_mut().insert(KillAfter(pid));
            response
        }
        Fault::Huge { bytes } => {
            let mut response = Response::new(Body::from_stream(long_string(bytes)));
            content_type(&mut response, "application/json");
            response
        }
        Fault::WrongType {} => intact(Answer::json(answer.status, json!("not what you expect"))),
        Fault::Html { status, .. } => {
            let page = "<!doctype html>\n<html><head><title>Bad gateway</title></head>\
                <body><h1>Bad gateway</h1></body></html>\n";
            with_body(status_of(status), "text/html; charset=utf-8", page.into())
        }
        Fault::Redirect { location } => intact(Answer::redirect(location)),
    }
}

fn status_of(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn with_body(status: StatusCode, kind: &'static str, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    content_type(&mut response, kind);
    response
}

fn content_type(response: &mut Response, kind: &'static str) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
}

/// Returns a response that makes the server close the connection without an answer.
pub(crate) fn hang_up() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Hangup);
    response
}

/// Renders a response that declares the length of the whole answer, sends half of the answer, and then sends `rest`. An
/// answer without a body is treated as an empty object, because an empty body cannot be halved.
fn half(answer: Answer, rest: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Response {
    let (media_type, whole) = written(answer.body.unwrap_or_else(|| Content::Json(json!({}))));
    let length = whole.len();
    let half = whole.slice(..length / 2);
    let mut response = Response::new(Body::from_stream(stream::once(async { Ok(half) }).chain(rest)));
    *response.status_mut() = answer.status;
    content_type(&mut response, media_type);
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn breakage() -> impl Stream<Item = io::Result<Bytes>> {
    stream::once(async {
        // An error directly after the first half would make the server discard bytes that it has not yet
        // flushed.
        tokio::task::yield_now().await;
        Err(io::ErrorKind::ConnectionReset.into())
    })
}

/// Streams a JSON string of `bytes` bytes, quotes included, in chunks.
fn long_string(bytes: u64) -> impl Stream<Item = io::Result<Bytes>> {
    const CHUNK: usize = 64 << 10;
    let filling = Bytes::from(vec![b'a'; CHUNK]);
    let middle = stream::unfold(bytes.saturating_sub(2), move |left| {
        let filling = filling.clone();
        async move {
            let length = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            (length > 0).then(|| (Ok(filling.slice(..length)), left - length as u64))
        }
    });
    let quote = || stream::iter([Ok(Bytes::from_static(b"\""))]);
    quote().chain(middle).chain(quote())
}
