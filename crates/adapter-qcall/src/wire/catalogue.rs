//! Rows of the vendor's lists.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use crate::languages;

/// Reads one of the vendor's own voices. Returns `None` if the row has no id.
///
/// The entry's document is the value that an assistant accepts as `voice_data`: the row, plus the members
/// that the vendor's MCP client adds to it.
pub fn voice(row: &Value) -> Option<CatalogueEntry> {
    let id = scalar(row.get("voice_id")?)?;
    let name = row["name"].as_str().unwrap_or(&id).to_owned();
    let label = |name: &str| row["labels"][name].as_str();
    let added = json!({
        "id": id,
        "displayname": name,
        "ai_modal": "qmodel",
        "language": label("language"),
        "language_name": label("language_name"),
        "similarity": 75,
        "stability": 40,
    });
    let mut document = row.as_object()?.clone();
    for (member, value) in added.as_object().into_iter().flatten() {
        document.entry(member).or_insert_with(|| value.clone());
    }
    Some(CatalogueEntry {
        language: label("language").and_then(languages::tag),
        kind: label("gender").map(str::to_lowercase),
        document: said(document),
        name,
        id,
    })
}

/// Reads a language model. Returns `None` if the row has no id. The vendor's app skips models of the type `ollama`, but
/// this function reads them too.
pub fn model(row: &Value) -> Option<CatalogueEntry> {
    let id = scalar(row.get("id")?)?;
    Some(CatalogueEntry {
        name: row["name"].as_str().unwrap_or(&id).to_owned(),
        language: None,
        kind: row["type"].as_str().map(ToOwned::to_owned),
        document: row.clone(),
        id,
    })
}

/// Removes null members at every depth of nested objects, because the vendor does not accept null in writes.
fn said(members: Map<String, Value>) -> Value {
    let inner = |value| match value {
        Value::Object(members) => said(members),
        other => other,
    };
    members
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name, inner(value)))
        .collect()
}
