//! The events of the webhook, and codecs for the evaluation of calls, for fallback models, and for redaction.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

/// The events, with the vendor's names. The transcript contains the analysis (vendor OpenAPI document, 2026-08-22).
pub const EVENTS: &[(&str, &str)] = &[
    ("call.transcript_ready", "transcript"),
    ("call.recording_ready", "audio"),
    ("call.failed", "call_initiation_failure"),
];

/// The kinds of personal data, without the narrower kinds that they include (vendor OpenAPI document, 2026-08-22).
#[rustfmt::skip]
const PERSONAL_DATA: &[&str] = &[
    "name", "email_address", "contact_number", "dob", "age", "religious_belief", "political_opinion", "sexual_orientation",
    "ethnicity_race", "marital_status", "occupation", "physical_attribute", "language", "username", "password", "url",
    "organization", "financial_id", "location", "date", "date_interval", "unique_id", "medical",
];

/// Builds the codec for the criteria of a call's success. The vendor's additional settings of a criterion are kept; a
/// new criterion gets its name as its id. Refuses a prompt of more than 2000 characters.
pub fn criteria() -> impl Codec<Vec<Criterion>> {
    Criteria
}

struct Criteria;

impl Codec<Vec<Criterion>> for Criteria {
    fn encode(&self, value: &Vec<Criterion>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        if value.iter().any(|criterion| criterion.prompt.chars().count() > 2000) {
            return Err(Refusal::Unsupported(
                "the vendor takes prompts of at most 2000 characters.".to_owned(),
            ));
        }
        let held = with.held.as_array().map(Vec::as_slice).unwrap_or_default();
        let wires = value.iter().map(|Criterion { name, prompt }| {
            let same = held.iter().find(|held| held["name"] == *name).cloned();
            let mut wire = same.unwrap_or_else(|| json!({ "id": name, "type": "prompt" }));
            wire["name"] = json!(name);
            wire["conversation_goal_prompt"] = json!(prompt);
            wire
        });
        Ok(Value::Array(wires.collect()).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<Criterion>> {
        let text = |item: &Value, name: &str| item.get(name)?.as_str().map(ToOwned::to_owned);
        let criterion = |item| {
            Some(Criterion { name: text(item, "name")?, prompt: text(item, "conversation_goal_prompt")? })
        };
        wire.as_array()?.iter().map(criterion).collect()
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
}

/// Builds the codec for fallback models. An empty list means that no model replaces a failing one. Without a list, the vendor
/// chooses the models.
pub fn fallback() -> impl Codec<Vec<String>> {
    members::<Vec<String>>(
        |models, object| {
            *object = match models.is_empty() {
                true => [("preference".to_owned(), json!("disabled"))].into_iter().collect(),
                false => [("preference".to_owned(), json!("override")), ("order".to_owned(), json!(models))]
                    .into_iter()
                    .collect(),
            };
            Ok(None)
        },
        |object| match object.get("preference").and_then(Value::as_str) {
            Some("override") => {
                let models = object.get("order")?.as_array()?.iter();
                Some(Some(models.map(|model| model.as_str().map(ToOwned::to_owned)).collect::<Option<_>>()?))
            }
            Some("disabled") => Some(Some(Vec::new())),
            _ => Some(None),
        },
        || Domain::List {
            items: Box::new(Domain::Listed { catalogue: CatalogueKind::MODELS }),
            max_items: None,
        },
    )
}

/// Builds the codec for the removal of personal data. If no kinds of data were chosen at the vendor, all kinds are
/// removed.
pub fn redact() -> impl Codec<bool> {
    members::<bool>(
        |redact, object| {
            object.insert("enabled".to_owned(), json!(redact));
            let is_empty = object.get("entities").and_then(Value::as_array).is_none_or(Vec::is_empty);
            if *redact && is_empty {
                object.insert("entities".to_owned(), json!(PERSONAL_DATA));
            }
            Ok(None)
        },
        |object| object.get("enabled").map_or(Some(None), |enabled| enabled.as_bool().map(Some)),
        || Domain::Flag,
    )
}
