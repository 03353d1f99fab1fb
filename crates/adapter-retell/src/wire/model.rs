//! Codecs for the language model, whose settings are members of one object.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use crate::catalogue::{SPEECH_MODELS, TEXT_MODELS};

/// The engines, each with the vendor's kind of model and the models of that kind.
const ENGINES: &[(Engine, &str, &[&str])] =
    &[(Engine::Pipeline, "cascading", TEXT_MODELS), (Engine::Realtime, "s2s", SPEECH_MODELS)];

/// Returns the vendor's kind of a model, or `None` if the model is not known.
pub fn kind_of(model: &str) -> Option<&'static str> {
    ENGINES.iter().find(|(.., models)| models.contains(&model)).map(|(_, kind, _)| *kind)
}

fn kind(object: &Map<String, Value>) -> Option<&str> {
    object.get("type").and_then(Value::as_str)
}

fn model<'a>(object: &'a Map<String, Value>, member: &str) -> Option<&'a str> {
    object.get(member)?.get("model")?.as_str()
}

fn set_model(object: &mut Map<String, Value>, member: &str, model: &str) {
    let settings = object.entry(member).or_insert(Value::Null);
    match settings.as_object_mut() {
        Some(settings) => drop(settings.insert("model".to_owned(), json!(model))),
        None => *settings = json!({ "model": model }),
    }
}

/// Builds the codec for the engine. If the engine changes, the codec removes the models of the old engine. The vendor
/// then refuses the request unless it names a model of the new engine.
pub fn engine() -> impl Codec<Engine> {
    members::<Engine>(
        |engine, object| {
            let Some((_, kind, _)) = ENGINES.iter().find(|(known, ..)| known == engine) else {
                return Err(Refusal::Unsupported("the vendor has no such engine.".to_owned()));
            };
            if model(object, "primary").and_then(kind_of).is_some_and(|held| held != *kind) {
                object.shift_remove("primary");
                object.shift_remove("backup");
            }
            object.insert("type".to_owned(), json!(kind));
            Ok(None)
        },
        |object| match kind(object) {
            None => Some(None),
            Some(held) => Some(Some(ENGINES.iter().find(|(_, kind, _)| *kind == held)?.0)),
        },
        || Domain::Choice { values: ENGINES.iter().map(|(engine, ..)| json!(engine)).collect() },
    )
}

/// Builds the codec for the name of the model. If no engine is set, the model determines the engine.
pub fn model_name() -> impl Codec<String> {
    members::<String>(
        |name, object| {
            match (kind(object), kind_of(name)) {
                (Some(held), Some(own)) if held != own => {
                    let engine = if own == "s2s" { "realtime" } else { "pipeline" };
                    let why =
                        format!("the model belongs to the engine {engine}; set model.engine to it as well.");
                    return Err(Refusal::Unsupported(why));
                }
                (None, Some(own)) => drop(object.insert("type".to_owned(), json!(own))),
                _ => {}
            }
            set_model(object, "primary", name);
            Ok(None)
        },
        |object| Some(model(object, "primary").map(ToOwned::to_owned)),
        || Domain::Text { max_length: None },
    )
}

/// Builds the codec for the temperature, 0 to 1.
pub fn temperature() -> impl Codec<f64> {
    members::<f64>(
        |asked, object| {
            let sent = asked.min(1.0);
            object.insert("temperature".to_owned(), json!(sent));
            let why = "The vendor takes 0 to 1.".to_owned();
            Ok((sent != *asked).then(|| Loss { verdict: Verdict::Clamped, sent: json!(sent), why }))
        },
        |object| object.get("temperature").map_or(Some(None), |held| held.as_f64().map(Some)),
        || Domain::Number { min: Some(0.0), max: Some(1.0), step: None },
    )
}

/// Builds the codec for the fallback model. Only the engine `pipeline` supports a fallback.
pub fn fallback_model() -> impl Codec<Vec<String>> {
    members::<Vec<String>>(
        |models, object| {
            match models.as_slice() {
                [] => drop(object.insert("backup".to_owned(), Value::Null)),
                [_] if kind(object) == Some("s2s") => {
                    return Err(Refusal::Unsupported("the engine realtime has no second model.".to_owned()));
                }
                [model] => set_model(object, "backup", model),
                _ => return Err(Refusal::Unsupported("the vendor accepts only one.".to_owned())),
            }
            Ok(None)
        },
        |object| Some(model(object, "backup").map(|model| vec![model.to_owned()])),
        || Domain::List { items: Box::new(Domain::Text { max_length: None }), max_items: Some(1) },
    )
}
