//! The schemas of request bodies and headers: they accept what the gateway accepts, and no more.

use jsonschema::Validator;
use serde_json::{Value, json};
use switchboard_engine::{Resolution, calls::Dialer};

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

/// Checks that a schema and the gateway agree about each body.
fn agree(name: &str, bodies: &[Value], is_accepted: impl Fn(&Value) -> bool) {
    let validator = component(name);
    let accepted = bodies.iter().filter(|body| is_accepted(body)).count();
    assert!((1..bodies.len()).contains(&accepted), "one body at least is accepted, and one refused");
    for body in bodies {
        assert_eq!(validator.is_valid(body), is_accepted(body), "{body}");
    }
}

fn dial(more: Value) -> Value {
    let mut body = json!({ "agent_id": "agt_1", "to": { "phone_number": "+4930123456" } });
    switchboard_core::model::schema::merge(&mut body, &more);
    body
}

#[test]
fn an_email_address_has_the_form_that_the_gateway_checks() {
    let addresses = [
        "ann@example.com",
        "a@b",
        "a@b@example.com",
        "ann@example.c-m",
        "ä@bücher.example",
        "@example.com",
        "ann@",
        "ann",
        "ann@.example",
        "ann@example.",
        "an n@example.com",
        "ann@exam ple.com",
        "ann@example\u{1}.com",
        "ann@e\u{85}x.com",
        "ann\u{a0}b@example.com",
    ];
    let bodies = addresses.map(|address| dial(json!({ "to": { "email": address } })));
    agree("NewCall", &bodies, |body| Dialer::check_body(body).is_ok());
}

#[test]
fn a_variable_has_a_name_that_the_gateway_accepts() {
    let long = ["v".repeat(64), "v".repeat(65)];
    let names = [
        "appointment",
        "a1_b",
        "v",
        "",
        "1a",
        "_a",
        "Appointment",
        "a-b",
        "ä",
        "switchboard_call",
        "switchboard",
    ];
    let names = names.into_iter().chain(long.iter().map(String::as_str));
    let bodies: Vec<_> = names.map(|name| dial(json!({ "variables": { name: "Tuesday" } }))).collect();
    agree("NewCall", &bodies, |body| Dialer::check_body(body).is_ok());
}

#[test]
fn an_operation_is_resolved_by_an_action_with_or_without_an_id() {
    let bodies = [
        json!({ "action": "adopt", "remote_id": "r1" }),
        json!({ "action": "retry" }),
        json!({ "action": "abandon" }),
        json!({}),
        json!({ "action": "adopt" }),
        json!({ "action": "retry", "remote_id": "r1" }),
        json!({ "action": "abandon", "remote_id": "r1" }),
        json!({ "action": "sneeze" }),
        json!({ "action": "retry", "on": 1 }),
        json!({ "remote_id": "r1" }),
    ];
    agree("OperationResolution", &bodies, |body| Resolution::read(body).is_ok());
}

#[test]
fn a_call_is_resolved_by_an_id_or_as_not_placed() {
    let fits = [json!({ "remote_id": "c1" }), json!({ "not_placed": true })];
    let refused = [
        json!({}),
        json!({ "not_placed": false }),
        json!({ "remote_id": "" }),
        json!({ "remote_id": "c1", "not_placed": true }),
        json!({ "remote_id": "c1", "not_placed": false }),
        json!({ "other": 1 }),
    ];
    check(&component("CallResolution"), &fits, &refused);
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
