//! The vendor's failures, converted to errors of the core.
//!
//! The codes of failures are documented, and most of their HTTP statuses are not. A code therefore counts more than the
//! status, which can even be 200 (vendor documentation, 2026-08-09; official command-line tool 0.6.1). A message can contain
//! values of the request, so no message of a failure is passed on. Errors have the vendor's code and a message of this module.

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
    ("NO_DRAFT_VERSION", "the persona has no draft that could be promoted"),
    ("VERSION_NOT_FOUND", "the version of the persona does not exist"),
    ("INVALID_INPUT", "a value of the persona is not accepted"),
    ("VALIDATION_ERROR", "a value of the persona is not accepted"),
    ("OBJECTIVE_VALIDATION_ERROR", "a value of the persona is not accepted"),
];

/// The beginnings of the vendor's messages about a value, each with its meaning and the vendor field. They are documented
/// for calls, and inferred for personas (vendor documentation, 2026-08-09).
const MESSAGES: &[(&str, &str, &str)] = &[
    ("Invalid language code", "the language is not accepted", "/call_config/language"),
    ("Invalid background_track option", "the background sound is not accepted", "/call_config/background"),
    ("Max duration must be at least", "the duration is too short", "/call_config/max_duration"),
    ("max_duration must be at most", "the duration is too long", "/call_config/max_duration"),
];

/// Returns a successful answer unchanged, and converts a failure to an error.
pub fn admit(reply: Reply) -> Result<Reply> {
    let body = match &reply.body {
        Body::Json(document) => ErrorBody::read(document),
        Body::Empty | Body::Bytes(_) | Body::Other(_) => ErrorBody::default(),
    };
    match reply.status {
        200..300 if !body.is_failure() => Ok(reply),
        _ => Err(failure(&reply, &body)),
    }
}

fn failure(reply: &Reply, body: &ErrorBody) -> Error {
    let code = body.codes().find_map(|told| CODES.iter().find(|(code, _)| *code == told));
    let message =
        body.messages().find_map(|told| MESSAGES.iter().find(|(start, ..)| told.starts_with(start)));
    let (kind, outcome) = match code {
        Some((UNAUTHORIZED, _)) => (Kind::VendorAuthFailed, Outcome::Rejected),
        Some(_) => (Kind::VendorRejected, Outcome::Rejected),
        None if reply.status < 300 && message.is_some() => (Kind::VendorRejected, Outcome::Rejected),
        // A success with an unknown failure in it: what the vendor did is not known.
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
    let error = Error::vendor(kind, failure);
    match reply.retry_after {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}
