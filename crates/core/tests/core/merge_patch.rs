//! RFC 7396 on the JSON of records: the record becomes the patched document.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use switchboard_core::model::{Agent, Record, read};

use crate::samples;

/// Returns the smallest patch that leads from one document to the other. It has `null` for a removed member.
fn patch(from: &Value, to: &Value) -> Value {
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return to.clone() };
    let gone = from.keys().filter(|name| !to.contains_key(*name)).map(|name| (name.clone(), Value::Null));
    let changed = to.iter().filter(|(name, value)| from.get(*name) != Some(value)).map(|(name, value)| {
        // A value that contains nulls, such as a free object in a list, is never merged, because lists are
        // replaced whole.
        (name.clone(), patch(from.get(name).unwrap_or(&json!({})), value))
    });
    Value::Object(gone.chain(changed).collect::<Map<_, _>>())
}

fn merged(mut document: Value, patch: &Value) -> Value {
    json_patch::merge(&mut document, patch);
    document
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn merging_then_reading_is_direct_construction(before in samples::agent(), after in samples::agent()) {
        let patch = patch(&json!(before), &json!(after));
        let document = merged(json!(before), &patch);
        prop_assert_eq!(read::<Agent>(&samples::with_secrets(document, &after)).unwrap(), after);
    }

    #[test]
    fn merging_again_changes_nothing(before in samples::agent(), after in samples::agent()) {
        let patch = patch(&json!(before), &json!(after));
        let once = merged(json!(before), &patch);
        prop_assert_eq!(merged(once.clone(), &patch), once);
    }

    #[test]
    fn a_patch_of_one_group_touches_no_other(agent in samples::agent(), other in samples::agent()) {
        let document = merged(json!(agent), &json!({ "audio": null, "call": json!(other.call) }));
        let patched = read::<Agent>(&samples::with_secrets(document, &agent)).unwrap();
        for field in crate::changed(&agent, &patched) {
            prop_assert!(field.starts_with("/audio/") || field.starts_with("/call/"), "{}", field);
        }
        prop_assert!(patched.audio.is_empty());
    }
}

/// Covers RFC 7396, appendix A, for the documents that a body can be: objects.
#[test]
fn the_examples_of_the_standard_hold() {
    for (original, patch, result) in [
        (json!({ "a": "b" }), json!({ "a": "c" }), json!({ "a": "c" })),
        (json!({ "a": "b" }), json!({ "b": "c" }), json!({ "a": "b", "b": "c" })),
        (json!({ "a": "b" }), json!({ "a": null }), json!({})),
        (json!({ "a": "b", "b": "c" }), json!({ "a": null }), json!({ "b": "c" })),
        (json!({ "a": ["b"] }), json!({ "a": "c" }), json!({ "a": "c" })),
        (json!({ "a": "c" }), json!({ "a": ["b"] }), json!({ "a": ["b"] })),
        (json!({ "a": { "b": "c" } }), json!({ "a": { "b": "d", "c": null } }), json!({ "a": { "b": "d" } })),
        (json!({ "a": [{ "b": "c" }] }), json!({ "a": [1] }), json!({ "a": [1] })),
        (json!({ "e": null }), json!({ "a": 1 }), json!({ "e": null, "a": 1 })),
        (json!({}), json!({ "a": { "bb": { "ccc": null } } }), json!({ "a": { "bb": {} } })),
    ] {
        assert_eq!(merged(original.clone(), &patch), result, "{patch} on {original}");
    }
}
