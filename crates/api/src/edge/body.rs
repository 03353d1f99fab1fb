//! JSON bodies: bounded in size and time, of a declared type, read strictly.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;
use switchboard_core::error::{Error, Kind, Result, Violation};

use super::{list, problem::Failure};

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";
const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// The bounds of a body. The router's state gives them (`FromRef`).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The greatest number of bytes.
    pub max_bytes: usize,
    /// The longest time from the first read to the last byte.
    pub timeout: Duration,
}

/// The body of a request as one JSON value: `application/json`, or on PATCH also `application/merge-patch+json`.
///
/// Rejects with `unsupported_media_type` (and `Accept-Patch` or `Accept-Post`), `body_too_large`, `request_timeout`,
/// and the errors of [`switchboard_core::model::json::parse`].
#[derive(Debug)]
pub struct Json(pub Value);

impl<S: Send + Sync> FromRequest<S> for Json
where
    Limits: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let limits = Limits::from_ref(state);
        if let Err(error) = check_type(request.method(), request.headers()) {
            return Err((accepted(request.method()), Failure::from(error)).into_response());
        }
        let body = read(request.into_body(), limits).await;
        let value = body.and_then(|bytes| switchboard_core::model::json::parse(&bytes));
        value.map(Self).map_err(|error| Failure::from(error).into_response())
    }
}

fn check_type(method: &Method, headers: &HeaderMap) -> Result<()> {
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
    let is_patch = method == Method::PATCH && essence.eq_ignore_ascii_case(MERGE_PATCH);
    if !is_patch && !essence.eq_ignore_ascii_case(JSON) {
        let types = types(method);
        return refuse(&header::CONTENT_TYPE, format!("The body must be {types}."));
    }
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        if name.eq_ignore_ascii_case("charset") && !value.trim_matches('"').eq_ignore_ascii_case("utf-8") {
            return refuse(&header::CONTENT_TYPE, "JSON is UTF-8; send no other charset.".to_owned());
        }
    }
    Ok(())
}

fn types(method: &Method) -> &'static str {
    if method == Method::PATCH { "application/merge-patch+json, application/json" } else { JSON }
}

fn accepted(method: &Method) -> [(HeaderName, HeaderValue); 1] {
    let name = if method == Method::PATCH { ACCEPT_PATCH } else { ACCEPT_POST };
    [(name, HeaderValue::from_static(types(method)))]
}

async fn read(body: Body, limits: Limits) -> Result<Bytes> {
    let whole = Limited::new(body, limits.max_bytes).collect();
    match tokio::time::timeout(limits.timeout, whole).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let detail = format!("The body is larger than {} bytes.", limits.max_bytes);
            Err(Error::new(Kind::BodyTooLarge, detail))
        }
        Ok(Err(error)) => {
            Err(Error::new(Kind::MalformedJson, "The body ended before it was complete.").caused_by(error))
        }
        Err(_elapsed) => {
            let detail = format!("The body did not arrive within {} s.", limits.timeout.as_secs_f64());
            Err(Error::new(Kind::RequestTimeout, detail))
        }
    }
}
