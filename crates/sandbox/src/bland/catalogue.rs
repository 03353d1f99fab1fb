//! The voices, languages, background sounds, phone numbers and knowledge bases of the simulated vendor.

use std::sync::LazyLock;

use serde_json::{Value, json};

/// The voices. Several voices can have the same name.
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

/// The phone numbers that the organization has bought, with their labels. Others can be planted.
pub(super) const BOUGHT: [(&str, &str); 2] = [("+14155550142", "front desk"), ("+14155550143", "sales")];

/// Returns true if the organization has bought the phone number.
pub(super) fn is_bought(number: &str) -> bool {
    BOUGHT.iter().any(|(known, _)| *known == number)
}

/// Lists the knowledge bases.
pub(super) fn knowledge_bases() -> Value {
    let rows = [
        ("kb_01k7m2v9q4x8c3n6b5z0d1f2g3", "Handbook", "FILE"),
        ("KB-30d465c0-22d0-41e0-a63d-61bcacc277e7", "Opening hours", "TEXT"),
    ];
    let kbs =
        rows.map(|(id, name, kind)| json!({ "id": id, "name": name, "status": "COMPLETED", "type": kind }));
    json!({ "data": { "total": kbs.len(), "kbs": kbs }, "errors": null })
}

/// Returns the vendor's error message for a `call_config`, or `None` if it is accepted. The message is that of the
/// routes for calls.
pub(super) fn complaint(config: &Value) -> Option<String> {
    let unknown =
        |name: &str, known: &[&str]| config[name].as_str().is_some_and(|value| !known.contains(&value));
    if unknown("language", &LANGUAGES) {
        return Some("Invalid language code".to_owned());
    }
    unknown("background", &BACKGROUNDS)
        .then(|| format!("Invalid background_track option. Options are: {BACKGROUNDS:?}."))
}
