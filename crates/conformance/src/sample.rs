//! Test values: full sample records, values that a vendor accepts according to the rules, and values that it may alter
//! or drop.

use serde_json::{Value, json};
use switchboard_core::{
    facts::{CatalogueKind, Facts},
    rule::{Capability, Domain},
};

const AGENT: &str = include_str!("full_agent.json");
const TRUNK: &str = include_str!("full_trunk.json");
const OTHER_TRUNKS: &str = include_str!("other_trunks.json");

/// A string that reveals errors in the handling of bytes, quotes or lines.
const TEXT: &str = "Grüße, „你好“ 👋 \"quoted\" \\ {braces} & <tags>\nsecond line";

/// Numbers at and around the limits of the model and the vendors.
const NUMBERS: [f64; 15] =
    [0.0, 0.05, 0.25, 0.5, 0.95, 1.0, 1.25, 2.0, 4.0, 10.0, 61.0, 600.0, 3600.0, 60_000.0, 86_400.0];

/// Languages that some vendors cannot express, or express by another tag.
const LANGUAGES: [&str; 8] = ["en-GB", "tlh", "sr-Latn", "zh-Hant-TW", "nb", "fil", "pt-BR", "mul"];

/// Sample records.
pub struct Samples {
    /// A record with every leaf of the model, except those of `alternatives`.
    pub full: Value,
    /// Values for the fields that exclude a field of `full`.
    pub alternatives: Value,
    /// Second values for the fields of `full`. Each record contains only some of the fields.
    pub others: Vec<Value>,
}

/// Builds the neutral agent and applies the vendor's patch. `other` contains second values for fields that
/// accept only the vendor's own entries.
pub fn agents(patch: &Value, other: &Value) -> Result<Samples, String> {
    let mut full = serde_json::from_str(AGENT).map_err(|error| error.to_string())?;
    merge(&mut full, patch);
    let endpoint = |url: &str, model: &str, key: &str| json!({ "model": { "endpoint": { "url": url, "model": model, "key": key } } });
    let alternatives =
        endpoint("https://llm.northwind.example/v1", "northwind-chat-1", "conformance-llm-0001");
    let other_endpoint =
        endpoint("https://other.northwind.example/v1", "northwind-chat-2", "conformance-llm-0002");
    Ok(Samples { full, alternatives, others: vec![other.clone(), other_endpoint] })
}

/// Builds the neutral trunk. Trunks with the other carriers provide the second values.
pub fn trunks() -> Result<Samples, String> {
    let full = serde_json::from_str(TRUNK).map_err(|error| error.to_string())?;
    let others = serde_json::from_str(OTHER_TRUNKS).map_err(|error| error.to_string())?;
    Ok(Samples { full, alternatives: Value::Null, others })
}

/// Merges a patch into a record.
pub fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(members), Value::Object(changes)) => {
            for (name, change) in changes {
                merge(members.entry(name).or_insert(Value::Null), change);
            }
        }
        (place, value) => *place = value.clone(),
    }
}

/// Returns values within the vendor's limits. The given value comes first, unless the field's domain excludes
/// the given value. The gateway's own validation may refuse some of the values.
pub fn within(row: &Capability, given: &Value, facts: &Facts) -> Vec<Value> {
    let own = match &row.domain {
        Some(domain) => domain_samples(domain, given, facts),
        // A field without a domain can be a flag without a vendor value of its own, so `true` is a possible value.
        None => vec![json!(true)],
    };
    let taken = match &row.domain {
        Some(Domain::Number { .. } | Domain::Choice { .. } | Domain::Listed { .. } | Domain::List { .. }) => {
            own.contains(given)
        }
        _ => true,
    };
    let mut samples = Vec::new();
    for value in Some(given.clone()).filter(|_| taken).into_iter().chain(own) {
        if !samples.contains(&value) {
            samples.push(value);
        }
    }
    samples
}

/// Returns values that the vendor may alter or drop. The gateway's own validation may refuse some of them.
pub fn beyond(row: &Capability, given: &Value) -> Vec<Value> {
    let numbers = || NUMBERS.iter().map(|number| json!(number)).collect();
    match (&row.domain, given) {
        (Some(Domain::Number { .. }), _) => numbers(),
        (_, Value::Bool(flag)) => vec![json!(!flag)],
        (Some(Domain::Choice { .. } | Domain::Text { .. } | Domain::Any), Value::String(text)) => {
            let languages = LANGUAGES.map(|tag| json!(tag));
            [json!(TEXT), json!(text.repeat(100))].into_iter().chain(languages).collect()
        }
        (Some(Domain::List { .. }), Value::Array(items)) => {
            vec![json!([]), json!([items.as_slice(), items].concat())]
        }
        _ => Vec::new(),
    }
}

fn domain_samples(domain: &Domain, given: &Value, facts: &Facts) -> Vec<Value> {
    match domain {
        Domain::Text { max_length: Some(max) } => vec![json!(TEXT), json!("x".repeat(*max))],
        Domain::Text { max_length: None } => vec![json!(TEXT)],
        Domain::Number { min, max, step } => numbers(*min, *max, *step, given),
        Domain::Choice { values } => values.clone(),
        Domain::Listed { catalogue } => listed(*catalogue, facts),
        Domain::Flag => vec![json!(true), json!(false)],
        Domain::List { max_items, .. } => {
            let items = given.as_array().map(Vec::as_slice).unwrap_or_default();
            let most = max_items.unwrap_or(items.len()).min(items.len());
            vec![json!(items[..most]), json!(items[..most.min(1)])]
        }
        Domain::Any | Domain::Structure => Vec::new(),
    }
}

/// Returns the given value if the vendor accepts it, the limits of the range, and the values one step inside
/// the limits.
fn numbers(min: Option<f64>, max: Option<f64>, step: Option<f64>, given: &Value) -> Vec<Value> {
    let given = given.as_f64().unwrap_or_default();
    let inside = min.is_none_or(|min| given >= min) && max.is_none_or(|max| given <= max);
    let stepped = step.is_none_or(|step| (given / step - (given / step).round()).abs() < 1e-9);
    let near = |end: Option<f64>, sign: f64| Some(tidy(end? + sign * step?));
    let ends = [min, near(min, 1.0), near(max, -1.0), max];
    let kept = Some(given).filter(|_| inside && stepped);
    kept.into_iter().chain(ends.into_iter().flatten()).map(number).collect()
}

/// Rounds away the floating-point error of a sum.
fn tidy(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// Converts a number to the form that records have: a JSON integer if the number is whole.
fn number(number: f64) -> Value {
    if number.fract() == 0.0 { json!(number as i64) } else { json!(number) }
}

/// Returns the entries of a catalogue: languages by tag, all others by name.
fn listed(kind: CatalogueKind, facts: &Facts) -> Vec<Value> {
    let rows = facts.entries(kind).iter();
    if kind == CatalogueKind::LANGUAGES {
        return rows.filter_map(|row| row.language.as_ref()).map(|tag| json!(tag)).collect();
    }
    rows.map(|row| json!(row.name)).collect()
}
