//! Credentials in the documents of a vendor that returns them, such as the headers of requests to other servers. The
//! gateway's copy of such a document has a mark in place of each credential. Before an update replaces an object that
//! contains a mark, the adapter reads the credential from the vendor.

use serde_json::Value;

use crate::model::schema::escape;

/// The mark in the place of a credential.
const KEPT: &str = "(kept at the vendor)";

/// Returns true if a value is the mark in the place of a credential.
pub(crate) fn is_kept(value: &Value) -> bool {
    value == KEPT
}

/// The places of credentials in the documents of a vendor.
#[derive(Debug, Clone, Copy)]
pub struct CredentialPlaces {
    /// The members that hold a credential.
    pub members: &'static [&'static str],
    /// The members that hold the headers of a request: a map of strings, a list of objects with a string as the `value`
    /// of each, or a JSON Schema with a string as the `value` or `default` of each property.
    pub headers: &'static [&'static str],
}

impl CredentialPlaces {
    /// Replaces each credential with the mark.
    pub fn hide(&self, document: &mut Value) {
        self.visit(document, "", &mut |credential, _| *credential = Value::from(KEPT));
    }

    /// Lists the JSON pointers of the credentials in a request body.
    pub fn pointers(&self, body: &Value) -> Vec<String> {
        let mut pointers = Vec::new();
        self.visit(&mut body.clone(), "", &mut |_, at| pointers.push(at.to_owned()));
        pointers
    }

    /// Replaces each mark in a body with the corresponding credential in `fresh`, an answer of the vendor. Returns
    /// false if `fresh` lacks a credential.
    pub fn restore(&self, body: &mut Value, fresh: &Value) -> bool {
        match body {
            Value::String(text) if text == KEPT => {
                body.clone_from(fresh);
                !body.is_null() && !has_mark(body)
            }
            Value::Object(members) => {
                let member = |(name, member): (&String, &mut Value)| {
                    !has_mark(member) || self.restore(member, fresh.get(name).unwrap_or(&Value::Null))
                };
                members.iter_mut().all(member)
            }
            Value::Array(items) => {
                let held = fresh.as_array().map_or(&[][..], Vec::as_slice);
                let item = |(index, item): (usize, &mut Value)| {
                    // Several items may correspond, such as two headers of one name. The position decides between them.
                    let mut nearest = held.get(index).into_iter().chain(held);
                    let same = nearest.find(|held| self.is_same(held, item));
                    !has_mark(item) || self.restore(item, same.unwrap_or(&Value::Null))
                };
                items.iter_mut().enumerate().all(item)
            }
            _ => true,
        }
    }

    /// Returns true if `held`, an item of a list in an answer, corresponds to `item`, an item of a list in a body.
    /// Items with names correspond if they have the same type and name, other items if they are equal apart from
    /// credentials.
    fn is_same(&self, held: &Value, item: &Value) -> bool {
        let name = |value: &Value| Some((value.get("type").cloned(), value.get("name")?.clone()));
        match (name(held), name(item)) {
            (Some(one), Some(other)) => one == other,
            _ => {
                let mut hidden = held.clone();
                self.hide(&mut hidden);
                hidden == *item
            }
        }
    }

    fn visit(&self, value: &mut Value, at: &str, visit: &mut dyn FnMut(&mut Value, &str)) {
        match value {
            Value::Object(members) => {
                // The members of `properties` in a JSON Schema are named after parameters, so no name of such a member
                // identifies a credential.
                let are_values = at.ends_with("/properties");
                for (name, member) in members {
                    let at = format!("{at}/{}", escape(name));
                    match member {
                        _ if are_values => self.visit(member, &at, visit),
                        Value::Object(_) if self.headers.contains(&name.as_str()) => {
                            visit_headers(member, &at, visit);
                        }
                        Value::Array(listed) if self.headers.contains(&name.as_str()) => {
                            visit_listed_headers(listed, &at, visit);
                        }
                        Value::String(_) if self.members.contains(&name.as_str()) => visit(member, &at),
                        _ => self.visit(member, &at, visit),
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.visit(item, &format!("{at}/{index}"), visit);
                }
            }
            _ => {}
        }
    }
}

fn visit_headers(headers: &mut Value, at: &str, visit: &mut dyn FnMut(&mut Value, &str)) {
    let is_schema = headers.get("properties").is_some_and(Value::is_object);
    let headers = match is_schema {
        true => headers.get_mut("properties"),
        false => Some(headers),
    };
    let at = if is_schema { format!("{at}/properties") } else { at.to_owned() };
    for (name, header) in headers.and_then(Value::as_object_mut).into_iter().flatten() {
        let at = format!("{at}/{}", escape(name));
        match header {
            Value::String(_) => visit(header, &at),
            Value::Object(schema) if is_schema => {
                for (keyword, value) in schema.iter_mut().filter(|(_, value)| value.is_string()) {
                    if ["value", "default"].contains(&keyword.as_str()) {
                        visit(value, &format!("{at}/{keyword}"));
                    }
                }
            }
            _ => {}
        }
    }
}

fn visit_listed_headers(headers: &mut [Value], at: &str, visit: &mut dyn FnMut(&mut Value, &str)) {
    for (index, header) in headers.iter_mut().enumerate() {
        if let Some(value) = header.get_mut("value").filter(|value| value.is_string()) {
            visit(value, &format!("{at}/{index}/value"));
        }
    }
}

/// Returns true if a body has the mark of a credential.
pub fn has_mark(value: &Value) -> bool {
    match value {
        Value::String(text) => text == KEPT,
        Value::Array(items) => items.iter().any(has_mark),
        Value::Object(members) => members.values().any(has_mark),
        _ => false,
    }
}

/// Returns true if two documents are equal, except that the mark of a credential in `document` equals any text.
pub(crate) fn equals_but_marks(document: &Value, other: &Value) -> bool {
    match (document, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equals_but_marks(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let member = |(name, value): (&String, &Value)| {
                other.get(name).is_some_and(|other| equals_but_marks(value, other))
            };
            one.len() == other.len() && one.iter().all(member)
        }
        (Value::String(text), Value::String(_)) if text == KEPT => true,
        _ => document == other,
    }
}
