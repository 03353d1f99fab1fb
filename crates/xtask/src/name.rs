//! The name of a new vendor.

use anyhow::ensure;

/// The name of the vendor in the templates.
const TEMPLATE: &str = "acme";

/// A vendor's name, in the forms that code needs.
pub struct Name(String);

impl Name {
    /// Reads a name: lower-case letters and digits, so that it is a crate, a module and a key of the configuration alike.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let plain = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let first = text.chars().next().is_some_and(|c| c.is_ascii_lowercase());
        ensure!(plain && first && text.len() <= 30, "a name is a letter, then letters and digits: {text:?}");
        Ok(Self(text.to_owned()))
    }

    /// Returns the name unchanged: `acme`.
    pub fn lower(&self) -> &str {
        &self.0
    }

    /// Replaces the templates' own name by this one, in a string or in a path.
    pub fn fill(&self, template: &str) -> String {
        let filled = template.replace(TEMPLATE, &self.0);
        filled
            .replace(&capital(TEMPLATE), &capital(&self.0))
            .replace(&TEMPLATE.to_uppercase(), &self.0.to_uppercase())
    }
}

/// Capitalizes the first letter: `Acme`.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
