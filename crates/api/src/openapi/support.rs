//! The extension `x-vendor-support`, which shows the capability of each vendor for a property of agents, trunks or requests to
//! place a call.

use serde_json::{Map, Value, json};
use switchboard_core::rule::Capability;
use switchboard_engine::{capability::Matrix, capability::limits};

use super::schemas::target;

/// The name of the extension.
const SUPPORT: &str = "x-vendor-support";

/// Adds the capabilities of all vendors to each property for which the matrix has capabilities. The properties are
/// those of agents, trunks and requests to place a call. For agents and trunks, annotates only the schemas of answers,
/// because bodies have the same properties.
pub fn annotate(schemas: &mut Map<String, Value>, matrix: &Matrix) {
    for (root, fields, row) in [
        ("Agent", matrix.agent_fields(), Row::Agent),
        ("Trunk", matrix.trunk_fields(), Row::Trunk),
        ("NewCall", matrix.call_fields(), Row::Call),
    ] {
        for field in fields {
            set(schemas, root, field, &vendors(matrix, field, row));
        }
    }
}

#[derive(Clone, Copy)]
enum Row {
    Agent,
    Trunk,
    Call,
}

fn vendors(matrix: &Matrix, field: &str, row: Row) -> Value {
    let vendors = matrix.0.iter().map(|column| {
        let capability = match row {
            Row::Agent => column.agent(field),
            Row::Trunk => column.trunk(field),
            Row::Call => column.call(field),
        };
        let support = match capability {
            Some(capability) => said(capability),
            None => json!({ "support": "unsupported" }),
        };
        (column.vendor.clone(), support)
    });
    Value::Object(vendors.collect())
}

/// Converts a capability to the JSON form of the API, without `field` and false members, and adds the limits in words.
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

/// Adds the capabilities to the property at the JSON pointer `field`, following references from schema to schema.
/// Does nothing if there is no such property.
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
        let Some(next) = target(property) else { return };
        schema = next.to_owned();
    }
}
