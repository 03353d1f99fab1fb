//! The vendor's failures, converted to errors of the core.
//!
//! The vendor documents the codes of failures but few of their HTTP statuses. A code therefore takes precedence over
//! the status, which can even be 200 (vendor documentation, 2026-08-09; official command-line tool 0.6.1). A message
//! can contain values of the request, so no message of a failure is passed on. An error instead has the vendor's code
//! and a message of this module.

use std::time::Duration;

use switchboard_core::prelude::*;

use crate::wire::ErrorBody;

/// The code for a persona that does not exist.
const NOT_FOUND: &str = "PERSONA_NOT_FOUND";
/// The code for a wrong key.
const UNAUTHORIZED: &str = "AUTH_FAILURE";

/// The vendor's codes, each with its meaning (vendor documentation, 2026-08-09). `VALIDATION_ERROR` is inferred.
const CODES: &[(&str, &str)] = &[
    (UNAUTHORIZED, "the key is not valid"),
    (NOT_FOUND, "the persona does not exist"),
    ("PERSONA_IN_USE", "the persona answers phone numbers; detach them at the vendor first"),
    ("INVALID_INBOUND_NUMBERS", "the organization does not have the phone number"),
    ("NO_DRAFT_VERSION", "the persona has no draft that could be promoted"),
    ("VERSION_NOT_FOUND", "the version of the persona does not exist"),
    ("INVALID_INPUT", "a value of the persona is not accepted"),
    ("VALIDATION_ERROR", "a value of the persona is not accepted"),
    ("OBJECTIVE_VALIDATION_ERROR", "a value of the call is not accepted"),
];

/// Prefixes of the vendor's messages about a value, each with its meaning and the vendor field. The messages are
/// documented for calls (vendor documentation, 2026-08-09). It is inferred that personas have the same messages for
/// settings that they share with calls.
const MESSAGES: &[(&str, &str, &str)] = &[
    ("Invalid language code", "the language is not accepted", "/call_config/language"),
    ("Invalid background_track option", "the background sound is not accepted", "/call_config/background"),
    ("Max duration must be at least", "the duration is too short", "/call_config/max_duration"),
    ("max_duration must be at most", "the duration is too long", "/call_config/max_duration"),
    ("Phone number must be", "the phone number is not accepted", "/phone_number"),
    (
        "Number found in DNC list",
        "the phone number is on the list of numbers that must not be called",
        "/phone_number",
    ),
    ("Cannot dial sensitive numbers", "the vendor does not call this phone number", "/phone_number"),
    (BLOCKED, "the vendor has blocked the phone number", "/phone_number"),
    ("Invalid 'from'", "the phone number to call from is not accepted", "/from"),
    (
        "Transfer phone number cannot be",
        "a transfer must lead to another phone number",
        "/transfer_phone_number",
    ),
    (TOO_SOON, "the vendor calls a phone number only once in 10 seconds", "/phone_number"),
];

/// The prefix of the message that refuses to call a blocked number. Its status is 429, but the refusal is permanent.
const BLOCKED: &str = "This number is blacklisted";
/// The prefix of the message that refuses to call a number again too soon, and the minimum time between two calls. Other
/// numbers can be called meanwhile.
const TOO_SOON: &str = "Calls can only be sent every 10 seconds";
const PAUSE: Duration = Duration::from_secs(10);

/// The prefix of the message that refuses to end a call that is over or has not started. Its status is not documented.
const NO_CALL_TO_END: &str = "SID not found";

/// Returns a successful answer unchanged, and converts a failure to an error. The refusal to end a call is also
/// returned unchanged, because the call may already be over. The reader of the answer recognizes the refusal by
/// [`refuses_end`].
pub fn admit(reply: Reply) -> Result<Reply> {
    let body = body(&reply);
    match reply.status {
        _ if body.has_message(NO_CALL_TO_END) => Ok(reply),
        200..300 if !body.is_failure() => Ok(reply),
        _ => Err(failure(&reply, &body)),
    }
}

/// Returns true if an admitted answer to the request to end a call is a refusal.
pub fn refuses_end(reply: &Reply) -> bool {
    body(reply).has_message(NO_CALL_TO_END)
}

fn body(reply: &Reply) -> ErrorBody {
    match &reply.body {
        Body::Json(document) => ErrorBody::read(document),
        Body::Empty | Body::Bytes(_) | Body::Other(_) => ErrorBody::default(),
    }
}

fn failure(reply: &Reply, body: &ErrorBody) -> Error {
    let code = body.codes().find_map(|told| CODES.iter().find(|(code, _)| *code == told));
    let message =
        body.messages().find_map(|told| MESSAGES.iter().find(|(start, ..)| told.starts_with(start)));
    let (kind, outcome) = match code {
        Some((UNAUTHORIZED, _)) => (Kind::VendorAuthFailed, Outcome::Rejected),
        Some(_) => (Kind::VendorRejected, Outcome::Rejected),
        None if body.has_message(BLOCKED) => (Kind::VendorRejected, Outcome::Rejected),
        None if reply.status < 300 && message.is_some() => (Kind::VendorRejected, Outcome::Rejected),
        // If the status is a success and the failure is unknown, it is not known what the vendor did.
        None => status_meaning(reply.status, reply.retry_after.is_some()),
    };
    let mut failure = VendorFailure::new(outcome).status(reply.status);
    failure = match code {
        None => failure.gone_by_status(),
        Some((NOT_FOUND, _)) => failure.gone(),
        Some(_) => failure,
    };
    if let Some((_, meaning, field)) = message {
        let complaint = format!("The vendor does not accept the value: {meaning}.");
        failure = failure.message(*meaning).fields(vec![((*field).to_owned(), complaint)]);
    } else if let Some((_, meaning)) = code {
        failure = failure.message(*meaning);
    }
    failure.code = code.map(|(code, _)| (*code).to_owned());
    if body.has_message(TOO_SOON) {
        failure = failure.single();
    }
    let error = Error::vendor(kind, failure);
    let wait = reply.retry_after.or_else(|| body.has_message(TOO_SOON).then_some(PAUSE));
    match wait {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}
