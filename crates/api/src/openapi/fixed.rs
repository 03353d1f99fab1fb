//! Members with a single permitted value, such as the tag of a tool. They are stated as `const`, because generated clients
//! invent a type, such as `TwilioCarrierType`, for each `enum`. A member without a description gets one.

use serde_json::{Map, Value};

/// Replaces each `enum` that has a single value with a `const`, in the members of all components.
pub fn fix(schemas: &mut Value) {
    let components = schemas.as_object_mut().into_iter().flat_map(Map::values_mut);
    for component in components {
        let members = component.get_mut("properties").and_then(Value::as_object_mut);
        members.into_iter().flat_map(Map::values_mut).for_each(fix_member);
    }
}

fn fix_member(member: &mut Value) {
    let Some(member) = member.as_object_mut() else { return };
    if let Some(Value::Array(values)) = member.get("enum")
        && let [value] = values.as_slice()
    {
        let value = value.clone();
        let about = value.as_str().map(|value| format!("Always `{value}`.")).unwrap_or_default();
        member.entry("description").or_insert(about.into());
        member.shift_remove("enum");
        member.insert("const".to_owned(), value);
    }
}
