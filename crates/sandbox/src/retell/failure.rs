//! The vendor's failures: an object with `status` and `message` (vendor specification of 2026-04-03; recorded answers
//! of 2026). The messages about refused values are inferred.

use http::StatusCode;
use serde_json::json;

use crate::contract::Violation;
use crate::simulator::Answer;

fn failure(status: StatusCode, message: &str) -> Answer {
    Answer::json(status, json!({ "status": "error", "message": message }))
}

/// Builds the refusal of a request whose values are not accepted.
pub(super) fn refused(message: &str) -> Answer {
    failure(StatusCode::BAD_REQUEST, message)
}

/// Builds the refusal of a request that violates the contract. The message begins with the path of the value.
pub(super) fn invalid(violations: &[Violation]) -> Answer {
    match violations.first() {
        Some(first) if !first.pointer.is_empty() => {
            refused(&format!("{} {}", first.pointer.trim_start_matches(['/', '?']), first.message))
        }
        _ => refused("Invalid request format, please check API reference."),
    }
}

/// Builds the refusal of an unknown id, in the current or in the older format.
pub(super) fn unknown(is_present_form: bool, id: &str, kind: &str) -> Answer {
    match is_present_form {
        true => failure(StatusCode::NOT_FOUND, &format!("Item {id} not found from {kind}")),
        false => {
            failure(StatusCode::UNPROCESSABLE_ENTITY, "Cannot find requested asset under given api key.")
        }
    }
}

pub(super) fn published_agent() -> Answer {
    failure(StatusCode::UNPROCESSABLE_ENTITY, "Cannot update published agent other than version title")
}

pub(super) fn published_llm() -> Answer {
    refused("Cannot update published LLM")
}

/// Builds the refusal to delete an LLM that an agent uses. The text is inferred.
pub(super) fn llm_in_use() -> Answer {
    refused("Cannot delete an LLM that an agent uses")
}

/// Builds a failure with this status and the vendor's message for it. The message depends on the status only.
pub(super) fn failing(status: StatusCode) -> Answer {
    let message = match status.as_u16() {
        400 => "Invalid request format, please check API reference.",
        401 => "API key is missing or invalid.",
        402 => "Trial has ended, please add payment method.",
        403 => "Forbidden",
        404 => "The requested resource was not found.",
        422 => "Cannot find requested asset under given api key.",
        429 => "Account rate limited, please throttle your requests.",
        500.. => "An unexpected server error occurred.",
        _ => status.canonical_reason().unwrap_or("Failed."),
    };
    failure(status, message)
}
