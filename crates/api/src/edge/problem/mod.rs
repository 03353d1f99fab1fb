//! Problem documents (RFC 9457): the body of every answer with a status of 400 or above.
//!
//! A handler returns a [`Failure`]. [`settle`], which has the request's id, converts the failure into a problem document.
//! [`settle`] also converts axum's own refusals, such as an unknown route, an unsupported method, or a path that cannot be
//! decoded.

mod join;
mod table;

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
pub use join::{join, join_body};
use serde::Serialize;
use switchboard_core::error::{Error, Kind, VendorFailure, Violation};
pub use table::{ProblemSpec, spec};
use utoipa::ToSchema;

use super::request_id::RequestId;

/// The content type of a problem document.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// The answer if a problem document cannot be serialized.
const UNWRITABLE: &str =
    r#"{"type":"/problems/internal","title":"Internal error","status":500,"code":"internal"}"#;

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem<'a> {
    /// The path of the explanation of this kind of problem: `/problems/CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The title of this kind of problem, the same for every occurrence.
    pub title: &'static str,
    /// The HTTP status of the answer with this problem.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The stable code of this kind of problem.
    #[schema(value_type = String)]
    pub code: Kind,
    /// The explanation of this occurrence, in one or two sentences.
    pub detail: &'a str,
    /// The id of the request, which is also in the `X-Request-Id` header and in the gateway's log.
    pub request_id: &'a str,
    /// True if the same request may succeed later and the caller can safely send it again.
    pub retryable: bool,
    /// All violations in the request; omitted if there are none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub errors: &'a [Violation],
    /// The vendor's failure that caused the problem; omitted if no vendor caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub vendor: Option<&'a VendorFailure>,
    /// The id of the operation that ended with this problem or continues in the background; omitted if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub operation_id: Option<&'a str>,
}

impl<'a> Problem<'a> {
    /// Builds the document for an error. The document does not contain internal causes.
    pub fn new(error: &'a Error, request_id: &'a str) -> Self {
        let ProblemSpec { status, title, retryable, .. } = spec(error.kind);
        let detail = match error.kind {
            Kind::Internal => {
                "The gateway has an internal error. Its log has the cause under this request id."
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

/// The answer to a request that failed with an error.
#[derive(Debug)]
pub struct Document {
    /// The HTTP status.
    pub status: StatusCode,
    /// The time to wait before sending the request again, if known.
    pub retry_after: Option<Duration>,
    /// The problem document, as JSON.
    pub body: String,
}

/// Builds the answer to the request with this id, which failed with this error. Equal arguments produce equal answers.
pub fn document(error: &Error, request_id: &str) -> Document {
    let problem = Problem::new(error, request_id);
    let ProblemSpec { status, retry_after, .. } = spec(error.kind);
    let body = serde_json::to_string(&problem).unwrap_or_else(|_| UNWRITABLE.to_owned());
    Document { status, retry_after: error.retry_after.or(retry_after), body }
}

/// An error as an HTTP answer. The `?` operator converts an [`Error`] into a `Failure`.
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

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        failure.error
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

/// Converts an answer with a status of 400 or above into a problem document, and returns the failure that the document
/// reports. Returns `None` for any other answer, and for an answer that already contains a problem document.
///
/// Keeps the other headers of the answer, such as `Allow` and `Accept-Patch`.
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

/// Rounds a wait up to whole seconds, because an early repetition would fail again.
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn refused_by_the_framework(status: StatusCode) -> Error {
    let (kind, detail) = match status {
        StatusCode::UNAUTHORIZED => (Kind::Unauthenticated, "The request is not authenticated."),
        StatusCode::FORBIDDEN => (Kind::Forbidden, "The request is not allowed."),
        StatusCode::NOT_FOUND => (Kind::NotFound, "There is no such route."),
        StatusCode::METHOD_NOT_ALLOWED => (Kind::MethodNotAllowed, "The route does not support this method."),
        StatusCode::NOT_ACCEPTABLE => {
            (Kind::NotAcceptable, "The Accept header allows no available media type.")
        }
        StatusCode::REQUEST_TIMEOUT => (Kind::RequestTimeout, "The request took too long to arrive."),
        StatusCode::PAYLOAD_TOO_LARGE => (Kind::BodyTooLarge, "The body is too large."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (Kind::UnsupportedMediaType, "The route does not accept this content type.")
        }
        StatusCode::SERVICE_UNAVAILABLE => (Kind::Overloaded, "The gateway cannot serve the request now."),
        status if status.is_client_error() => {
            (Kind::ParameterInvalid, "A part of the path or a header cannot be read.")
        }
        _ => (Kind::Internal, "An answer has an error status but no error."),
    };
    Error::new(kind, detail)
}
