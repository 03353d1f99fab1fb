//! Conversion of the vendor's failures to errors of the core.
//!
//! The vendor documents only `400 {error, message}`. In practice, a failure is `{success: false, status?,
//! message | error}` with any HTTP status, including 200. With a 2xx status, the real status is the body's
//! `status` if it is between 400 and 599; otherwise it is 400 (vendor's MCP client).

use serde_json::Value;
use switchboard_core::prelude::*;

/// Passes a success through and converts a failure to an error.
pub fn admit(reply: Reply) -> Result<Reply> {
    let disguised = matches!(&reply.body, Body::Json(body) if body["success"] == Value::Bool(false));
    match reply.status {
        200..300 if !disguised => Ok(reply),
        200..300 => Err(failure(&reply, named_status(&reply).unwrap_or(400))),
        status => Err(failure(&reply, status)),
    }
}

/// Returns the failure's real status from the body, or `None` if the body names no status from 400 to 599.
fn named_status(reply: &Reply) -> Option<u16> {
    let Body::Json(body) = &reply.body else { return None };
    let status = body["status"].as_u64().or_else(|| body["status"].as_str()?.parse().ok())?;
    u16::try_from(status).ok().filter(|status| (400..600).contains(status))
}

fn failure(reply: &Reply, status: u16) -> Error {
    let (kind, outcome) = status_meaning(status, reply.retry_after.is_some());
    let said = message(reply);
    let fields = said.as_deref().and_then(complaint).into_iter().collect();
    let failure = VendorFailure {
        code: code(reply),
        ..VendorFailure::new(outcome)
            .status(status)
            .gone_by_status()
            .message(said.unwrap_or_default())
            .fields(fields)
    };
    let error = Error::vendor(kind, failure);
    match reply.retry_after {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}

/// Returns the string `message` or, if there is none, the string `error`, as one line. Returns `None` if the body has
/// neither.
fn message(reply: &Reply) -> Option<String> {
    let Body::Json(body) = &reply.body else { return None };
    let text = body["message"].as_str().or_else(|| body["error"].as_str())?;
    Some(
        text.split(|c: char| c.is_control() || c.is_whitespace())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// Returns the documented error code: the number in `error`, or `None` if `error` is not a number.
fn code(reply: &Reply) -> Option<String> {
    let Body::Json(body) = &reply.body else { return None };
    body["error"].as_i64().map(|code| code.to_string())
}

/// Returns the field and the message if the message names a field, and `None` otherwise. The vendor names a field only
/// as the first word of the message: `voice_id is required`. Its other messages begin with a capital letter.
fn complaint(message: &str) -> Option<(String, String)> {
    let (field, rest) = message.split_once(' ')?;
    let named = field.starts_with(|c: char| c.is_ascii_lowercase())
        && field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && ["is ", "must ", "should ", "cannot "].iter().any(|verb| rest.starts_with(verb));
    named.then(|| (format!("/{field}"), message.to_owned()))
}
