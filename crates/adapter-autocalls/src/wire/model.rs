//! Codecs for the model of an assistant. Each engine has its own member for the model.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::number;
use crate::catalogue::{PIPELINE_MODELS, REALTIME_MODELS};

/// The codec for a model, given by name or id. Each engine has its own member for the model.
///
/// The engine is that of the body or, if an update does not change it, that of the observed assistant. A name that is
/// listed for both engines is written to both members. The vendor uses the member of the assistant's engine.
pub struct ModelOfEngine;

/// The members that [`ModelOfEngine`] writes, with the kind of model that each member accepts.
const MODEL_KEYS: [(&str, &str); 2] =
    [("llm_model_id", PIPELINE_MODELS), ("multimodal_model_id", REALTIME_MODELS)];

/// The engine that chains speech-to-text, a language model and text-to-speech. Every other engine is realtime.
const PIPELINE: &str = "pipeline";

impl ModelOfEngine {
    /// The vendor fields that the codec reads and writes.
    pub const FIELDS: [&str; 2] = ["/llm_model_id", "/multimodal_model_id"];
}

impl Codec<String> for ModelOfEngine {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        // An update that does not change the engine lacks it.
        let mode = with.body.get("mode").or_else(|| with.observed?.get("mode"));
        let engine = mode.and_then(Value::as_str);
        let named = ids(with.facts, |row| row.name == *value);
        if !named.is_empty() {
            return match engine {
                Some(engine) if !named.contains_key(key_of(engine)) => Err(of_another_engine(value, engine)),
                _ => Ok(Value::Object(named).into()),
            };
        }
        let mut found = ids(with.facts, |row| row.id == *value);
        if found.is_empty() {
            return Err(Refusal::Refused(format!("the vendor lists no {value:?} among its models.")));
        }
        if let Some(engine) = engine {
            let own =
                found.shift_remove_entry(key_of(engine)).ok_or_else(|| of_another_engine(value, engine))?;
            return Ok(Value::Object(Map::from_iter([own])).into());
        }
        match found.len() {
            1 => Ok(Value::Object(found).into()),
            _ => Err(Refusal::Refused(format!(
                "{value:?} is the id of one model for each engine; give the model's name."
            ))),
        }
    }

    /// Reads the model from the member of the engine that `mode` names. If `mode` is missing, reads it from the first
    /// member with a value. Returns the name of the model, or its id if the catalogue does not list it. Returns `None`
    /// if the member has no value.
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<String> {
        let (id, kind) = model_of_engine(wire)?;
        let row = models(facts, kind).find(|row| row.id == id);
        Some(row.map_or(id, |row| row.name.clone()))
    }

    fn domain(&self) -> Domain {
        Domain::Listed { catalogue: CatalogueKind::MODELS }
    }

    fn conversion(&self) -> Option<String> {
        Some("to the id in the vendor's list of models for the engine".to_owned())
    }
}

/// The codec for a model of 2025. Requests have the name, and answers have the id, in the member of the engine.
pub struct NamedModel;

/// The member of requests with the name of the model.
const NAME: &str = "llm_model";

/// The maximum number of characters of a name.
const MAX_NAME: usize = 100;

impl NamedModel {
    /// The vendor fields that the codec reads and writes.
    pub const FIELDS: [&str; 3] = ["/llm_model", "/llm_model_id", "/multimodal_model_id"];
}

impl Codec<String> for NamedModel {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let Encoded { wire, loss } = text().max_len(MAX_NAME).encode(value, with)?;
        Ok(Encoded { wire: json!({ NAME: wire }), loss })
    }

    /// Reads the name. A document of the vendor has the id instead, in the member of the engine that `mode` names.
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<String> {
        match wire.get(NAME).and_then(Value::as_str) {
            Some(name) => Some(name.to_owned()),
            None => {
                let (id, _) = model_of_engine(wire)?;
                catalogue_id(CatalogueKind::MODELS).decode(&json!(id), facts)
            }
        }
    }

    fn domain(&self) -> Domain {
        Codec::<String>::domain(&text().max_len(MAX_NAME))
    }
}

/// Returns the id of the model of an assistant, and its kind, from the member of the engine that `mode` names, or from
/// the first member with a value if `mode` is missing.
fn model_of_engine(assistant: &Value) -> Option<(String, &'static str)> {
    let [pipeline, realtime] =
        MODEL_KEYS.map(|(key, kind)| assistant.get(key).and_then(scalar).map(|id| (id, kind)));
    match assistant.get("mode").and_then(Value::as_str) {
        Some(PIPELINE) => pipeline,
        Some(_) => realtime,
        None => pipeline.or(realtime),
    }
}

/// Returns the name of the member that holds the model of an engine.
fn key_of(engine: &str) -> &'static str {
    let [(pipeline, _), (realtime, _)] = MODEL_KEYS;
    if engine == PIPELINE { pipeline } else { realtime }
}

fn of_another_engine(model: &str, engine: &str) -> Refusal {
    Refusal::Refused(format!("the vendor lists no {model:?} among its models for the {engine} engine."))
}

/// Finds the first model of each kind that satisfies `is`. Returns their ids, each in the member for its kind.
fn ids(facts: &Facts, is: impl Fn(&CatalogueEntry) -> bool) -> Map<String, Value> {
    let ids = MODEL_KEYS.into_iter().filter_map(|(key, kind)| {
        let row = models(facts, kind).find(|row| is(row))?;
        Some((key.to_owned(), number(&row.id)))
    });
    ids.collect()
}

fn models<'a>(facts: &'a Facts, kind: &'a str) -> impl Iterator<Item = &'a CatalogueEntry> {
    facts.entries(CatalogueKind::MODELS).iter().filter(move |row| row.kind.as_deref() == Some(kind))
}
