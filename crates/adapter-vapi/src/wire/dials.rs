//! The codecs for requests to dial, and the conversion of these requests to the vendor's form.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{guarded::unless, shape, voices};
use crate::agent::SPEEDS;

/// The maximum number of characters of the called person's name (vendor OpenAPI document, 2026-08-20).
const MAX_NAME: usize = 40;

/// Completes the body of a dial: adds the assistant and the marker, and converts the overrides to the vendor's form.
pub fn dial(mut body: Value, assistant: &str, marker: &str) -> Value {
    if let Some(overrides) = body.get_mut("assistantOverrides") {
        shape::to_vendor(overrides, false);
    }
    body["assistantId"] = json!(assistant);
    body["name"] = json!(marker);
    body
}

/// Builds the codec for the first or last name. The vendor has a single name, to which each of the two codecs appends
/// its value.
pub fn name_part() -> impl Codec<String> {
    NamePart
}

struct NamePart;

impl Codec<String> for NamePart {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let name = match with.held.as_str() {
            Some(first) => format!("{first} {value}"),
            None => value.clone(),
        };
        match name.chars().count() > MAX_NAME {
            true => Err(Refusal::Unsupported(format!(
                "the vendor takes at most {MAX_NAME} characters of the first name and the last name together."
            ))),
            false => Ok(json!(name).into()),
        }
    }
    /// Reads nothing, because it is not known where the first name ends.
    fn decode(&self, _: &Value, _: &Facts) -> Option<String> {
        None
    }
    fn domain(&self) -> Domain {
        Domain::Text { max_length: Some(MAX_NAME) }
    }
}

/// Builds the codec for the flag that makes the language model generate the first message of one call.
pub fn generated_for_call() -> impl Codec<bool> {
    unless(voices::generated(), |generated, with| {
        (!generated && with.held.is_null()).then_some(
            "the vendor has one setting for the speaker and the generation of the first message; set overrides.greeting.first_speaker as well.",
        )
    })
}

/// Builds the codec for the voice of one call, which the vendor accepts only with its provider.
pub fn voice_for_call() -> impl Codec<String> {
    const WHY: &str = "the vendor needs the provider of the voice, which is known only for voices that the vendor documents.";
    structured::<String, Value>(
        |id, with| match with.facts.by_id(CatalogueKind::VOICES, id) {
            Some(row) => Ok(json!({ "provider": row.document["provider"], "voiceId": id })),
            None => Err(Refusal::Unsupported(WHY.to_owned())),
        },
        |voice, _| Some(voice.get("voiceId")?.as_str()?.to_owned()),
    )
}

/// Builds the codec for the speed of the voice of one call.
pub fn speed_for_call() -> impl Codec<f64> {
    Speed
}

struct Speed;

impl Codec<f64> for Speed {
    fn encode(&self, speed: &f64, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let unsupported = |why: String| Err(Refusal::Unsupported(why));
        let Some(provider) = with.held["provider"].as_str() else {
            return unsupported(
                "for one call, the vendor takes a speed only with the voice; set overrides.voice.id as well."
                    .to_owned(),
            );
        };
        match SPEEDS.iter().find(|(known, _)| *known == provider) {
            Some((_, range)) if range.contains(speed) => {
                let mut voice = with.held.clone();
                voice["speed"] = json!(speed);
                Ok(voice.into())
            }
            Some((_, range)) => unsupported(format!(
                "a voice of {provider} takes a speed from {} to {}.",
                range.start(),
                range.end()
            )),
            None => unsupported(format!("a voice of {provider} has no speed.")),
        }
    }
    fn decode(&self, voice: &Value, _: &Facts) -> Option<f64> {
        voice.get("speed")?.as_f64()
    }
    fn lacks(&self, voice: &Value) -> bool {
        voice.get("speed").is_none()
    }
    fn domain(&self) -> Domain {
        let ends = |end: fn(&RangeInclusive<f64>) -> f64| SPEEDS.iter().map(move |(_, range)| end(range));
        let (min, max) = (ends(|range| *range.start()), ends(|range| *range.end()));
        Domain::Number { min: min.reduce(f64::min), max: max.reduce(f64::max), step: None }
    }
}
