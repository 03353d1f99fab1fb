//! A write's answer on the wire, and the one that is remembered of a refusal.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use switchboard_core::Error;
use switchboard_engine::Reply;

use crate::edge::{precondition::etag, prefer::PREFERENCE_APPLIED, problem};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The answer to a request that an error refuses, as it is sent and as it is remembered.
pub fn refuse(error: &Error, request_id: &str) -> Reply {
    let document = problem::document(error, request_id);
    Reply { retry_after: document.retry_after, ..Reply::new(document.status.as_u16(), &document.body) }
}

/// Renders a write's answer.
pub fn render(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, value: Option<&str>| {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    };
    let kind = if status.as_u16() < 400 { "application/json" } else { problem::CONTENT_TYPE };
    put(header::CONTENT_TYPE, Some(kind).filter(|_| !reply.body.is_empty()));
    put(header::LOCATION, reply.location.as_deref());
    put(PREFERENCE_APPLIED, reply.preference_applied.as_deref());
    put(REPLAYED, reply.replayed.then_some("true"));
    if let Some(revision) = reply.revision {
        headers.insert(header::ETAG, etag(revision));
    }
    if let Some(wait) = reply.retry_after {
        headers.insert(header::RETRY_AFTER, problem::whole_seconds(wait).into());
    }
    (status, headers, reply.body).into_response()
}
