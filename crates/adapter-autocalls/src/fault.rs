//! The vendor's failures, converted to errors of the core.
//!
//! A failure is `{message}`, for refused fields `{message, errors: {field: [string]}}`, on some operations `{error}`
//! (reference pages of the white-label Famulor, 2025-08 and 2026-06). Its status is correct.

use std::time::Duration;

use serde_json::Value;
use switchboard_core::prelude::*;

/// The most violations that are passed on, and the most characters of one.
const COMPLAINTS: usize = 100;
const COMPLAINT_CHARS: usize = 512;

/// The longest wait that is accepted from the vendor.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Passes a success through and converts a failure to an error.
pub fn admit(reply: Reply) -> Result<Reply> {
    match reply.status {
        200..300 => Ok(reply),
        _ => Err(failure(&reply)),
    }
}

fn failure(reply: &Reply) -> Error {
    let said = message(reply);
    let fields = complaints(reply);
    let wait = reply.retry_after.or_else(|| told_wait(reply));
    let broke = fields.is_empty() && said.as_deref().is_some_and(speaks_of_balance);
    let (kind, outcome) = match reply.status {
        401 | 403 => (Kind::VendorAuthFailed, Outcome::Rejected),
        402 => (Kind::VendorQuotaExhausted, Outcome::Rejected),
        422 if broke => (Kind::VendorQuotaExhausted, Outcome::Rejected),
        429 => (Kind::VendorThrottled, Outcome::Throttled),
        400..500 => (Kind::VendorRejected, Outcome::Rejected),
        // Only a 503 with the time of the next attempt guarantees that the vendor did nothing.
        503 if wait.is_some() => (Kind::VendorUnavailable, Outcome::Throttled),
        500..600 => (Kind::VendorUnavailable, Outcome::Ambiguous),
        _ => (Kind::VendorProtocolError, Outcome::Ambiguous),
    };
    let failure = VendorFailure::new(outcome)
        .status(reply.status)
        .gone_by_status()
        .message(said.unwrap_or_default())
        .fields(fields);
    let error = Error::vendor(kind, failure);
    match wait {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}

/// Returns `message`, else `error` if it is a string. An answer that is not JSON is a proxy's page, and not passed
/// on.
fn message(reply: &Reply) -> Option<String> {
    let Body::Json(body) = &reply.body else { return None };
    ["message", "error"].into_iter().find_map(|key| body.get(key)?.as_str()).map(one_line)
}

/// Returns whether a message is about the balance: calls on an account without credit are refused as 422 without
/// `errors` (reference pages, make_call).
fn speaks_of_balance(message: &str) -> bool {
    let message = message.to_lowercase();
    ["balance", "credit", "quota"].iter().any(|word| message.contains(word))
}

/// Returns `errors`, with the vendor's dotted names as JSON pointers: `tools.0.phone_number` is
/// `/tools/0/phone_number`.
fn complaints(reply: &Reply) -> Vec<(String, String)> {
    let Body::Json(body) = &reply.body else { return Vec::new() };
    let by_field = body.get("errors").and_then(Value::as_object).into_iter().flatten();
    let texts = by_field.flat_map(|(field, texts)| {
        let pointer: String = field.split('.').map(|part| format!("/{}", schema::escape(part))).collect();
        let texts = texts.as_array().map_or(std::slice::from_ref(texts), Vec::as_slice);
        texts.iter().filter_map(Value::as_str).map(move |text| (pointer.clone(), cut(text)))
    });
    texts.take(COMPLAINTS).collect()
}

fn cut(text: &str) -> String {
    one_line(text).chars().take(COMPLAINT_CHARS).collect()
}

fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Returns `retry_after` of the body, in seconds, for answers without the header.
fn told_wait(reply: &Reply) -> Option<Duration> {
    let Body::Json(body) = &reply.body else { return None };
    let wait = Duration::from_secs(body.get("retry_after")?.as_u64()?);
    Some(wait.min(LONGEST_WAIT))
}
