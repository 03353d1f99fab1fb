//! Codecs for values that the vendor structures differently from the model, and functions that read calls.

mod observed;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

pub use observed::{CallPage, call, placed, read_page};

use crate::catalogue::{PIPELINE_MODELS, REALTIME_MODELS};

/// An item of `post_call_schema`.
#[derive(Serialize, Deserialize)]
pub struct Extracted {
    name: String,
    r#type: ExtractedAs,
    #[serde(default)]
    description: Option<String>,
}

/// The type of an extracted value. Requests contain `bool`; the vendor's examples of answers contain `boolean`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ExtractedAs {
    String,
    Number,
    #[serde(alias = "boolean")]
    Bool,
}

/// The codec for `post_call_schema`. The vendor has neither whole numbers nor choices: the codec sends an integer as a
/// number, omits choices, and reports both. `check` refuses items that the vendor's generation in use does not accept:
/// [`check_legacy`] for 2025, [`check_current`] for 2026.
pub struct Extractions {
    /// The check of one item.
    pub check: fn(&Extraction) -> Result<(), Refusal>,
}

impl Codec<Vec<Extraction>> for Extractions {
    fn encode(&self, items: &Vec<Extraction>, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        items.iter().try_for_each(self.check)?;
        let is_integer = |item: &Extraction| item.r#type == ExtractedType::Integer;
        let whys = [
            (items.iter().any(is_integer), "The vendor has numbers, not whole numbers."),
            (
                items.iter().any(|item| item.choices.is_some()),
                "The vendor has no choices; the description can list them.",
            ),
        ];
        let whys: Vec<_> = whys.into_iter().filter(|(applies, _)| *applies).map(|(_, why)| why).collect();
        let wire = json!(items.iter().map(Extracted::new).collect::<Vec<_>>());
        let sent = || items.iter().map(Extracted::new).map(Extraction::from).collect::<Vec<_>>();
        let loss = (!whys.is_empty()).then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(sent()),
            why: whys.join(" "),
        });
        Ok(Encoded { wire, loss })
    }

    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<Extraction>> {
        let items = Vec::<Extracted>::deserialize(wire).ok()?;
        Some(items.into_iter().map(Extraction::from).collect())
    }

    fn domain(&self) -> Domain {
        Domain::Structure
    }
}

/// Refuses a name that the vendor's rules of 2025 do not permit.
pub fn check_legacy(item: &Extraction) -> Result<(), Refusal> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match !item.name.is_empty() && item.name.chars().all(fits) {
        true => Ok(()),
        false => Err(Refusal::Refused(format!(
            "{:?} is not a name that the vendor accepts: letters, digits and underscores.",
            item.name
        ))),
    }
}

/// Refuses a name or description that the vendor's rules of 2026 do not permit.
pub fn check_current(item: &Extraction) -> Result<(), Refusal> {
    let Extraction { name, description, .. } = item;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !(3..=16).contains(&name.len()) || !name.chars().all(fits) {
        return Err(Refusal::Refused(format!(
            "{name:?} is not a name that the vendor accepts: 3 to 16 lower-case letters, digits and underscores."
        )));
    }
    match description.chars().count() {
        3..=255 => Ok(()),
        _ => Err(Refusal::Refused(format!(
            "the vendor requires a description of 3 to 255 characters for {name:?}."
        ))),
    }
}

impl Extracted {
    fn new(item: &Extraction) -> Self {
        Self {
            name: item.name.clone(),
            r#type: match item.r#type {
                ExtractedType::String => ExtractedAs::String,
                ExtractedType::Number | ExtractedType::Integer => ExtractedAs::Number,
                ExtractedType::Boolean => ExtractedAs::Bool,
            },
            description: Some(item.description.clone()),
        }
    }
}

impl From<Extracted> for Extraction {
    fn from(item: Extracted) -> Self {
        Self {
            name: item.name,
            r#type: match item.r#type {
                ExtractedAs::String => ExtractedType::String,
                ExtractedAs::Number => ExtractedType::Number,
                ExtractedAs::Bool => ExtractedType::Boolean,
            },
            description: item.description.unwrap_or_default(),
            choices: None,
        }
    }
}

/// The codec for a model, given by name or id. Each engine has its own member for the model.
///
/// A name that is listed for both engines is written to both members. The vendor uses the member of the assistant's
/// engine.
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

    /// Reads the model from the member of the engine that `mode` names. If `mode` is missing, reads it from the first
    /// member with a value. Returns the name of the model, or its id if the catalogue does not list it. Returns `None`
    /// if the member has no value.
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
        Domain::Listed { catalogue: CatalogueKind::MODELS }
    }

    fn conversion(&self) -> Option<String> {
        Some("to the id in the vendor's list of models for the engine".to_owned())
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

/// Converts an id to a number, as the vendor requires. An id that is not a number remains a string.
pub fn number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| json!(id), |number| json!(number))
}
