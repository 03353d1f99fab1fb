//! Codecs for values that the vendor structures differently from the model, and functions that read calls.

mod model;
mod observed;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_core::prelude::*;

pub use model::{ModelOfEngine, NamedModel};
pub use observed::{CallPage, call, placed, read_page};

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

/// Converts an id to a number, as the vendor requires. An id that is not a number remains a string.
pub fn number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| json!(id), |number| json!(number))
}
