//! The words of strings, by which lists find records.

/// Lists the words of a string in lower case. A word consists of letters and digits; every other character separates words.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
