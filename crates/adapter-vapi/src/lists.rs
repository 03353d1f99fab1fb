//! The vendor's lists, each of which maps keys to values. They are from the vendor's OpenAPI document of 2026-08-20 and
//! its official client 3.0.0 of 2026-10.

use std::sync::LazyLock;

use serde::Deserialize;

/// Rows of a key and its values, which are separated by spaces.
pub type Rows = Vec<(&'static str, &'static str)>;

/// The lists of `lists.json`.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Lists {
    /// The languages of each transcriber, without codes that are not BCP 47 tags. Several transcribers share the list
    /// `iso`.
    pub languages: Rows,
    /// The names by which the transcriber google identifies languages, by tag.
    pub google: Rows,
    /// The languages of each voice provider that accepts only some, as the vendor's codes.
    pub voice_languages: Rows,
    /// The languages of each voice provider that identifies them by name, each as the tag and the name.
    pub voice_language_names: Rows,
    /// The members of voices that only some providers have, each with its providers.
    pub voice_members: Rows,
    /// The members of transcribers that only some providers have, each with its providers. In this list and the other
    /// lists of members, a bar separates providers whose members differ in type or range.
    pub transcriber_members: Rows,
    /// The members of language models that only some providers have, each with its providers.
    pub model_members: Rows,
    /// The language models of each provider with a closed list, without regional variants. If two providers list
    /// the same name, the name alone means the model of the first provider.
    pub models: Rows,
    /// The voices whose ids the vendor documents, without ids that two providers share. Only the list of the vendor's
    /// own voices is complete.
    pub voices: Rows,
    /// The voice models of each provider for which the vendor documents any.
    pub voice_models: Rows,
    /// The models of each transcriber for which the vendor documents any.
    pub transcriber_models: Rows,
}

/// The vendor's lists.
pub static LISTS: LazyLock<Lists> =
    LazyLock::new(|| match serde_json::from_str(include_str!("lists.json")) {
        Ok(lists) => lists,
        Err(error) => unreachable!("every test reads the lists: {error}"),
    });

/// Returns the values of a row, or no values if there is no such row.
pub fn words(rows: &Rows, key: &str) -> impl Iterator<Item = &'static str> + Clone {
    let row = rows.iter().find(|(known, _)| *known == key);
    row.map_or("", |(_, words)| *words).split_ascii_whitespace()
}

/// Returns all rows in the form that rules accept as choices.
pub fn choices(rows: &Rows) -> Vec<(&'static str, &'static [&'static str])> {
    rows.iter().map(|(key, _)| (*key, &*words(rows, key).collect::<Vec<_>>().leak())).collect()
}
