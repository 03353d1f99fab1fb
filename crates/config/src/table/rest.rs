//! The values of a table that only the caller knows, such as the settings of an adapter.

use std::collections::BTreeMap;

use config::Value;

use super::Table;

impl Table<'_> {
    /// Takes all remaining values and resolves their references. Reports references that cannot be resolved. Also
    /// returns the keys of the strings that look like misspelt references. The caller validates the values.
    pub fn take_rest(&mut self) -> (serde_json::Map<String, serde_json::Value>, Vec<String>) {
        let items: BTreeMap<_, _> = self.values.drain().collect();
        let mut misspelt = Vec::new();
        let resolved = items.into_iter().map(|(key, item)| {
            let value = self.resolved(&key, item, &mut misspelt);
            (key, value)
        });
        (resolved.collect(), misspelt)
    }

    fn resolved(&self, key: &str, value: Value, misspelt: &mut Vec<String>) -> serde_json::Value {
        let mut value = value.try_deserialize().unwrap_or_else(|_| {
            // The error can quote the value, which can be a misplaced secret.
            self.refuse(key, "has a value that JSON does not have");
            serde_json::Value::Null
        });
        self.resolve(key, &mut value, misspelt);
        value
    }

    /// Resolves references in place. If a reference cannot be resolved, reports the problem and leaves the string unchanged
    /// for later validation. Adds the keys of strings that look like misspelt references to `misspelt`.
    fn resolve(&self, key: &str, value: &mut serde_json::Value, misspelt: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => match self.reading.references.resolve(text) {
                Some(Ok(secret)) => *text = secret,
                Some(Err(why)) => self.refuse(key, why),
                None if is_misspelt(text) => misspelt.push(key.to_owned()),
                None => {}
            },
            serde_json::Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.resolve(&format!("{key}[{index}]"), item, misspelt);
                }
            }
            serde_json::Value::Object(members) => {
                for (name, member) in members {
                    self.resolve(&format!("{key}.{name}"), member, misspelt);
                }
            }
            _ => {}
        }
    }
}

/// Returns true if a string that is no reference looks like one, such as `evn:KEY` or `$KEY`.
fn is_misspelt(text: &str) -> bool {
    let is_scheme =
        |scheme: &str| (1..=8).contains(&scheme.len()) && scheme.chars().all(|c| c.is_ascii_alphabetic());
    text.starts_with('$')
        || text.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.starts_with("//"))
}
