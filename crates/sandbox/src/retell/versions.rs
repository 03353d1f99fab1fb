//! The versions of an agent or an LLM. A record is the latest version and contains the earlier ones.

use serde_json::{Value, json};

use super::milliseconds;
use crate::records::Record;
use crate::simulator::SimulatedRequest;

/// The member of a record that contains the earlier versions, oldest first.
const FORMER: &str = "former_versions";

/// The members of a stored agent that no answer shows.
const COPIES: [&str; 2] = ["name", "general_prompt"];

/// Builds version 0 from the body of a creation.
pub(super) fn first(body: Record) -> Record {
    let mut version = body;
    version.insert("version".to_owned(), json!(0));
    version.insert("is_published".to_owned(), json!(false));
    touch(&mut version);
    version
}

/// Returns all versions of a record, oldest first.
pub(super) fn all(record: &Record) -> Vec<Record> {
    let former = record.get(FORMER).and_then(Value::as_array).into_iter().flatten();
    let mut versions: Vec<_> = former.filter_map(|version| version.as_object().cloned()).collect();
    versions.push(latest(record));
    versions
}

/// Returns the latest version, with the members that every version has.
pub(super) fn latest(record: &Record) -> Record {
    let mut version = record.clone();
    version.shift_remove(FORMER);
    for (name, value) in
        [("version", json!(0)), ("is_published", json!(true)), ("last_modification_timestamp", json!(0))]
    {
        version.entry(name).or_insert(value);
    }
    version
}

/// Returns the version that the request names, or the latest version if it names none.
pub(super) fn named(record: &Record, request: &SimulatedRequest<'_>) -> Option<Record> {
    with_name(record, request.in_query("version").unwrap_or("latest"))
}

/// Returns the version with this name: a number, `latest`, `latest_published` or a tag.
pub(super) fn with_name(record: &Record, name: &str) -> Option<Record> {
    let mut versions = all(record);
    let has_tag = |version: &Record| {
        let tags = version.get("assigned_tags").and_then(Value::as_array);
        tags.is_some_and(|tags| tags.iter().any(|tag| tag == name))
    };
    match name.parse::<i64>() {
        Ok(number) => versions.into_iter().find(|version| self::number(version) == number),
        Err(_) if name == "latest" => versions.pop(),
        Err(_) if name == "latest_published" => versions.into_iter().rfind(is_published),
        Err(_) => versions.into_iter().rfind(has_tag),
    }
}

/// Returns the version with this number.
pub(super) fn numbered(record: &Record, number: i64) -> Option<Record> {
    all(record).into_iter().find(|version| self::number(version) == number)
}

/// Adds a version to a record as its latest version.
pub(super) fn append(record: &Record, version: Record) -> Record {
    let mut next = version;
    next.insert(FORMER.to_owned(), json!(all(record)));
    next
}

/// Replaces the version with the same number.
pub(super) fn replace(record: &Record, version: Record) -> Record {
    let mut versions = all(record);
    for known in &mut versions {
        if number(known) == number(&version) {
            known.clone_from(&version);
        }
    }
    let mut next = versions.pop().unwrap_or_default();
    if !versions.is_empty() {
        next.insert(FORMER.to_owned(), json!(versions));
    }
    next
}

/// Builds a draft with this number and the settings of `base`.
pub(super) fn draft(base: &Record, number: i64) -> Record {
    let mut draft = base.clone();
    for name in ["assigned_tags", "version_description"] {
        draft.shift_remove(name);
    }
    draft.insert("base_version".to_owned(), json!(self::number(base)));
    draft.insert("version".to_owned(), json!(number));
    draft.insert("is_published".to_owned(), json!(false));
    touch(&mut draft);
    draft
}

pub(super) fn number(version: &Record) -> i64 {
    version.get("version").and_then(Value::as_i64).unwrap_or_default()
}

pub(super) fn is_published(version: &Record) -> bool {
    version.get("is_published").is_none_or(|published| *published == true)
}

/// Sets the time of the last change.
pub(super) fn touch(version: &mut Record) {
    version.insert("last_modification_timestamp".to_owned(), json!(milliseconds()));
}

/// Writes the members of an update; null clears a member.
pub(super) fn write(version: &mut Record, body: &Record) {
    for (name, value) in body {
        match value {
            Value::Null => drop(version.shift_remove(name)),
            value => drop(version.insert(name.clone(), value.clone())),
        }
    }
    touch(version);
}

/// Renders a version as an answer shows it: with its id, without empty lists and objects, and with a list of one
/// language as a string (SDK change log; recorded answers of 2026).
pub(super) fn shown(version: &Record, id_member: &str, id: &str) -> Value {
    let mut shown = version.clone();
    shown.retain(|name, value| {
        let is_empty = value.as_array().is_some_and(Vec::is_empty) || *value == json!({}) || value.is_null();
        !is_empty && name != FORMER && !(id_member == "agent_id" && COPIES.contains(&name.as_str()))
    });
    if let Some([only]) = shown.get("language").and_then(Value::as_array).map(Vec::as_slice) {
        let only = only.clone();
        shown.insert("language".to_owned(), only);
    }
    for tool in shown.get_mut("general_tools").and_then(Value::as_array_mut).into_iter().flatten() {
        if tool["type"] == "custom" && tool.get("speak_after_execution").is_none() {
            tool["speak_after_execution"] = json!(false);
        }
    }
    shown.insert(id_member.to_owned(), json!(id));
    Value::Object(shown)
}
