//! The credentials that the vendor returns with an assistant: headers for servers, and keys of providers. The gateway's
//! documents contain a mark in place of each. Before an update replaces an object that contains a mark, the assistant
//! is read, and its credentials replace the marks.

use serde_json::Value;

/// The mark in place of a credential.
const KEPT: &str = "(kept at the vendor)";

/// The members that hold credentials, in addition to those of `headers`.
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

/// Returns true if a value contains the mark.
pub fn has_mark(value: &Value) -> bool {
    match value {
        Value::String(text) => text == KEPT,
        Value::Array(items) => items.iter().any(has_mark),
        Value::Object(members) => members.values().any(has_mark),
        _ => false,
    }
}

/// Replaces each mark in `value` by the credential in the same place of `fresh`. `at` is the JSON pointer to `value`.
/// Adds the JSON pointers to the credentials to `pointers`.
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
