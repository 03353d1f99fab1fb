//! The validation of a request to dial.

use serde_json::{Value, json};
use switchboard_core::{
    call::{Dial, missing_variables},
    error::{InputLocation, Kind, Result},
    model::FieldReader,
};

fn read(document: &Value) -> Result<Dial> {
    let mut reader = FieldReader::for_body::<Dial>(&["agent_id"]);
    let dial: Dial = reader.root(document);
    dial.check(&mut reader);
    reader.finish().map(|()| dial)
}

fn violations(document: &Value) -> Vec<(String, Kind)> {
    let error = read(document).unwrap_err();
    let places = error.violations.into_iter().map(|violation| match violation.location {
        InputLocation::Pointer(at) => (at, violation.code),
        other => panic!("{other:?}"),
    });
    places.collect()
}

fn to(phone_number: &str) -> Value {
    json!({ "to": { "phone_number": phone_number } })
}

#[test]
fn the_smallest_dial_has_a_phone_number() {
    read(&to("+15550100123")).unwrap();
    assert_eq!(violations(&json!({})), [("/to/phone_number".to_owned(), Kind::FieldRequired)]);
    assert_eq!(violations(&to("030 1234")), [("/to/phone_number".to_owned(), Kind::ValidationFailed)]);
}

#[test]
fn a_number_and_a_trunk_exclude_each_other() {
    let mut dial = to("+15550100123");
    dial["trunk_id"] = json!("trk_01");
    read(&dial).unwrap();
    dial["from"] = json!({ "phone_number_id": "main" });
    assert_eq!(violations(&dial), [("/trunk_id".to_owned(), Kind::ValidationFailed)]);
}

#[test]
fn every_wrong_variable_is_named() {
    let mut dial = to("+15550100123");
    dial["variables"] = json!({
        "order": "17", "a1_b": "", "Order": "x", "1st": "x", "a/b": "x", "switchboard_call_id": "x",
    });
    let at: Vec<_> = violations(&dial).into_iter().map(|(at, _)| at).collect();
    assert_eq!(
        at,
        ["/variables/1st", "/variables/Order", "/variables/a~1b", "/variables/switchboard_call_id"]
    );
    dial["variables"] = json!({ "a".repeat(64): "x" });
    read(&dial).unwrap();
    dial["variables"] = json!({ "a".repeat(65): "x" });
    assert_eq!(violations(&dial).len(), 1);
}

#[test]
fn variables_are_bounded() {
    let mut dial = to("+15550100123");
    let many = |count: usize| -> Value {
        (0..count).map(|n| (format!("v{n}"), json!("x"))).collect::<serde_json::Map<_, _>>().into()
    };
    dial["variables"] = many(50);
    read(&dial).unwrap();
    dial["variables"] = many(51);
    assert_eq!(violations(&dial), [("/variables".to_owned(), Kind::ValidationFailed)]);
    dial["variables"] = json!({ "v": "x".repeat(16 * 1024 - 1) });
    read(&dial).unwrap();
    dial["variables"] = json!({ "v": "x".repeat(16 * 1024) });
    assert_eq!(violations(&dial), [("/variables".to_owned(), Kind::ValidationFailed)]);
}

#[test]
fn all_violations_are_reported_together() {
    let dial = json!({
        "to": { "phone_number": "+15550100123", "first_name": "A\u{202e}nn", "email": "ann@", "phone": "+1" },
        "trunk_id": "trk_01", "from": { "phone_number_id": "main" }, "overrides": { "voice": { "speed": 9 } },
    });
    let at: Vec<_> = violations(&dial).into_iter().map(|(at, _)| at).collect();
    assert_eq!(at, ["/to/phone", "/overrides/voice/speed", "/trunk_id", "/to/first_name", "/to/email"]);
}

#[test]
fn names_of_other_apis_lead_to_the_field() {
    let error = read(&json!({ "phone_number": "+15550100123" })).unwrap_err();
    let detail = &error.violations[0].detail;
    assert!(detail.contains("/to/phone_number"), "{detail}");
}

#[test]
fn debug_shows_no_person() {
    let dial = read(&json!({
        "to": { "phone_number": "+15550100123", "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com" },
        "variables": { "order": "secret" },
    }));
    let shown = format!("{:?}", dial.unwrap());
    for personal in ["5550100123", "Ann", "Lee", "example.com", "secret"] {
        assert!(!shown.contains(personal), "{shown}");
    }
    assert!(shown.contains("…23"), "{shown}");
}

#[test]
fn a_placeholder_that_no_dial_can_fill_is_left_to_the_agent() {
    let agent = json!({ "prompt": { "instructions": "{{order}} of {{Name}}" } });
    let missing = missing_variables(&agent, &["/prompt/instructions"], |_| false);
    let [name, order] = missing.as_slice() else { panic!("{missing:?}") };
    assert_eq!((name.code, order.code), (Kind::FieldRequired, Kind::FieldRequired));
    assert!(name.detail.contains("variables of the agent"), "{name:?}");
    assert!(!order.detail.contains("variables of the agent"), "{order:?}");
}
