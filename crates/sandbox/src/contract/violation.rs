//! A difference between a request and the documented contract.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde::Serialize;
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Violation {
    /// JSON pointer into the request body; `?name` for a query parameter.
    pub pointer: String,
    /// A description of the error, never with the value itself: bodies carry credentials.
    pub message: String,
}

impl Violation {
    pub(crate) fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

/// Converts a schema error: one violation for each missing or unknown member, which the schema library reports at the
/// surrounding object.
pub(super) fn from_schema(error: ValidationError<'_>) -> Vec<Violation> {
    let parent = error.instance_path().as_str();
    match error.kind() {
        ValidationErrorKind::Required { property: Value::String(name) } => {
            vec![Violation::new(member(parent, name), "is required")]
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => unexpected
            .iter()
            .map(|name| Violation::new(member(parent, name), "is not a documented field"))
            .collect(),
        _ => vec![Violation::new(parent, error.masked().to_string())],
    }
}

/// Joins all violations to one string, for vendors that return one message for all errors.
pub(crate) fn sentence(violations: &[Violation]) -> String {
    let told = violations.iter().map(|violation| {
        let field = violation.pointer.trim_start_matches(['/', '?']);
        format!("{field} {}", violation.message)
    });
    told.collect::<Vec<_>>().join("; ")
}

fn member(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}
