//! The values of a configuration, for comparison with another configuration.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use config::{Map, Value, ValueKind};
use sha2::{Digest as _, Sha256};

use super::reference::References;

/// The keys that are set, each with a digest of its value after resolution of references. The digests make it
/// possible to compare two configurations without storing secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, [u8; 32]>);

impl Values {
    pub(super) fn new(values: &Map<String, Value>, references: &References<'_>) -> Self {
        let mut digests = BTreeMap::new();
        for (key, value) in values {
            collect(&mut digests, key.clone(), value, references);
        }
        Self(digests)
    }

    /// Returns the sorted keys whose values differ between the two configurations, such as `vendors.qcall.api_key` and
    /// `routing.rules[0].vendor`. Includes the keys that only one of the configurations sets.
    pub fn differing(&self, other: &Self) -> Vec<String> {
        let keys: BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        keys.into_iter().filter(|key| self.0.get(*key) != other.0.get(*key)).cloned().collect()
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn collect(
    digests: &mut BTreeMap<String, [u8; 32]>,
    key: String,
    value: &Value,
    references: &References<'_>,
) {
    let text = match &value.kind {
        ValueKind::Nil => return,
        ValueKind::Table(values) => {
            for (name, value) in values {
                collect(digests, format!("{key}.{name}"), value, references);
            }
            return;
        }
        ValueKind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(digests, format!("{key}[{index}]"), item, references);
            }
            return;
        }
        other => other.to_string(),
    };
    let resolved = references.resolve(&text).and_then(Result::ok).unwrap_or(text);
    // The reader treats a key with an empty string like an absent key.
    if !resolved.is_empty() {
        digests.insert(key, Sha256::digest(resolved).into());
    }
}
