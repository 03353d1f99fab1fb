//! The reader of a table in the configuration. The reader takes one key at a time and records every problem, not only
//! the first.

mod rest;

use std::{
    cell::RefCell, collections::BTreeMap, fmt::Display, ops::RangeInclusive, str::FromStr, time::Duration,
};

use config::{Map, Value, ValueKind};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use switchboard_core::error::unknown_name;

use super::{
    Problem,
    reference::References,
    shape::{REQUIRED, Shape},
    typed::Typed,
};

/// The problem of a secret that is not a reference. It does not repeat the secret.
pub const LITERAL_SECRET: &str = "must be a reference, \"env:NAME\" or \"file:PATH\", not the secret itself";

/// The state that all tables share while a configuration is read.
pub struct Reading<'a> {
    pub references: References<'a>,
    pub problems: RefCell<Vec<Problem>>,
    /// The keys that are read, with their types. Recorded only for the JSON Schema of the configuration.
    pub shape: Option<RefCell<Shape>>,
}

/// A table that is being read. Methods take keys out of the table, and [`Table::end`] reports the remaining keys as unknown.
#[must_use = "end() reports unknown keys"]
pub struct Table<'a> {
    reading: &'a Reading<'a>,
    path: String,
    values: Map<String, Value>,
    known: Vec<&'static str>,
    /// True if something other than a table was given. No key of it is reported as missing.
    is_wrong: bool,
}

impl<'a> Table<'a> {
    pub fn root(reading: &'a Reading<'a>, values: Map<String, Value>) -> Self {
        Self { reading, path: String::new(), values, known: Vec::new(), is_wrong: false }
    }

    /// Takes an optional value. Returns `None` if the key is absent or, unless the value is a list or a table, its value
    /// is an empty string. Reports a value of the wrong type and returns `None`.
    pub fn take<T: Typed>(&mut self, key: &'static str) -> Option<T> {
        self.note(key, T::schema());
        self.take_unnoted(key)
    }

    /// Takes an optional string and parses it. Reports a string that cannot be parsed, without the string, because it can
    /// contain a secret, such as the password of a URL.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<T> {
        let text: String = self.take(key)?;
        text.parse().map_err(|error| self.refuse(key, format!("is not valid: {error}"))).ok()
    }

    /// Takes an optional string and returns its meaning according to `words`. Reports a string that is not in `words`.
    pub fn word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.note(key, json!({ "enum": words.iter().map(|(word, _)| *word).collect::<Vec<_>>() }));
        let text: String = self.take(key)?;
        let known = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if known.is_none() {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
            self.refuse(key, format!("must be {}, not {text:?}", words.join(" or ")));
        }
        known
    }

    /// Takes a required value with the function `take`. Reports a missing key.
    pub fn must<T>(
        &mut self,
        key: &'static str,
        take: impl FnOnce(&mut Self, &'static str) -> Option<T>,
    ) -> Option<T> {
        self.note(key, json!({ REQUIRED: true }));
        if !self.has(key) && !self.is_wrong {
            self.refuse(key, "is missing");
        }
        take(self, key)
    }

    /// Takes an optional number of seconds. Reports a number outside the inclusive bounds.
    pub fn seconds(&mut self, key: &'static str, bounds: RangeInclusive<f64>) -> Option<Duration> {
        let seconds = self.within(key, bounds)?;
        Some(Duration::from_secs_f64(seconds))
    }

    /// Takes an optional number of hours. Reports a number outside the inclusive bounds.
    pub fn hours(&mut self, key: &'static str, bounds: RangeInclusive<f64>) -> Option<Duration> {
        let hours = self.within(key, bounds)?;
        Some(Duration::from_secs_f64(hours * 3600.0))
    }

    /// Takes an optional whole number. Reports a number outside the inclusive bounds.
    pub fn count(&mut self, key: &'static str, bounds: RangeInclusive<u32>) -> Option<usize> {
        let count: u32 = self.within(key, bounds)?;
        Some(count as usize)
    }

    /// Takes an optional number. Reports a number outside the inclusive bounds.
    pub fn within<T: Typed + PartialOrd + Display + Serialize>(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<T>,
    ) -> Option<T> {
        self.note(key, json!({ "minimum": bounds.start(), "maximum": bounds.end() }));
        let given = self.values.get(key);
        let excess = given.and_then(T::excess);
        // A whole number is shown as it was written. As a number with a fraction, it could be rounded.
        let written = given.and_then(|given| match given.kind {
            ValueKind::I64(number) => Some(number.to_string()),
            _ => None,
        });
        let found = match excess {
            Some(excess) => {
                self.skip(key);
                excess
            }
            None => {
                let value = self.take(key)?;
                if bounds.contains(&value) {
                    return Some(value);
                }
                written.unwrap_or_else(|| value.to_string())
            }
        };
        self.refuse(key, format!("must be from {} to {}, not {found}", bounds.start(), bounds.end()));
        None
    }

    /// Takes an optional reference to a secret and returns the secret. Reports a reference that cannot be resolved,
    /// and any other string, because a configuration file must not contain secrets.
    pub fn secret(&mut self, key: &'static str) -> Option<SecretString> {
        self.note(key, json!({ "pattern": "^(env|file):" }));
        let text: String = self.take(key)?;
        self.secret_in(key, &text)
    }

    /// Takes all values, whose keys the operator chooses, as references to secrets. Reports and omits each value that
    /// is not a reference or cannot be resolved. Also returns the table, so that the caller can report problems with
    /// the secrets.
    pub fn secrets(mut self) -> (BTreeMap<String, SecretString>, Self) {
        let items: BTreeMap<_, _> = self.values.drain().collect();
        let secrets = items.into_iter().filter_map(|(key, item)| {
            let text: String = self.read(&key, item)?;
            Some((key.clone(), self.secret_in(&key, &text)?))
        });
        let secrets = secrets.collect();
        (secrets, self)
    }

    fn secret_in(&self, key: &str, text: &str) -> Option<SecretString> {
        match self.reading.references.resolve(text) {
            Some(Ok(secret)) => return Some(secret.into()),
            Some(Err(why)) => self.refuse(key, why),
            None => self.refuse(key, LITERAL_SECRET),
        }
        None
    }

    /// Takes an optional string that may contain a secret. Resolves a reference, and returns any other string
    /// unchanged. Reports a reference that cannot be resolved.
    pub fn reference_or_text(&mut self, key: &'static str) -> Option<SecretString> {
        let text: String = self.take(key)?;
        match self.reading.references.resolve(&text) {
            Some(Ok(text)) => Some(text.into()),
            Some(Err(why)) => {
                self.refuse(key, why);
                None
            }
            None => Some(text.into()),
        }
    }

    /// Takes an inner table. Returns an empty table if the key is absent. Reports a value that is not a table and
    /// returns an empty table.
    pub fn table(&mut self, key: &'static str) -> Table<'a> {
        let is_given = self.values.contains_key(key);
        let values = self.take_unnoted(key);
        let is_wrong = is_given && values.is_none();
        Table { is_wrong, ..self.inner(key, values.unwrap_or_default()) }
    }

    /// Takes the tables in a list. Returns an empty list if the key is absent. Reports and omits a value that is not a
    /// list, and each item that is not a table.
    pub fn list(&mut self, key: &'static str) -> Vec<Table<'a>> {
        let tables = self.take_unnoted::<Vec<Value>>(key).unwrap_or_default().into_iter().enumerate();
        tables.filter_map(|(index, item)| self.as_table(&format!("{key}[{index}]"), item)).collect()
    }

    /// Takes all inner tables, whose names the operator chooses. Reports and omits each value that is not a table.
    pub fn named(mut self) -> Vec<(String, Table<'a>)> {
        let items: BTreeMap<_, _> = self.values.drain().collect();
        let tables = items.into_iter();
        tables.filter_map(|(name, item)| self.as_table(&name, item).map(|table| (name, table))).collect()
    }

    /// Returns true if the key has a value other than an empty string.
    pub fn has(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|value| match &value.kind {
            ValueKind::Nil => false,
            ValueKind::String(text) => !text.is_empty(),
            _ => true,
        })
    }

    /// Adds members to the JSON Schema of the key or, if `key` is `*`, of every remaining key. Does nothing unless a
    /// shape is being recorded.
    pub fn note(&self, key: &str, schema: serde_json::Value) {
        if let Some(shape) = &self.reading.shape {
            shape.borrow_mut().note(&self.key(key), schema);
        }
    }

    /// Reports a problem with a key of this table, or with the table itself if the key is empty.
    pub fn refuse(&self, key: &str, message: impl Into<String>) {
        self.reading.problems.borrow_mut().push(Problem::new(self.key(key), message));
    }

    /// Returns the keys that have not been taken yet.
    pub fn keys(&self) -> Vec<String> {
        self.values.keys().cloned().collect()
    }

    /// Reports every remaining key as unknown.
    pub fn end(self) {
        for key in self.values.keys() {
            self.refuse(key, unknown_name("key", key, self.known.iter().copied()));
        }
    }

    /// Takes a value that the caller reports.
    fn skip(&mut self, key: &'static str) {
        self.known.push(key);
        self.values.remove(key);
    }

    /// Takes an optional value like [`Table::take`], but adds nothing to the shape.
    fn take_unnoted<T: Typed>(&mut self, key: &'static str) -> Option<T> {
        self.known.push(key);
        let is_absent = T::BLANK_IS_ABSENT && !self.has(key);
        let value = self.values.remove(key).filter(|value| !is_absent && value.kind != ValueKind::Nil)?;
        self.read(key, value)
    }

    /// Reads a value. Reports a value of the wrong type and returns `None`.
    fn read<T: Typed>(&self, key: &str, value: Value) -> Option<T> {
        let origin = value.origin().map(|origin| format!(" (from {origin})")).unwrap_or_default();
        let found = T::describe_wrong(&value.kind);
        let read = T::read(value);
        if read.is_none() {
            self.refuse(key, format!("must be {}, not {found}{origin}", T::NAME));
        }
        read
    }

    fn as_table(&self, key: &str, value: Value) -> Option<Table<'a>> {
        match value.kind {
            ValueKind::Table(values) => Some(self.inner(key, values)),
            _ => {
                self.refuse(key, "must be a table");
                None
            }
        }
    }

    fn inner(&self, key: &str, values: Map<String, Value>) -> Table<'a> {
        Table { reading: self.reading, path: self.key(key), values, known: Vec::new(), is_wrong: false }
    }

    fn key(&self, key: &str) -> String {
        match (self.path.as_str(), key) {
            ("", key) => key.to_owned(),
            (path, "") => path.to_owned(),
            (path, key) => format!("{path}.{key}"),
        }
    }
}
