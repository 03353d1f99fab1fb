//! The assistants of the organisation.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use http::StatusCode;
use jiff::{Timestamp, Unit};
use serde_json::{Value, json};

use super::{ASSISTANTS, Nulls, Order, Vapi, failure};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

/// The names of the models, by provider. Only providers with a closed list of models are included.
static MODELS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("models.json")).unwrap_or_default());

pub(super) const ORGANISATION: &str = "9b1d7a40-0c64-4e61-8a55-2f1f0a6c0001";

/// The number of assistants in a list if the request has no limit.
const DEFAULT_LIMIT: usize = 100;

impl Vapi {
    pub(super) fn create(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let mut record = request.record();
        if let Some(refused) = self.check(&record, request.body) {
            return refused;
        }
        let now = json!(now());
        for (name, value) in [
            ("orgId", json!(ORGANISATION)),
            ("createdAt", now.clone()),
            ("updatedAt", now),
            ("latestVersion", json!("v1")),
        ] {
            record.insert(name.to_owned(), value);
        }
        match self.records.insert(ASSISTANTS, record) {
            Ok(id) => self.read(StatusCode::CREATED, &id),
            Err(_) => failure::failing(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// Replaces each member that the body contains, including all that is nested in it, and keeps the others.
    pub(super) fn update(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("id");
        let Some(mut record) = self.records.get(ASSISTANTS, id).cloned() else {
            return failure::unknown();
        };
        for (name, value) in request.record() {
            match (value.is_null(), self.options.nulls) {
                (false, _) => {
                    record.insert(name, value);
                }
                (true, Nulls::Remove) => {
                    record.shift_remove(&name);
                }
                (true, Nulls::Keep) => {}
            }
        }
        if let Some(refused) = self.check(&record, request.body) {
            return refused;
        }
        let version =
            record.get("latestVersion").and_then(Value::as_str).and_then(|version| version.get(1..));
        let version = version.and_then(|version| version.parse::<u64>().ok()).unwrap_or_default() + 1;
        record.insert("latestVersion".to_owned(), json!(format!("v{version}")));
        record.insert("updatedAt".to_owned(), json!(now()));
        self.records.replace(ASSISTANTS, id, record);
        self.read(StatusCode::OK, id)
    }

    pub(super) fn read(&self, status: StatusCode, id: &str) -> Answer {
        match self.records.get(ASSISTANTS, id) {
            Some(record) => Answer::json(status, shown(id, record)),
            None => failure::unknown(),
        }
    }

    /// Deletes an assistant and returns it.
    pub(super) fn delete(&mut self, id: &str) -> Answer {
        let deleted = self.read(StatusCode::OK, id);
        if deleted.status == StatusCode::OK && self.options.pinned.iter().any(|pinned| pinned == id) {
            return failure::pinned();
        }
        self.records.remove(ASSISTANTS, id, By::Request);
        deleted
    }

    pub(super) fn list(&self, request: &SimulatedRequest<'_>) -> Answer {
        let limit = request.number_in_query("limit").and_then(|limit| usize::try_from(limit).ok());
        let mut rows: Vec<_> = self.records.iter(ASSISTANTS).map(|(id, record)| shown(id, record)).collect();
        rows.sort_by(|one, other| time(one, "createdAt").cmp(time(other, "createdAt")));
        if self.options.order == Order::NewestFirst {
            rows.reverse();
        }
        rows.retain(|row| {
            ["createdAt", "updatedAt"].into_iter().all(|member| {
                let held = time(row, member);
                let asked = |suffix: &str| request.in_query(&format!("{member}{suffix}"));
                asked("Gt").is_none_or(|limit| held > limit)
                    && asked("Ge").is_none_or(|limit| held >= limit)
                    && asked("Lt").is_none_or(|limit| held < limit)
                    && asked("Le").is_none_or(|limit| held <= limit)
            })
        });
        rows.truncate(limit.unwrap_or(DEFAULT_LIMIT));
        Answer::ok(Value::Array(rows))
    }

    /// Checks values that the contract cannot check: the names of models, the server of a `custom-llm` model, the
    /// language of an ElevenLabs voice, the schemas of tools, and the assistants in handoff tools. Returns the refusal,
    /// if there is one.
    fn check(&self, assistant: &Record, body: &Value) -> Option<Answer> {
        let text = |group: &str, name: &str| assistant.get(group)?.get(name)?.as_str();
        let mut sentences = Vec::new();
        if let (Some(names), Some(name)) =
            (text("model", "provider").and_then(|provider| MODELS.get(provider)), text("model", "model"))
            && !names.iter().any(|known| known == name)
        {
            sentences
                .push("model.model must be one of the following values: (the documented ones)".to_owned());
        }
        if text("model", "provider") == Some("custom-llm") {
            sentences.extend(own_server(assistant.get("model").unwrap_or(&Value::Null)));
        }
        // Only two models accept a language (vendor OpenAPI document, 2026-08-20); the sentence is inferred.
        let takes_language = text("voice", "model").is_some_and(|model| model.ends_with("_v2_5"));
        if text("voice", "provider") == Some("11labs")
            && text("voice", "language").is_some()
            && !takes_language
        {
            sentences.push("voice.property language should not exist".to_owned());
        }
        let tools = assistant.get("model").and_then(|model| model.get("tools")?.as_array());
        for (index, tool) in
            tools.into_iter().flatten().enumerate().filter(|(_, tool)| tool["type"] == "apiRequest")
        {
            // The contract leaves the schemas open; the sentence is inferred.
            let wrong = ["headers", "body"].into_iter().filter(|name| {
                tool.get(*name).is_some_and(|schema| schema["type"] != "object" || !is_schema(schema))
            });
            sentences.extend(wrong.map(|name| {
                format!("model.tools.{index}.{name}.type must be one of the following values: string, number, integer, boolean, array, object")
            }));
        }
        // The contract cannot know the assistants; the sentence is inferred.
        let given = body.pointer("/model/tools").and_then(Value::as_array).into_iter().flatten();
        for (index, tool) in given.enumerate().filter(|(_, tool)| tool["type"] == "handoff") {
            let named = tool["destinations"].as_array().into_iter().flatten();
            let mut named = named.filter_map(|destination| destination["assistantId"].as_str());
            if named.any(|id| self.records.get(ASSISTANTS, id).is_none()) {
                sentences.push(format!("model.tools.{index}.destinations must name existing assistants"));
            }
        }
        if sentences.is_empty() {
            return None;
        }
        if self.options.quotes {
            sentences.push(format!("received {body}"));
        }
        Some(failure::refused(sentences))
    }
}

/// Returns the sentences about the server of a `custom-llm` model. The contract leaves the URL and the headers open;
/// the sentences are inferred.
fn own_server(model: &Value) -> Vec<String> {
    let mut sentences = Vec::new();
    let has_scheme = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if !model["url"].as_str().is_some_and(has_scheme) {
        sentences.push("model.url must be a URL address".to_owned());
    }
    let headers = model.get("headers").and_then(Value::as_object).into_iter().flatten();
    let wrong = headers.filter(|(_, value)| !value.is_string());
    sentences.extend(wrong.map(|(name, _)| format!("model.headers.{name} must be a string")));
    sentences
}

/// Returns true for a schema in which every property and item has a type.
fn is_schema(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let inner = properties.map(|(_, property)| property).chain(schema.get("items"));
    let mut inner = inner.map(|inner| inner["type"].is_string() && is_schema(inner));
    inner.all(|is_schema| is_schema)
}

/// Returns the current time in the vendor's format, with milliseconds.
fn now() -> String {
    let now = Timestamp::now().round(Unit::Millisecond).unwrap_or_default();
    format!("{now:.3}")
}

fn time<'a>(row: &'a Value, member: &str) -> &'a str {
    row[member].as_str().unwrap_or_default()
}

/// Returns an assistant with its id and the members that every answer has. A record that a control route wrote may lack
/// these members.
fn shown(id: &str, record: &Record) -> Value {
    let mut assistant = json!({
        "id": id, "orgId": ORGANISATION, "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z",
    });
    if let Some(members) = assistant.as_object_mut() {
        members.extend(record.clone());
    }
    assistant
}
