//! Violations: the differences between a request and the documented contract.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde::Serialize;
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Violation {
    /// The JSON pointer into the request body, or `?name` for a query parameter.
    pub pointer: String,
    /// A description of the error. The description never contains the value, because bodies may contain
    /// credentials.
    pub message: String,
}

impl Violation {
    pub(crate) fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

/// Converts a schema error to violations. The schema library reports a missing or unknown member as an error of
/// the surrounding object. Here, each such member gets its own violation.
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

/// Joins all violations into one string, for vendors that return a single message for all errors.
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
