//! Secrets in records: credentials that callers set and that the API never shows.
//!
//! The path of a secret leads to its value in the JSON of a record, as in `/carrier/password`. A segment such as
//! `[name=Authorization]` selects a list item, so that the path stays the same if the list has another order.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serializer};
use serde_json::Value;

use crate::{
    error::{Kind, Violation},
    rule::document_path,
};

/// The minimum length of a mask in the value of a header, in characters.
const MIN_MASK: usize = 3;

/// The secrets of a record, by path.
pub type Secrets = BTreeMap<String, SecretString>;

/// A credential that callers can set and the API never shows.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub(super) SecretString);

impl Secret {
    /// Returns the credential in plain text. Use the result only for requests to the vendor.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A secret that a record mentions without its value. Only the vendor has the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownSecret {
    /// The path of the secret.
    pub path: String,
    /// The JSON pointer of the secret.
    pub pointer: String,
    /// The URL of the server to which the secret belongs, if it belongs to only one.
    pub url: Option<String>,
}

impl UnknownSecret {
    /// Returns the same secret with its location in an enclosing document. `path` and `pointer` are the path and the
    /// JSON pointer of the present document in the enclosing one.
    pub fn below(self, path: &str, pointer: &str) -> Self {
        let (path, pointer) = (format!("{path}{}", self.path), format!("{pointer}{}", self.pointer));
        Self { path, pointer, ..self }
    }

    /// Returns true if two records mention the same secret.
    pub fn is_same(&self, other: &Self) -> bool {
        self.path == other.path && self.url == other.url
    }
}

/// Returns secrets with their paths in an enclosing document, which contains the present document at `path`.
pub(super) fn below<'a>(
    path: &'a str,
    secrets: Secrets,
) -> impl Iterator<Item = (String, SecretString)> + 'a {
    secrets.into_iter().map(move |(rest, secret)| (format!("{path}{rest}"), secret))
}

/// Serializes a secret as true if it is set.
pub(super) fn is_set<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(secret.is_some())
}

/// Writes a secret into a document. Does nothing if the document does not have the object that contains the secret.
pub fn put_secret(document: &mut Value, path: &str, secret: &SecretString) {
    if holder(document, path).is_some() {
        document_path::put(document, path, secret.expose_secret().into());
    }
}

/// Returns true if a document states, by a boolean `*_set`, that a secret is not set.
pub fn is_unset(document: &Value, path: &str) -> bool {
    document_path::get(document, &format!("{path}_set")) == Some(&Value::Bool(false))
}

/// Adds to `document` the stored secrets that the caller's document `given` omits. A secret is not added if it is null in
/// `given`, or if the object that contains it is missing. Neither is it added if this object, or an object around it, has
/// another `type` or `url` than in the stored document `before`: a secret never follows a change of the server.
pub fn keep_secrets(secrets: &Secrets, before: &Value, given: &Value, document: &mut Value) {
    for (path, secret) in secrets {
        if is_kept(path, before, given, document) {
            put_secret(document, path, secret);
        }
    }
}

/// Marks in `document`, by a boolean `*_set`, each stored secret that only the vendor has and that the caller's
/// document `given` omits. The conditions are those of [`keep_secrets`].
pub fn keep_unknown_secrets(secrets: &[UnknownSecret], before: &Value, given: &Value, document: &mut Value) {
    for UnknownSecret { path, .. } in secrets {
        if is_kept(path, before, given, document) {
            document_path::put(document, &format!("{path}_set"), true.into());
        }
    }
}

/// Marks in `document`, by a boolean `*_set`, each stored secret that the caller's document `given` neither names nor
/// states to be unset, although the `url` of its server is another one. The secret then counts as one without a value,
/// so that the caller is asked for it. Without this mark, the secret would be lost silently.
pub fn mark_left_behind<'a>(
    paths: impl IntoIterator<Item = &'a str>,
    before: &Value,
    given: &Value,
    document: &mut Value,
) {
    for path in paths {
        let has_moved = holder(document, path).is_some()
            && members_around(before, path, "type") == members_around(document, path, "type")
            && members_around(before, path, "url") != members_around(document, path, "url");
        if has_moved && omits(given, path) && omits(document, path) && !is_unset(given, path) {
            document_path::put(document, &format!("{path}_set"), true.into());
        }
    }
}

/// Returns true if an update keeps the secret at a path.
fn is_kept(path: &str, before: &Value, given: &Value, document: &Value) -> bool {
    holder(document, path).is_some()
        && holder(before, path).is_some()
        && ["type", "url"]
            .iter()
            .all(|name| members_around(before, path, name) == members_around(document, path, name))
        && omits(given, path)
        && omits(document, path)
}

fn omits(document: &Value, path: &str) -> bool {
    document_path::get(document, path).is_none()
}

/// Returns the member with this name of each object around the value at a path.
fn members_around<'a>(document: &'a Value, path: &str, name: &str) -> Vec<&'a Value> {
    let parents = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
    parents.filter_map(|parent| document_path::get(document, parent)?.get(name)).collect()
}

/// Returns the object that contains the value at a path.
fn holder<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    let (parent, _) = path.rsplit_once('/')?;
    document_path::get(document, parent).filter(|holder| holder.is_object())
}

/// Checks the JSON value of a secret, which is at the pointer `at`. No violation repeats the value.
pub(super) fn check_given(value: &Value, at: &str) -> Option<Violation> {
    match value {
        Value::String(text) if is_mask(text) => {
            let detail = format!("{at} is a mask, not a credential; leave it out to keep the stored one.");
            Some(Violation::at(at, Kind::MaskedValue, detail))
        }
        Value::String(_) | Value::Null => None,
        _ => Some(Violation::at(at, Kind::ValidationFailed, format!("{at} must be a string."))),
    }
}

/// Checks the JSON value of a header like [`check_given`], but accepts the values that headers have besides credentials:
/// `true`, `false`, and one or two characters such as `*`.
pub(super) fn check_given_header(value: &Value, at: &str) -> Option<Violation> {
    match value.as_str() {
        Some("true" | "false") => None,
        Some(text) if text.chars().count() < MIN_MASK => None,
        _ => check_given(value, at),
    }
}

/// Returns true if a string looks like the mask that a user interface shows in place of a secret, or like the
/// value of a `*_set` member.
fn is_mask(text: &str) -> bool {
    let filler = |c: char| matches!(c, '*' | '•' | '●' | 'x' | 'X');
    matches!(
        text.to_lowercase().as_str(),
        "[redacted]" | "redacted" | "<redacted>" | "[hidden]" | "(kept at the vendor)" | "true" | "false"
    ) || (!text.is_empty() && text.chars().all(filler))
        || text.starts_with("***")
}
