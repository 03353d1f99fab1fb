//! Problem documents (RFC 9457): the body of every answer of 400 and above.
//!
//! A handler answers a [`Failure`]. [`settle`], the only place that knows the request's id, turns it into a document, and also
//! axum's own refusals (an unknown route, a method, a path that cannot be decoded).

mod table;

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use switchboard_core::error::{Error, Kind, VendorFailure, Violation};
pub use table::{ProblemSpec, spec};
use utoipa::ToSchema;

use super::request_id::RequestId;

/// The content type of a problem document.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// The document of a problem that cannot be written.
const UNWRITABLE: &str =
    r#"{"type":"/problems/internal","title":"Internal error","status":500,"code":"internal"}"#;

/// The wait before a 503 without a better value may be tried again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem<'a> {
    /// The address of the explanation of this kind of problem: `/problems/CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A few words, the same for every problem of this kind.
    pub title: &'static str,
    /// The HTTP status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The stable code.
    #[schema(value_type = String)]
    pub code: Kind,
    /// The error, in one or two sentences.
    pub detail: &'a str,
    /// The id of the request, also in `X-Request-Id` and in the log.
    pub request_id: &'a str,
    /// True if the same request, sent again later, may succeed and cannot do harm.
    pub retryable: bool,
    /// Everything that is wrong with the request.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub errors: &'a [Violation],
    /// The vendor's failure, if a vendor was involved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub vendor: Option<&'a VendorFailure>,
    /// The operation that ended with this problem, or that continues in the background.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub operation_id: Option<&'a str>,
}

impl<'a> Problem<'a> {
    /// Makes the document for an error. Internal causes are not included.
    pub fn new(error: &'a Error, request_id: &'a str) -> Self {
        let ProblemSpec { status, title, retryable, .. } = spec(error.kind);
        let detail = match error.kind {
            Kind::Internal => {
                "Something went wrong on our side; the log has the cause under this request id."
            }
            _ => &error.detail,
        };
        Self {
            kind: format!("/problems/{}", error.kind),
            title,
            status: status.as_u16(),
            code: error.kind,
            detail,
            request_id,
            retryable,
            errors: &error.violations,
            vendor: error.vendor.as_deref(),
            operation_id: error.operation.as_deref(),
        }
    }
}

/// The answer to a request that an error refuses.
#[derive(Debug)]
pub struct Document {
    /// The status.
    pub status: StatusCode,
    /// The wait until the request may be sent again.
    pub retry_after: Option<Duration>,
    /// The problem document, as JSON.
    pub body: String,
}

/// Gives the wait before a request that was answered this status may be sent again, if no better value is known.
pub fn default_retry_after(status: StatusCode) -> Option<Duration> {
    (status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER)
}

/// Makes the answer to the request of this id that this error refuses; equal arguments give an equal answer.
pub fn document(error: &Error, request_id: &str) -> Document {
    let problem = Problem::new(error, request_id);
    let retry_after = error.retry_after.or_else(|| default_retry_after(spec(error.kind).status));
    let body = serde_json::to_string(&problem).unwrap_or_else(|_| UNWRITABLE.to_owned());
    Document { status: spec(error.kind).status, retry_after, body }
}

/// An error as an answer. `?` makes one from any [`Error`].
#[derive(Debug)]
pub struct Failure {
    /// The error.
    pub error: Error,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = spec(self.error.kind).status;
        let mut response = status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Turns any answer of 400 and above into a problem document, and returns the failure that it reports.
///
/// Headers that the answer has already, such as `Allow` and `Accept-Patch`, stay.
pub fn settle(response: &mut Response, id: &RequestId) -> Option<Arc<Failure>> {
    let failure = match response.extensions_mut().remove::<Arc<Failure>>() {
        Some(failure) => failure,
        None if response.status().as_u16() < 400 => return None,
        None if is_problem(response) => return None,
        None => Arc::new(refused_by_the_framework(response.status()).into()),
    };
    let document = document(&failure.error, id.as_str());
    *response.status_mut() = document.status;
    *response.body_mut() = Body::from(document.body);
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    if let Some(wait) = document.retry_after {
        headers.insert(header::RETRY_AFTER, whole_seconds(wait).into());
    }
    if failure.error.kind == Kind::Unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Some(failure)
}

fn is_problem(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == CONTENT_TYPE)
}

/// Rounds up to whole seconds: trying too early would only fail again.
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn refused_by_the_framework(status: StatusCode) -> Error {
    let (kind, detail) = match status {
        StatusCode::UNAUTHORIZED => (Kind::Unauthenticated, "The request is not authenticated."),
        StatusCode::FORBIDDEN => (Kind::Forbidden, "This is not allowed."),
        StatusCode::NOT_FOUND => (Kind::NotFound, "There is no such route."),
        StatusCode::METHOD_NOT_ALLOWED => (Kind::MethodNotAllowed, "This route does not have this method."),
        StatusCode::NOT_ACCEPTABLE => (Kind::NotAcceptable, "The answer has no representation you accept."),
        StatusCode::REQUEST_TIMEOUT => (Kind::RequestTimeout, "The request took too long to arrive."),
        StatusCode::PAYLOAD_TOO_LARGE => (Kind::BodyTooLarge, "The body is too large."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (Kind::UnsupportedMediaType, "The content type is not taken here.")
        }
        StatusCode::SERVICE_UNAVAILABLE => (Kind::Overloaded, "This cannot be served right now."),
        status if status.is_client_error() => {
            (Kind::ParameterInvalid, "A part of the path or a header cannot be read.")
        }
        _ => (Kind::Internal, "An answer without an error had a status of failure."),
    };
    Error::new(kind, detail)
}
