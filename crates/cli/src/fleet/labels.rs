//! Selection of agents by label.

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
