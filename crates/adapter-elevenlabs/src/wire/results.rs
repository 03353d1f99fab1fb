//! Codecs for the evaluation and the delivery of results, for the models that replace a failing one, and for redaction.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

/// The events, with the vendor's names. The transcript contains the analysis (vendor OpenAPI document, 2026-08-22).
const EVENTS: &[(&str, &str)] = &[
    ("call.transcript_ready", "transcript"),
    ("call.recording_ready", "audio"),
    ("call.failed", "call_initiation_failure"),
];

/// The kinds of personal data, without their narrower kinds (vendor OpenAPI document, 2026-08-22).
#[rustfmt::skip]
const PERSONAL_DATA: &[&str] = &[
    "name", "email_address", "contact_number", "dob", "age", "religious_belief", "political_opinion", "sexual_orientation",
    "ethnicity_race", "marital_status", "occupation", "physical_attribute", "language", "username", "password", "url",
    "organization", "financial_id", "location", "date", "date_interval", "unique_id", "medical",
];

/// Builds the codec for the events that the webhook receives. Events of the vendor that have no name here are kept.
/// Events that the vendor does not have are omitted and reported.
pub fn events() -> impl Codec<Vec<EventName>> {
    Events
}

struct Events;

impl Codec<Vec<EventName>> for Events {
    fn encode(&self, value: &Vec<EventName>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let theirs = |event: &str| EVENTS.iter().find(|(ours, _)| *ours == event).map(|(_, theirs)| *theirs);
        let is_unnamed = |event: &&Value| !EVENTS.iter().any(|(_, theirs)| **event == *theirs);
        let unnamed = with.held.as_array().into_iter().flatten().filter(is_unnamed).cloned();
        let known = value.iter().filter_map(|event| theirs(event.as_str())).map(Value::from);
        let wire: Vec<_> = known.chain(unnamed).collect();
        let sent: Vec<_> = value.iter().filter(|event| theirs(event.as_str()).is_some()).collect();
        let loss = (sent.len() < value.len()).then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(sent),
            why: "The vendor has only call.transcript_ready, call.recording_ready and call.failed."
                .to_owned(),
        });
        Ok(Encoded { wire: Value::Array(wire), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<EventName>> {
        let known =
            wire.as_array()?.iter().filter_map(|event| EVENTS.iter().find(|(_, theirs)| event == theirs));
        known.map(|(ours, _)| EventName::new(ours).ok()).collect()
    }
    fn lacks(&self, wire: &Value) -> bool {
        let is_known = |event: &Value| EVENTS.iter().any(|(_, theirs)| event == theirs);
        wire.as_array().map_or(wire.is_null(), |events| !events.iter().any(is_known))
    }
    fn domain(&self) -> Domain {
        let values = EVENTS.iter().map(|(ours, _)| json!(ours)).collect();
        Domain::List { items: Box::new(Domain::Choice { values }), max_items: None }
    }
}

/// Builds the codec for the criteria of a call's success. The vendor's further settings of a criterion remain as the
/// vendor holds them; a new criterion gets its name as id. Refuses a prompt of more than 2000 characters.
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

/// Builds the codec for the models that replace a failing one. An empty list means that no model replaces it.
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
            // Read `disabled` as no value too, because an empty list is no value in any field.
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
