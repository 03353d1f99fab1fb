//! JSON bodies: limits on their size and time, the check of their media type, and strict parsing.

use std::time::Duration;

use axum::{
    BoxError,
    body::{Body, HttpBody},
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};
use bytes::BytesMut;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    model::{self, Seconds},
};
use tokio::time::{Instant, timeout_at};

use super::{list, memory::Reservation, problem::Failure};

/// The number of bytes that must arrive within each `Limits::pause`, unless the body ends first.
const PIECE: usize = 16 * 1024;
const JSON: &str = "application/json";
/// The types of a merge patch.
const MERGE_PATCHES: [&str; 2] = ["application/merge-patch+json", JSON];
const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// The limits of a request body, taken from the router's state (`FromRef`).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The maximum size, in bytes.
    pub max_bytes: usize,
    /// The maximum time from the first read to the last byte.
    pub timeout: Duration,
    /// The maximum time for each 16 KiB of the body, and for the last part, which may be shorter.
    pub pause: Duration,
}

/// The body of a request, parsed as one JSON value, or the error of [`switchboard_core::model::json::parse`]. The media
/// type must be `application/json`.
///
/// Rejects with `unsupported_media_type` (with the header `Accept-Patch` or `Accept-Post`), `body_too_large`,
/// `request_timeout`, `overloaded`, and `malformed_json` for an incomplete body.
#[derive(Debug)]
pub struct Json(pub Result<Value>);

/// The merge patch (RFC 7396) in the body of a request, read like [`Json`]. The media type must be
/// `application/merge-patch+json` or `application/json`.
#[derive(Debug)]
pub struct MergePatch(pub Result<Value>);

impl<S: Send + Sync> FromRequest<S> for Json
where
    Limits: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        receive(request, Limits::from_ref(state), &[JSON]).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for MergePatch
where
    Limits: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        receive(request, Limits::from_ref(state), &MERGE_PATCHES).await.map(Self)
    }
}

/// The body of a request that needs none: no body, or the JSON object `{}`.
///
/// Rejects any other body with `unknown_field` or `validation_failed`, so that the gateway does not ignore what the
/// caller asks for, and with `overloaded` like [`Json`].
#[derive(Debug)]
pub struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody
where
    Limits: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if request.body().is_end_stream() {
            return Ok(Self);
        }
        let memory = request.extensions().get::<Reservation>().cloned();
        let body = read(request.into_body(), Limits::from_ref(state), memory).await;
        let members = match body.map(|bytes| (bytes.is_empty(), model::json::parse(&bytes))) {
            Ok((true, _)) => return Ok(Self),
            Ok((false, Ok(Value::Object(members)))) => members,
            Err(error) if error.kind == Kind::Overloaded => return Err(error.into()),
            _ => {
                let violation =
                    Violation::at("", Kind::ValidationFailed, "Send this request without a body.");
                return Err(Error::invalid(vec![violation]).into());
            }
        };
        let violations: Vec<_> = members.keys().map(|name| unexpected(name)).collect();
        if violations.is_empty() { Ok(Self) } else { Err(Error::invalid(violations).into()) }
    }
}

fn unexpected(name: &str) -> Violation {
    let detail = format!("There is no field {name:?}; send this request without a body.");
    Violation::at(format!("/{}", name.replace('~', "~0").replace('/', "~1")), Kind::UnknownField, detail)
}

/// Reads and parses a body whose media type is one of `types`. The outer error means that the body was not read.
async fn receive(request: Request, limits: Limits, types: &[&str]) -> Result<Result<Value>, Response> {
    if let Err(error) = check_type(request.headers(), types) {
        let name = if request.method() == Method::PATCH { ACCEPT_PATCH } else { ACCEPT_POST };
        let failure = Failure::from(error).into_response();
        return Err(match HeaderValue::from_str(&types.join(", ")) {
            Ok(types) => ([(name, types)], failure).into_response(),
            Err(_) => failure,
        });
    }
    let memory = request.extensions().get::<Reservation>().cloned();
    let body = read(request.into_body(), limits, memory).await;
    body.map(|bytes| model::json::parse(&bytes)).map_err(|error| Failure::from(error).into_response())
}

fn check_type(headers: &HeaderMap, types: &[&str]) -> Result<()> {
    let refuse = |name: &HeaderName, detail: String| {
        let violation = Violation::header(name.as_str(), Kind::UnsupportedMediaType, detail);
        Err(Error::invalid(vec![violation]))
    };
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return refuse(&header::CONTENT_ENCODING, "Send the body without compression.".to_owned());
    }
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let value = match (values.next().map(HeaderValue::to_str), values.next()) {
        (Some(Ok(value)), None) => value,
        _ => return refuse(&header::CONTENT_TYPE, format!("Send the body with Content-Type: {JSON}.")),
    };
    let mut parts = list::split(value, ';');
    let essence = parts.next().unwrap_or_default();
    if !types.iter().any(|known| essence.eq_ignore_ascii_case(known)) {
        return refuse(&header::CONTENT_TYPE, format!("The body must be {}.", types.join(", ")));
    }
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        if name.eq_ignore_ascii_case("charset") && !value.trim_matches('"').eq_ignore_ascii_case("utf-8") {
            return refuse(&header::CONTENT_TYPE, "JSON is UTF-8; send no other charset.".to_owned());
        }
    }
    Ok(())
}

async fn read(body: Body, limits: Limits, memory: Option<Reservation>) -> Result<BytesMut> {
    let mut body = Limited::new(body, limits.max_bytes);
    let mut received = BytesMut::new();
    let end = Instant::now() + limits.timeout;
    let (mut next_size, mut next_end) = (PIECE, Instant::now() + limits.pause);
    loop {
        let frame = match timeout_at(end.min(next_end), body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(None) => return Ok(received),
            Ok(Some(Err(error))) => return Err(broken(error, limits)),
            Err(_elapsed) => return Err(too_slow(limits, Instant::now() >= end)),
        };
        let Some(data) = frame.data_ref() else { continue };
        if let Some(memory) = &memory {
            memory.enlarge(received.len() + data.len())?;
        }
        received.extend_from_slice(data);
        if received.len() >= next_size {
            (next_size, next_end) = (received.len() + PIECE, Instant::now() + limits.pause);
        }
    }
}

fn broken(error: BoxError, limits: Limits) -> Error {
    if error.is::<LengthLimitError>() {
        let detail = format!("The body is larger than {} bytes.", limits.max_bytes);
        return Error::new(Kind::BodyTooLarge, detail);
    }
    Error::new(Kind::MalformedJson, "The body ended before it was complete.").caused_by(error)
}

fn too_slow(limits: Limits, is_whole: bool) -> Error {
    let detail = if is_whole {
        format!("The body did not arrive within {} s.", Seconds(limits.timeout))
    } else {
        format!("No further {PIECE} bytes of the body arrived within {} s.", Seconds(limits.pause))
    };
    Error::new(Kind::RequestTimeout, detail)
}
