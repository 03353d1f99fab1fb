//! Short descriptions of capabilities, for tables.

use serde_json::Value;
use switchboard_core::rule::{Capability, Domain, Support};

/// Describes the support of a field in a few words. `required here` means that the caller must give a value.
pub fn support(row: &Capability) -> &'static str {
    match row.support {
        Support::Supported if row.must_be_given => "yes, required here",
        Support::CreationOnly if row.must_be_given => "at creation, required here",
        Support::Supported => "yes",
        Support::CreationOnly => "at creation",
        Support::Fixed => "fixed",
        Support::Unsupported if row.with_calls.is_some() => "with each call",
        Support::Unsupported => "no",
    }
}

/// Describes the accepted values in normalized units. Returns an empty string if the vendor does not restrict the
/// model's values.
pub fn limits(row: &Capability) -> String {
    let in_calls = row.with_calls.as_ref().and_then(|place| place.domain.as_ref());
    let own = row.domain.as_ref().or(in_calls).map(domain).unwrap_or_default();
    match (row.listed_in, &row.domain) {
        (Some(_), Some(Domain::Choice { .. } | Domain::Listed { .. })) | (None, _) => own,
        (Some(list), _) if own.is_empty() => format!("from the vendor's list of {list}"),
        (Some(list), _) => format!("from the vendor's list of {list}, {own}"),
    }
}

fn domain(domain: &Domain) -> String {
    match domain {
        Domain::Any | Domain::Flag | Domain::Structure | Domain::Text { max_length: None } => String::new(),
        Domain::Text { max_length: Some(max) } => format!("up to {max} characters"),
        Domain::Number { min, max, step } => number(*min, *max, *step),
        Domain::Choice { values } if values.len() > 12 => format!("one of {}", values.len()),
        Domain::Choice { values } => values.iter().map(word).collect::<Vec<_>>().join(", "),
        Domain::Listed { catalogue } => format!("from the vendor's list of {catalogue}"),
        Domain::List { items, max_items } => list(&self::domain(items), *max_items),
    }
}

fn number(min: Option<f64>, max: Option<f64>, step: Option<f64>) -> String {
    let range = match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("from {min}"),
        (None, Some(max)) => format!("up to {max}"),
        (None, None) => String::new(),
    };
    match step {
        Some(step) if range.is_empty() => format!("steps of {step}"),
        Some(step) => format!("{range}, steps of {step}"),
        None => range,
    }
}

fn list(items: &str, most: Option<usize>) -> String {
    match (items, most) {
        ("", None) => String::new(),
        ("", Some(most)) => format!("at most {most}"),
        (items, None) => format!("each {items}"),
        (items, Some(most)) => format!("at most {most}, each {items}"),
    }
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
