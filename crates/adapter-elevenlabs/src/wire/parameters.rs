//! The schemas of the values that an agent sends in the body of a request (vendor OpenAPI document, 2026-08-22; vendor
//! skills, 2026-08-07). The vendor supports a subset of JSON Schema, and requires a description for each single value.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

/// The members of a vendor's schema that take a value from another source than the agent.
const OTHER_SOURCES: [&str; 5] = [
    "dynamic_variable",
    "is_system_provided",
    "constant_value",
    "is_omitted",
    "allowed_values_dynamic_variable",
];

/// The differences between the requested parameters and those that are sent, as JSON pointers.
#[derive(Default)]
struct Differences {
    /// The values whose names are sent as their descriptions.
    described: Vec<String>,
    /// The keywords that are not sent.
    removed: Vec<String>,
}

/// Fits parameters to the vendor. Each of their schemas must have exactly one type. Also returns a reason for each kind
/// of difference.
///
/// # Errors
/// The reason why the vendor cannot hold the parameters.
pub fn fit(parameters: &Parameters) -> Result<(Parameters, Vec<String>), String> {
    let mut found = Differences::default();
    let schema = fitted(&json!(parameters), "", "", &mut found)?;
    let too_large =
        || "The parameters are too large with the descriptions that the vendor requires.".to_owned();
    let fitted = Parameters::from_vendor(&schema).ok_or_else(too_large)?;
    let Differences { described, removed } = found;
    let mut reasons = Vec::new();
    if !removed.is_empty() {
        let removed = removed.join(", ");
        reasons.push(format!("The vendor does not keep these keywords of the parameters: {removed}."));
    }
    if !described.is_empty() {
        let described = described.join(", ");
        reasons.push(format!(
            "The vendor requires a description for each value; the name is sent as the description of {described}."
        ));
    }
    Ok((fitted, reasons))
}

/// Fits the schema at the pointer `at`. `name` is the name of the property that has the schema.
fn fitted(schema: &Value, at: &str, name: &str, found: &mut Differences) -> Result<Value, String> {
    let kind = schema["type"].as_str().unwrap_or_default();
    let (keywords, is_single): (&[&str], _) = match kind {
        "object" => (&["type", "description", "properties", "required"], false),
        "array" => (&["type", "description", "items"], false),
        "string" => (&["type", "description", "enum"], true),
        "boolean" | "integer" | "number" => (&["type", "description"], true),
        _ => return Err(format!("The vendor has no values of the type {kind}.")),
    };
    let mut kept = Map::new();
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        let at = format!("{at}/{}", schema::escape(keyword));
        let is_list_of_text = || value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
        if !keywords.contains(&keyword.as_str()) || (keyword == "enum" && !is_list_of_text()) {
            found.removed.push(at);
            continue;
        }
        let value = match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                let property = |(name, property): (&String, &Value)| {
                    let at = format!("{at}/{}", schema::escape(name));
                    Ok::<_, String>((name.clone(), fitted(property, &at, name, found)?))
                };
                Value::Object(properties.iter().map(property).collect::<Result<_, _>>()?)
            }
            ("items", items) => fitted(items, &at, name, found)?,
            (_, other) => other.clone(),
        };
        kept.insert(keyword.clone(), value);
    }
    if kind == "array" && !kept.contains_key("items") {
        return Err("The vendor requires a schema of the items of each list.".to_owned());
    }
    if is_single && !kept.get("description").is_some_and(is_set) {
        found.described.push(at.to_owned());
        kept.insert("description".to_owned(), json!(name));
    }
    Ok(Value::Object(kept))
}

/// Reads the schema of a body, without the members that are not set. Returns `None` if a value has another source than the
/// agent, or if a schema inside is not an object.
pub fn read(schema: &Value) -> Option<Value> {
    let schema = schema.as_object()?;
    if OTHER_SOURCES.iter().any(|source| schema.get(*source).is_some_and(is_set)) {
        return None;
    }
    let mut kept = Map::new();
    for keyword in ["type", "description", "enum", "required", "properties", "items"] {
        let Some(value) = schema.get(keyword).filter(|value| is_set(value)) else { continue };
        let value = match keyword {
            "properties" => {
                let property = |(name, property): (&String, &Value)| Some((name.clone(), read(property)?));
                Value::Object(value.as_object()?.iter().map(property).collect::<Option<_>>()?)
            }
            "items" => read(value)?,
            _ => value.clone(),
        };
        kept.insert(keyword.to_owned(), value);
    }
    Some(Value::Object(kept))
}

/// Returns false for a value that stands for a setting without a value, such as null or an empty string.
pub fn is_set(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}
