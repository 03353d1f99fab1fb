//! The name of a new vendor.

use anyhow::ensure;

/// The name of the vendor in the templates.
const TEMPLATE: &str = "acme";

/// A vendor's name, in the forms that code needs.
pub struct Name(String);

impl Name {
    /// Parses a name: a lower-case letter, then lower-case letters and digits, at most 30 characters in all.
    /// Such a name is valid for a crate, a module and a configuration key. A keyword of Rust is not a name.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let plain = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let first = text.chars().next().is_some_and(|c| c.is_ascii_lowercase());
        ensure!(plain && first && text.len() <= 30, "a name is a letter, then letters and digits: {text:?}");
        // `syn` does not know `gen`, a keyword since the edition 2024.
        let is_keyword = text == "gen" || syn::parse_str::<syn::Ident>(text).is_err();
        ensure!(!is_keyword, "a name is not a keyword of Rust: {text:?}");
        Ok(Self(text.to_owned()))
    }

    /// Returns the name unchanged, such as `acme`.
    pub fn lower(&self) -> &str {
        &self.0
    }

    /// Replaces the vendor name of the templates with this name, in a string or in a path.
    pub fn fill(&self, template: &str) -> String {
        let filled = template.replace(TEMPLATE, &self.0);
        filled
            .replace(&capital(TEMPLATE), &capital(&self.0))
            .replace(&TEMPLATE.to_uppercase(), &self.0.to_uppercase())
    }
}

/// Capitalizes the first letter, as in `Acme`.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
