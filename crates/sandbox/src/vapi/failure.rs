//! The vendor's failures. For validation failures, `message` is a list of sentences from the library class-validator;
//! otherwise, it is a string (recorded answers of 2025 and 2026).

use http::StatusCode;
use serde_json::{Value, json};

use crate::contract::Violation;
use crate::simulator::Answer;

fn answer(status: StatusCode, message: Value) -> Answer {
    let error = status.canonical_reason().unwrap_or("Failed");
    Answer::json(status, json!({ "message": message, "error": error, "statusCode": status.as_u16() }))
}

pub(super) fn plain(status: StatusCode, message: &str) -> Answer {
    answer(status, json!(message))
}

pub(super) fn unauthenticated() -> Answer {
    plain(
        StatusCode::UNAUTHORIZED,
        "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.",
    )
}

/// Builds the failure with this status, regardless of the request. All messages except that for 401 are inferred.
pub(super) fn failing(status: StatusCode) -> Answer {
    match status {
        StatusCode::UNAUTHORIZED => unauthenticated(),
        StatusCode::FORBIDDEN => plain(status, "Forbidden resource"),
        _ => plain(status, status.canonical_reason().unwrap_or("Failed")),
    }
}

/// Builds the failure for an unknown id. Its message is not documented; it is inferred from the vendor's examples.
pub(super) fn unknown() -> Answer {
    plain(StatusCode::NOT_FOUND, "Not Found")
}

pub(super) fn pinned() -> Answer {
    let body =
        json!({ "error": "assistant_pinned", "message": "The assistant is pinned by another resource." });
    Answer::json(StatusCode::CONFLICT, body)
}

pub(super) fn refused(sentences: Vec<String>) -> Answer {
    answer(StatusCode::BAD_REQUEST, json!(sentences))
}

pub(super) fn invalid(violations: &[Violation]) -> Answer {
    match violations {
        [only] if only.message == "the body is not JSON" => {
            plain(StatusCode::BAD_REQUEST, "Unexpected token in JSON")
        }
        _ => refused(violations.iter().map(sentence).collect()),
    }
}

/// Words a violation as class-validator does. All kinds of violations that are not listed here share one general
/// sentence.
fn sentence(violation: &Violation) -> String {
    let path = violation.pointer.trim_start_matches(['/', '?']).replace('/', ".");
    let last = |text: &str| {
        let number = text.split_whitespace().rev().find(|word| word.parse::<f64>().is_ok());
        number.unwrap_or_default().to_owned()
    };
    match violation.message.as_str() {
        "is not a documented field" => match path.rsplit_once('.') {
            Some((parent, name)) => format!("{parent}.property {name} should not exist"),
            None => format!("property {path} should not exist"),
        },
        "is required" => format!("{path} should not be empty"),
        text if text.contains("longer than") => {
            format!("{path} must be shorter than or equal to {} characters", last(text))
        }
        text if text.contains("shorter than") => {
            format!("{path} must be longer than or equal to {} characters", last(text))
        }
        text if text.contains("greater than") => format!("{path} must not be greater than {}", last(text)),
        text if text.contains("less than") => format!("{path} must not be less than {}", last(text)),
        _ => format!("{path} must be one of the following values: (the documented ones)"),
    }
}
