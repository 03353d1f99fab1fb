//! The vendor's failures, converted to errors of the core.
//!
//! Only status 500 is documented (`spec.json`, `ErrorDto`); the meaning of the others is that of HTTP.

use serde::Deserialize;
use switchboard_core::prelude::*;

use crate::wire::{ErrorBody, Message};

/// Passes a success through. `fields` are the vendor fields that a message can be about, as JSON pointers.
pub fn admit(reply: Reply, fields: &[&str]) -> Result<Reply> {
    match reply.status {
        200..=299 => Ok(reply),
        _ => Err(failure(&reply, fields)),
    }
}

fn failure(reply: &Reply, fields: &[&str]) -> Error {
    let (kind, outcome) = meaning(reply);
    let told = match &reply.body {
        Body::Json(document) => ErrorBody::deserialize(document).unwrap_or_default(),
        Body::Empty | Body::Other(_) => ErrorBody::default(),
    };
    let lines: Vec<_> =
        told.message.map(Message::lines).unwrap_or_default().iter().map(|line| plain(line)).collect();
    let complaints = lines.iter().filter_map(|line| complaint(line, fields)).collect();
    let failure = VendorFailure {
        code: told.error.map(|error| plain(&error)),
        ..VendorFailure::new(outcome)
            .status(reply.status)
            .gone_by_status()
            .message(lines.join("; "))
            .fields(complaints)
    };
    let error = Error::vendor(kind, failure);
    match reply.retry_after {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}

fn meaning(reply: &Reply) -> (Kind, Outcome) {
    match reply.status {
        401 | 403 => (Kind::VendorAuthFailed, Outcome::Rejected),
        402 => (Kind::VendorQuotaExhausted, Outcome::Rejected),
        429 => (Kind::VendorThrottled, Outcome::Throttled),
        400..=499 => (Kind::VendorRejected, Outcome::Rejected),
        // A 503 with the time of the next attempt comes from a server that has not begun.
        503 if reply.retry_after.is_some() => (Kind::VendorUnavailable, Outcome::Throttled),
        500..=599 => (Kind::VendorUnavailable, Outcome::Ambiguous),
        _ => (Kind::VendorProtocolError, Outcome::Ambiguous),
    }
}

/// Splits a message about a field, which begins with the field's name: `voice_speed must be a number`.
fn complaint(line: &str, fields: &[&str]) -> Option<(String, String)> {
    let name = line.split_whitespace().next()?;
    let field = fields.iter().find(|field| field.strip_prefix('/') == Some(name))?;
    Some(((*field).to_owned(), line.to_owned()))
}

/// Converts a string to one line for logs and problem documents, at most 512 characters.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(512).collect()
}
