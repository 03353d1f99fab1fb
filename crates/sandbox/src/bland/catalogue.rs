//! The voices, languages and background sounds of the simulated vendor.

use std::sync::LazyLock;

use serde_json::{Value, json};

/// The voices. A name can belong to several of them.
static VOICES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("voices.json")).unwrap_or_default());

/// The language codes of calls (vendor documentation, 2026-08-09; inferred for personas).
#[rustfmt::skip]
const LANGUAGES: [&str; 52] = [
    "babel", "fluent", "auto", "en", "babel-en", "en-US", "en-GB", "en-AU", "en-NZ", "en-IN", "es", "babel-es", "es-419", "fr",
    "babel-fr", "fr-CA", "de", "babel-de", "el", "hi", "hi-Latn", "hu", "ja", "ko", "ko-KR", "vi", "pt", "pt-BR", "pt-PT", "zh",
    "zh-CN", "zh-Hans", "zh-TW", "zh-Hant", "it", "nl", "pl", "ru", "sv", "sv-SE", "da", "da-DK", "fi", "no", "id", "ms", "tr",
    "uk", "bg", "cs", "ro", "sk",
];
const BACKGROUNDS: [&str; 4] = ["none", "office", "cafe", "restaurant"];

pub(super) fn voices() -> Value {
    json!({ "voices": *VOICES })
}

/// Returns the vendor's complaint about a `call_config`, in the words that it has for calls.
pub(super) fn complaint(config: &Value) -> Option<String> {
    let unknown =
        |name: &str, known: &[&str]| config[name].as_str().is_some_and(|value| !known.contains(&value));
    if unknown("language", &LANGUAGES) {
        return Some("Invalid language code".to_owned());
    }
    unknown("background", &BACKGROUNDS)
        .then(|| format!("Invalid background_track option. Options are: {BACKGROUNDS:?}."))
}
