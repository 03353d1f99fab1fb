//! Merge patches (RFC 7396) from one document to another.

use serde_json::{Map, Value};

/// Returns the patch that turns `before` into `after`.
///
/// A merge patch cannot set a member to null. If a member of `after` is null, applying the patch removes the member instead.
pub fn patch_between(before: &Value, after: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (before, after) else { return after.clone() };
    let removed = old.keys().filter(|name| !new.contains_key(*name)).map(|name| (name.clone(), Value::Null));
    let mut patch: Map<_, _> = removed.collect();
    for (name, value) in new {
        match old.get(name) {
            Some(same) if same == value => {}
            Some(other) => {
                patch.insert(name.clone(), patch_between(other, value));
            }
            None => {
                patch.insert(name.clone(), value.clone());
            }
        }
    }
    Value::Object(patch)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::patch_between;

    #[test]
    fn a_patch_leads_from_one_document_to_the_other() {
        let documents = [
            json!({}),
            json!({ "name": "a", "voice": { "id": "x", "speed": 1.1 }, "tools": [{ "type": "a" }] }),
            json!({ "name": "b", "voice": { "id": "x" }, "labels": { "team": "sales" } }),
            json!({ "name": "b", "voice": "x", "labels": { "tier": "gold" }, "tools": [] }),
        ];
        for before in &documents {
            for after in &documents {
                let mut patched = before.clone();
                json_patch::merge(&mut patched, &patch_between(before, after));
                assert_eq!(&patched, after);
            }
        }
    }

    #[test]
    fn what_stays_is_not_in_it() {
        let before = json!({ "name": "a", "voice": { "id": "x", "speed": 1.1 } });
        let after = json!({ "name": "a", "voice": { "id": "y" } });
        assert_eq!(patch_between(&before, &after), json!({ "voice": { "speed": null, "id": "y" } }));
    }
}
