//! The vendor's failures, converted to errors of the core.
//!
//! A failure is `{"status": "error", "message": MESSAGE}`. The messages of validation failures are not documented and
//! may contain values of the request, so none is passed on. An error instead has a message of this module, and names
//! the vendor field if the vendor's message begins with one.

use std::time::Duration;

use serde_json::Value;
use switchboard_core::prelude::*;

/// The phrase of the refusal to change a published version (recorded answers of 2026). The gateway changes only drafts,
/// so the refusal means that the draft was published after it was read.
const PUBLISHED: &str = "Cannot update published";

/// The phrases that identify a failure, each with its meaning (vendor specification, 2026-04-03; recorded answers of
/// 2026).
#[rustfmt::skip]
const MEANINGS: &[(&str, &str)] = &[
    ("not found from phone-number", "the workspace has no such phone number"),
    ("not found from", "the object does not exist"),
    ("Cannot find requested asset", "the object does not exist"),
    ("API key is missing or invalid", "the key is not valid"),
    ("Trial has ended", "the trial has ended, and the workspace has no payment method"),
    ("No valid KYC", "the vendor requires an identity check for calls to this country"),
    ("Account rate limited", "there were too many requests"),
    ("version mismatch", "the version of the LLM is not that of the agent"),
    ("Invalid request format", "a value is not accepted"),
];

/// The members of an LLM that an error message can name. All others are members of the agent.
const LLM_MEMBERS: &[&str] = &[
    "general_prompt",
    "begin_message",
    "start_speaker",
    "model_config",
    "general_tools",
    "knowledge_base_ids",
    "default_dynamic_variables",
];

/// The members of a dial that an error message can name.
const DIAL_MEMBERS: &[&str] = &["from_number", "to_number", "agent_override", "retell_llm_dynamic_variables"];

/// Returns a successful answer unchanged, and converts a failure to an error. A refusal with status 400, 404 or 422 is
/// also returned unchanged, because its meaning depends on the request: the reader of the answer converts it with
/// [`refused`].
pub fn admit(reply: Reply) -> Result<Reply> {
    match reply.status {
        200..300 | 400 | 404 | 422 => Ok(reply),
        _ => Err(failure(&reply)),
    }
}

/// Returns a success unchanged, and converts a refusal to an error.
pub fn refused(reply: Reply) -> Result<Reply> {
    if is_refusal(&reply) { Err(failure(&reply)) } else { Ok(reply) }
}

/// Returns true if the vendor refused the request.
pub fn is_refusal(reply: &Reply) -> bool {
    reply.status >= 400
}

/// Returns true if the vendor refused the request because it does not have the object.
pub fn is_unknown(reply: &Reply) -> bool {
    match reply.status {
        404 => true,
        422 => text(reply).contains("find"),
        _ => false,
    }
}

/// Returns true if the vendor refused an LLM because it does not know the member `model_config`. The text of such a refusal
/// is not documented; a refusal of a value in the member also names the path of the value.
pub fn lacks_model_config(reply: &Reply) -> bool {
    let text = text(reply);
    reply.status == 400 && text.contains("model_config") && !text.contains("model_config/")
}

/// Builds the error for a draft that is not the gateway's.
pub fn foreign_draft() -> Error {
    let why = "The vendor has a draft of the agent that was not made by Switchboard. The update would publish it. Publish or delete the draft at the vendor, then repeat the update.";
    let failure = VendorFailure::new(Outcome::Rejected).message("a draft was opened at the vendor");
    Error::vendor(Kind::StateConflict, failure).with_detail(why)
}

/// Builds the error for a write whose draft can no longer be changed, because it was published meanwhile or the vendor has
/// a later draft. The write is then repeated in another draft.
pub fn superseded_draft() -> Error {
    let failure =
        VendorFailure::new(Outcome::NotSent).message("the draft of the write was published or replaced");
    Error::vendor(Kind::VendorUnavailable, failure).retry_after(Duration::ZERO)
}

fn failure(reply: &Reply) -> Error {
    let (kind, outcome) = status_meaning(reply.status, reply.retry_after.is_some());
    let text = text(reply);
    if text.contains(PUBLISHED) {
        return superseded_draft();
    }
    let meaning = MEANINGS.iter().find(|(words, _)| text.contains(words)).map(|(_, meaning)| *meaning);
    let field = field(text).map(|field| (field, "The vendor does not accept the value.".to_owned()));
    let mut failure = VendorFailure::new(outcome).status(reply.status).fields(field.into_iter().collect());
    failure.message = meaning.map(ToOwned::to_owned);
    failure.gone = is_unknown(reply);
    let error = Error::vendor(kind, failure);
    match reply.retry_after {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}

fn text(reply: &Reply) -> &str {
    match &reply.body {
        Body::Json(body) => body.get("message").and_then(Value::as_str).unwrap_or_default(),
        Body::Empty | Body::Bytes(_) | Body::Other(_) => "",
    }
}

/// Returns the JSON pointer of the field with which a message begins, such as `general_tools/0/type must …`.
fn field(text: &str) -> Option<String> {
    if text.contains("not found from phone-number") {
        return Some("/from_number".to_owned());
    }
    let place = text.split(' ').next()?.trim_start_matches('/');
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '/');
    let is_name =
        (1..=100).contains(&place.len()) && place.chars().all(is_plain) && place.contains(['_', '/']);
    let part = match place.split('/').next()? {
        member if DIAL_MEMBERS.contains(&member) => "",
        member if LLM_MEMBERS.contains(&member) => "/llm",
        _ => "/agent",
    };
    is_name.then(|| format!("{part}/{place}"))
}
