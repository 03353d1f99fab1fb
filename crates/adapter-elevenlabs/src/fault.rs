//! The vendor's failures, converted to errors of the core.
//!
//! Four shapes are in use: an object with `type` and `code`; an object with `status` but no `type`; a list of
//! complaints of the web framework; and `input_invalid`, whose message quotes the whole request (public page of errors;
//! recorded answers of 2026). A message can contain values of the request, so no text of a failure is passed on. An
//! error instead has the vendor's code and a message of this module.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{dial, tools};

const VOICE: &str = "/agent/conversation_config/tts/voice_id";
const VOICE_MODEL: &str = "/agent/conversation_config/tts/model_id";
const MODEL: &str = "/agent/conversation_config/agent/prompt/llm";
const DOCUMENTS: &str = "/agent/conversation_config/agent/prompt/knowledge_base";

/// The code of the refusal to delete a webhook that an agent uses.
const IN_USE: &str = "webhook_in_use";

/// The members of a request to dial (vendor OpenAPI document, 2026-08-22).
const DIAL: &[&str] =
    &["agent_id", "agent_phone_number_id", "to_number", "conversation_initiation_client_data"];

/// The vendor's codes, each with its meaning and the vendor field that it concerns. The field is empty if the code
/// concerns no particular field.
#[rustfmt::skip]
const CODES: &[(&str, &str, &str)] = &[
    ("invalid_parameters", "a value of the configuration is not accepted", ""),
    ("input_invalid", "a value of the configuration is not accepted", ""),
    ("missing_required_field", "a required field is missing", ""),
    ("invalid_api_key", "the key is not valid", ""),
    ("missing_api_key", "the request has no key", ""),
    (LACKS_PERMISSION, "the key lacks a permission", ""),
    ("insufficient_permissions", "the key lacks a permission", ""),
    ("workspace_access_denied", "the key has no access to the workspace", ""),
    ("feature_not_available", "the plan of the workspace lacks the feature", ""),
    ("subscription_required", "the plan of the workspace lacks the feature", ""),
    ("insufficient_credits", "the workspace has no credits left", ""),
    ("quota_exceeded", "the workspace has no credits left", ""),
    ("paid_plan_required", "a voice of the public library needs a paid plan", VOICE),
    ("invalid_voice_id", "the workspace does not have the voice", VOICE),
    ("voice_not_found", "the workspace does not have the voice", VOICE),
    ("voice_access_denied", "the workspace may not use the voice", VOICE),
    ("unsupported_model", "the workspace does not have the model", MODEL),
    ("model_not_found", "the workspace does not have the model", MODEL),
    ("model_access_denied", "the workspace may not use the model", MODEL),
    ("document_not_found", "the object does not exist", ""),
    ("agent_not_found", "the agent does not exist", ""),
    ("tool_not_found", "the tool does not exist", ""),
    ("knowledge_base_not_found", "the workspace does not have the document", DOCUMENTS),
    ("concurrent_modification", "the agent is changed elsewhere at the same time", ""),
    ("rate_limit_exceeded", "there were too many requests", ""),
    ("concurrent_limit_exceeded", "there are too many requests at the same time", ""),
    ("system_busy", "the vendor is busy", ""),
    (IN_USE, "the webhook is in use", ""),
    ("conversation_not_found", "the call does not exist", ""),
    ("phone_number_not_found", "the workspace does not have the phone number", dial::FROM),
];

/// The codes of refusals that another value or another plan of the workspace avoids. Their statuses, 402 and 403, would
/// otherwise mean an exhausted account or a wrong key.
const REFUSALS: &[&str] = &[
    "feature_not_available",
    "subscription_required",
    "paid_plan_required",
    "voice_access_denied",
    "model_access_denied",
];
/// The code of a key that lacks the permission for one kind of request. Its status is that of a wrong key.
const LACKS_PERMISSION: &str = "needs_authorization";

/// Returns a successful answer unchanged, and converts a failure to an error. The refusal to delete a webhook that is
/// in use counts as a success: the webhook stays for the agents that use it.
pub fn admit(reply: Reply) -> Result<Reply> {
    match reply.status {
        200..300 if is_refused_dial(&reply) => Err(refused_dial(&reply)),
        200..300 => Ok(reply),
        405 if matches!(Detail::read(&reply), Detail::Told(told) if told.code() == IN_USE) => Ok(reply),
        _ => Err(failure(&reply)),
    }
}

/// Returns true for the answer to a dial that the vendor or the carrier refused. Its status is 200, and it has no code.
fn is_refused_dial(reply: &Reply) -> bool {
    matches!(&reply.body, Body::Json(body) if body.get("success") == Some(&Value::Bool(false)))
}

fn refused_dial(reply: &Reply) -> Error {
    let failure = VendorFailure::new(Outcome::Rejected).status(reply.status);
    Error::vendor(Kind::VendorRejected, failure.message("the vendor or the carrier refused the call"))
}

/// The content of a failure.
#[derive(Deserialize)]
#[serde(untagged)]
enum Detail {
    Complaints(Vec<Complaint>),
    Told(Told),
    Unknown(IgnoredAny),
}

/// A complaint of the web framework about one value.
#[derive(Deserialize)]
struct Complaint {
    loc: Vec<Value>,
    r#type: String,
}

#[derive(Deserialize)]
struct Told {
    code: Option<String>,
    status: Option<String>,
    #[serde(default)]
    message: String,
}

impl Detail {
    fn read(reply: &Reply) -> Self {
        let detail = match &reply.body {
            Body::Json(body) => body.get("detail").and_then(|detail| Self::deserialize(detail).ok()),
            Body::Empty | Body::Bytes(_) | Body::Other(_) => None,
        };
        detail.unwrap_or(Self::Unknown(IgnoredAny))
    }
}

fn failure(reply: &Reply) -> Error {
    let (mut kind, outcome) = status_meaning(reply.status, reply.retry_after.is_some());
    let mut failure = VendorFailure::new(outcome).status(reply.status).gone_by_status();
    match Detail::read(reply) {
        Detail::Complaints(complaints) => {
            let fields = complaints.iter().take(100).map(|complaint| (complaint.place(), complaint.text()));
            failure = failure.fields(fields.collect());
        }
        Detail::Told(told) => {
            let (code, meaning, field) = told.row();
            if matches!(code, "quota_exceeded" | "insufficient_credits") {
                kind = Kind::VendorQuotaExhausted;
            }
            if REFUSALS.contains(&code) {
                kind = Kind::VendorRejected;
            }
            if code == LACKS_PERMISSION {
                failure = failure.single();
            }
            // If only a voice, a model or a document is missing, the agent still exists. A missing phone number is the
            // object of the request, so it is gone.
            failure.gone &= field.is_empty() || field == dial::FROM;
            let text = format!("The vendor does not accept the value: {meaning}.");
            let fields = Some((field.to_owned(), text)).filter(|_| !field.is_empty());
            failure = failure.message(meaning).fields(fields.into_iter().collect());
            failure.code = Some(code.to_owned()).filter(|code| !code.is_empty());
        }
        Detail::Unknown(_) => {}
    }
    let error = Error::vendor(kind, failure);
    match reply.retry_after {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}

impl Told {
    /// Returns the code if [`CODES`] contains it, and an empty string otherwise. The older shape has the code in
    /// `status`.
    fn code(&self) -> &'static str {
        self.row().0
    }

    fn row(&self) -> (&'static str, &'static str, &'static str) {
        let known =
            |code: &Option<String>| CODES.iter().find(|(known, ..)| code.as_deref() == Some(known)).copied();
        match known(&self.code).or_else(|| known(&self.status)).unwrap_or_default() {
            // The phrase with which the vendor refuses a combination of a language and a voice model (recorded answers
            // of 2026).
            (code @ ("invalid_parameters" | "input_invalid"), ..)
                if self.message.contains("nglish Agents must use") =>
            {
                (code, "the voice model does not fit the language", VOICE_MODEL)
            }
            row => row,
        }
    }
}

impl Complaint {
    /// Returns the JSON pointer of the value in the vendor's document. Segments that are not names or positions are
    /// left out.
    fn place(&self) -> String {
        let segments = self.loc.iter().filter_map(scalar).filter(|segment| is_plain(segment));
        let segments: Vec<_> = segments.skip_while(|segment| segment == "body").collect();
        match segments.split_first() {
            Some((first, rest)) if first == "settings" => {
                format!("/webhook/[kind=post_call]/{}", rest.join("/"))
            }
            Some((first, _)) if first == "tool_config" => format!("/{}", tools::PART),
            Some((first, _)) if DIAL.contains(&first.as_str()) => format!("/{}", segments.join("/")),
            Some(_) => format!("/agent/{}", segments.join("/")),
            None => String::new(),
        }
    }

    fn text(&self) -> String {
        match self.r#type.as_str() {
            "missing" => "The vendor requires a value.".to_owned(),
            kind if is_plain(kind) => format!("The vendor does not accept the value ({kind})."),
            _ => "The vendor does not accept the value.".to_owned(),
        }
    }
}

/// Returns true if a word has the form of a name in the vendor's API. A word of another form is not passed on, because
/// it may be text of the request.
fn is_plain(word: &str) -> bool {
    (1..=64).contains(&word.len())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
