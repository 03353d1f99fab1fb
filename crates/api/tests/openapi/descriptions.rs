//! Every member, parameter and header of the document has a description.

use serde_json::{Map, Value};

use crate::resolved::{operations, resolve, schemas};

/// The keywords whose values are no schemas.
const VALUES: [&str; 4] = ["const", "default", "enum", "examples"];

#[test]
fn every_property_has_a_description() {
    let mut bare = Vec::new();
    schemas().iter().for_each(|(name, schema)| collect(name, schema, &mut bare));
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

/// Adds the paths of the properties in a schema that have no description.
fn collect(at: &str, schema: &'static Value, bare: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        if !is_described(property) {
            bare.push(at.clone());
        }
        collect(&at, property, bare);
    }
    // The schemas in `not` describe nothing that a caller can send.
    let inner = schema.as_object().into_iter().flatten().filter(|(keyword, _)| {
        !VALUES.contains(&keyword.as_str()) && !["properties", "not", "example"].contains(&keyword.as_str())
    });
    for (keyword, value) in inner {
        let schemas: Vec<_> = match value {
            Value::Object(_) => vec![value],
            Value::Array(all) => all.iter().collect(),
            _ => continue,
        };
        schemas.into_iter().for_each(|schema| collect(&format!("{at}/{keyword}"), schema, bare));
    }
}

#[test]
fn every_parameter_and_header_has_a_description() {
    for (id, operation) in operations() {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(is_described(parameter), "{id}: {parameter}");
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            for (name, header) in response["headers"].as_object().into_iter().flat_map(Map::iter) {
                assert!(is_described(header), "{id} {status}: {name}");
            }
        }
    }
}

fn is_described(of: &'static Value) -> bool {
    [of, resolve(of)].iter().any(|of| of["description"].as_str().is_some_and(|text| !text.trim().is_empty()))
}
