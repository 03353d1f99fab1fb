//! The vendor's formats of failures (vendor documentation, 2026-08-09). The statuses of the persona failures are
//! inferred.

use http::StatusCode;
use serde_json::{Value, json};

use crate::contract::{self, Violation};
use crate::simulator::Answer;

/// Builds a failure in the format of the persona routes.
pub(super) fn coded(status: StatusCode, code: &str, message: &str, details: &Value) -> Answer {
    let error = json!({ "error": code, "message": message, "details": details });
    Answer::json(status, json!({ "data": null, "errors": [error] }))
}

/// Builds a failure in the format of the routes for calls, phone numbers and tools.
pub(super) fn text(status: StatusCode, message: &str) -> Answer {
    Answer::json(status, json!({ "status": "error", "message": message }))
}

pub(super) fn unauthorized() -> Answer {
    let error = json!({ "error": "AUTH_FAILURE", "message": "Unauthorized" });
    Answer::json(StatusCode::UNAUTHORIZED, json!({ "data": null, "errors": [error] }))
}

/// Builds the failure for a request that violates the contract. The code is inferred.
pub(super) fn invalid(violations: &[Violation]) -> Answer {
    coded(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", &contract::sentence(violations), &json!({}))
}

/// Builds the failure for a request about calls that violates the contract.
pub(super) fn invalid_call(violations: &[Violation]) -> Answer {
    if violations.iter().any(|violation| violation.message == "is not a documented field") {
        return text(StatusCode::BAD_REQUEST, "Additional properties are not allowed");
    }
    let errors = violations.iter().map(|violation| {
        let name = violation.pointer.trim_start_matches(['/', '?']);
        match violation.message.as_str() {
            "is required" => format!("Missing required parameter: {name}."),
            message => format!("{name} {message}"),
        }
    });
    let errors: Vec<_> = errors.collect();
    let message = format!("Invalid parameters. Error: {}", json!(errors));
    let body = json!({ "status": "error", "message": message, "errors": errors });
    Answer::json(StatusCode::BAD_REQUEST, body)
}

/// Builds the answer for a number on the list of numbers that must not be called.
pub(super) fn do_not_call() -> Answer {
    let body = json!({ "status": "DNC Error", "message": "Number found in DNC list." });
    Answer::json(StatusCode::BAD_REQUEST, body)
}

pub(super) fn too_soon() -> Answer {
    text(StatusCode::TOO_MANY_REQUESTS, "Calls can only be sent every 10 seconds to the same number.")
}

/// Builds the failure for a value that the vendor does not accept. The message quotes `quoted`, if it is given.
pub(super) fn input(message: &str, quoted: Option<&Value>) -> Answer {
    let message = match quoted {
        Some(body) => format!("{message} Received: {body}"),
        None => message.to_owned(),
    };
    coded(StatusCode::BAD_REQUEST, "INVALID_INPUT", &message, &json!({}))
}

pub(super) fn no_persona(id: &str) -> Answer {
    coded(StatusCode::NOT_FOUND, "PERSONA_NOT_FOUND", "Persona not found.", &json!({ "persona_id": id }))
}

pub(super) fn no_draft(id: &str) -> Answer {
    let details = json!({ "persona_id": id });
    coded(StatusCode::BAD_REQUEST, "NO_DRAFT_VERSION", "The persona has no draft version.", &details)
}

pub(super) fn in_use(status: u16, id: &str, numbers: &[&str]) -> Answer {
    let details = json!({
        "persona_id": id, "phone_numbers_using": numbers, "suggestion": "Use force=true to detach the numbers.",
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
    coded(status, "PERSONA_IN_USE", "The persona is attached to phone numbers.", &details)
}

/// Builds the failure with this status, regardless of the request.
pub(super) fn failing(status: StatusCode) -> Answer {
    match status.as_u16() {
        401 => unauthorized(),
        402 => text(status, "Insufficient balance."),
        403 => text(status, "Your account has been flagged."),
        429 => text(status, "Rate limit exceeded"),
        500.. => text(status, "Internal server error."),
        _ => text(status, status.canonical_reason().unwrap_or("Failed.")),
    }
}
