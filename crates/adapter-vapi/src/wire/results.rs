//! Codecs for the messages to the webhook and for the analysis of calls.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

/// The messages that the vendor sends if the assistant chooses none (vendor OpenAPI document, 2026-08-20).
pub const DEFAULT_MESSAGES: &[&str] = &[
    "conversation-update",
    "end-of-call-report",
    "function-call",
    "hang",
    "speech-update",
    "status-update",
    "tool-calls",
    "transfer-destination-request",
    "handoff-destination-request",
    "user-interrupted",
    "assistant.started",
];

/// The messages that require an answer. If they were not sent, the agent's tools would fail.
const REQUESTS: &[&str] =
    &["function-call", "tool-calls", "transfer-destination-request", "handoff-destination-request"];

/// The events, each with the message that reports it. The vendor sends a status update for each of the first five.
const EVENTS: &[(&str, &str)] = &[
    ("call.ringing", "status-update"),
    ("call.answered", "status-update"),
    ("call.transferred", "status-update"),
    ("call.ended", "status-update"),
    ("call.failed", "status-update"),
    ("call.transcript_updated", "transcript"),
    ("call.transcript_ready", "end-of-call-report"),
    ("call.recording_ready", "end-of-call-report"),
    ("call.analyzed", "end-of-call-report"),
];

/// Returns true if a message is of this kind. A filter can follow the kind, as in `transcript[transcriptType="final"]`
/// (vendor OpenAPI document, 2026-08-20).
fn reports(message: &Value, kind: &str) -> bool {
    let rest = message.as_str().and_then(|message| message.strip_prefix(kind));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

/// Builds the codec for the use of the webhook. An empty list of messages switches the webhook off (inferred).
pub fn delivery() -> impl Codec<bool> {
    Delivery
}

struct Delivery;

impl Codec<bool> for Delivery {
    fn encode(&self, value: &bool, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let has_some = with.held.as_array().is_some_and(|list| !list.is_empty());
        Ok(match value {
            false => json!([]),
            true if has_some => with.held.clone(),
            true => json!(DEFAULT_MESSAGES),
        }
        .into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<bool> {
        Some(!wire.as_array()?.is_empty())
    }
    fn domain(&self) -> Domain {
        Domain::Flag
    }
}

/// Builds the codec for the events that the webhook receives. Keeps chosen messages that correspond to no event.
pub fn events() -> impl Codec<Vec<EventName>> {
    Events
}

struct Events;

impl Codec<Vec<EventName>> for Events {
    fn encode(&self, value: &Vec<EventName>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let held = with.held.as_array();
        if held.is_some_and(Vec::is_empty) {
            return Err(Refusal::Unsupported("webhook.enabled is false.".to_owned()));
        }
        let is_event = |message: &Value| EVENTS.iter().any(|(_, theirs)| reports(message, theirs));
        let mut messages = Vec::new();
        for (ours, theirs) in EVENTS {
            if value.iter().any(|event| event.as_str() == *ours)
                && !messages.iter().any(|message| reports(message, theirs))
            {
                let same = held.into_iter().flatten().find(|message| reports(message, theirs));
                messages.push(same.cloned().unwrap_or_else(|| json!(theirs)));
            }
        }
        // The caller did not choose the messages of the vendor's default, so only those that tools need are kept.
        match held.filter(|_| *with.held != json!(DEFAULT_MESSAGES)) {
            Some(held) => messages.extend(held.iter().filter(|message| !is_event(message)).cloned()),
            None => messages.extend(REQUESTS.iter().map(|message| json!(message))),
        }
        let wire = Value::Array(messages);
        let sent = self.decode(&wire, with.facts).unwrap_or_default();
        let is_same = sent.len() == value.len() && value.iter().all(|event| sent.contains(event));
        let loss = (!is_same).then(|| Loss {
            verdict: Verdict::Substituted,
            sent: json!(sent),
            why: "The vendor reports every status of a call in one kind of message, and the transcript, the recording and \
                  the analysis in another."
                .to_owned(),
        });
        Ok(Encoded { wire, loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<EventName>> {
        let messages = wire.as_array()?;
        let sent =
            EVENTS.iter().filter(|(_, theirs)| messages.iter().any(|message| reports(message, theirs)));
        sent.map(|(ours, _)| EventName::new(ours).ok()).collect()
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.is_null() || self.decode(wire, &Facts::NONE).is_some_and(|events| events.is_empty())
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
}

/// The second message of a prompt, in which the vendor puts the transcript.
const TRANSCRIPT: &str = "Here is the transcript of the call:\n\n{{transcript}}";

/// Builds the codec for a prompt of the analysis: the first system message.
pub fn prompt() -> impl Codec<String> {
    Prompt
}

struct Prompt;

fn is_system(message: &Value) -> bool {
    message["role"] == "system"
}

impl Codec<String> for Prompt {
    fn encode(&self, value: &String, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let mut messages = with.observed.and_then(Value::as_array).cloned().unwrap_or_default();
        match messages.iter_mut().find(|message| is_system(message)) {
            Some(message) => message["content"] = json!(value),
            None => {
                if messages.is_empty() {
                    messages.push(json!({ "role": "user", "content": TRANSCRIPT }));
                }
                messages.insert(0, json!({ "role": "system", "content": value }));
            }
        }
        Ok(Value::Array(messages).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        wire.as_array()?.iter().find(|message| is_system(message))?["content"].as_str().map(ToOwned::to_owned)
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.as_array().map_or(wire.is_null(), |messages| !messages.iter().any(is_system))
    }
    fn domain(&self) -> Domain {
        Domain::Text { max_length: None }
    }
}

/// Builds the codec for extractions: the properties of a JSON Schema, read in alphabetical order. Members that only the
/// vendor has keep their values, those of the schema and of each property included. Refuses two extractions with the
/// same name.
pub fn extraction() -> impl Codec<Vec<Extraction>> {
    Extractions(members::<Vec<Extraction>>(|items, plan| write(items, plan), read, || Domain::Structure))
}

struct Extractions<C>(C);

impl<C: Codec<Vec<Extraction>>> Codec<Vec<Extraction>> for Extractions<C> {
    fn encode(&self, value: &Vec<Extraction>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        self.0.encode(value, with)
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<Vec<Extraction>> {
        self.0.decode(wire, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        self.0.lacks(wire)
    }
    /// Switches the plan off, and keeps its other members.
    fn rest(&self, held: &Value) -> Option<Value> {
        let mut rest = held.clone();
        if let Some(plan) = rest.as_object_mut() {
            plan.insert("enabled".to_owned(), json!(false));
        }
        Some(rest)
    }
    fn domain(&self) -> Domain {
        self.0.domain()
    }
}

fn write(items: &[Extraction], plan: &mut Map<String, Value>) -> Result<Option<Loss>, Refusal> {
    let mut schema = plan.get("schema").and_then(Value::as_object).cloned().unwrap_or_default();
    let held = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut properties = Map::new();
    for extraction in items {
        let name = &extraction.name;
        if properties.insert(name.clone(), property(extraction, held.get(name))).is_some() {
            let why = format!("the vendor holds only one data point with the name {name:?}.");
            return Err(Refusal::Refused(why));
        }
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name.as_str().is_some_and(|name| properties.contains_key(name)));
    }
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    plan.insert("enabled".to_owned(), json!(true));
    plan.insert("schema".to_owned(), Value::Object(schema));
    Ok(None)
}

/// Writes a property. A stored property of the same type keeps its other members.
fn property(Extraction { r#type, description, choices, .. }: &Extraction, held: Option<&Value>) -> Value {
    let same = held.filter(|held| held["type"] == json!(r#type)).cloned();
    let mut property = same.unwrap_or_else(|| json!({ "type": r#type }));
    property["description"] = json!(description);
    match choices {
        Some(choices) => property["enum"] = json!(choices),
        None => document_path::remove(&mut property, "/enum"),
    }
    property
}

fn read(plan: &Map<String, Value>) -> Option<Option<Vec<Extraction>>> {
    let properties = match (plan.get("enabled"), plan.get("schema")) {
        (Some(Value::Bool(true)), Some(schema)) => schema.get("properties")?.as_object()?,
        _ => return Some(None),
    };
    let item = |(name, property): (&String, &Value)| {
        let kind = serde_json::from_value(property.get("type")?.clone()).ok()?;
        let description = property.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
        let choice = |choice: &Value| choice.as_str().map(ToOwned::to_owned);
        let choices = match property.get("enum") {
            Some(choices) => Some(choices.as_array()?.iter().map(choice).collect::<Option<_>>()?),
            None => None,
        };
        Some(Extraction { name: name.clone(), r#type: kind, description, choices })
    };
    let mut items = properties.iter().map(item).collect::<Option<Vec<_>>>()?;
    items.sort_by(|one, other| one.name.cmp(&other.name));
    Some(Some(items).filter(|items| !items.is_empty()))
}
