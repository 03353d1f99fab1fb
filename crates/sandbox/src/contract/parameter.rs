//! Query parameters of an operation. Route matching covers the path parameters. Headers are not checked.

use serde_json::Value;

use super::schema::{Schema, Schemas};
use super::violation::Violation;

pub(super) struct Parameter {
    name: String,
    required: bool,
    schema: Option<Schema>,
}

/// Parses the query parameters that are documented for an operation or for its path.
pub(super) fn parse_all(schemas: &Schemas<'_>, path: &Value, operation: &Value) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for owner in [path, operation] {
        let listed = owner.get("parameters").and_then(Value::as_array);
        for listed in listed.into_iter().flatten() {
            let listed = schemas.resolve(listed);
            if listed.get("in").and_then(Value::as_str) != Some("query") {
                continue;
            }
            let Some(name) = listed.get("name").and_then(Value::as_str) else {
                continue;
            };
            parameters.push(Parameter {
                name: name.to_owned(),
                required: listed.get("required") == Some(&Value::Bool(true)),
                schema: listed.get("schema").map(|schema| schemas.schema(schema)),
            });
        }
    }
    parameters
}

/// Lists unknown, repeated, missing and invalid query parameters. The pointer of each violation is `?name`.
pub(super) fn violations(known: &[Parameter], given: &[(String, String)]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (position, (name, value)) in given.iter().enumerate() {
        let pointer = format!("?{name}");
        let Some(parameter) = known.iter().find(|parameter| parameter.name == *name) else {
            found.push(Violation::new(pointer, "is not a documented parameter"));
            continue;
        };
        if given.iter().take(position).any(|(earlier, _)| earlier == name) {
            found.push(Violation::new(pointer, "is given twice"));
        } else if let Some(problem) = parameter.problem(value) {
            found.push(Violation::new(pointer, problem));
        }
    }
    for parameter in known.iter().filter(|parameter| parameter.required) {
        if !given.iter().any(|(name, _)| *name == parameter.name) {
            let pointer = format!("?{}", parameter.name);
            found.push(Violation::new(pointer, "is required"));
        }
    }
    found
}

impl Parameter {
    /// Returns the reason why the schema does not accept a value, or `None` if the schema accepts it. A query
    /// contains only strings, so a value is accepted either as a string or as the JSON scalar that the string
    /// represents.
    fn problem(&self, value: &str) -> Option<String> {
        let schema = self.schema.as_ref()?;
        let text = Value::String(value.to_owned());
        let scalar = serde_json::from_str(value).unwrap_or_else(|_| text.clone());
        if schema.accepts(&text) || schema.accepts(&scalar) {
            return None;
        }
        schema.violations(&scalar).into_iter().map(|violation| violation.message).next()
    }
}
