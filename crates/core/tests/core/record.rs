//! The code that the derive macros generate for a record.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use switchboard_core::model::{Agent, FieldReader, Record, Trunk, read, schema};

use crate::samples;

/// Lists the pointers of all leaves in a record's document: the members that are not groups.
fn leaves<R: Record>(document: &Value) -> Vec<String> {
    fn walk(at: &str, value: &Value, whole: &Value, out: &mut Vec<String>) {
        let Value::Object(members) = value else { return out.push(at.to_owned()) };
        for (name, member) in members {
            let at = format!("{at}/{}", schema::escape(name));
            match is_group(whole, &at) {
                true => walk(&at, member, whole, out),
                false => out.push(at),
            }
        }
    }
    let mut out = Vec::new();
    walk("", document, &json!(R::schema()), &mut out);
    out
}

/// Returns true if a pointer names a group: a member at the top level whose schema is a `$ref`. All groups of an agent
/// are at the top level.
fn is_group(schema: &Value, pointer: &str) -> bool {
    let name = pointer.trim_start_matches('/');
    !name.contains('/') && schema["properties"][name].get("$ref").is_some()
}

/// Converts a document to a string and back, as callers, the store and vendors do.
fn through_text(value: &Value) -> Value {
    serde_json::from_str(&value.to_string()).unwrap()
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn an_agent_reads_as_it_was_written(agent in samples::agent()) {
        prop_assert_eq!(read::<Agent>(&samples::with_secrets(json!(agent), &agent)).unwrap(), agent);
    }

    #[test]
    fn an_agent_survives_being_text(agent in samples::agent()) {
        let document = samples::with_secrets(through_text(&json!(agent)), &agent);
        prop_assert_eq!(read::<Agent>(&document).unwrap(), agent);
    }

    /// Puts the secrets back before it reads the trunk, because the JSON omits them and a trunk is incomplete without
    /// them.
    #[test]
    fn a_trunk_reads_as_it_was_written_with_its_secrets(trunk in samples::trunk()) {
        let document = samples::with_secrets(through_text(&json!(trunk)), &trunk);
        prop_assert_eq!(read::<Trunk>(&document).unwrap(), trunk);
    }

    #[test]
    fn writing_leaves_out_what_has_no_value(agent in samples::agent()) {
        let document = json!(agent);
        prop_assert!(leaves::<Agent>(&document).iter().all(|leaf| !document.pointer(leaf).unwrap().is_null()));
        let empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
        for (name, group) in document.as_object().unwrap() {
            prop_assert!(name == "variables" || !empty(group), "{} is empty", name);
        }
    }

    #[test]
    fn nothing_differs_exactly_between_equals(one in samples::agent(), other in samples::agent()) {
        prop_assert_eq!(crate::changed(&one, &one.clone()), Vec::<String>::new());
        prop_assert_eq!(crate::changed(&one, &other).is_empty(), one == other);
    }

    #[test]
    fn the_leaves_that_differ_are_named(one in samples::agent(), other in samples::agent()) {
        let (before, after) = (json!(one), json!(other));
        let named = crate::changed(&one, &other);
        let all: Vec<_> = leaves::<Agent>(&before).into_iter().chain(leaves::<Agent>(&after)).collect();
        for leaf in &all {
            let differs = before.pointer(leaf) != after.pointer(leaf);
            prop_assert_eq!(named.contains(leaf), differs, "{}", leaf);
        }
        prop_assert!(named.iter().all(|leaf| all.contains(leaf)));
    }
}

#[test]
fn a_record_is_empty_without_leaves() {
    assert!(Agent::default().is_empty());
    assert_eq!(json!(Agent::default()), json!({}));
    let mut from = FieldReader::default();
    let agent: Agent = from.root(&json!({ "audio": { "fillers": false } }));
    assert!(!agent.is_empty(), "false is a value");
    assert!(agent.voice.is_empty() && !agent.audio.is_empty());
}

#[test]
fn a_group_that_is_null_is_a_group_without_values() {
    let read = |document: Value| FieldReader::default().root::<Agent>(&document);
    assert_eq!(read(json!({ "audio": null })), read(json!({})));
    assert_eq!(read(json!({ "audio": {} })), read(json!({})));
}

#[test]
fn null_is_absence_within_a_structure_too() {
    let message = |rest: Value| {
        let mut tool = json!({ "type": "send_message", "channel": "template", "template_name": "reminder" });
        tool.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        let mut from = FieldReader::default();
        let agent: Agent = from.root(&json!({ "tools": [tool] }));
        agent.tools.unwrap()
    };
    let nulls = json!({
        "after_call": null, "when_unanswered": null, "components": null, "parameter_hints": null,
        "parameter_slots": null, "description": null, "language": null, "category": null,
    });
    assert_eq!(message(nulls), message(json!({})));
}

#[test]
fn null_is_no_object() {
    let mut from = FieldReader::default();
    let message = json!({ "type": "send_message", "channel": "whatsapp", "content": null });
    let _: Agent = from.root(&json!({ "tools": [message] }));
    assert!(from.finish().is_err());
}
