//! Conversion of the vendor's failures to errors of the core.
//!
//! A failure has the body `{message}`, or `{message, errors: {field: [string]}}` if fields are refused. On some
//! operations, the body is `{error}` (reference pages of the reseller Famulor, 2025-08 and 2026-06). The HTTP
//! status is reliable.

use std::time::Duration;

use serde_json::Value;
use switchboard_core::prelude::*;

/// The limits on the reported field errors: how many, and how many characters each.
const COMPLAINTS: usize = 100;
const COMPLAINT_CHARS: usize = 512;

/// The longest retry delay that is accepted from a body. A longer delay is shortened to this limit.
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
    let broke = fields.is_empty() && said.as_deref().is_some_and(mentions_balance);
    let (kind, outcome) = match reply.status {
        422 if broke => (Kind::VendorQuotaExhausted, Outcome::Rejected),
        status => status_meaning(status, wait.is_some()),
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

/// Returns the string `message` or, if there is none, the string `error`. Returns `None` if the body has neither. A
/// body that is not JSON comes from a proxy and is not passed on.
fn message(reply: &Reply) -> Option<String> {
    let Body::Json(body) = &reply.body else { return None };
    ["message", "error"].into_iter().find_map(|key| body.get(key)?.as_str()).map(one_line)
}

/// Returns whether a message is about the account's balance. On an account without credit, the vendor refuses
/// calls with 422 and without `errors` (reference pages, make_call).
fn mentions_balance(message: &str) -> bool {
    let message = message.to_lowercase();
    ["balance", "credit", "quota"].iter().any(|word| message.contains(word))
}

/// Returns the field errors in `errors`, at most `COMPLAINTS`. The vendor's dotted names become JSON pointers:
/// `tools.0.phone_number` becomes `/tools/0/phone_number`.
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

/// Returns the retry delay in the body's `retry_after`, in seconds, at most `LONGEST_WAIT`. Returns `None` if the body
/// has no such number. The delay is used only if the answer has no `retry-after` header.
fn told_wait(reply: &Reply) -> Option<Duration> {
    let Body::Json(body) = &reply.body else { return None };
    let wait = Duration::from_secs(body.get("retry_after")?.as_u64()?);
    Some(wait.min(LONGEST_WAIT))
}
