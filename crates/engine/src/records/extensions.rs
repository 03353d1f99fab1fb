//! The rules for the extensions in a body.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use switchboard_core::{
    error::{Kind, Violation, unknown_name},
    model::{FieldReader, schema},
    rule::ExtensionRules,
    vendor::Factory,
};

use super::Managed;

/// The rules for the extensions in a body, by adapter.
pub struct Extensions(BTreeMap<&'static str, Box<dyn ExtensionRules>>);

impl Extensions {
    /// Returns the extension rules of these adapters.
    pub fn from_factories(factories: &[Factory]) -> Self {
        let rules = |factory: &Factory| factory.extension.map(|rules| (factory.adapter, rules()));
        Self(factories.iter().filter_map(rules).collect())
    }

    /// Reads the extensions of a body, and adds violations to `from`. Omits adapters whose value is null or has no
    /// settings.
    pub(super) fn read<R: Managed>(
        &self,
        value: Option<&Value>,
        from: &mut FieldReader,
    ) -> Map<String, Value> {
        let Some(value) = value else { return Map::new() };
        if !R::EXTENSIBLE {
            return refuse::<R>(value, from);
        }
        let Value::Object(given) = value else {
            from.note(
                "extensions",
                Kind::ValidationFailed,
                "/extensions must be an object whose members are named after adapters.",
            );
            return Map::new();
        };
        let mut extensions = Map::new();
        for (adapter, settings) in given.iter().filter(|(_, settings)| !settings.is_null()) {
            let pointer = format!("/extensions/{}", schema::escape(adapter));
            match self.0.get(adapter.as_str()) {
                Some(rules) => {
                    rules.check(&pointer, settings, from);
                    let settings = rules.normalize(settings);
                    if settings.as_object().is_some_and(|settings| !settings.is_empty()) {
                        extensions.insert(adapter.clone(), settings);
                    }
                }
                None => {
                    let detail = unknown_name("adapter", adapter, self.0.keys().copied());
                    from.refuse(Violation::at(pointer, Kind::UnknownField, detail));
                }
            }
        }
        extensions
    }
}

/// Refuses extensions in a record whose kind cannot have extensions. An empty object is accepted.
fn refuse<R: Managed>(given: &Value, from: &mut FieldReader) -> Map<String, Value> {
    if given.as_object().is_none_or(|given| !given.is_empty()) {
        let detail = format!("A {} cannot have extensions.", R::NAME);
        from.note("extensions", Kind::UnknownField, detail);
    }
    Map::new()
}
