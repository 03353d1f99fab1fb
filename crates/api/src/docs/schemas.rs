//! The pages of the schemas, and the rendering of types and limits.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    DOCUMENT,
    document::{Document, items, referred, text},
    markdown,
    model::{Field, dotted, fields},
};

/// Renders the page that lists all schemas of the OpenAPI document.
pub fn list(document: Document<'_>) -> Markup {
    html! {
        h1 { "Schemas" }
        p { "All schemas of the OpenAPI document, to which the operations refer." }
        dl.schemas {
            @for (name, schema) in document.schemas() {
                dt { a href=(address(name)) { (name) } }
                dd { (markdown::inline(text(schema, "description"))) }
            }
        }
    }
}

/// Renders the page of one schema.
pub fn page(document: Document<'_>, name: &str) -> Markup {
    html! {
        h1 { (name) }
        (content(document, name))
    }
}

/// Renders the description of a schema, and its members or its type.
pub fn content(document: Document<'_>, name: &str) -> Markup {
    let schema = document.schema(name);
    html! {
        (markdown::blocks(text(schema, "description")))
        @if schema.get("properties").is_some() {
            (table(&format!("Members of {name}"), fields("", schema)))
        } @else {
            p { (kind(schema)) (comma(&limits(schema))) }
        }
    }
}

/// Renders a table of an object's members, without columns for vendors.
pub fn table<'a>(label: &str, fields: impl Iterator<Item = Field<'a>>) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(label) {
            table {
                thead { tr {
                    th scope="col" { "Field" } th scope="col" { "Type and limits" } th scope="col" { "Meaning" }
                } }
                tbody { @for field in fields { tr {
                    th scope="row" { code { (wrapping(&dotted(&field.pointer))) } (required(&field)) }
                    td { (type_and_limits(field.schema)) }
                    td { (markdown::inline(text(field.schema, "description"))) }
                } } }
            }
        }
    }
}

/// Returns the address of a schema's page.
fn address(name: &str) -> String {
    format!("/docs/schemas/{name}")
}

/// Renders a name in which a line may break after dots, underscores and slashes.
pub fn wrapping(name: &str) -> Markup {
    html! { @for part in name.split_inclusive(['.', '_', '/']) { (part) wbr; } }
}

/// Marks a required member.
pub fn required(field: &Field<'_>) -> Markup {
    html! { @if field.required { " " span.required { "required" } } }
}

/// Renders the type, with the limits below it.
pub fn type_and_limits(schema: &Value) -> Markup {
    let limits = limits(schema);
    html! { (kind(schema)) @if !limits.is_empty() { div.limits { (joined(&limits)) } } }
}

/// Describes the type of a schema in words, with a link if the schema is a reference.
pub fn kind(schema: &Value) -> Markup {
    if let Some(name) = referred(schema) {
        return html! { a href=(address(name)) { (name) } };
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return html! { @for (index, choice) in choices.iter().enumerate() { @if index > 0 { " or " } (kind(choice)) } };
    }
    match &schema["type"] {
        Value::String(name) => named(name, schema),
        Value::Array(names) => html! {
            @for (index, name) in names.iter().filter_map(Value::as_str).enumerate() {
                @if index > 0 { " or " } (named(name, schema))
            }
        },
        _ => html! { "any JSON" },
    }
}

fn named(name: &str, schema: &Value) -> Markup {
    match (name, schema["format"].as_str()) {
        ("array", _) => html! { "list of " (kind(&schema["items"])) },
        ("object", _) if schema["additionalProperties"].is_object() => {
            html! { "object of " (kind(&schema["additionalProperties"])) }
        }
        ("string", Some(format)) => html! { "string (" (format) ")" },
        (name, _) => html! { (name) },
    }
}

/// Lists the limits that a schema sets for values.
pub fn limits(schema: &Value) -> Vec<Markup> {
    let values = choices(schema).map(|value| html! { code { (word(value)) } });
    let values: Vec<_> = values.collect();
    let size = |least, most, unit: &str| match (&schema[least], &schema[most]) {
        (least, Value::Null) if *least == 1 => Some("not empty".to_owned()),
        (least, most) => range(least, most).map(|size| format!("{size} {unit}")),
    };
    let told = [
        range(&schema["minimum"], &schema["maximum"]),
        size("minLength", "maxLength", "characters"),
        size("minItems", "maxItems", "items"),
        size("minProperties", "maxProperties", "members"),
        schema.get("default").map(|value| format!("{} by default", word(value))),
        schema["readOnly"].as_bool().and_then(|only| only.then(|| "output only".to_owned())),
        schema["writeOnly"].as_bool().and_then(|only| only.then(|| "never returned".to_owned())),
    ];
    let pattern = schema["pattern"].as_str().map(|pattern| html! { "matches " code { (pattern) } });
    let each =
        ["items", "additionalProperties"].into_iter().flat_map(|within| limits_within(&schema[within]));
    let choice = (!values.is_empty()).then(|| joined(&values));
    let told = told.into_iter().flatten().map(|limit| html! { (limit) });
    choice.into_iter().chain(told).chain(pattern).chain(each).collect()
}

/// Returns the values that a schema lists, or its single value; none if the schema does not name its values.
pub fn choices(schema: &Value) -> impl Iterator<Item = &Value> {
    let closed = closed(schema);
    items(&closed["enum"]).chain(closed.get("const"))
}

/// Returns the enumeration that a schema refers to, directly or in a choice. If it refers to none, returns the schema
/// itself.
fn closed(schema: &Value) -> &Value {
    let choice = items(&schema["oneOf"]).find_map(referred);
    let named = referred(schema).or(choice).map(|name| Document(&DOCUMENT).schema(name));
    named.filter(|named| named.get("enum").is_some()).unwrap_or(schema)
}

fn limits_within(schema: &Value) -> Option<Markup> {
    let limits = if schema.is_object() { limits(schema) } else { Vec::new() };
    (!limits.is_empty()).then(|| html! { "each " (joined(&limits)) })
}

fn range(least: &Value, most: &Value) -> Option<String> {
    match (least, most) {
        (Value::Null, Value::Null) => None,
        (least, Value::Null) => Some(format!("from {least}")),
        (Value::Null, most) => Some(format!("up to {most}")),
        (least, most) => Some(format!("{least} to {most}")),
    }
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn joined(parts: &[Markup]) -> Markup {
    html! { @for (index, part) in parts.iter().enumerate() { @if index > 0 { ", " } (part) } }
}

fn comma(limits: &[Markup]) -> Markup {
    html! { @if !limits.is_empty() { ": " (joined(limits)) } }
}
