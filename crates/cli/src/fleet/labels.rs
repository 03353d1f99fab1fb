//! Labels and other pairs of a name and a value on the command line.

use anyhow::bail;
use serde_json::{Map, Value};
use switchboard_engine::Envelope;

/// A label's name and value.
pub type Label = (String, String);

/// Returns true if an agent has all of these labels, or if no label is given.
pub fn has_all(envelope: &Envelope, labels: &[Label]) -> bool {
    labels.iter().all(|(name, value)| envelope.labels.get(name) == Some(value))
}

/// Parses a label from `NAME=VALUE`.
///
/// # Errors
/// If the name is empty or the `=` is missing.
pub fn label(text: &str) -> Result<Label, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("give NAME=VALUE".to_owned()),
    }
}

/// Collects the names and values of a repeatable option in an object.
///
/// # Errors
/// If a name has two different values.
pub fn unique(option: &str, pairs: &[(String, String)]) -> anyhow::Result<Map<String, Value>> {
    let mut members = Map::new();
    for (name, value) in pairs {
        let value = Value::from(value.as_str());
        if members.insert(name.clone(), value.clone()).is_some_and(|earlier| earlier != value) {
            bail!("{option} gives {name:?} two different values");
        }
    }
    Ok(members)
}
