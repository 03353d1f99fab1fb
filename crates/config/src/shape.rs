//! The JSON Schema of each key that the reader of a configuration knows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The schema member that marks a key as required. It is not part of the published schema.
pub const REQUIRED: &str = "x-required";

/// The placeholder for any name that the operator chooses, in the sample configuration and in the paths of a shape.
pub const ANY: &str = "*";

/// The schema of each key, by its path.
#[derive(Default)]
pub struct Shape(BTreeMap<String, Value>);

impl Shape {
    /// Adds members to the schema of the key at this path.
    pub fn note(&mut self, path: &str, schema: Value) {
        let noted = self.0.entry(path.to_owned()).or_insert_with(|| json!({}));
        if let (Value::Object(noted), Value::Object(members)) = (noted, schema) {
            noted.extend(members);
        }
    }

    /// Builds the schema of the whole configuration. `describe` returns the description of the key at a path, if it has one.
    pub fn build(self, describe: &dyn Fn(&str) -> Option<String>) -> Value {
        let mut root = table();
        for (path, mut schema) in self.0 {
            if let Some(text) = describe(&path) {
                schema["description"] = text.into();
            }
            insert(&mut root, &path, "", schema, describe);
        }
        root
    }
}

fn table() -> Value {
    json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// Inserts the schema of a key into the schema of a table. `path` is relative to the table, which is at the path `base`.
fn insert(
    table_schema: &mut Value,
    path: &str,
    base: &str,
    schema: Value,
    describe: &dyn Fn(&str) -> Option<String>,
) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let (name, is_list) = first.strip_suffix("[0]").map_or((first, false), |name| (name, true));
    // Only the keys of a table or list item that the operator adds are marked as required. `DEFAULTS` sets all other
    // required keys.
    let is_chosen = base.contains(ANY) || base.contains("[0]");
    let Some(rest) = rest else {
        let mut schema = schema;
        let required = schema.as_object_mut().and_then(|members| members.remove(REQUIRED));
        if required.is_some() && is_chosen {
            match &mut table_schema["required"] {
                Value::Array(names) => names.push(name.into()),
                absent => *absent = json!([name]),
            }
        }
        match name {
            ANY => table_schema["additionalProperties"] = schema,
            name => table_schema["properties"][name] = schema,
        }
        return;
    };
    let here = if base.is_empty() { first.to_owned() } else { format!("{base}.{first}") };
    let slot = match name {
        ANY => &mut table_schema["additionalProperties"],
        name => &mut table_schema["properties"][name],
    };
    if !slot.is_object() {
        *slot = if is_list { json!({ "type": "array", "items": table() }) } else { table() };
        if let Some(text) = describe(here.trim_end_matches("[0]")) {
            slot["description"] = text.into();
        }
    }
    insert(if is_list { &mut slot["items"] } else { slot }, rest, &here, schema, describe);
}
