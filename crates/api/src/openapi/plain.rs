//! The simplification of schemas. A simplified schema accepts every value that the original schema accepts, and may
//! accept further values.

use serde_json::{Map, Value, json};
use switchboard_core::model::schema::described;

/// Simplifies the schema of a type, and all schemas within it.
pub fn plain(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(plain),
        Value::Object(members) => {
            members.values_mut().for_each(plain);
            without_widths(members);
            if let Some(Value::Array(all)) = members.shift_remove("allOf") {
                let beside = std::mem::take(members);
                *members = joined(&all);
                members.extend(beside);
            }
            nullable(members);
        }
        _ => {}
    }
}

/// Removes the width of numbers, because JSON numbers have no width. Removes the type of member names, because member names
/// are always strings.
fn without_widths(schema: &mut Map<String, Value>) {
    let counts = ["int32", "int64", "uint8", "uint16", "uint32", "uint64", "double"];
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| counts.contains(&format)) {
        schema.shift_remove("format");
    }
    if schema.get("propertyNames").is_some_and(|names| *names == json!({ "type": "string" })) {
        schema.shift_remove("propertyNames");
    }
}

/// Merges the schemas of an `allOf` into one schema. The members of alternatives become optional.
fn joined(all: &[Value]) -> Map<String, Value> {
    let mut schema = Map::new();
    for part in all.iter().filter_map(Value::as_object) {
        match part.get("oneOf").and_then(Value::as_array) {
            Some(alternatives) => alternatives.iter().filter_map(Value::as_object).for_each(|one| {
                let optional = one.iter().filter(|(name, _)| *name != "required" && *name != "description");
                add(&mut schema, optional);
            }),
            None => add(&mut schema, part.iter()),
        }
    }
    schema
}

fn add<'a>(schema: &mut Map<String, Value>, members: impl Iterator<Item = (&'a String, &'a Value)>) {
    let names_values = schema.contains_key("enum");
    for (name, value) in members {
        match (schema.get_mut(name), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more.clone()),
            (Some(about), Value::String(more)) if name == "description" && names_values => {
                let of_type = about.as_str().map(ToOwned::to_owned);
                *about = json!(described(of_type, more));
            }
            // A schema that only adds a description also has a default type, which must not replace the known type.
            (Some(_), Value::String(_)) if name == "type" => {}
            _ => drop(schema.insert(name.clone(), value.clone())),
        }
    }
}

/// Simplifies a choice between a schema and null. Moves the description out of the schema. If the schema is an
/// enumeration, adds null to its values and removes the choice.
fn nullable(schema: &mut Map<String, Value>) {
    let Some([one, null]) = schema.get("oneOf").and_then(Value::as_array).map(Vec::as_slice) else { return };
    if *null != json!({ "type": "null" }) {
        return;
    }
    let Value::Object(mut one) = one.clone() else { return };
    let of_type = one.shift_remove("description").and_then(|about| about.as_str().map(ToOwned::to_owned));
    let of_member = schema.shift_remove("description");
    let about = described(of_type, of_member.as_ref().and_then(Value::as_str).unwrap_or_default());
    if let Some(Value::Array(values)) = one.get_mut("enum") {
        values.push(Value::Null);
        one["type"] = json!(["string", "null"]);
        schema.shift_remove("oneOf");
        schema.extend(one);
    } else {
        schema["oneOf"] = json!([one, { "type": "null" }]);
    }
    schema.extend(about.map(|about| ("description".to_owned(), about.into())));
}
