//! The check for whole numbers in YAML that the parser has rounded, because 64 bits cannot hold them.

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    model::schema::escape,
};

/// Returns `document` unchanged if it contains no rounded number. The parser rounds a whole number that does not fit in
/// 64 bits. `text` is the content of the file.
///
/// # Errors
/// `validation_failed`, with the pointer of each such number.
pub fn refuse_rounded(document: Value, text: &str) -> Result<Value> {
    let literals = literals(text);
    let mut violations = Vec::new();
    if !literals.is_empty() {
        find(&document, String::new(), &literals, &mut violations);
    }
    if violations.is_empty() { Ok(document) } else { Err(Error::invalid(violations)) }
}

/// Lists the whole numbers beyond 64 bits in the content of a file, rounded as the parser rounds them. Also finds such
/// numbers in strings and comments. As a result, [`refuse_rounded`] also refuses a floating-point number of the
/// document that equals one of these numbers.
fn literals(text: &str) -> Vec<f64> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '+' | '-');
    let tokens = text.split(|c| !is_part(c));
    let whole = tokens.filter(|token| token.parse::<i64>().is_err() && token.parse::<u64>().is_err());
    let digits = |token: &str| token.trim_start_matches(['+', '-']).bytes().all(|b| b.is_ascii_digit());
    whole.filter(|token| digits(token)).filter_map(|token| token.parse().ok()).collect()
}

fn find(value: &Value, pointer: String, literals: &[f64], violations: &mut Vec<Violation>) {
    match value {
        Value::Number(number)
            if number.is_f64() && literals.iter().any(|it| number.as_f64() == Some(*it)) =>
        {
            let detail =
                format!("A whole number must be from {} to {}; send others as strings.", i64::MIN, u64::MAX);
            violations.push(Violation::at(pointer, Kind::ValidationFailed, detail));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| find(item, format!("{pointer}/{index}"), literals, violations));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            find(member, format!("{pointer}/{}", escape(name)), literals, violations)
        }),
        _ => {}
    }
}
