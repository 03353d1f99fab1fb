//! The reader of a vendor account's settings, which collects all violations.

use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use crate::{
    error::{Kind, Violation, unknown_name},
    model::schema,
};

/// The settings of one account. An adapter reads the settings that it supports and then calls
/// [`finish`](Self::finish). A method that reads an invalid setting adds a violation and returns `None`. Pointers in
/// violations are relative to the vendor's table.
pub struct Settings {
    members: Map<String, Value>,
    known: Vec<&'static str>,
    violations: Vec<Violation>,
}

impl Settings {
    /// Reads the settings of a vendor's table.
    ///
    /// # Errors
    /// A violation if the value is not a table.
    pub fn from_value(table: Value) -> Result<Self, Vec<Violation>> {
        match table {
            Value::Object(members) => Ok(Self { members, known: Vec::new(), violations: Vec::new() }),
            _ => Err(vec![Violation::at("", Kind::ValidationFailed, "The settings must be a table.")]),
        }
    }

    /// Reads `base_url`, the base URL of the vendor's API. If the setting is missing, `default` applies.
    pub fn base_url(&mut self, default: &str) -> Option<Url> {
        let text = match self.take("base_url") {
            None => Some(default.to_owned()),
            Some(setting) => setting.as_str().map(ToOwned::to_owned),
        };
        let url = text.and_then(|text| Url::parse(&text).ok()).filter(is_plain);
        if url.is_none() {
            self.refuse("base_url", "must be an http or https URL without credentials, query and fragment.");
        }
        url
    }

    /// Reads a required credential, which must be usable as a header value. No violation contains the value.
    pub fn credential(&mut self, name: &'static str) -> Option<SecretString> {
        let Some(setting) = self.take(name) else {
            let detail = format!("/{name} is required.");
            self.violations.push(Violation::at(format!("/{name}"), Kind::FieldRequired, detail));
            return None;
        };
        match setting.as_str() {
            Some("") => self.refuse(name, "must not be empty."),
            Some(key) if key.bytes().all(|byte| byte.is_ascii_graphic()) => return Some(key.into()),
            _ => self.refuse(name, "must be a string of printable ASCII characters without spaces."),
        }
        None
    }

    /// Reads an optional setting that is a string, and parses it with `read`, whose error describes the violation.
    /// Returns `None` without a violation if the setting is missing.
    pub fn text<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(String) -> Result<T, String>,
    ) -> Option<T> {
        let read = match self.take(name)? {
            Value::String(text) => read(text),
            _ => Err("must be a string".to_owned()),
        };
        read.map_err(|wrong| self.refuse(name, &format!("{wrong}."))).ok()
    }

    /// Reads a setting that must be one of several words, given as (word, meaning) pairs. The first word is
    /// the default.
    pub fn one_of<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let chosen = match self.take(name) {
            None => choices.first(),
            Some(setting) => choices.iter().find(|(word, _)| setting == *word),
        };
        if chosen.is_none() {
            let words: Vec<_> = choices.iter().map(|(word, _)| format!("{word:?}")).collect();
            self.refuse(name, &format!("must be {}.", words.join(" or ")));
        }
        chosen.map(|(_, meaning)| *meaning)
    }

    /// Returns the settings that the adapter built, if there are no violations.
    ///
    /// # Errors
    /// All violations, including one for each unknown setting.
    pub fn finish<T>(mut self, together: Option<T>) -> Result<T, Vec<Violation>> {
        for name in self.members.keys() {
            let pointer = format!("/{}", schema::escape(name));
            let detail = unknown_name("setting", name, self.known.iter().copied());
            self.violations.push(Violation::at(pointer, Kind::UnknownField, detail));
        }
        together.filter(|_| self.violations.is_empty()).ok_or(self.violations)
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.members.shift_remove(name)
    }

    fn refuse(&mut self, name: &str, wrong: &str) {
        self.violations.push(Violation::at(
            format!("/{name}"),
            Kind::ValidationFailed,
            format!("/{name} {wrong}"),
        ));
    }
}

fn is_plain(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}
