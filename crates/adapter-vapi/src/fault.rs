//! The vendor's failures, converted to errors of the core.
//!
//! The body of a refusal has a list of sentences, each with the path of a value (recorded answers of 2026). A sentence
//! can contain values of the request, so none is passed on. An error instead names the field and has a message of this
//! module, which includes the vendor's limit.

use serde::Deserialize;
use switchboard_core::prelude::*;

/// The phrases in the vendor's sentences about a value, each with the gateway's message.
const COMPLAINTS: &[(&str, &str)] = &[
    ("should not exist", "The vendor does not accept the field here."),
    ("must be shorter than or equal to", "The value is too long: the vendor takes at most"),
    ("must be longer than or equal to", "The value is too short: the vendor takes at least"),
    ("must not be greater than", "The value is too large: the vendor takes at most"),
    ("must not be less than", "The value is too small: the vendor takes at least"),
    ("must be one of the following values", "The vendor does not accept the value."),
    ("should not be empty", "The vendor requires a value."),
    ("must be a valid phone number", "The vendor does not accept the phone number."),
    ("must be an email", "The vendor does not accept the email address."),
];

/// Prefixes of the vendor's paths that differ from the paths in the rules, each with the path in the rules.
const PLACES: &[(&str, &str)] = &[
    ("model/provider", "model/model"),
    ("model/messages", "model/messages/[role=system]/content"),
    ("model/tools", "model/apiRequests"),
    ("voice/generationConfig/speed", "voice/speed"),
    ("voice/speakingRate", "voice/speed"),
    ("voice/languageCode", "transcriber/language"),
    ("voice/language", "transcriber/language"),
    ("transcriber/keywords", "transcriber/keyterm"),
    ("transcriber/customVocabulary", "transcriber/keyterm"),
    ("transcriber/keytermsPrompt", "transcriber/keyterm"),
    ("voicemailMessage", "voicemailDetection"),
    ("hooks", "hooks/[name=switchboard-reprompt]/options/timeoutSeconds"),
    ("transportConfigurations", "transportConfigurations/[provider=twilio]/timeout"),
];

/// Phrases from the sentences with which the vendor refuses a dial, each with the vendor field, if there is one, the kind of
/// the error and the gateway's message. The vendor refuses a dial for the reasons with a code, or ends the call with the
/// code (vendor OpenAPI document, 2026-08-20); the other phrases are from recorded answers of 2025 and 2026.
#[rustfmt::skip]
const REFUSED_DIALS: &[(&str, Option<&str>, Kind, &str)] = &[
    ("Couldn't Get Phone Number", Some(FROM), Kind::VendorRejected, "the organisation has no such phone number"),
    ("Couldn't Get Assistant", None, Kind::VendorRejected, "the organisation has no such assistant"),
    ("Daily Outbound Call Limit", Some(FROM), Kind::VendorQuotaExhausted, "the phone number has placed as many calls as the vendor allows in a day; phone numbers of a carrier of your own have no such limit"),
    ("error-vapi-number-outbound-daily-limit", Some(FROM), Kind::VendorQuotaExhausted, "the phone number has placed as many calls as the vendor allows in a day; phone numbers of a carrier of your own have no such limit"),
    ("not support international calls", Some(FROM), Kind::VendorRejected, "the vendor's own phone numbers do not call other countries"),
    ("error-vapi-number-international", Some(FROM), Kind::VendorRejected, "the vendor's own phone numbers do not call other countries"),
    ("error-subscription-insufficient-credits", None, Kind::VendorQuotaExhausted, "the organisation has no credits left"),
    ("error-subscription-wallet-does-not-exist", None, Kind::VendorQuotaExhausted, "the organisation has no credits left"),
    ("error-subscription-frozen", None, Kind::VendorQuotaExhausted, "the subscription of the organisation is suspended"),
    ("error-subscription-upgrade-failed", None, Kind::VendorQuotaExhausted, "the vendor could not charge the organisation"),
    ("error-fraud-check-failed", None, Kind::VendorRejected, "the vendor blocks the call, because its check for fraud failed"),
];

/// The vendor field for the phone number that places the call.
const FROM: &str = "/phoneNumberId";

/// The phrases with which the vendor refuses a dial beyond the limit on concurrent calls. The status is 400 or 429.
const TOO_MANY_CALLS: &[&str] = &["Over Concurrency Limit", "error-subscription-concurrency-limit-reached"];

/// The error code of a refusal to delete an assistant because another resource uses one of its versions.
const PINNED: &str = "assistant_pinned";

/// Returns a successful answer unchanged, and converts a failure to an error. An answer with status 404 is also
/// returned unchanged, because its meaning depends on the request: the reader of the answer converts it with
/// [`refused`].
pub fn admit(reply: Reply) -> Result<Reply> {
    match reply.status {
        200..=299 | 404 => Ok(reply),
        _ => Err(failure(&reply)),
    }
}

/// Returns a success unchanged, and converts a refusal to an error.
pub fn refused(reply: Reply) -> Result<Reply> {
    if reply.status < 400 { Ok(reply) } else { Err(failure(&reply)) }
}

/// Builds the error for a call that the vendor has not erased yet, although it has accepted the request.
pub fn not_erased() -> Error {
    let failure = VendorFailure::new(Outcome::Ambiguous).single();
    let message = "the vendor has accepted the erasure and still has the recording or the transcript";
    Error::vendor(Kind::VendorUnavailable, failure.message(message))
}

/// The body of a failure. No member is required, because proxies return other documents.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    message: Option<Message>,
    error: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Sentences(Vec<String>),
    One(String),
}

fn failure(reply: &Reply) -> Error {
    let told = match &reply.body {
        Body::Json(document) => Told::deserialize(document).unwrap_or_default(),
        Body::Empty | Body::Bytes(_) | Body::Other(_) => Told::default(),
    };
    let (mut kind, mut outcome) = status_meaning(reply.status, reply.retry_after.is_some());
    let mut failure = VendorFailure::new(outcome);
    if reply.status == 409 && told.error == PINNED {
        (kind, outcome) = (Kind::VendorRejected, Outcome::Rejected);
        failure = VendorFailure::new(outcome)
            .message("another resource, such as a scheduled call, uses a version of the assistant");
        failure.code = Some(PINNED.to_owned());
    }
    let sentences = match told.message {
        Some(Message::Sentences(sentences)) => sentences,
        Some(Message::One(sentence)) => vec![sentence],
        None => Vec::new(),
    };
    let says = |words: &str| sentences.iter().any(|sentence| sentence.contains(words));
    if reply.status < 500 && TOO_MANY_CALLS.iter().any(|words| says(words)) {
        kind = Kind::VendorThrottled;
        failure = VendorFailure::new(Outcome::Throttled).message("as many calls as allowed are live");
    }
    let is_refusal = matches!(reply.status, 400 | 402 | 403);
    let refused = REFUSED_DIALS.iter().find(|(words, ..)| is_refusal && says(words));
    if let Some((_, field, meaning, message)) = refused {
        kind = *meaning;
        failure = failure.message(*message);
        // Other phone numbers can still place calls.
        failure.is_single = field.is_some();
    }
    let named =
        refused.and_then(|(_, field, _, message)| Some(((*field)?.to_owned(), format!("{message}."))));
    let fields = sentences.iter().take(100).filter_map(|sentence| complaint(sentence)).chain(named).collect();
    let error = Error::vendor(kind, failure.status(reply.status).gone_by_status().fields(fields));
    match reply.retry_after {
        Some(wait) => error.retry_after(wait),
        None => error,
    }
}

/// Reads a sentence such as `voice.speed must not be greater than 1.2` or `voice.property stability should not exist`.
/// Returns the path of the value and a message, or `None` if the sentence contains no known phrase.
fn complaint(sentence: &str) -> Option<(String, String)> {
    let (ending, text) = COMPLAINTS.iter().find(|(ending, _)| sentence.contains(ending))?;
    let (subject, rest) = sentence.split_once(ending)?;
    let subject = subject.trim().replace(".property ", ".").replace("property ", "");
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    if subject.is_empty() || subject.len() > 200 || !subject.chars().all(is_path) {
        return None;
    }
    let path = subject.replace('.', "/");
    // The overrides of a dial have the same paths as an assistant.
    let (overrides, path) = match path.strip_prefix("assistantOverrides/") {
        Some(rest) => ("assistantOverrides/", rest),
        None => ("", path.as_str()),
    };
    let begins =
        |start: &str| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let place = PLACES.iter().find(|(theirs, _)| begins(theirs)).map_or(path, |(_, ours)| *ours);
    let limit = rest.split_whitespace().next().filter(|limit| limit.parse::<f64>().is_ok());
    let text = match limit {
        Some(limit) if !text.ends_with('.') => format!("{text} {limit}."),
        _ if text.ends_with('.') => (*text).to_owned(),
        _ => "The vendor does not accept the value.".to_owned(),
    };
    Some((format!("/{overrides}{place}"), text))
}
