//! The schemas of batches.

use serde_json::{Value, json};
use switchboard_engine::Managed;

use super::{input::Form, schemas::reference};
use crate::records::MAX_OPERATIONS;

/// Builds the schemas for batches of a kind of record.
pub fn of_batches<R: Managed>() -> Vec<(String, Value)> {
    let kind = R::name();
    let [creation, change, operation, result] =
        ["Creation", "Change", "Operation", "Result"].map(|part| format!("{kind}Batch{part}"));
    let batch = json!({
        "type": "object",
        "description": "Creations and changes that one request carries out.",
        "properties": {
            "operations": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_OPERATIONS,
                "description": "The operations. Each record can have one.",
                "items": reference(&operation),
            },
        },
        "required": ["operations"],
        "additionalProperties": false,
    });
    let creation_schema = json!({
        "type": "object",
        "description": format!("The creation of one {}.", R::NAME),
        "properties": { "create": reference(&Form::New.name(&kind)) },
        "required": ["create"],
        "additionalProperties": false,
    });
    let change_schema = json!({
        "type": "object",
        "description": format!("A change of one {}.", R::NAME),
        "properties": {
            "id": { "type": "string", "description": format!("The id of the {}.", R::NAME) },
            "patch": reference(&Form::Patch.name(&kind)),
            "if_revision": {
                "type": ["integer", "null"],
                "minimum": 1,
                "description": format!(
                    "The revision that the {} must have; with another one, the result has the status 412.", R::NAME
                ),
            },
        },
        "required": ["id", "patch"],
        "additionalProperties": false,
    });
    let result_schema = json!({
        "type": "object",
        "description": "The result of one operation of a batch.",
        "properties": {
            "status": {
                "type": "integer",
                "minimum": 200,
                "maximum": 599,
                "description": "The HTTP status that the answer to the single request would have.",
            },
            "replayed": {
                "type": "boolean",
                "description": "True if this is the stored result of an earlier request with the same key; omitted otherwise.",
            },
            "body": reference(&kind),
            "problem": reference("Problem"),
        },
        "required": ["status"],
    });
    let results = json!({
        "type": "object",
        "description": "The results of the operations of a batch.",
        "properties": {
            "results": {
                "type": "array",
                "description": "One result for each operation, in the order of the operations.",
                "items": reference(&result),
            },
        },
        "required": ["results"],
    });
    let either = json!({
        "description": "One operation of a batch: a creation or a change.",
        "oneOf": [reference(&creation), reference(&change)],
    });
    vec![
        (format!("{kind}Batch"), batch),
        (creation, creation_schema),
        (change, change_schema),
        (operation, either),
        (result, result_schema),
        (format!("{kind}BatchResults"), results),
    ]
}
