//! One error for several parts of a request: the query, the headers and the body.

use http::StatusCode;
use serde_json::Value;
use switchboard_core::error::{Error, Result, Violation};

use super::spec;

/// Returns the values of two parts of a request, so that one answer lists the violations of both parts.
///
/// # Errors
/// If both parts are wrong, one error with all violations. Its kind is that of the part with the lower status, or else of
/// the first part, so a wrong query or header (400) precedes a wrong body (422). An error with any other status, such as
/// `overloaded`, is returned alone.
pub fn join<A, B>(one: Result<A, impl Into<Error>>, other: Result<B, impl Into<Error>>) -> Result<(A, B)> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(union(one.into(), other.into())),
        (Err(one), Ok(_)) => Err(one.into()),
        (Ok(_), Err(other)) => Err(other.into()),
    }
}

/// Joins the body with the other parts of a request. If these parts are wrong, also checks the content of the body with
/// `check`. Otherwise, the engine checks the content.
///
/// # Errors
/// The errors of [`join`].
pub fn join_body<A, B>(
    parts: Result<A>,
    body: Result<Value>,
    check: impl FnOnce(&Value) -> Result<B>,
) -> Result<(A, Value)> {
    match parts {
        Ok(parts) => body.map(|body| (parts, body)),
        refused => join(refused, body.and_then(|body| check(&body).map(|_| body))),
    }
}

fn union(one: Error, other: Error) -> Error {
    let [first, second] = [one.kind, other.kind].map(|kind| spec(kind).status);
    let is_violation = |status| matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY);
    if !is_violation(first) {
        return one;
    }
    if !is_violation(second) {
        return other;
    }
    let kind = if second < first { other.kind } else { one.kind };
    let mut error = Error::invalid([violations(one), violations(other)].concat());
    error.kind = kind;
    error
}

/// Returns the violations of an error. An error without violations concerns the whole body.
fn violations(error: Error) -> Vec<Violation> {
    match error.violations.is_empty() {
        true => vec![Violation::at("", error.kind, error.detail)],
        false => error.violations,
    }
}
