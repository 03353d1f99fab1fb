//! The personas, with their draft and production versions.

use json_patch::jsonptr::{Delete, PointerBuf};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Bland, Depth, NUMBERS, PERSONAS, catalogue, failure, now};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

/// The members of a persona that have no versions, each with its value in a new persona.
const PLAIN: [(&str, Value); 4] = [
    ("role", Value::Null),
    ("description", Value::Null),
    ("tags", Value::Array(Vec::new())),
    ("image_url", Value::Null),
];
/// The members of a version, each with its value in a new persona.
const VERSIONED: [(&str, Value); 6] = [
    ("personality_prompt", Value::Null),
    ("orchestration_prompt", Value::Null),
    ("pathway_conditions", Value::Null),
    ("kb_ids", Value::Array(Vec::new())),
    ("call_config", Value::Null),
    ("default_tools", Value::Array(Vec::new())),
];
/// The user to whom all personas belong.
const USER: &str = "9f0e1d2c-3b4a-4958-8677-665544332211";

impl Bland {
    /// Creates a persona: production version 1 and draft 2, with equal content.
    pub(super) fn create_persona(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let mut persona = Record::new();
        persona.insert("created_at".to_owned(), json!(now()));
        let content = match self.written(&mut persona, Record::new(), request.body) {
            Ok(content) => content,
            Err(refused) => return refused,
        };
        persona.insert("production".to_owned(), Value::Object(content));
        persona.insert("production_version".to_owned(), version(1));
        persona.insert("draft_version".to_owned(), version(2));
        match self.records.insert(PERSONAS, persona) {
            Ok(id) => self.persona(&id),
            Err(_) => failure::failing(http::StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// Changes the draft. Members without versions change immediately.
    pub(super) fn update_persona(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("persona_id");
        let Some(mut persona) = self.records.get(PERSONAS, id).cloned() else {
            return failure::no_persona(id);
        };
        if self.options.name_in_updates && request.body["name"].as_str().is_none() {
            return failure::input("name is required", None);
        }
        let production = content(&persona, "production");
        let draft = persona.get("draft").and_then(Value::as_object).cloned();
        match self.written(&mut persona, draft.unwrap_or_else(|| production.clone()), request.body) {
            Ok(draft) if draft == production => persona.shift_remove("draft"),
            Ok(draft) => persona.insert("draft".to_owned(), Value::Object(draft)),
            Err(refused) => return refused,
        };
        if persona.get("draft_version").is_none_or(Value::is_null) {
            persona.insert("draft_version".to_owned(), version(2));
        }
        self.records.replace(PERSONAS, id, persona);
        self.persona(id)
    }

    /// Writes a body to a persona. Stores the members without versions in `persona`, and returns the new content of the
    /// version.
    fn written(&self, persona: &mut Record, mut content: Record, body: &Value) -> Result<Record, Answer> {
        let mut given = body.clone();
        for pointer in &self.options.forgets {
            if let Ok(pointer) = pointer.parse::<PointerBuf>() {
                given.delete(&pointer);
            }
        }
        if let Some(complaint) = catalogue::complaint(&given["call_config"]) {
            return Err(failure::input(&complaint, self.options.quotes.then_some(body)));
        }
        for (name, value) in given.as_object().cloned().unwrap_or_default() {
            let is_versioned = VERSIONED.iter().any(|(known, _)| *known == name);
            let held = content.get(&name).and_then(Value::as_object);
            let value = match (held, value) {
                (Some(held), Value::Object(changes)) if self.options.call_config == Depth::Merge => {
                    Value::Object(held.clone().into_iter().chain(changes).collect())
                }
                (_, value) => value,
            };
            if is_versioned {
                content.insert(name, value)
            } else {
                persona.insert(name, value)
            };
        }
        persona.insert("updated_at".to_owned(), json!(now()));
        Ok(content)
    }

    /// Copies the draft's content to a new production version. With `draft_stays`, the draft keeps its id and number.
    /// Otherwise, the persona has no draft until the next update.
    pub(super) fn promote_persona(&mut self, id: &str) -> Answer {
        let Some(mut persona) = self.records.get(PERSONAS, id).cloned() else {
            return failure::no_persona(id);
        };
        if persona.get("draft_version").is_some_and(Value::is_null) {
            return failure::no_draft(id);
        }
        let draft = persona.shift_remove("draft");
        let number =
            |name: &str| persona.get(name).and_then(|version| version["number"].as_i64()).unwrap_or(1);
        let next = version(number("production_version").max(number("draft_version")) + 1);
        let promoted = draft.unwrap_or_else(|| Value::Object(content(&persona, "production")));
        persona.insert("production".to_owned(), promoted);
        persona.insert("production_version".to_owned(), next);
        if !self.options.draft_stays {
            persona.insert("draft_version".to_owned(), Value::Null);
        }
        self.records.replace(PERSONAS, id, persona);
        self.persona(id)
    }

    pub(super) fn persona(&self, id: &str) -> Answer {
        match self.records.get(PERSONAS, id) {
            Some(record) => Answer::ok(json!({ "data": self.shown(id, record), "errors": null })),
            None => failure::no_persona(id),
        }
    }

    pub(super) fn delete_persona(&mut self, id: &str, force: bool) -> Answer {
        if self.records.get(PERSONAS, id).is_none() {
            return failure::no_persona(id);
        }
        let used = self.numbers_of(id);
        if !used.is_empty() && !force {
            let used: Vec<_> = used.iter().map(String::as_str).collect();
            return failure::in_use(self.options.in_use_status, id, &used);
        }
        for number in used {
            let mut record = self.records.get(NUMBERS, &number).cloned().unwrap_or_default();
            record.insert("persona_id".to_owned(), Value::Null);
            self.records.replace(NUMBERS, &number, record);
        }
        self.records.remove(PERSONAS, id, By::Request);
        Answer::ok(json!({ "data": { "success": true, "message": "Persona deleted." }, "errors": null }))
    }

    /// Lists a page of personas, the newest first. The answer contains neither a total nor a next page.
    pub(super) fn list_personas(&self, request: &SimulatedRequest<'_>) -> Answer {
        let number = |name| request.number_in_query(name).and_then(|number| usize::try_from(number).ok());
        let size = number("limit").unwrap_or(self.options.page_size.get());
        let mut rows: Vec<_> = self.records.iter(PERSONAS).collect();
        rows.reverse();
        let skipped = number("page").unwrap_or(1).saturating_sub(1).saturating_mul(size);
        let page = rows.into_iter().skip(skipped).take(size);
        let page: Vec<_> = page.map(|(id, record)| self.shown(id, record)).collect();
        Answer::ok(json!({ "data": page, "errors": null }))
    }

    fn numbers_of(&self, id: &str) -> Vec<String> {
        let numbers = self.records.iter(NUMBERS);
        let used = numbers.filter(|(_, number)| number.get("persona_id").is_some_and(|used| used == id));
        used.map(|(number, _)| number.to_owned()).collect()
    }

    /// Renders a persona. A record that a control route wrote may lack some members.
    fn shown(&self, id: &str, record: &Record) -> Value {
        let at = |name: &str| record.get(name).cloned();
        let time = |name| at(name).unwrap_or_else(|| json!("2026-01-01T00:00:00.000Z"));
        let mut persona = json!({
            "id": id, "name": at("name"), "created_at": time("created_at"), "updated_at": time("updated_at"),
            "deleted_at": at("deleted_at"), "user_id": USER,
        });
        for (name, value) in PLAIN {
            persona[name] = at(name).unwrap_or(value);
        }
        let numbers = self.numbers_of(id).into_iter().map(|number| {
            json!({ "phone_number": number, "label": null, "persona_id": id, "persona_settings": null })
        });
        persona["inbound_numbers"] = numbers.collect();
        let production = content(record, "production");
        let draft = at("draft").and_then(|draft| draft.as_object().cloned());
        let versions = [
            ("production", Some(production.clone()), at("production_version").unwrap_or_else(|| version(1))),
            ("draft", Some(draft.unwrap_or(production)), at("draft_version").unwrap_or_else(|| version(2))),
        ];
        for (kind, content, version) in versions {
            let content = content.filter(|_| !version.is_null());
            let whole = content.map(|content| whole(id, kind, &content, &version));
            persona[format!("current_{kind}_version_id")] = json!(whole.as_ref().map(|whole| &whole["id"]));
            persona[format!("current_{kind}_version")] = json!(whole);
        }
        persona
    }
}

/// Renders a version.
fn whole(persona: &str, kind: &str, content: &Record, version: &Value) -> Value {
    let made = &version["created_at"];
    let promoted = if kind == "production" { made.clone() } else { Value::Null };
    let mut whole = json!({
        "id": version["id"], "persona_id": persona, "version_type": kind, "version_number": version["number"],
        "promoted_from_version_id": null, "promoted_at": promoted, "promoted_by": null,
        "created_at": made, "updated_at": made,
    });
    for (name, value) in VERSIONED {
        whole[name] = content.get(name).cloned().unwrap_or(value);
    }
    whole
}

/// Returns the settings of a version.
fn content(persona: &Record, kind: &str) -> Record {
    persona.get(kind).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Creates a version with this number and a new id.
fn version(number: i64) -> Value {
    json!({ "id": Uuid::now_v7().to_string(), "number": number, "created_at": now() })
}
