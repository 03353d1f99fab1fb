//! JSON values as literals of programming languages, for samples.

use serde_json::Value;

/// The notation of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// JSON.
    Json,
    /// TypeScript: names without quotes if possible.
    TypeScript,
    /// Python: `True`, `False` and `None`.
    Python,
}

/// Formats a value on several lines. The lines after the first one are indented by at least `depth` steps. A step is 4
/// spaces in Python, and 2 spaces otherwise.
pub fn literal(value: &Value, notation: Notation, depth: usize) -> String {
    let step = if notation == Notation::Python { 4 } else { 2 };
    let indent = |depth: usize| " ".repeat(step * depth);
    let comma = if notation == Notation::Json { "" } else { "," };
    let lines = |open: char, items: Vec<String>, close: char| {
        let separator = format!(",\n{}", indent(depth + 1));
        format!("{open}\n{}{}{comma}\n{}{close}", indent(depth + 1), items.join(&separator), indent(depth))
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            let member = |(key, value): (&String, &Value)| {
                format!("{}: {}", name(key, notation), literal(value, notation, depth + 1))
            };
            lines('{', members.iter().map(member).collect(), '}')
        }
        Value::Array(items) if !items.is_empty() => {
            lines('[', items.iter().map(|item| literal(item, notation, depth + 1)).collect(), ']')
        }
        Value::Null if notation == Notation::Python => "None".to_owned(),
        Value::Bool(true) if notation == Notation::Python => "True".to_owned(),
        Value::Bool(false) if notation == Notation::Python => "False".to_owned(),
        value => value.to_string(),
    }
}

fn name(name: &str, notation: Notation) -> String {
    let is_identifier = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if notation == Notation::TypeScript && is_identifier {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}
