//! The codecs for requests to dial, and the conversion of these requests to the vendor's form.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{guarded::unless, shape, voices};
use crate::agent::SPEEDS;

/// The maximum number of characters of the called person's name (vendor OpenAPI document, 2026-08-20).
const MAX_NAME: usize = 40;

const OVERRIDES: &str = "assistantOverrides";

/// The members without which the vendor refuses an object of an assistant (answers that public integrations recorded in
/// 2026), and those that decide the form of the other members. The transcriber is sent whole, because each provider requires
/// other members.
const NEEDED: &[(&str, &[&str])] =
    &[("model", &["model", "endpoint"]), ("voice", &["provider", "voiceId", "model"])];

/// Returns true if the overrides in the body of a dial have an object that lacks the members which the vendor requires.
pub fn lacks_settings(body: &Value) -> bool {
    let has = |name: &str| body[OVERRIDES].get(name).is_some();
    has("model") || has("transcriber") || has("voice") && body[OVERRIDES]["voice"].get("provider").is_none()
}

/// Completes the body of a dial: adds the assistant and the marker, and converts the overrides to the vendor's form. `agent` is
/// the agent in the form of the rules, if the overrides need it.
pub fn dial(mut body: Value, assistant: &str, marker: &str, agent: &Value) -> Value {
    if let Some(overrides) = body.get_mut(OVERRIDES) {
        complete(overrides, agent);
        shape::to_vendor(overrides, false);
    }
    body["assistantId"] = json!(assistant);
    body["name"] = json!(marker);
    body
}

/// Adds the agent's settings that the vendor requires beside the overrides. The language is a setting of the transcriber and
/// of the voice.
fn complete(overrides: &mut Value, agent: &Value) {
    if let Some(language) = overrides.pointer("/transcriber/language").cloned() {
        overrides["voice"]["language"] = language;
        overrides["transcriber"] = with_overrides(agent["transcriber"].clone(), &overrides["transcriber"]);
    }
    for (name, members) in NEEDED {
        if let Some(object) = overrides.get_mut(*name) {
            let held = members.iter().filter_map(|member| {
                Some((
                    (*member).to_owned(),
                    agent[*name].get(*member).filter(|value| !value.is_null())?.clone(),
                ))
            });
            *object = with_overrides(Value::Object(held.collect()), object);
        }
    }
    if let Some(Value::Object(endpoint)) = overrides.pointer_mut("/model/endpoint") {
        // The vendor merges the overrides into the assistant, which keeps its headers.
        endpoint.shift_remove("headers");
    }
}

fn with_overrides(mut held: Value, overrides: &Value) -> Value {
    match (held.as_object_mut(), overrides.as_object()) {
        (Some(held), Some(overrides)) => held.extend(overrides.clone()),
        _ => return overrides.clone(),
    }
    held
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

/// Builds the codec for the speed of the voice of one call. If the dial names no voice, the range depends on the voice of the
/// agent, so the agent's own codec checks the speed.
pub fn speed_for_call() -> impl Codec<f64> {
    Speed
}

struct Speed;

impl Codec<f64> for Speed {
    fn encode(&self, speed: &f64, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let unsupported = |why: String| Err(Refusal::Unsupported(why));
        let Some(provider) = with.held["provider"].as_str() else {
            return Ok(json!({ "speed": speed }).into());
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
