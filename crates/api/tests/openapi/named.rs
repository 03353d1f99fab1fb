//! Closed sets of values are schemas of their own.

use serde_json::Value;

use crate::resolved::schemas;

/// The tags of components that stand for several alternatives.
const SHARED_TAGS: [&str; 2] = ["PlainDomain/kind", "PlainOperationResolution/action"];

#[test]
fn every_closed_set_has_a_name() {
    let mut inline = Vec::new();
    for (name, schema) in schemas() {
        for (member, property) in schema["properties"].as_object().into_iter().flatten() {
            for place in [property, &property["items"], &property["additionalProperties"]] {
                let at = format!("{name}/{member}");
                let values = place["enum"].as_array().map_or(0, Vec::len);
                if values > 1 && !SHARED_TAGS.contains(&at.as_str()) {
                    inline.push(at);
                }
            }
        }
    }
    assert!(inline.is_empty(), "closed sets without a name: {inline:?}");
}

#[test]
fn a_named_set_lists_its_values() {
    let values = |name: &str| schemas()[name]["enum"].clone();
    assert_eq!(values("CallGuard")[0], Value::from("agent"));
    assert_eq!(values("ErasureState")[3], Value::from("not_placed"));
}
