//! Agents chosen by their labels.

use switchboard_engine::Envelope;

/// A label's name and value.
pub type Label = (String, String);

/// Whether an agent has all of these labels; every agent has all of none.
pub fn has_all(envelope: &Envelope, labels: &[Label]) -> bool {
    labels.iter().all(|(name, value)| envelope.labels.get(name) == Some(value))
}

/// Reads `NAME=VALUE`.
///
/// # Errors
/// What is wrong with it.
pub fn label(text: &str) -> Result<Label, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("give NAME=VALUE".to_owned()),
    }
}
