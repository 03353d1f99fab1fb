//! `x-vendor-support`: each vendor's capability, on every property.

use serde_json::{Map, Value, json};
use switchboard_core::rule::Capability;
use switchboard_engine::{capability::Matrix, capability::limits};

/// The name of the member that holds each vendor's capability.
const SUPPORT: &str = "x-vendor-support";

/// Adds each vendor's capability to every property of agents and trunks, in the schemas of answers only. Bodies have the same
/// properties.
pub fn annotate(schemas: &mut Map<String, Value>, matrix: &Matrix) {
    for (root, fields, row) in
        [("Agent", matrix.agent_fields(), Row::Agent), ("Trunk", matrix.trunk_fields(), Row::Trunk)]
    {
        for field in fields {
            set(schemas, root, field, &vendors(matrix, field, row));
        }
    }
}

#[derive(Clone, Copy)]
enum Row {
    Agent,
    Trunk,
}

fn vendors(matrix: &Matrix, field: &str, row: Row) -> Value {
    let vendors = matrix.0.iter().map(|column| {
        let capability = match row {
            Row::Agent => column.agent(field),
            Row::Trunk => column.trunk(field),
        };
        let support = match capability {
            Some(capability) => said(capability),
            None => json!({ "support": "unsupported" }),
        };
        (column.vendor.clone(), support)
    });
    Value::Object(vendors.collect())
}

/// Writes a capability as the API returns it, without its field and without members that are false, and with the limits in words.
fn said(capability: &Capability) -> Value {
    let mut said = json!(capability);
    let limits = limits(capability);
    if let Value::Object(said) = &mut said {
        said.shift_remove("field");
        said.retain(|_, value| *value != Value::Bool(false));
        if !limits.is_empty() {
            said.insert("limits".to_owned(), limits.into());
        }
    }
    said
}

/// Puts the support on the property that a field's pointer leads to, from schema to schema by reference.
fn set(schemas: &mut Map<String, Value>, schema: &str, field: &str, support: &Value) {
    let (mut schema, mut names) = (schema.to_owned(), field.trim_start_matches('/').split('/').peekable());
    while let Some(name) = names.next() {
        let Some(property) = schemas.get_mut(&schema).and_then(|schema| schema["properties"].get_mut(name))
        else {
            return;
        };
        if names.peek().is_none() {
            property[SUPPORT] = support.clone();
            return;
        }
        let Some(next) = property["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) else {
            return;
        };
        schema = next.to_owned();
    }
}
