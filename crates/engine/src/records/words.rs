//! The words of strings, by which lists find records, and the words of the API.

use serde::Serialize;

/// Lists the words of a string in lower case. A word consists of letters and digits; every other character separates words.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Returns the word by which the API shows a value, for the log. Returns an empty string for a value that is no word.
pub fn api_word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
