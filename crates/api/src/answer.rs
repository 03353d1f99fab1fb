//! The HTTP response to a write.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use switchboard_core::error::Error;
use switchboard_engine::{Answer, Outcome};

use crate::edge::{precondition::etag, prefer::PREFERENCE_APPLIED, problem};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Renders an error as the problem document for the request with this id.
pub fn render_problem(error: &Error, request_id: &str) -> String {
    problem::document(error, request_id).body
}

/// Renders the answer to a write as an HTTP response.
pub fn render(answer: Answer) -> Response {
    let Answer { outcome, preferences, body, replayed } = answer;
    let Parts { status, content_type, revision, location, retry_after } = Parts::from(&outcome);
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, value: Option<&str>| {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    };
    // Earlier versions sent this content type with answers that have no document. A replay of such an answer must have
    // the same headers.
    let content_type = if body.is_empty() { "text/plain; charset=utf-8" } else { content_type };
    put(header::CONTENT_TYPE, Some(content_type));
    put(header::LOCATION, location.as_deref());
    put(PREFERENCE_APPLIED, preferences.as_deref());
    put(REPLAYED, replayed.then_some("true"));
    if let Some(revision) = revision {
        headers.insert(header::ETAG, etag(revision));
    }
    if let Some(wait) = retry_after {
        headers.insert(header::RETRY_AFTER, problem::whole_seconds(wait).into());
    }
    let mut response = (status, headers, body).into_response();
    if let Outcome::Refused { kind, .. } = outcome {
        // The problem document is already rendered, so the metrics read the problem's code from this extension.
        response.extensions_mut().insert(kind);
    }
    response
}

/// Returns the HTTP status for the outcome of a write.
pub fn status_of(outcome: &Outcome) -> StatusCode {
    Parts::from(outcome).status
}

/// The HTTP status and headers for the outcome of a write.
struct Parts {
    status: StatusCode,
    content_type: &'static str,
    revision: Option<u64>,
    location: Option<String>,
    retry_after: Option<Duration>,
}

impl From<&Outcome> for Parts {
    fn from(outcome: &Outcome) -> Self {
        let json = |status| Self {
            status,
            content_type: "application/json",
            revision: None,
            location: None,
            retry_after: None,
        };
        match outcome {
            Outcome::Created { kind, id, revision } => Self {
                revision: Some(*revision),
                location: Some(format!("/v1/{kind}s/{id}")),
                ..json(StatusCode::CREATED)
            },
            Outcome::Done { revision } => Self { revision: *revision, ..json(StatusCode::OK) },
            Outcome::Accepted { operation, revision, retry_after } => Self {
                revision: *revision,
                location: Some(format!("/v1/operations/{operation}")),
                retry_after: Some(*retry_after),
                ..json(StatusCode::ACCEPTED)
            },
            Outcome::MigrationStarted { migration } => {
                Self { location: Some(format!("/v1/migrations/{migration}")), ..json(StatusCode::ACCEPTED) }
            }
            Outcome::CallPlaced { call } => {
                Self { location: Some(format!("/v1/calls/{call}")), ..json(StatusCode::CREATED) }
            }
            Outcome::CallAccepted { call, retry_after } => Self {
                location: Some(format!("/v1/calls/{call}")),
                retry_after: Some(*retry_after),
                ..json(StatusCode::ACCEPTED)
            },
            Outcome::Deleted => json(StatusCode::NO_CONTENT),
            Outcome::Refused { kind, retry_after } => {
                let spec = problem::spec(*kind);
                let retry_after = retry_after.or(spec.retry_after);
                Self { content_type: problem::CONTENT_TYPE, retry_after, ..json(spec.status) }
            }
        }
    }
}
