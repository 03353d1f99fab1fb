//! The languages that QCall supports.

use serde_json::Value;
use switchboard_core::prelude::*;

/// The languages, each as its BCP 47 tag, the vendor's code, and its name in the vendor's app.
///
/// The list is from the vendor's app (vendor's MCP server). The vendor's documentation has the same list
/// without Malayalam, Punjabi, Dutch, Portuguese and Polish. Arabic is available only as spoken in Kuwait.
const LANGUAGES: [(&str, &str, &str); 18] = [
    ("en", "en", "English"),
    ("hi", "hi", "Hindi"),
    ("bn", "bn", "Bengali"),
    ("gu", "gu", "Gujarati"),
    ("kn", "kn", "Kannada (India)"),
    ("ml", "ml", "Malayalam"),
    ("mr", "mr", "Marathi"),
    ("ta", "ta", "Tamil (India)"),
    ("te", "te", "Telugu (India)"),
    ("pa", "pa", "Punjabi"),
    ("de", "de", "German"),
    ("nl", "nl", "Dutch"),
    ("fr", "fr", "French"),
    ("es", "es", "Spanish"),
    ("it", "it", "Italian"),
    ("pt", "pt", "Portuguese"),
    ("pl", "pl", "Polish"),
    ("ar-KW", "ar-kw", "Arabic (Kuwait)"),
];

/// The languages as pairs of tag and code, as the rules need them.
pub const CODES: &[(&str, &str)] = &codes();

const fn codes() -> [(&'static str, &'static str); LANGUAGES.len()] {
    let mut codes = [("", ""); LANGUAGES.len()];
    let mut index = 0;
    while index < codes.len() {
        codes[index] = (LANGUAGES[index].0, LANGUAGES[index].1);
        index += 1;
    }
    codes
}

/// Returns the languages as a catalogue, because the vendor has no endpoint for them.
pub fn catalogue() -> Vec<CatalogueEntry> {
    let entry = |(tag, code, name): (&str, &str, &str)| CatalogueEntry {
        id: code.to_owned(),
        name: name.to_owned(),
        language: Some(tag.to_owned()),
        kind: None,
        document: Value::Null,
    };
    LANGUAGES.into_iter().map(entry).collect()
}

/// Returns the tag for the language code on a voice's label. Returns `None` if the code is not a language code.
pub fn tag(code: &str) -> Option<String> {
    let known = CODES.iter().find(|(_, known)| known.eq_ignore_ascii_case(code)).map(|(tag, _)| *tag);
    Language::new(known.unwrap_or(code)).ok().map(|language| language.as_str().to_owned())
}
