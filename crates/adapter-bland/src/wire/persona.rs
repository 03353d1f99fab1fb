//! A persona with its two versions.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

/// The members of a version that describe the version itself (vendor documentation, 2026-08-09). Every other member is a
/// setting, even one that is not documented.
const METADATA: [&str; 9] = [
    "id",
    "persona_id",
    "version_type",
    "version_number",
    "promoted_from_version_id",
    "promoted_at",
    "promoted_by",
    "created_at",
    "updated_at",
];
/// The member of a persona that the gateway writes and that has no versions.
const NAME: &str = "name";
/// The setting that consists of settings.
const CALL_CONFIG: &str = "call_config";

/// A persona as the vendor returned it. An excerpt lacks the versions.
#[derive(Deserialize)]
pub struct Persona {
    pub id: String,
    name: String,
    #[serde(default)]
    created_at: Value,
    #[serde(default)]
    deleted_at: Value,
    #[serde(rename = "current_production_version")]
    production: Option<Map<String, Value>>,
    #[serde(rename = "current_draft_version")]
    draft: Option<Map<String, Value>>,
}

impl Persona {
    /// Returns true if the persona was deleted, although the vendor still returns it.
    pub fn is_deleted(&self) -> bool {
        !self.deleted_at.is_null()
    }

    /// Builds the record: the name, and the settings of the production version, which calls use.
    pub fn remote(self) -> Remote {
        let coverage = Coverage::whole_if(self.production.is_some());
        let mut document = json!({ NAME: self.name });
        for (name, value) in self.production.into_iter().flatten().filter(|(name, _)| is_setting(name)) {
            document[name] = value;
        }
        let created_at = parse_timestamp(&self.created_at);
        Remote { name: Some(self.name), created_at, coverage, ..Remote::new(self.id, document) }
    }

    /// Completes the body of an update: with the name, which the vendor requires, and with the other members of
    /// `call_config`, because the vendor may replace the object whole.
    pub fn complete(&self, mut body: Value) -> Value {
        let held = self.draft.as_ref().and_then(|draft| draft.get(CALL_CONFIG)?.as_object());
        if let Some(changes) = body.get_mut(CALL_CONFIG).and_then(Value::as_object_mut) {
            let mut whole = held.cloned().unwrap_or_default();
            whole.append(changes);
            *changes = whole;
        }
        if let Value::Object(members) = &mut body {
            members.entry(NAME).or_insert_with(|| json!(self.name));
        }
        body
    }

    /// Lists the settings in which the draft differs from the production version and that a body does not set, as paths.
    ///
    /// # Errors
    /// `vendor_protocol_error` if the persona lacks a version.
    pub fn other_changes(&self, body: &Value) -> Result<Vec<String>> {
        let mut changes = self.changes()?;
        changes.retain(|path| document_path::get(body, path).is_none());
        Ok(changes)
    }

    /// Returns true if the draft has the settings of the production version.
    ///
    /// # Errors
    /// `vendor_protocol_error` if the persona lacks a version.
    pub fn is_published(&self) -> Result<bool> {
        self.changes().map(|changes| changes.is_empty())
    }

    /// Lists the settings in which the two versions differ.
    fn changes(&self) -> Result<Vec<String>> {
        let both = self.draft.as_ref().zip(self.production.as_ref());
        let (draft, production) =
            both.ok_or_else(|| Error::unreadable(200, "a persona with a draft and a production version"))?;
        let changed = differences(draft, production).into_iter().filter(|name| is_setting(name));
        let paths = changed.flat_map(|name| {
            let inner = |version: &Map<String, Value>| {
                version.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
            };
            match name {
                CALL_CONFIG => differences(&inner(draft), &inner(production))
                    .into_iter()
                    .map(|member| format!("/{CALL_CONFIG}/{member}"))
                    .collect(),
                name => vec![format!("/{name}")],
            }
        });
        Ok(paths.collect())
    }
}

/// Returns true if a body has a setting, which takes effect only after a promotion.
pub fn has_versioned(body: &Value) -> bool {
    body.as_object().is_some_and(|members| members.keys().any(|name| name != NAME))
}

fn is_setting(name: &str) -> bool {
    !METADATA.contains(&name)
}

/// Lists the members in which two objects differ. A missing member equals null and an empty value.
fn differences<'a>(one: &'a Map<String, Value>, other: &'a Map<String, Value>) -> BTreeSet<&'a str> {
    let value =
        |object: &'a Map<String, Value>, name: &str| object.get(name).filter(|value| !is_empty(value));
    let names = one.keys().chain(other.keys()).map(String::as_str);
    names.filter(|name| value(one, name) != value(other, name)).collect()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
