//! The vendor's lists, each with rows of a key and words. They are from the vendor's OpenAPI document of 2026-08-20 and its
//! official client 3.0.0 of 2026-10.

use std::sync::LazyLock;

use serde::Deserialize;

/// Rows of a key and words, separated by spaces.
type Rows = Vec<(&'static str, &'static str)>;

/// The lists of `lists.json`.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Lists {
    /// The languages of each transcriber, without the codes that are no BCP 47 tags. `iso` is the list of several.
    pub languages: Rows,
    /// The names of the languages of the transcriber google, by tag.
    pub google: Rows,
    /// The languages of the voice providers that accept only some, by the vendor's codes.
    pub voice_languages: Rows,
    /// The members of voices that only some providers have, each with these providers.
    pub voice_members: Rows,
    /// The same of transcribers.
    pub transcriber_members: Rows,
    /// The same of language models.
    pub model_members: Rows,
    /// The language models of each provider with a closed list, without regional variants. A name of two providers belongs
    /// to the first one.
    pub models: Rows,
    /// The voices that the vendor documents by their ids, without those of two providers. Only its own are complete.
    pub voices: Rows,
    /// The models of each voice provider that has any.
    pub voice_models: Rows,
    /// The models of each transcriber that has any.
    pub transcriber_models: Rows,
}

/// The vendor's lists.
pub static LISTS: LazyLock<Lists> =
    LazyLock::new(|| match serde_json::from_str(include_str!("lists.json")) {
        Ok(lists) => lists,
        Err(error) => unreachable!("every test reads the lists: {error}"),
    });

/// Returns the words of a row; none if there is no such row.
pub fn words(rows: &Rows, key: &str) -> impl Iterator<Item = &'static str> + Clone {
    let row = rows.iter().find(|(known, _)| *known == key);
    row.map_or("", |(_, words)| *words).split_ascii_whitespace()
}

/// Returns all rows in the form in which rules take choices.
pub fn choices(rows: &Rows) -> Vec<(&'static str, &'static [&'static str])> {
    rows.iter().map(|(key, _)| (*key, &*words(rows, key).collect::<Vec<_>>().leak())).collect()
}
