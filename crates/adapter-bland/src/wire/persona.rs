//! A persona with its two versions, and a change to its draft.

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
/// The member that contains further settings.
const CALL_CONFIG: &str = "call_config";
/// The member of a document that contains the settings of both versions, and the name. No rule reads or writes it.
const VERSIONS: &str = "versions";

/// The settings of a version.
type Settings = Map<String, Value>;

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
    production: Option<Settings>,
    #[serde(rename = "current_draft_version")]
    draft: Option<Settings>,
    #[serde(default, rename = "inbound_numbers")]
    numbers: Vec<Number>,
}

/// A phone number that the persona answers.
#[derive(Deserialize)]
struct Number {
    phone_number: String,
}

impl Persona {
    /// Returns true if the persona was deleted, although the vendor still returns it.
    pub fn is_deleted(&self) -> bool {
        !self.deleted_at.is_null()
    }

    /// Lists the phone numbers that the persona answers.
    pub fn numbers(&self) -> Vec<String> {
        self.numbers.iter().map(|number| number.phone_number.clone()).collect()
    }

    /// Returns the holder of a phone number: this persona if it answers the number. Otherwise, the number counts as
    /// free.
    pub fn holder_of(&self, number: &str) -> Holder {
        match self.numbers.iter().any(|known| known.phone_number == number) {
            true => Holder::Record(self.id.clone()),
            false => Holder::Free,
        }
    }

    /// Builds the record: the name, and the settings of the production version, which calls use. The document also
    /// contains the settings of both versions, because an update compares them.
    pub fn remote(self) -> Remote {
        let coverage = Coverage::whole_if(self.production.is_some());
        let [production, draft] = [self.production, self.draft].map(|version| {
            let mut settings = version.unwrap_or_default();
            settings.retain(|name, _| !METADATA.contains(&name.as_str()));
            settings
        });
        let mut document = production.clone();
        document.insert(NAME.to_owned(), json!(self.name));
        let read = json!({ "production": production, "draft": draft, NAME: self.name });
        document.insert(VERSIONS.to_owned(), read);
        let created_at = parse_timestamp(&self.created_at);
        let (name, document) = (Some(self.name), Value::Object(document));
        Remote { name, created_at, coverage, ..Remote::new(self.id, document) }
    }

    /// Lists the paths of the settings in which the draft differs from the production version.
    ///
    /// # Errors
    /// `vendor_protocol_error` if the persona lacks a version.
    pub fn pending(&self) -> Result<Vec<String>> {
        let both = self.draft.as_ref().zip(self.production.as_ref());
        let (draft, production) =
            both.ok_or_else(|| Error::unreadable(200, "a persona with a draft and a production version"))?;
        let mut paths = differences(draft, production);
        paths.retain(|path| !METADATA.contains(&path.trim_start_matches('/')));
        Ok(paths)
    }
}

/// A change to a persona.
pub struct Change {
    /// The desired name of the persona.
    name: Value,
    /// The desired settings of the persona.
    wanted: Settings,
    /// The settings of both versions as they were read, the production version first.
    read: Option<[Settings; 2]>,
    /// The name as it was read.
    name_before: Value,
}

impl Change {
    /// Builds the change from a document of the desired settings, which also contains the versions that were read.
    pub fn new(document: &Value) -> Self {
        let mut wanted = document.as_object().cloned().unwrap_or_default();
        let name = wanted.shift_remove(NAME).unwrap_or_default();
        let versions = wanted.shift_remove(VERSIONS);
        let name_before = versions.as_ref().map(|versions| versions[NAME].clone()).unwrap_or_default();
        let read = versions.map(|versions| ["production", "draft"].map(|kind| settings(&versions[kind])));
        Self { name, wanted, read, name_before }
    }

    /// Lists the paths at which the draft differs from the production version, except those that this change also
    /// changes. Another user has changed these settings.
    pub fn others(&self) -> Vec<String> {
        let Some([production, draft]) = &self.read else { return Vec::new() };
        let changed = differences(&self.wanted, production);
        differences(draft, production).into_iter().filter(|path| !changed.contains(path)).collect()
    }

    /// Builds the body of the update: the name, which the vendor requires, and the settings that change. `call_config`
    /// is sent whole, because the vendor may replace it.
    pub fn body(&self) -> Value {
        let mut body = self.wanted.clone();
        if let Some([production, _]) = &self.read {
            body.retain(|name, value| !is_same(Some(value), production.get(name)));
        }
        body.insert(NAME.to_owned(), self.name.clone());
        Value::Object(body)
    }

    /// Builds the body that takes this change out of the draft again and leaves the changes of another user there. `after`
    /// is the persona after the change. Returns `None` if the persona was not read before the change.
    pub fn undo(&self, after: &Persona) -> Option<Value> {
        let ([_, before], now) = (self.read.as_ref()?, after.draft.as_ref()?);
        let mut body = Map::from_iter([(NAME.to_owned(), self.name_before.clone())]);
        for path in differences(&self.wanted, before) {
            let segments: Vec<_> = path.split('/').skip(1).collect();
            let (name, member) = (*segments.first()?, segments.get(1));
            let Some(member) = member else {
                body.insert(name.to_owned(), previous(before.get(name), self.wanted.get(name)));
                continue;
            };
            // `call_config` is sent whole, with the changes of the other user.
            let config = body.entry(name).or_insert_with(|| now.get(name).cloned().unwrap_or_default());
            let of = |version: &Settings| version.get(name).map(settings).unwrap_or_default();
            let (before, wanted) = (of(before), of(&self.wanted));
            config
                .as_object_mut()?
                .insert((*member).to_owned(), previous(before.get(*member), wanted.get(*member)));
        }
        Some(Value::Object(body))
    }
}

/// Returns the value that a setting had. A list that was missing is empty.
fn previous(before: Option<&Value>, wanted: Option<&Value>) -> Value {
    let none = if wanted.is_some_and(Value::is_array) { json!([]) } else { Value::Null };
    before.cloned().unwrap_or(none)
}

/// Returns true if the body of an update contains a setting. A setting takes effect only after a promotion.
pub fn has_settings(body: &Value) -> bool {
    body.as_object().is_some_and(|members| members.keys().any(|name| name != NAME))
}

/// Lists the paths at which two versions differ.
fn differences(one: &Settings, other: &Settings) -> Vec<String> {
    let names = |one: &Settings, other: &Settings| -> BTreeSet<String> {
        let names = one.keys().chain(other.keys());
        names.filter(|name| !is_same(one.get(*name), other.get(*name))).cloned().collect()
    };
    let paths = names(one, other).into_iter().flat_map(|name| match name.as_str() {
        CALL_CONFIG => {
            let [one, other] =
                [one, other].map(|version| version.get(&name).map(settings).unwrap_or_default());
            names(&one, &other).into_iter().map(|member| format!("/{name}/{member}")).collect()
        }
        name => vec![format!("/{name}")],
    });
    paths.collect()
}

fn settings(value: &Value) -> Settings {
    value.as_object().cloned().unwrap_or_default()
}

/// Returns true if two settings are equal. A missing setting equals null, an empty list and an empty object.
fn is_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    let is_value = |value: &&Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    };
    one.filter(is_value) == other.filter(is_value)
}
