//! Codecs for voicemail, sounds and the storage of calls.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

/// The background sounds, with the vendor's names (SDK 6.2.13).
const SOUNDS: &[(&str, &str)] = &[
    ("cafe", "coffee-shop"),
    ("call-center", "call-center"),
    ("convention-hall", "convention-hall"),
    ("summer-outdoor", "summer-outdoor"),
    ("mountain-outdoor", "mountain-outdoor"),
    ("static-noise", "static-noise"),
];

/// Builds the codec for the background sound. `off` means that there is no sound.
pub fn ambient_sound() -> impl Codec<String> {
    ValuePortion::<String> {
        write: |value, _| {
            let sound = if value == "office" { "call-center" } else { value };
            let known = SOUNDS.iter().find(|(ours, theirs)| *ours == sound || *theirs == sound);
            if known.is_none() && sound != "off" {
                let names: Vec<_> = SOUNDS.iter().map(|(ours, _)| *ours).collect();
                return Err(Refusal::Unsupported(format!(
                    "the vendor has off, office, {}.",
                    names.join(", ")
                )));
            }
            let why = "The vendor has no sound of an office.".to_owned();
            let loss = Loss { verdict: Verdict::Substituted, sent: json!(sound), why };
            Ok(Encoded {
                wire: json!(known.map(|(_, theirs)| theirs)),
                loss: (sound != value).then_some(loss),
            })
        },
        read: |wire| {
            let held = if wire.is_null() { "off" } else { wire.as_str()? };
            let known = SOUNDS.iter().find(|(_, theirs)| *theirs == held);
            Some(Some(known.map_or(held, |(ours, _)| ours).to_owned()))
        },
        rest: |_| None,
        domain: || {
            let names = std::iter::once("off").chain(SOUNDS.iter().map(|(ours, _)| *ours));
            Domain::Choice { values: names.map(Value::from).collect() }
        },
    }
}

/// Builds the codec for noise cancellation. The mode that also removes background speech is kept.
pub fn denoising() -> impl Codec<bool> {
    ValuePortion::<bool> {
        write: |removes, held| {
            Ok(match held.as_str() {
                Some(held @ "noise-and-background-speech-cancellation") if *removes => json!(held),
                _ => json!(if *removes { "noise-cancellation" } else { "no-denoise" }),
            }
            .into())
        },
        read: |wire| unless_null(wire, |wire| Some(wire.as_str()? != "no-denoise")),
        rest: |_| None,
        domain: || Domain::Flag,
    }
}

/// Builds the codec for filler words, which the vendor produces by adding text to the prompt.
pub fn fillers() -> impl Codec<bool> {
    members::<bool>(
        |uses, object| {
            object.insert("natural_filler_words".to_owned(), json!(uses));
            Ok(None)
        },
        |object| object.get("natural_filler_words").map_or(Some(None), |uses| uses.as_bool().map(Some)),
        || Domain::Flag,
    )
}

/// The scopes of the data that the vendor stores of a call: everything, everything except personal data, or neither
/// transcript nor recording.
pub const EVERYTHING: &str = "everything";
pub const ALL_BUT_PERSONAL: &str = "everything_except_pii";
const NEITHER: &str = "basic_attributes_only";

/// Builds the codec for the recording of calls. The vendor records every call. A setting that stores neither transcript nor
/// recording still delivers the recording for ten minutes (vendor documentation, 2026).
pub fn record() -> impl Codec<bool> {
    ValuePortion::<bool> {
        write: |records, held| match (records, held.as_str()) {
            (true, None | Some(NEITHER)) => Ok(json!(EVERYTHING).into()),
            (true, Some(held)) => Ok(json!(held).into()),
            (false, _) => Err(Refusal::Unsupported("the vendor records every call.".to_owned())),
        },
        read: |wire| unless_null(wire, |wire| wire.as_str().map(|_| true)),
        rest: |_| None,
        domain: || Domain::Choice { values: vec![json!(true)] },
    }
}

/// Builds the codec for the removal of personal data. A setting that stores neither transcript nor recording is kept.
pub fn redact() -> impl Codec<bool> {
    ValuePortion::<bool> {
        write: |removes, held| {
            let why =
                "The vendor stores neither transcript nor recording of the agent's calls; this is kept.";
            let loss = Loss { verdict: Verdict::Substituted, sent: json!(true), why: why.to_owned() };
            Ok(match (removes, held.as_str()) {
                (true, Some(NEITHER)) => json!(NEITHER).into(),
                (false, Some(NEITHER)) => Encoded { wire: json!(NEITHER), loss: Some(loss) },
                (true, _) => json!(ALL_BUT_PERSONAL).into(),
                (false, _) => json!(EVERYTHING).into(),
            })
        },
        read: |wire| unless_null(wire, |wire| Some(wire.as_str()? != EVERYTHING)),
        rest: |_| None,
        domain: || Domain::Flag,
    }
}

fn option(held: &Value, action: Value) -> Value {
    let mut option = if held.is_object() { held.clone() } else { json!({}) };
    option["action"] = action;
    option
}

/// The vendor's format for the reaction to a voicemail. Without this setting, an agent talks as if a person had
/// answered.
pub const VOICEMAIL: VoicemailForm = VoicemailForm { read: read_voicemail, write: write_voicemail };

fn read_voicemail(wire: &Value) -> Option<VoicemailReaction<'_>> {
    match document_path::get(wire, "/action/type").and_then(Value::as_str) {
        None if wire.is_null() => Some(VoicemailReaction::Continue),
        Some("hangup") => Some(VoicemailReaction::HangUp),
        Some("prompt") => Some(VoicemailReaction::Leave(None)),
        Some("static_text") => {
            let message = document_path::get(wire, "/action/text").and_then(Value::as_str);
            Some(VoicemailReaction::Leave(Some(message.unwrap_or_default())))
        }
        _ => None,
    }
}

fn write_voicemail(reaction: VoicemailReaction<'_>, held: &Value) -> Value {
    match reaction {
        VoicemailReaction::Continue => Value::Null,
        VoicemailReaction::HangUp => option(held, json!({ "type": "hangup" })),
        VoicemailReaction::Leave(message) => {
            option(held, json!({ "type": "static_text", "text": message.unwrap_or_default() }))
        }
    }
}
