//! Values that a body must not have, although JSON can hold them.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_core::{
    error::{InputLocation, Result},
    model::{Agent, Trunk, json, schema},
};
use switchboard_engine::{Body, Extensions, Managed};

const FULL_AGENT: &str = include_str!("../../conformance/src/full_agent.json");
const FULL_TRUNK: &str = include_str!("../../conformance/src/full_trunk.json");

/// Characters that no name may have: control characters, and characters that change the direction of text.
const UNFIT: [char; 9] =
    ['\u{1}', '\n', '\t', '\u{7f}', '\u{85}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'];

fn document(full: &str, patch: &Value) -> Value {
    let mut document = serde_json::from_str(full).unwrap();
    schema::merge(&mut document, patch);
    document
}

fn read<R: Managed>(document: Value) -> Result<Body<R>> {
    Body::read(document, &Extensions::from_factories(&[]), &|_| Ok(()))
}

fn merge<R: Managed>(full: &str, patch: &Value) -> Result<Body<R>> {
    let body = read::<R>(document(full, &json!({})))?;
    body.merge(patch.as_object().unwrap(), &Extensions::from_factories(&[]), &|_| Ok(()))
}

/// Returns the pointers of all violations in a patch. Checks that the patched body has the same violations.
fn pointers<R: Managed>(full: &str, patch: &Value) -> Vec<String> {
    let [patched, whole] = [merge::<R>(full, patch), read::<R>(document(full, patch))].map(|result| {
        let violations = result.err().map(|error| error.violations).unwrap_or_default();
        violations
            .into_iter()
            .map(|violation| match violation.location {
                InputLocation::Pointer(pointer) => pointer,
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    });
    assert_eq!(patched, whole, "{patch}");
    patched
}

#[test]
fn names_have_no_control_characters_and_change_no_direction() {
    for unfit in UNFIT {
        let text = format!("a{unfit}b");
        for (patch, pointer) in [
            (json!({ "name": text }), "/name".to_owned()),
            (json!({ "external_ref": text }), "/external_ref".to_owned()),
            (json!({ "labels": { "team": text } }), "/labels/team".to_owned()),
            (json!({ "labels": { text.as_str(): "sales" } }), format!("/labels/{text}")),
        ] {
            assert_eq!(pointers::<Agent>(FULL_AGENT, &patch), [pointer.as_str()], "{patch}");
            assert_eq!(pointers::<Trunk>(FULL_TRUNK, &patch), [pointer.as_str()], "{patch}");
        }
    }
}

#[test]
fn names_of_every_script_are_accepted() {
    for name in ["Empfang Köln", "استقبال", "קבלה", "受付 ☎️", "a b"] {
        let patch = json!({ "name": name, "external_ref": name, "labels": { name: name } });
        assert!(pointers::<Agent>(FULL_AGENT, &patch).is_empty(), "{name}");
    }
}

#[test]
fn prompts_and_messages_keep_their_newlines_and_tabs() {
    let patch = json!({ "prompt": { "instructions": "a\n\tb" }, "greeting": { "message": "a\r\nb" } });
    assert!(pointers::<Agent>(FULL_AGENT, &patch).is_empty());
}

#[test]
fn a_patch_of_another_field_accepts_a_stored_name_of_an_older_version() {
    let mut body = read::<Agent>(document(FULL_AGENT, &json!({}))).unwrap();
    body.desired.record.name = Some("a\u{7}b".to_owned());
    let patch = json!({ "timezone": "Europe/Berlin" });
    body.merge(patch.as_object().unwrap(), &Extensions::from_factories(&[]), &|_| Ok(())).unwrap();
}

/// Checks that a number of free-form JSON is kept exactly or refused. The JSON parser knows whether it rounded a
/// number, so the body is parsed as that of a request.
#[test]
fn metadata_has_no_whole_number_beyond_64_bits() {
    let body = |number: &str| {
        let agent = FULL_AGENT.trim_end().strip_suffix('}').unwrap();
        format!("{agent}, \"metadata\": {{ \"a\": [{{ \"b/c\": {number} }}] }} }}")
    };
    for exact in ["18446744073709551615", "-9223372036854775808", "0.1", "1e300", "-0"] {
        let read = read::<Agent>(json::parse(body(exact).as_bytes()).unwrap()).unwrap();
        let stored = serde_json::to_value(read.envelope.metadata).unwrap();
        assert_eq!(stored["a"][0]["b/c"], serde_json::from_str::<Value>(exact).unwrap());
    }
    for rounded in ["18446744073709551616", "-9223372036854775809", "123456789012345678901234567890"] {
        let error = json::parse(body(rounded).as_bytes()).expect_err(rounded);
        let [violation] = &error.violations[..] else { panic!("{rounded}: {error}") };
        assert_eq!(violation.location, InputLocation::Pointer("/metadata/a/0/b~1c".to_owned()));
    }
}
