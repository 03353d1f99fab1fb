//! Codecs for the audible part of a call: the greeting, voices, pauses and interruptions.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

const SPEAKS: &str = "assistant-speaks-first";
const GENERATES: &str = "assistant-speaks-first-with-model-generated-message";
const WAITS: &str = "assistant-waits-for-user";
/// The mode that the gateway writes if the agent speaks first without a message. It is never sent.
pub const SPEAKS_WITHOUT_MESSAGE: &str = "assistant-speaks-first-without-message";

fn mode(wire: &Value) -> Option<&str> {
    wire.as_str().filter(|mode| [SPEAKS, SPEAKS_WITHOUT_MESSAGE, GENERATES, WAITS].contains(mode))
}

/// Builds the codec for the party that speaks first. An agent without a message would wait for the caller (vendor
/// OpenAPI document, 2026-08-20), so its language model composes the greeting.
pub fn speaker() -> impl Codec<Speaker> {
    FirstSpeaker
}

struct FirstSpeaker;

impl Codec<Speaker> for FirstSpeaker {
    fn encode(&self, value: &Speaker, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        Ok(json!(if *value == Speaker::Caller { WAITS } else { SPEAKS }).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Speaker> {
        mode(wire).map(|mode| if mode == WAITS { Speaker::Caller } else { Speaker::Agent })
    }
    fn completed(&self, wire: &Value) -> Option<Encoded> {
        (wire == SPEAKS_WITHOUT_MESSAGE).then(|| Encoded {
            wire: json!(GENERATES),
            loss: Some(Loss {
                verdict: Verdict::Substituted,
                sent: json!(Speaker::Agent),
                why: "There is no greeting.message, so the language model composes the greeting.".to_owned(),
            }),
        })
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: vec![json!(Speaker::Agent), json!(Speaker::Caller)] }
    }
}

/// Builds the codec for the flag that makes the language model compose the greeting.
pub fn generated() -> impl Codec<bool> {
    ValuePortion::<bool> {
        write: |generated, held| {
            let mode = match generated {
                true => GENERATES,
                false if held == SPEAKS_WITHOUT_MESSAGE => {
                    return Err(Refusal::Unsupported(
                        "without greeting.message, an agent that speaks first composes the greeting."
                            .to_owned(),
                    ));
                }
                false if held == WAITS => WAITS,
                false => SPEAKS,
            };
            Ok(json!(mode).into())
        },
        read: |wire| unless_null(wire, |wire| mode(wire).map(|mode| mode == GENERATES)),
        rest: |_| None,
        domain: || Domain::Flag,
    }
}

/// Builds the codec for fallback voices. A documented voice is sent with its own provider, any other voice with the
/// provider of the voice that it replaces.
pub fn fallback_voices() -> impl Codec<Vec<String>> {
    structured::<Vec<String>, Value>(
        |ids, with| {
            let held = with.observed.and_then(|plan| plan["voices"].as_array()).into_iter().flatten();
            let voice = |id: &String| {
                let same = held.clone().find(|voice| voice["voiceId"] == **id).cloned();
                let listed = || {
                    let row = with.facts.by_id(CatalogueKind::VOICES, id)?;
                    Some(json!({ "provider": row.document["provider"], "voiceId": id }))
                };
                same.or_else(listed).unwrap_or_else(|| json!({ "voiceId": id }))
            };
            Ok(json!({ "voices": ids.iter().map(voice).collect::<Vec<_>>() }))
        },
        |plan, _| {
            let id = |voice: &Value| voice.get("voiceId")?.as_str().map(ToOwned::to_owned);
            plan.get("voices")?.as_array()?.iter().map(id).collect()
        },
    )
}

/// Builds the codec for pronunciations. Replacements by regular expression, which only the vendor has, are kept.
pub fn pronunciations() -> impl Codec<Vec<Pronunciation>> {
    Replacements
}

struct Replacements;

fn is_exact(replacement: &Value) -> bool {
    replacement["type"] == "exact"
}

impl Codec<Vec<Pronunciation>> for Replacements {
    fn encode(&self, value: &Vec<Pronunciation>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        if value.iter().any(|entry| entry.alphabet == Alphabet::Ipa) {
            return Err(Refusal::Unsupported(
                "the vendor replaces words by other words, not by sounds.".to_owned(),
            ));
        }
        let entry = |entry: &Pronunciation| json!({ "type": "exact", "key": entry.text, "value": entry.say });
        let others = with.held.as_array().into_iter().flatten().filter(|held| !is_exact(held)).cloned();
        Ok(Value::Array(value.iter().map(entry).chain(others).collect()).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<Pronunciation>> {
        let text = |entry: &Value, name: &str| entry.get(name)?.as_str().map(ToOwned::to_owned);
        let entry = |entry: &Value| {
            let (text, say) = (text(entry, "key")?, text(entry, "value")?);
            Some(Pronunciation { text, say, alphabet: Alphabet::Alias })
        };
        wire.as_array()?.iter().filter(|entry| is_exact(entry)).map(entry).collect()
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.as_array().map_or(wire.is_null(), |list| !list.iter().any(is_exact))
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        let mut rest = held.clone();
        if let Some(list) = rest.as_array_mut() {
            list.retain(|entry| !is_exact(entry));
        }
        Some(rest)
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
}

/// The value that means "no plan" in the form that the rules read.
pub const VAD: &str = "vad";

/// Builds the codec for the method by which the end of a turn is detected. An existing plan of the vendor is kept.
pub fn endpointing() -> impl Codec<Endpointing> {
    Plan
}

struct Plan;

/// Returns true for a plan of the vendor, also in its older form.
fn is_semantic(plan: &Value) -> bool {
    plan.is_object() || *plan == true || *plan == "livekit"
}

impl Codec<Endpointing> for Plan {
    fn encode(&self, value: &Endpointing, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        Ok(match value {
            Endpointing::Vad => json!(VAD),
            Endpointing::Semantic if with.observed.is_some_and(is_semantic) => json!(with.observed),
            // The vendor's other plan works in English only (vendor OpenAPI document, 2026-08-20).
            Endpointing::Semantic => json!({ "provider": "vapi" }),
        }
        .into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Endpointing> {
        match wire {
            Value::String(word) if word == VAD => Some(Endpointing::Vad),
            plan => is_semantic(plan).then_some(Endpointing::Semantic),
        }
    }
    fn domain(&self) -> Domain {
        Domain::Choice { values: vec![json!(Endpointing::Vad), json!(Endpointing::Semantic)] }
    }
}

/// The longest speech, in seconds, that the vendor can require for an interruption.
const LONGEST: f64 = 0.5;

/// Builds the codec for the sensitivity to interruptions. The shorter the speech that suffices to interrupt, the higher
/// the sensitivity.
pub fn interruption_sensitivity() -> impl Codec<f64> {
    Sensitivity
}

struct Sensitivity;

impl Codec<f64> for Sensitivity {
    fn encode(&self, value: &f64, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        Ok(json!(clean(LONGEST * (1.0 - value))).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<f64> {
        wire.as_f64().map(|seconds| clean(1.0 - seconds / LONGEST))
    }
    fn domain(&self) -> Domain {
        Domain::Number { min: Some(0.0), max: Some(1.0), step: None }
    }
    fn conversion(&self) -> Option<String> {
        Some("to 0.5 to 0 seconds of speech".to_owned())
    }
}

/// Rounds off the floating-point error of a conversion.
fn clean(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

/// Builds the codec for the sentences of the reprompts.
pub fn reprompts() -> impl Codec<Vec<String>> {
    Sentences
}

struct Sentences;

impl Codec<Vec<String>> for Sentences {
    fn encode(&self, value: &Vec<String>, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let loss = (value.len() > 1).then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(value),
            why: "The vendor picks one of several sentences at random each time.".to_owned(),
        });
        Ok(Encoded { wire: if value.is_empty() { Value::Null } else { json!(value) }, loss })
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.as_array().map_or(wire.is_null(), Vec::is_empty)
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<String>> {
        match wire {
            Value::String(sentence) => Some(vec![sentence.clone()]),
            other => other.as_array()?.iter().map(|one| one.as_str().map(ToOwned::to_owned)).collect(),
        }
    }
    fn domain(&self) -> Domain {
        Domain::List { items: Box::new(Domain::Text { max_length: None }), max_items: Some(1) }
    }
}
