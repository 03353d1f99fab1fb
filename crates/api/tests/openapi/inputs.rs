//! The schemas of request bodies and headers: they accept what the gateway accepts, and no more.

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::resolved::{document, operations};

/// Compiles a schema of the document.
fn compile(schema: &Value) -> Validator {
    let rooted = json!({ "allOf": [schema], "components": document()["components"] });
    jsonschema::draft202012::options().build(&rooted).unwrap()
}

fn component(name: &str) -> Validator {
    compile(&json!({ "$ref": format!("#/components/schemas/{name}") }))
}

fn check(validator: &Validator, fits: &[Value], refused: &[Value]) {
    for value in fits {
        let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{value}: {errors:?}");
    }
    for value in refused {
        assert!(!validator.is_valid(value), "{value}");
    }
}

#[test]
fn an_idempotency_key_has_visible_characters_with_or_without_quotes() {
    let (_, operation) = operations().find(|(id, _)| *id == "createAgent").unwrap();
    let key = operation["parameters"].as_array().unwrap().iter().find(|one| one["name"] == "Idempotency-Key");
    let (longest, quoted) = ("k".repeat(255), format!("\"{}\"", "k".repeat(255)));
    let fits = [json!("crm-4711"), json!("\"crm-4711\""), json!("!#~"), json!(longest), json!(quoted)];
    let refused = [
        json!(""),
        json!("two words"),
        json!("\""),
        json!("\"\""),
        json!("\"half"),
        json!("in\"side"),
        json!("ü"),
        json!("k".repeat(256)),
        json!(format!("\"{}\"", "k".repeat(256))),
    ];
    check(&compile(&key.unwrap()["schema"]), &fits, &refused);
}
