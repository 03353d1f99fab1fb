//! Contract of a record, and reading or patching one with all its violations.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    error::{Error, Kind, Result, Violation, unknown_name},
    model::{Field, Leaf, leaf::merged, schema},
    rule::RuleSet,
};

/// A normalized record or a group of one; derived by `Fields`.
pub trait Record: Clone + PartialEq + Default + Serialize + ToSchema + Send + Sync + 'static {
    /// One rule per leaf, as a struct of the same shape.
    type Rules: RuleSet<Record = Self>;

    /// The JSON members, in order.
    const MEMBERS: &'static [&'static str];

    /// Takes the members out of an object; violations are noted in the reader.
    fn read(map: &Map<String, Value>, from: &mut FieldReader) -> Self;

    /// Merges the members that a patch names into the record; [`FieldReader::merge`] looks for other names as well.
    fn merge(&mut self, patch: &Map<String, Value>, from: &mut FieldReader);

    /// Returns true if no leaf has a value.
    fn is_empty(&self) -> bool;

    /// Returns a record that differs from this one in every leaf in which one of the others does.
    fn unlike(&self, others: &[&Self]) -> Self;

    /// Notes the leaves in which the two differ.
    fn differ(&self, other: &Self, out: &mut Difference);
}

/// A record that stands alone: it has an address in the API and a place at a vendor.
pub trait Root: Record {
    /// The name of the kind in paths, logs and messages: `agent`.
    const NAME: &'static str;

    /// The prefix of its ids: `agt_`.
    const PREFIX: &'static str;

    /// Returns its name, by which it is found at a vendor if nothing else tells it from others.
    fn label(&self) -> Option<&str>;

    /// JSON pointers of the values that are never stored or shown in clear.
    const SECRETS: &'static [&'static str] = &[];

    /// Returns the secrets that it holds, by pointer.
    fn secrets(&self) -> BTreeMap<&'static str, SecretString> {
        BTreeMap::new()
    }
}

/// Reads a whole record from a JSON object.
///
/// # Errors
/// `validation_failed`, `unknown_field`, `field_required` or `masked_value`, with every violation there is.
pub fn read<R: Record>(document: &Value) -> Result<R> {
    let mut from = FieldReader::default();
    let record = from.root(document);
    from.finish()?;
    Ok(record)
}

/// Collects violations while a record is read or patched.
#[derive(Default)]
pub struct FieldReader {
    at: String,
    violations: Vec<Violation>,
}

impl FieldReader {
    /// Reads the record at the document's root.
    pub fn root<R: Record>(&mut self, document: &Value) -> R {
        self.object::<R>(document).unwrap_or_default()
    }

    /// Reads a record that stands below a member of the document.
    pub fn below<R: Record>(&mut self, pointer: &str, document: &Value) -> R {
        let outer = std::mem::replace(&mut self.at, pointer.to_owned());
        let record = self.root(document);
        self.at = outer;
        record
    }

    /// Merges a patch into a record (RFC 7396).
    ///
    /// The resulting record and violations are those of reading its JSON with the patch applied,
    /// but only members that the patch names are read. The record must not be used if there are
    /// violations.
    pub fn merge<R: Record>(&mut self, record: &mut R, patch: &Map<String, Value>) {
        // A null of an unknown name clears nothing, so it is accepted.
        let named = patch.iter().filter(|(_, change)| !change.is_null());
        self.note_unknown::<R>(named.map(|(name, _)| name));
        record.merge(patch, self);
    }

    /// Reads a leaf: absent and null are the same here.
    pub fn leaf<T: Leaf>(&mut self, map: &Map<String, Value>, field: &Field) -> Option<T> {
        self.value(map.get(field.name), field)
    }

    /// Merges a patch into a leaf: an absent member keeps the value, null clears it, an object is merged into it, and any
    /// other value replaces it.
    pub fn merge_leaf<T: Leaf>(&mut self, leaf: &mut Option<T>, patch: &Map<String, Value>, field: &Field) {
        *leaf = match patch.get(field.name) {
            None => return,
            Some(change @ Value::Object(_)) => self.value(Some(&merged(leaf.as_ref(), change)), field),
            change => self.value(change, field),
        };
    }

    fn value<T: Leaf>(&mut self, value: Option<&Value>, field: &Field) -> Option<T> {
        let value = match value {
            None | Some(Value::Null) => {
                if field.required {
                    let detail = format!("{} is required.", self.pointer(field.name));
                    self.note(field.name, Kind::FieldRequired, detail);
                }
                return None;
            }
            Some(value) => value,
        };
        self.inside(field.name, |from| match T::read(value, &from.at) {
            Ok(leaf) => {
                if let Some(wrong) = field.limits.check(leaf.measure()) {
                    let detail = format!("{} {wrong}.", from.at);
                    from.refuse(Violation::at(from.at.clone(), Kind::ValidationFailed, detail));
                }
                Some(leaf)
            }
            Err(violations) => {
                from.violations.extend(violations);
                None
            }
        })
    }

    /// Reads a nested group.
    pub fn group<R: Record>(&mut self, map: &Map<String, Value>, name: &str) -> R {
        self.inside(name, |from| match map.get(name) {
            None | Some(Value::Null) => R::read(&Map::new(), from),
            Some(value) => from.object(value).unwrap_or_default(),
        })
    }

    /// Merges a patch into a nested group: absence keeps it, null clears every leaf of it.
    pub fn merge_group<R: Record>(&mut self, group: &mut R, patch: &Map<String, Value>, name: &str) {
        match patch.get(name) {
            None => (),
            Some(Value::Object(changes)) => self.inside(name, |from| from.merge(group, changes)),
            Some(_) => *group = self.group(patch, name),
        }
    }

    /// Reads with the pointer of a member of the record, whose name needs no escape.
    fn inside<R>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> R) -> R {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(name);
        let read = read(self);
        self.at.truncate(length);
        read
    }

    /// Notes a violation of a member of the object being read.
    pub fn note(&mut self, name: &str, code: Kind, detail: impl Into<String>) {
        self.violations.push(Violation::at(self.pointer(name), code, detail));
    }

    /// Notes a violation at any pointer.
    pub fn refuse(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// Returns all violations, if there are any.
    ///
    /// # Errors
    /// The violations.
    pub fn finish(self) -> Result<()> {
        if self.violations.is_empty() { Ok(()) } else { Err(Error::invalid(self.violations)) }
    }

    fn object<R: Record>(&mut self, value: &Value) -> Option<R> {
        let Value::Object(map) = value else {
            let detail =
                format!("{} must be an object.", if self.at.is_empty() { "The body" } else { &self.at });
            self.violations.push(Violation::at(self.at.clone(), Kind::ValidationFailed, detail));
            return None;
        };
        self.note_unknown::<R>(map.keys());
        Some(R::read(map, self))
    }

    /// Notes the names that are none of the record's members.
    fn note_unknown<'a, R: Record>(&mut self, names: impl Iterator<Item = &'a String>) {
        for name in names.filter(|name| !R::MEMBERS.contains(&name.as_str())) {
            let detail = unknown_name("field", name, R::MEMBERS.iter().copied());
            self.note(name, Kind::UnknownField, detail);
        }
    }

    fn pointer(&self, name: &str) -> String {
        format!("{}/{}", self.at, schema::escape(name))
    }
}

/// The pointers of the leaves in which two records differ.
#[derive(Debug, Default)]
pub struct Difference {
    at: String,
    /// The pointers, in the record's order.
    pub fields: Vec<String>,
}

impl Difference {
    /// Collects the differences between two records.
    pub fn between<R: Record>(one: &R, other: &R) -> Self {
        let mut difference = Self::default();
        one.differ(other, &mut difference);
        difference
    }

    /// Notes a leaf.
    pub fn leaf(&mut self, name: &str, differs: bool) {
        if differs {
            self.fields.push(format!("{}/{name}", self.at));
        }
    }

    /// Walks a group.
    pub fn group(&mut self, name: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(name);
        walk(self);
        self.at.truncate(length);
    }
}
