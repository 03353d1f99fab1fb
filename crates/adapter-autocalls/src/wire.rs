//! Values with a structure of their own at the vendor.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use crate::catalogue::{PIPELINE_MODELS, REALTIME_MODELS};

/// An item of `post_call_schema`.
#[derive(Serialize, Deserialize)]
pub struct Extracted {
    name: String,
    r#type: ExtractedAs,
    #[serde(default)]
    description: Option<String>,
}

/// The type of an extracted value. Examples of answers have `boolean`, requests have `bool`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ExtractedAs {
    String,
    Number,
    #[serde(alias = "boolean")]
    Bool,
}

/// Writes `post_call_schema` by the limits of 2025.
#[expect(clippy::ptr_arg, reason = "a codec converts the leaf as it is")]
pub fn write_legacy(items: &Vec<Extraction>, _: &Translation<'_>) -> Result<Vec<Extracted>, Refusal> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let write = |item: &Extraction| match !item.name.is_empty() && item.name.chars().all(fits) {
        true => Ok(Extracted::new(item)),
        false => Err(Refusal::Refused(format!(
            "{:?} is not a name that the vendor takes: letters, digits and underscores.",
            item.name
        ))),
    };
    items.iter().map(write).collect()
}

/// Writes `post_call_schema` by the limits of 2026.
#[expect(clippy::ptr_arg, reason = "a codec converts the leaf as it is")]
pub fn write_current(items: &Vec<Extraction>, _: &Translation<'_>) -> Result<Vec<Extracted>, Refusal> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let write = |item: &Extraction| {
        let Extraction { name, description, .. } = item;
        if !(3..=16).contains(&name.len()) || !name.chars().all(fits) {
            return Err(Refusal::Refused(format!(
                "{name:?} is not a name that the vendor takes: 3 to 16 lower-case letters, digits and underscores."
            )));
        }
        match description.chars().count() {
            3..=255 => Ok(Extracted::new(item)),
            _ => Err(Refusal::Refused(format!(
                "the vendor wants a description of 3 to 255 characters for {name:?}."
            ))),
        }
    };
    items.iter().map(write).collect()
}

impl Extracted {
    fn new(item: &Extraction) -> Self {
        Self {
            name: item.name.clone(),
            r#type: match item.r#type {
                ExtractedType::String => ExtractedAs::String,
                ExtractedType::Number => ExtractedAs::Number,
                ExtractedType::Boolean => ExtractedAs::Bool,
            },
            description: Some(item.description.clone()),
        }
    }
}

/// Reads `post_call_schema`.
pub fn read(items: Vec<Extracted>, _: &Facts) -> Option<Vec<Extraction>> {
    let read = |item: Extracted| Extraction {
        name: item.name,
        r#type: match item.r#type {
            ExtractedAs::String => ExtractedType::String,
            ExtractedAs::Number => ExtractedType::Number,
            ExtractedAs::Bool => ExtractedType::Boolean,
        },
        description: item.description.unwrap_or_default(),
    };
    Some(items.into_iter().map(read).collect())
}

/// A model by its name or id, at a key of its own for each engine.
///
/// A name that is listed for both engines fills both keys; the engine decides which of them counts.
pub struct ModelOfEngine;

/// The keys that [`ModelOfEngine`] fills, with the kind of model that each takes.
const MODEL_KEYS: [(&str, &str); 2] =
    [("llm_model_id", PIPELINE_MODELS), ("multimodal_model_id", REALTIME_MODELS)];

/// The engine that chains speech-to-text, a language model and text-to-speech; every other one is realtime.
const PIPELINE: &str = "pipeline";

impl ModelOfEngine {
    /// The vendor's fields.
    pub const FIELDS: [&str; 2] = ["/llm_model_id", "/multimodal_model_id"];
}

impl Codec<String> for ModelOfEngine {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let engine = with.body.get("mode").and_then(Value::as_str);
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

    /// Reads the model. `mode` selects the key that counts; without it, the first key with a value counts.
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<String> {
        let [pipeline, realtime] =
            MODEL_KEYS.map(|(key, kind)| wire.get(key).and_then(scalar).map(|id| (id, kind)));
        let (id, kind) = match wire.get("mode").and_then(Value::as_str) {
            Some(PIPELINE) => pipeline,
            Some(_) => realtime,
            None => pipeline.or(realtime),
        }?;
        let row = models(facts, kind).find(|row| row.id == id);
        Some(row.map_or(id, |row| row.name.clone()))
    }

    fn domain(&self) -> Domain {
        Domain::Listed { catalogue: Catalogue::Models }
    }

    fn conversion(&self) -> Option<String> {
        Some("to the id in the vendor's list of models for the engine".to_owned())
    }
}

/// Returns the key that counts with an engine.
fn key_of(engine: &str) -> &'static str {
    let [(pipeline, _), (realtime, _)] = MODEL_KEYS;
    if engine == PIPELINE { pipeline } else { realtime }
}

fn of_another_engine(model: &str, engine: &str) -> Refusal {
    Refusal::Refused(format!("the vendor lists no {model:?} among its models for the {engine} engine."))
}

/// Returns the id of the first such model of each kind, by its key.
fn ids(facts: &Facts, is: impl Fn(&CatalogueEntry) -> bool) -> Map<String, Value> {
    let ids = MODEL_KEYS.into_iter().filter_map(|(key, kind)| {
        let row = models(facts, kind).find(|row| is(row))?;
        Some((key.to_owned(), number(&row.id)))
    });
    ids.collect()
}

fn models<'a>(facts: &'a Facts, kind: &'a str) -> impl Iterator<Item = &'a CatalogueEntry> {
    facts.entries(Catalogue::Models).iter().filter(move |row| row.kind.as_deref() == Some(kind))
}

/// Converts an id to the vendor's form: a number.
fn number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| json!(id), |number| json!(number))
}
