//! The split of tagged choices into separate components, because generated clients name their types after components.

use serde_json::{Map, Value, json};

use super::schemas::reference;

/// Splits a choice into one component for each alternative. Alternatives without members besides the tag share one component.
pub fn split(schemas: &mut Map<String, Value>, name: &str) {
    let Some(choice) = schemas.get_mut(name) else { return };
    let Value::Array(alternatives) = choice["oneOf"].take() else { return };
    let (mut components, mut mapping, mut tag) = (Map::new(), Map::new(), String::new());
    for alternative in alternatives {
        let Some((tagged_by, value)) = tag_of(&alternative) else { continue };
        let members = alternative["properties"].as_object().map_or(0, Map::len);
        let title = if members > 1 { capitalized(&value) } else { "Plain".to_owned() };
        let component = format!("{title}{name}");
        mapping.insert(value.clone(), reference(&component)["$ref"].take());
        tag = tagged_by;
        match components.get_mut(&component) {
            Some(known) => also(known, &tag, &value, &alternative["description"]),
            None => drop(components.insert(component, with_tag_first(alternative, &tag, &value))),
        }
    }
    let alternatives: Vec<_> = components.keys().map(|component| reference(component)).collect();
    choice["oneOf"] = alternatives.into();
    choice["discriminator"] = json!({ "propertyName": tag, "mapping": mapping });
    schemas.extend(components);
}

/// Finds the tag of an alternative: the first member with a single permitted value. Returns the member's name and that
/// value, or `None` if there is no such member.
fn tag_of(alternative: &Value) -> Option<(String, String)> {
    alternative["properties"].as_object()?.iter().find_map(|(name, member)| {
        let [value] = member["enum"].as_array()?.as_slice() else { return None };
        Some((name.clone(), value.as_str()?.to_owned()))
    })
}

fn with_tag_first(mut alternative: Value, tag: &str, value: &str) -> Value {
    if alternative["properties"].as_object().is_some_and(|members| members.len() == 1) {
        alternative["description"] = explained(value, &alternative["description"]).into();
    }
    if let Some(members) = alternative["properties"].as_object_mut()
        && let Some(member) = members.shift_remove(tag)
    {
        members.shift_insert(0, tag.to_owned(), member);
    }
    if let Some(required) = alternative["required"].as_array_mut() {
        required.retain(|name| name != tag);
        required.insert(0, tag.into());
    }
    alternative
}

/// Adds a further value of the tag to the shared component, whose description explains the values.
fn also(component: &mut Value, tag: &str, value: &str, about: &Value) {
    let member = &mut component["properties"][tag];
    member["description"] = "One of the values that the schema explains.".into();
    if let Some(values) = member["enum"].as_array_mut() {
        values.push(value.into());
    }
    let known = component["description"].as_str().unwrap_or_default();
    component["description"] = format!("{known} {}", explained(value, about)).into();
}

fn explained(value: &str, about: &Value) -> String {
    let mut letters = about.as_str().unwrap_or_default().chars();
    let about: String =
        letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default();
    format!("`{value}`: {about}")
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
