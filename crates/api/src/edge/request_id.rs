//! The id of a request. The answer, the problem document and the log events of the request contain the id.

use std::{convert::Infallible, sync::Arc};

use axum::extract::FromRequestParts;
use http::{HeaderName, HeaderValue, Request, request::Parts};
use uuid::Uuid;

/// The header with the id, in requests and answers.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the caller's own id if it matches `[A-Za-z0-9._-]{8,128}`, or a new UUIDv7 otherwise.
#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Assigns an id to the request. Handlers can extract the id as `RequestId`.
    pub fn assign<B>(request: &mut Request<B>) -> Self {
        let id = request.headers().get(HEADER).and_then(accepted).unwrap_or_else(Self::new);
        request.extensions_mut().insert(id.clone());
        id
    }

    fn new() -> Self {
        Self(Uuid::now_v7().to_string().into())
    }

    /// Returns the id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id as a header value. Always `Some`, because an id consists of characters that a header permits.
    pub fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(Self::new))
    }
}

fn accepted(header: &HeaderValue) -> Option<RequestId> {
    let text = header.to_str().ok()?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    ((8..=128).contains(&text.len()) && text.chars().all(allowed)).then(|| RequestId(text.into()))
}
