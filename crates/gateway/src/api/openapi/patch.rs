//! The schema of a merge patch, made from that of what it changes: nothing is required, and null clears.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The patch of an object. `objects` are the components that a patch merges into member by member; others it replaces.
pub fn of(schema: &Value, objects: &BTreeSet<String>) -> Value {
    let mut patch = schema.clone();
    if let Value::Object(patch) = &mut patch {
        patch.shift_remove("required");
    }
    if let Some(Value::Object(properties)) = patch.get_mut("properties") {
        for property in properties.values_mut().filter(|property| property.get("readOnly").is_none()) {
            *property = nullable(property, objects);
        }
    }
    patch
}

/// The name of an object's patch.
pub fn name(object: &str) -> String {
    format!("{object}Patch")
}

fn nullable(property: &Value, objects: &BTreeSet<String>) -> Value {
    let Some(reference) = property["$ref"].as_str() else {
        let mut property = property.clone();
        if let Some(Value::String(kind)) = property.get("type") {
            property["type"] = json!([kind, "null"]);
        }
        if let Some(Value::Array(values)) = property.get_mut("enum") {
            values.push(Value::Null);
        }
        return property;
    };
    let (path, component) = reference.rsplit_once('/').unwrap_or(("", reference));
    let component = if objects.contains(component) { name(component) } else { component.to_owned() };
    let either = json!([{ "$ref": format!("{path}/{component}") }, { "type": "null" }]);
    let mut nullable = Map::from_iter([("oneOf".to_owned(), either)]);
    nullable.extend(property.get("description").map(|about| ("description".to_owned(), about.clone())));
    Value::Object(nullable)
}
