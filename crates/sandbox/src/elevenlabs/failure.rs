//! The vendor's four formats of failures (public page of errors; recorded answers of 2026).

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::new_id;
use crate::contract::{self, Violation};
use crate::simulator::Answer;

/// The format in which the vendor refuses the configuration of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shape {
    /// An object with `type` and `code`.
    Current,
    /// An object with the status `input_invalid`, whose message quotes the whole request.
    Legacy,
}

/// Builds a failure in the vendor's current format: a `detail` object with `type`, `code` and `request_id`.
fn current(status: StatusCode, kind: &str, code: &str, message: &str) -> Answer {
    let detail = json!({
        "type": kind, "code": code, "message": message, "status": code, "request_id": new_id("req_"),
    });
    Answer::json(status, json!({ "detail": detail }))
}

/// Builds a failure in the format without a type: a `detail` object with `status` and `message`.
pub(super) fn simple(status: StatusCode, code: &str, message: &str) -> Answer {
    Answer::json(status, json!({ "detail": { "status": code, "message": message } }))
}

pub(super) fn unauthenticated() -> Answer {
    current(StatusCode::UNAUTHORIZED, "authentication_error", "invalid_api_key", "Invalid API key.")
}

pub(super) fn is_malformed(violations: &[Violation]) -> bool {
    matches!(violations, [only] if only.message == "the body is not JSON")
}

pub(super) fn malformed() -> Answer {
    current(StatusCode::BAD_REQUEST, "invalid_request", "malformed_json", "The body is not valid JSON.")
}

/// Builds a failure in the format of the vendor's web framework: one complaint for each violation.
pub(super) fn validation(violations: &[Violation]) -> Answer {
    let complaints = violations.iter().map(|violation| {
        let (place, path) = match violation.pointer.strip_prefix('?') {
            Some(parameter) => ("query", parameter),
            None => ("body", violation.pointer.trim_start_matches('/')),
        };
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let segment =
            |segment: &str| segment.parse::<u64>().map_or_else(|_| json!(segment), |index| json!(index));
        let location: Vec<_> = std::iter::once(json!(place)).chain(segments.map(segment)).collect();
        match violation.message == "is required" {
            true => json!({ "type": "missing", "loc": location, "msg": "Field required", "input": {} }),
            false => json!({ "type": "value_error", "loc": location, "msg": violation.message, "input": {} }),
        }
    });
    let detail: Vec<_> = complaints.collect();
    Answer::json(StatusCode::UNPROCESSABLE_ENTITY, json!({ "detail": detail }))
}

pub(super) fn sentence(violations: &[Violation]) -> String {
    contract::sentence(violations)
}

/// Builds the refusal of an agent's configuration. `input` is the request body, which the legacy format quotes.
pub(super) fn configuration(shape: Shape, why: &str, input: &Value) -> Answer {
    let message = format!("Invalid conversation config: Value error, {why}");
    match shape {
        Shape::Current => {
            current(StatusCode::BAD_REQUEST, "validation_error", "invalid_parameters", &message)
        }
        Shape::Legacy => {
            let quoted = json!([{ "type": "value_error", "loc": [], "msg": message, "input": input }]);
            simple(StatusCode::BAD_REQUEST, "input_invalid", &quoted.to_string())
        }
    }
}

/// Builds the answer for an agent that does not exist. The vendor calls the agent a document (recorded answers of
/// 2026). It is inferred that the same holds for phone numbers and conversations.
pub(super) fn no_agent(id: &str) -> Answer {
    simple(StatusCode::NOT_FOUND, "document_not_found", &format!("Document with id {id} not found."))
}

/// Builds the answer for a number whose provider is not the one in the path. Its format is inferred.
pub(super) fn wrong_provider() -> Answer {
    let message = "The phone number belongs to another provider.";
    current(StatusCode::BAD_REQUEST, "validation_error", "invalid_parameters", message)
}

pub(super) fn no_voice(id: &str) -> Answer {
    let message = format!("A voice with the id {id} was not found.");
    current(StatusCode::NOT_FOUND, "not_found", "voice_not_found", &message)
}

pub(super) fn invalid_cursor() -> Answer {
    current(StatusCode::BAD_REQUEST, "validation_error", "invalid_cursor", "The cursor is invalid.")
}

pub(super) fn webhook_in_use() -> Answer {
    simple(StatusCode::METHOD_NOT_ALLOWED, "webhook_in_use", "The webhook is in use.")
}

/// Builds the answer for a webhook that does not exist. The vendor does not document this answer, so its format is
/// inferred.
pub(super) fn no_webhook(id: &str) -> Answer {
    simple(StatusCode::NOT_FOUND, "webhook_not_found", &format!("Webhook {id} not found."))
}

pub(super) fn no_tool(id: &str) -> Answer {
    let message = format!("A tool with the id {id} was not found.");
    current(StatusCode::NOT_FOUND, "not_found", "tool_not_found", &message)
}

/// Builds the refusal to delete a tool that an agent uses. The vendor does not document this answer, so its format is
/// inferred.
pub(super) fn tool_in_use() -> Answer {
    current(StatusCode::CONFLICT, "conflict", "conflict", "The tool is in use.")
}

/// Builds the failure with this status, regardless of the request.
pub(super) fn failing(status: StatusCode) -> Answer {
    let (kind, code) = match status.as_u16() {
        401 => ("authentication_error", "unauthorized"),
        402 => ("payment_required", "insufficient_credits"),
        403 => ("authorization_error", "insufficient_permissions"),
        404 => ("not_found", "document_not_found"),
        409 => ("conflict", "concurrent_modification"),
        429 => ("rate_limit_error", "rate_limit_exceeded"),
        503 => ("service_unavailable", "service_unavailable"),
        500.. => ("internal_error", "internal_error"),
        _ => ("invalid_request", "bad_request"),
    };
    current(status, kind, code, status.canonical_reason().unwrap_or("Failed."))
}
