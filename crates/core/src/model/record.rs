//! The contract of a record, and a reader that collects all violations while it reads or patches a record.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    error::{Error, Kind, Result, Violation, unknown_name},
    model::{
        Field, FormerField, Leaf, Secrets, UnknownSecret, UsualName,
        leaf::{merged, replaced},
        schema,
        usual::FieldNames,
        wrong_type,
    },
    rule::RuleSet,
};

/// A normalized record, or a nested object of one. The derive macro `Fields` implements this trait.
pub trait Record: Clone + PartialEq + Default + Serialize + ToSchema + Send + Sync + 'static {
    /// The rule set: a struct of the same shape with one rule per leaf.
    type Rules: RuleSet<Record = Self>;

    /// The names of the JSON members, in order.
    const MEMBERS: &'static [&'static str];

    /// Reads the members of an object, and collects violations in the reader.
    fn read(map: &Map<String, Value>, from: &mut FieldReader) -> Self;

    /// Merges a patch into the record. Ignores unknown members, which [`FieldReader::merge`] reports.
    fn merge(&mut self, patch: &Map<String, Value>, from: &mut FieldReader);

    /// Returns true if no leaf has a value.
    fn is_empty(&self) -> bool;

    /// Returns a copy of the record in which each leaf has the value of the first of `others` that differs from the
    /// record in this leaf. A leaf in which none of them differs keeps its value.
    fn unlike(&self, others: &[&Self]) -> Self;

    /// Collects the leaves in which the two records differ.
    fn differ(&self, other: &Self, out: &mut Difference);

    /// Adds the pointers of all leaves, including those of nested objects. Each pointer starts with `at`.
    fn list_fields(at: &str, out: &mut Vec<String>);
}

/// A whole record, such as an agent, in contrast to a nested object.
pub trait Root: Record {
    /// The name of the kind in paths, logs and messages, such as `agent`.
    const NAME: &'static str;

    /// The prefix of the record's ids, without the underscore, such as `agt`.
    const PREFIX: &'static str;

    /// The former fields, each with the field that replaced it.
    const FORMER: &'static [FormerField] = &[];

    /// The names that other APIs use for values, each with the field that holds such a value here.
    const USUAL: &'static [UsualName] = &[];

    /// The objects in place of which callers often send a string, each with the field that holds the string.
    const TEXTS: &'static [(&'static str, &'static str)] = &[];

    /// Returns the record's name, by which the gateway searches for the object of a lost creation.
    fn label(&self) -> Option<&str>;

    /// The pairs of fields of which a record has at most one.
    const ALTERNATIVES: &'static [[&'static str; 2]] = &[];

    /// Returns the pair of [`Self::ALTERNATIVES`] of which the record has both fields, if there is one.
    fn conflict(&self) -> Option<[&'static str; 2]> {
        None
    }

    /// Returns true if the vendor's objects that lead calls to a record, such as a phone number, are bound to this record.
    /// Returns `None` if the record does not state it. See [`Part::bound`](crate::rule::Part::bound).
    fn is_bindable(&self) -> Option<bool> {
        Some(true)
    }

    /// The fields that contain secrets. Secrets are stored only in sealed form and never shown.
    const SECRETS: &'static [&'static str] = &[];

    /// Returns the record's secrets.
    fn secrets(&self) -> Secrets {
        Secrets::new()
    }

    /// Lists the secrets that the record mentions without their values.
    fn unknown_secrets(&self) -> Vec<UnknownSecret> {
        Vec::new()
    }
}

/// Reads a whole record from a JSON object.
///
/// # Errors
/// `validation_failed`, `unknown_field`, `field_required` or `masked_value`, with all violations.
pub fn read<R: Record>(document: &Value) -> Result<R> {
    let mut from = FieldReader::default();
    let record = from.root(document);
    from.finish()?;
    Ok(record)
}

/// A reader that collects violations while it reads or patches a record.
#[derive(Default)]
pub struct FieldReader {
    at: String,
    violations: Vec<Violation>,
    /// The former fields. A violation at a former field names the field that replaced it.
    former: &'static [FormerField],
    /// The names by which the reader finds the field that an unknown member probably means.
    names: FieldNames,
    /// The names of the members of the body that do not belong to the record, for suggestions. The caller removes these
    /// members before it reads the record.
    beside: &'static [&'static str],
}

impl FieldReader {
    /// Creates a reader for a body that a caller sent. `beside` names the members of the body that do not belong to the
    /// record; remove them before you read the record. If the body has a former field, a name that other APIs use, or a
    /// field in the wrong object, the violation names the field to use.
    pub fn for_body<R: Root>(beside: &'static [&'static str]) -> Self {
        let all = || {
            let mut fields = Vec::new();
            R::list_fields("", &mut fields);
            fields
        };
        let names = FieldNames { usual: R::USUAL, texts: R::TEXTS, all: Some(all) };
        Self { former: R::FORMER, names, beside, ..Self::default() }
    }

    /// Reads a record from a document. If the document is not an object, adds a violation and returns a
    /// record without values.
    pub fn root<R: Record>(&mut self, document: &Value) -> R {
        self.object::<R>(document).unwrap_or_default()
    }

    /// Reads a record from `document`, which is the value at `pointer` of a larger document. The pointers of
    /// violations start with `pointer`.
    pub fn below<R: Record>(&mut self, pointer: &str, document: &Value) -> R {
        let outer = std::mem::replace(&mut self.at, pointer.to_owned());
        let record = self.root(document);
        self.at = outer;
        record
    }

    /// Merges a patch into a record (RFC 7396).
    ///
    /// The patch has the same effect as if it were applied to the record's JSON and the result were read, with two
    /// exceptions: secrets that the patch does not name are preserved, and only the members in the patch are read. Do
    /// not use the record if the reader has violations.
    pub fn merge<R: Record>(&mut self, record: &mut R, patch: &Map<String, Value>) {
        // Null for an unknown member clears nothing, so it is accepted. Null for a former field was meant to clear the
        // field that replaced it, so it is a violation.
        let named = patch.iter().filter(|(name, change)| !change.is_null() || self.replaced(name).is_some());
        let named: Vec<_> = named.map(|(name, _)| name).collect();
        self.note_unknown::<R>(named.into_iter());
        record.merge(patch, self);
    }

    /// Reads a leaf. An absent member and null both mean no value, which is a violation if the field is required.
    pub fn leaf<T: Leaf>(&mut self, map: &Map<String, Value>, field: &Field) -> Option<T> {
        self.value(map.get(field.name), field)
    }

    /// Merges a patch into a leaf. An absent member leaves the leaf unchanged, null clears it, an object is
    /// merged into the leaf's JSON, and any other value replaces the leaf. Secrets that the patch omits are preserved.
    pub fn merge_leaf<T: Leaf>(&mut self, leaf: &mut Option<T>, patch: &Map<String, Value>, field: &Field) {
        *leaf = match patch.get(field.name) {
            None => return,
            Some(change @ Value::Object(_)) => self.value(Some(&merged(leaf.as_ref(), change)), field),
            Some(change) => {
                let kept = leaf.as_ref().and_then(|leaf| replaced(leaf, change));
                self.value(Some(kept.as_ref().unwrap_or(change)), field)
            }
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

    /// Reads a nested object. An absent member and null both mean an object without values.
    pub fn group<R: Record>(&mut self, map: &Map<String, Value>, name: &str) -> R {
        self.inside(name, |from| match map.get(name) {
            None | Some(Value::Null) => R::read(&Map::new(), from),
            Some(value) => from.object(value).unwrap_or_default(),
        })
    }

    /// Merges a patch into a nested object. An absent member leaves the object unchanged. Null clears all leaves of the
    /// object. Any other value that is not an object is a violation.
    pub fn merge_group<R: Record>(&mut self, group: &mut R, patch: &Map<String, Value>, name: &str) {
        match patch.get(name) {
            None => (),
            Some(Value::Object(changes)) => self.inside(name, |from| from.merge(group, changes)),
            Some(_) => *group = self.group(patch, name),
        }
    }

    /// Runs `read` while `at` is the pointer of a member. The name of the member must not need escaping.
    fn inside<R>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> R) -> R {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(name);
        let read = read(self);
        self.at.truncate(length);
        read
    }

    /// Adds a violation at a member of the object that is being read.
    pub fn note(&mut self, name: &str, code: Kind, detail: impl Into<String>) {
        self.violations.push(Violation::at(self.pointer(name), code, detail));
    }

    /// Adds a violation if the record has two fields that exclude each other.
    pub fn note_conflict<R: Root>(&mut self, record: &R) {
        if let Some([one, other]) = record.conflict() {
            let detail =
                format!("{one} and {other} exclude each other; set one of them, and null for the other.");
            self.refuse(Violation::at(other, Kind::ValidationFailed, detail));
        }
    }

    /// Adds a violation at any pointer.
    pub fn refuse(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// Ends the reading and checks that there are no violations.
    ///
    /// # Errors
    /// One error with all violations, if there are any.
    pub fn finish(self) -> Result<()> {
        if self.violations.is_empty() { Ok(()) } else { Err(Error::invalid(self.violations)) }
    }

    fn object<R: Record>(&mut self, value: &Value) -> Option<R> {
        let Value::Object(map) = value else {
            let place = if self.at.is_empty() { "The body" } else { &self.at };
            let mut detail = wrong_type(place, "an object", value);
            if let Some(field) = self.names.of_text(&self.at).filter(|_| value.is_string()) {
                detail = format!("{} Put the text in {field}.", detail);
            }
            self.violations.push(Violation::at(self.at.clone(), Kind::ValidationFailed, detail));
            return None;
        };
        self.note_unknown::<R>(map.keys());
        Some(R::read(map, self))
    }

    /// Adds a violation for each name that is not the name of a member of the record.
    fn note_unknown<'a, R: Record>(&mut self, names: impl Iterator<Item = &'a String>) {
        for name in names.filter(|name| !R::MEMBERS.contains(&name.as_str())) {
            let detail = match self.replaced(name) {
                Some(former) => format!("There is no field {name:?} any more; {}.", former.advice),
                None => self.unknown(name, R::MEMBERS),
            };
            self.note(name, Kind::UnknownField, detail);
        }
    }

    /// Describes an unknown member of the object that is being read. Suggests the first of these that exists: the field
    /// for which other APIs use this name, fields of this name in other objects, or a member of this object with a
    /// similar name.
    fn unknown(&self, name: &str, members: &[&str]) -> String {
        let beside = if self.at.is_empty() { self.beside } else { &[] };
        match self.names.advice(&self.at, name) {
            Some(advice) => format!("There is no field {name:?} here; {advice}."),
            None => unknown_name("field", name, members.iter().chain(beside).copied()),
        }
    }

    /// Finds the former field at or above the member `name` of the object that is being read.
    fn replaced(&self, name: &str) -> Option<&'static FormerField> {
        FormerField::find(self.former, &self.pointer(name))
    }

    fn pointer(&self, name: &str) -> String {
        format!("{}/{}", self.at, schema::escape(name))
    }
}

/// The leaves in which two records differ.
#[derive(Debug, Default)]
pub struct Difference {
    at: String,
    leaves: Vec<ChangedLeaf>,
    failure: Option<serde_json::Error>,
}

/// A leaf in which two records differ.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedLeaf {
    /// The pointer of the leaf.
    pub pointer: String,
    /// The value in the first record, or null if the record has none.
    pub before: Value,
    /// The value in the second record, or null if the record has none.
    pub after: Value,
}

impl Difference {
    /// Lists the leaves in which two records differ, in the record's order.
    ///
    /// # Errors
    /// The error of a leaf that cannot be serialized.
    pub fn between<R: Record>(before: &R, after: &R) -> serde_json::Result<Vec<ChangedLeaf>> {
        let mut difference = Self::default();
        before.differ(after, &mut difference);
        difference.failure.map_or(Ok(difference.leaves), Err)
    }

    /// Adds a leaf if its values differ.
    pub fn leaf<T: Leaf>(&mut self, name: &str, before: Option<&T>, after: Option<&T>) {
        if before == after {
            return;
        }
        let pointer = format!("{}/{name}", self.at);
        match serde_json::to_value(before).and_then(|before| Ok((before, serde_json::to_value(after)?))) {
            Ok((before, after)) => self.leaves.push(ChangedLeaf { pointer, before, after }),
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// Runs `walk`, which adds the leaves of a nested object, with pointers below that of the object.
    pub fn group(&mut self, name: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(name);
        walk(self);
        self.at.truncate(length);
    }
}
