//! The JSON Schema of the values that an agent sends with an HTTP request.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    error::{Kind, Violation},
    model::schema::escape,
};

/// The maximum size, in bytes of JSON.
const MAX_SIZE: usize = 20_000;

/// The maximum number of levels of nested schemas, including the outermost schema.
const MAX_DEPTH: usize = 10;

/// The description of `tools[].parameters` in the OpenAPI document. A field with a schema of its own has no other one.
const ABOUT: &str = "The JSON Schema, of the type `object`, of the values that the agent determines and sends as the JSON body of the \
    request. If omitted, the request has no body. A request with the method `get` or `delete` never has a body, so such a tool is lost \
    if its schema has properties. The schema has at most 10 levels and 20,000 bytes, and no references such as `$ref`.";

/// The keywords that refer to other schemas, or define schemas for such references.
const REFERENCES: [&str; 4] = ["$ref", "$dynamicRef", "$defs", "definitions"];

/// The keywords with a list of schemas.
const ALTERNATIVES: [&str; 3] = ["anyOf", "oneOf", "allOf"];

/// The further keywords with a schema, or with a value such as `false` in its place.
const SCHEMAS: [&str; 11] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// The further keywords with a list or a map of schemas.
const SCHEMA_SETS: [&str; 4] = ["dependencies", "dependentSchemas", "patternProperties", "prefixItems"];

const TYPES: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];

/// A JSON Schema of the type `object`, which describes the values that an agent sends with an HTTP request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(Map<String, Value>);

/// A schema with only those keywords that a vendor accepts.
pub struct NarrowedParameters {
    /// The schema.
    pub schema: Parameters,
    /// The JSON pointers of the keywords that were removed.
    pub removed: Vec<String>,
}

impl Parameters {
    /// Returns the schema of this type for the OpenAPI document. It describes only the member `type`;
    /// [`Self::violations`] checks the other members.
    pub(super) fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::{ObjectBuilder, Type, schema::AdditionalProperties};
        let kind = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["object"]))
            .description(Some("The type of the schema: always `object`."));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(ABOUT))
            .property("type", kind)
            .required("type")
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .build()
            .into()
    }

    /// Reads a schema from the vendor. Returns `None` if it is not a schema that callers can set.
    pub fn from_vendor(schema: &Value) -> Option<Self> {
        let schema = Self(schema.as_object()?.clone());
        schema.violations("").is_empty().then_some(schema)
    }

    /// Returns true if the schema has no properties.
    pub fn is_empty(&self) -> bool {
        self.0.get("properties").and_then(Value::as_object).is_none_or(Map::is_empty)
    }

    /// Returns true if the schema and all schemas of properties and items have exactly one type.
    pub fn has_one_type(&self) -> bool {
        has_one_type(&self.0)
    }

    /// Returns the schema with only those keywords that are in `keywords`. Nested schemas keep only the keywords that
    /// are in `inner`. An empty list of required properties has no effect, so it is removed without being listed.
    pub fn narrowed(&self, keywords: &[&str], inner: &[&str]) -> NarrowedParameters {
        let mut removed = Vec::new();
        let schema = Self(narrowed(&self.0, (keywords, inner), "", &mut removed));
        NarrowedParameters { schema, removed }
    }

    /// Checks the schema. `at` is its pointer.
    pub(super) fn violations(&self, at: &str) -> Vec<Violation> {
        let size = serde_json::to_string(&self.0).map_or(usize::MAX, |text| text.len());
        if size > MAX_SIZE {
            return vec![wrong(at, &format!("must have at most {MAX_SIZE} bytes, not {size}"))];
        }
        let mut out = Vec::new();
        if self.0.get("type").is_none_or(|kind| kind != "object") {
            out.push(wrong(&format!("{at}/type"), "must be \"object\""));
        }
        check(&self.0, at, MAX_DEPTH, &mut out);
        out
    }
}

fn wrong(at: &str, detail: &str) -> Violation {
    Violation::at(at, Kind::ValidationFailed, format!("{at} {detail}."))
}

/// Checks the keywords whose form vendors rely on. Other keywords may have any value, but the schemas in them have
/// neither references nor too many levels.
fn check(schema: &Map<String, Value>, at: &str, levels: usize, out: &mut Vec<Violation>) {
    if levels == 0 {
        return out.push(too_deep(at));
    }
    let is_type = |kind: &Value| kind.as_str().is_some_and(|kind| TYPES.contains(&kind));
    for (keyword, value) in schema {
        let at = format!("{at}/{}", escape(keyword));
        match (keyword.as_str(), value) {
            (name, _) if REFERENCES.contains(&name) => out.push(reference(&at)),
            ("type", Value::String(_)) if is_type(value) => {}
            ("type", Value::Array(kinds)) if !kinds.is_empty() && kinds.iter().all(is_type) => {}
            ("type", _) => {
                out.push(wrong(&at, &format!("must be one of {}, or a list of them", TYPES.join(", "))))
            }
            ("description", Value::String(_)) => {}
            ("description", _) => out.push(wrong(&at, "must be a string")),
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties {
                    nested(property, &format!("{at}/{}", escape(name)), levels, out);
                }
            }
            ("properties", _) => out.push(wrong(&at, "must be an object")),
            ("items", _) => nested(value, &at, levels, out),
            ("required", Value::Array(names)) => {
                for (index, name) in names.iter().enumerate() {
                    let known = name.as_str().and_then(|name| schema.get("properties")?.get(name));
                    if known.is_none() {
                        out.push(wrong(&format!("{at}/{index}"), "must be the name of a property"));
                    }
                }
            }
            ("required", _) => out.push(wrong(&at, "must be a list")),
            ("enum", Value::Array(values)) if !values.is_empty() => {}
            ("enum", _) => out.push(wrong(&at, "must be a list with at least one value")),
            (name, Value::Array(schemas)) if ALTERNATIVES.contains(&name) => {
                for (index, schema) in schemas.iter().enumerate() {
                    nested(schema, &format!("{at}/{index}"), levels, out);
                }
            }
            (name, _) if ALTERNATIVES.contains(&name) => out.push(wrong(&at, "must be a list")),
            (name, _) => {
                for (schema, at) in schemas_of(name, value, &at) {
                    check_bounds(schema, &at, levels - 1, out);
                }
            }
        }
    }
}

/// Checks that a schema and the schemas in it have no references, and at most this number of levels.
fn check_bounds(schema: &Map<String, Value>, at: &str, levels: usize, out: &mut Vec<Violation>) {
    if levels == 0 {
        return out.push(too_deep(at));
    }
    for (keyword, value) in schema {
        let at = format!("{at}/{}", escape(keyword));
        if REFERENCES.contains(&keyword.as_str()) {
            out.push(reference(&at));
            continue;
        }
        for (schema, at) in schemas_of(keyword, value, &at) {
            check_bounds(schema, &at, levels - 1, out);
        }
    }
}

/// Lists the schemas in the value of a keyword, each with its pointer. Values such as `true` in the place of a schema
/// are omitted.
fn schemas_of<'a>(keyword: &str, value: &'a Value, at: &str) -> Vec<(&'a Map<String, Value>, String)> {
    let is_set = keyword == "properties" || ALTERNATIVES.contains(&keyword) || SCHEMA_SETS.contains(&keyword);
    match value {
        Value::Object(schema) if keyword == "items" || SCHEMAS.contains(&keyword) => {
            vec![(schema, at.to_owned())]
        }
        Value::Object(named) if is_set => {
            let named = named.iter().filter_map(|(name, schema)| Some((name, schema.as_object()?)));
            named.map(|(name, schema)| (schema, format!("{at}/{}", escape(name)))).collect()
        }
        Value::Array(listed) if is_set || keyword == "items" => {
            let listed = listed.iter().enumerate().filter_map(|(at, schema)| Some((at, schema.as_object()?)));
            listed.map(|(index, schema)| (schema, format!("{at}/{index}"))).collect()
        }
        _ => Vec::new(),
    }
}

fn too_deep(at: &str) -> Violation {
    wrong(at, &format!("is nested too deeply; a schema has at most {MAX_DEPTH} levels"))
}

fn reference(at: &str) -> Violation {
    wrong(at, "is not accepted; write each schema in its place")
}

fn nested(schema: &Value, at: &str, levels: usize, out: &mut Vec<Violation>) {
    match schema {
        Value::Object(schema) => check(schema, at, levels - 1, out),
        _ => out.push(wrong(at, "must be an object")),
    }
}

fn has_one_type(schema: &Map<String, Value>) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let mut inner = properties.map(|(_, property)| property).chain(schema.get("items"));
    schema.get("type").is_some_and(Value::is_string)
        && inner.all(|inner| inner.as_object().is_some_and(has_one_type))
}

fn narrowed(
    schema: &Map<String, Value>,
    (keywords, inner): (&[&str], &[&str]),
    at: &str,
    removed: &mut Vec<String>,
) -> Map<String, Value> {
    let mut kept = Map::new();
    for (keyword, value) in schema {
        let at = format!("{at}/{}", escape(keyword));
        let mut inside = |value: &Value, at: &str| match value {
            Value::Object(schema) => Value::Object(narrowed(schema, (inner, inner), at, removed)),
            other => other.clone(),
        };
        let value = match (keyword.as_str(), value) {
            ("required", Value::Array(names)) if names.is_empty() => continue,
            (name, _) if !keywords.contains(&name) => {
                removed.push(at);
                continue;
            }
            ("properties", Value::Object(properties)) => properties
                .iter()
                .map(|(name, value)| (name.clone(), inside(value, &format!("{at}/{}", escape(name)))))
                .collect(),
            ("items", value) => inside(value, &at),
            (name, Value::Array(schemas)) if ALTERNATIVES.contains(&name) => schemas
                .iter()
                .enumerate()
                .map(|(index, value)| inside(value, &format!("{at}/{index}")))
                .collect(),
            (_, other) => other.clone(),
        };
        kept.insert(keyword.clone(), value);
    }
    kept
}
