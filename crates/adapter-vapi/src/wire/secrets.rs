//! The credentials that the vendor returns with an assistant: headers for servers, and keys of providers. The documents of
//! the gateway have a mark instead. An update that replaces an object with a mark reads the credential first.

use serde_json::Value;

/// The mark in the place of a credential.
const KEPT: &str = "(kept at the vendor)";

/// The members that hold credentials, besides those of `headers`.
const SECRETS: &[&str] = &["secret", "apiKey", "authToken", "password", "token"];

/// Replaces each credential by the mark.
pub fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Object(headers) if name == "headers" => {
                        headers.values_mut().filter(|header| header.is_string()).for_each(mark);
                    }
                    Value::String(_) if SECRETS.contains(&name.as_str()) => mark(member),
                    _ => hide(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

fn mark(value: &mut Value) {
    *value = Value::from(KEPT);
}

/// Returns true if a body has the mark.
pub fn has_mark(value: &Value) -> bool {
    match value {
        Value::String(text) => text == KEPT,
        Value::Array(items) => items.iter().any(has_mark),
        Value::Object(members) => members.values().any(has_mark),
        _ => false,
    }
}

/// Puts the credentials of `fresh` in the places of the marks. `at` is the pointer of the value. Adds the pointers of the
/// credentials to `pointers`.
pub fn restore(value: &mut Value, fresh: &Value, at: &str, pointers: &mut Vec<String>) {
    match value {
        Value::String(text) if text == KEPT => {
            *value = fresh.clone();
            pointers.push(at.to_owned());
        }
        Value::Object(members) => {
            for (name, member) in members {
                let below = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                restore(member, fresh.get(name).unwrap_or(&Value::Null), &below, pointers);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate().filter(|(_, item)| has_mark(item)) {
                let same = fresh.as_array().into_iter().flatten().find(|held| {
                    let mut hidden = (*held).clone();
                    hide(&mut hidden);
                    hidden == *item
                });
                restore(item, same.unwrap_or(&Value::Null), &format!("{at}/{index}"), pointers);
            }
        }
        _ => {}
    }
}
