//! The schemas of a contract document.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::violation::{self, Violation};

/// The reason why a contract document cannot be used.
#[derive(Debug)]
pub(crate) struct Unusable(String);

impl Unusable {
    pub(crate) fn new(why: impl fmt::Display) -> Self {
        Self(why.to_string())
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

/// The schemas of one document, with the references inside the document.
pub(super) struct Schemas<'a> {
    document: &'a Value,
    /// The components of the document, to which schemas may refer.
    components: Arc<Value>,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(document: &'a Value) -> Self {
        Self { document, components: Arc::new(document["components"].clone()) }
    }

    /// Returns the target of the value's `$ref` into this document, or the value itself if it has no such
    /// reference.
    pub(super) fn resolve(&self, value: &'a Value) -> &'a Value {
        value
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| self.document.pointer(pointer))
            .unwrap_or(value)
    }

    /// Returns a schema that may refer to the document's components.
    pub(super) fn schema(&self, schema: &Value) -> Schema {
        Schema { source: schema.clone(), components: self.components.clone(), compiled: OnceLock::new() }
    }
}

/// A schema of a contract. It is compiled when it checks its first value. Otherwise, the sandbox would spend most of
/// its start on schemas that no request needs.
pub(super) struct Schema {
    source: Value,
    components: Arc<Value>,
    compiled: OnceLock<Result<Validator, Unusable>>,
}

impl Schema {
    /// Lists the violations of the schema in a value. If the schema cannot be compiled, this is a violation as well, so
    /// that no value passes unchecked.
    pub(super) fn violations(&self, value: &Value) -> Vec<Violation> {
        match self.compiled() {
            Ok(schema) => schema.iter_errors(value).flat_map(violation::from_schema).collect(),
            Err(why) => vec![Violation::new("", format!("cannot be checked: {why}"))],
        }
    }

    /// Returns true if the schema has no violation in a value.
    pub(super) fn accepts(&self, value: &Value) -> bool {
        self.compiled().as_ref().is_ok_and(|schema| schema.is_valid(value))
    }

    fn compiled(&self) -> &Result<Validator, Unusable> {
        self.compiled.get_or_init(|| {
            let (alone, components) = (Value::Array(vec![self.source.clone()]), (*self.components).clone());
            let rooted = [("allOf", alone), ("components", components)];
            let rooted = rooted.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            options.build(&Value::Object(rooted)).map_err(Unusable::new)
        })
    }
}

/// Iterates over the members of the object at `key`. Yields nothing if there is no such object.
pub(super) fn members<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}
