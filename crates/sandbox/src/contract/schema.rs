//! The schemas of a contract document, compiled.

use std::fmt;

use serde_json::{Map, Value, json};

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

/// A compiler for the schemas of one document. The compiler follows references inside the document.
pub(super) struct Schemas<'a> {
    document: &'a Value,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(document: &'a Value) -> Self {
        Self { document }
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

    /// Compiles a schema that may refer to the document's components. The compiled schema checks formats too.
    pub(super) fn compile(&self, schema: &Value) -> Result<jsonschema::Validator, Unusable> {
        let rooted = json!({ "allOf": [schema], "components": self.document.get("components") });
        jsonschema::draft202012::options().should_validate_formats(true).build(&rooted).map_err(Unusable::new)
    }
}

/// Iterates over the members of the object at `key`. Yields nothing if there is no such object.
pub(super) fn members<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}
