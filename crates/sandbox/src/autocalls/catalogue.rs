//! The catalogues of Autocalls: languages, models, voices, and the phone numbers of the account. The languages
//! are taken from the vendor's example. The other entries are invented in the vendor's format.

use serde_json::{Value, json};

use super::Generation;

/// The languages: id, English name, ISO 639-1 code (vendor's reference pages, list of languages).
const LANGUAGES: [(u64, &str, &str); 10] = [
    (1, "English", "en"),
    (2, "Romanian", "ro"),
    (3, "French", "fr"),
    (4, "Spanish", "es"),
    (5, "German", "de"),
    (6, "Lithuanian", "lt"),
    (7, "Italian", "it"),
    (8, "Arabic", "ar"),
    (9, "Portuguese", "pt"),
    (10, "Danish", "da"),
];

/// The models: id, name, code, type.
const MODELS: [(u64, &str, &str, &str); 5] = [
    (1, "GPT-4o", "gpt-4o", "llm"),
    (2, "GPT-4o mini", "gpt-4o-mini", "llm"),
    (3, "GPT-4.1", "gpt-4.1", "llm"),
    (11, "GPT Realtime", "gpt-realtime", "multimodal"),
    (21, "Dualplex One", "dualplex-one", "dualplex"),
];

struct Voice {
    id: u64,
    name: &'static str,
    mode: &'static str,
    language_id: u64,
    gender: &'static str,
}

const VOICES: [Voice; 5] = [
    voice(101, "Amber", "pipeline", 1, "female"),
    voice(102, "Birch", "pipeline", 1, "male"),
    voice(103, "Clover", "pipeline", 5, "female"),
    voice(111, "Dune", "multimodal", 1, "male"),
    voice(121, "Ember", "dualplex", 5, "female"),
];

const fn voice(
    id: u64,
    name: &'static str,
    mode: &'static str,
    language_id: u64,
    gender: &'static str,
) -> Voice {
    Voice { id, name, mode, language_id, gender }
}

/// The phone numbers that can be assigned, as (id, number, country, label of the type, type of calls). A number without
/// a type of calls serves both inbound and outbound calls.
const NUMBERS: [(u64, &str, &str, &str, Option<&str>); 3] = [
    (501, "+4930123401", "DE", "Phone number", None),
    (502, "+15550100502", "US", "SIP trunk", None),
    (503, "+4930123403", "DE", "Caller ID", Some("outbound")),
];

pub(super) fn languages() -> Value {
    let rows = LANGUAGES.iter();
    rows.map(|(id, name, iso_2)| json!({ "id": id, "name": name, "iso_2": iso_2 })).collect()
}

/// Lists models. In the legacy generation, lists all models, without types or codes. In the current generation,
/// lists the models of the type `wanted`, or of the type `llm` if `wanted` is `None`.
pub(super) fn models(generation: Generation, wanted: Option<&str>) -> Value {
    let rows = MODELS.iter();
    match generation {
        Generation::Legacy => rows.map(|(id, name, ..)| json!({ "id": id, "name": name })).collect(),
        Generation::Current => rows
            .filter(|(.., kind)| wanted.unwrap_or("llm") == *kind)
            .map(|(id, name, code, _)| json!({ "id": id, "name": name, "code": code }))
            .collect(),
    }
}

/// Lists the voices for a mode and a language. If either is omitted, lists the voices for all modes or all languages.
pub(super) fn voices(generation: Generation, mode: Option<&str>, language_id: Option<i64>) -> Value {
    VOICES
        .iter()
        .filter(|voice| mode.is_none_or(|mode| mode == voice.mode))
        .filter(|voice| language_id.is_none_or(|id| u64::try_from(id) == Ok(voice.language_id)))
        .map(|voice| match generation {
            Generation::Legacy => {
                json!({ "id": voice.id, "name": voice.name, "mode": voice.mode })
            }
            Generation::Current => json!({
                "id": voice.id,
                "name": voice.name,
                "language_id": voice.language_id,
                "gender": voice.gender,
                "preview_url": format!("https://voices.example/{}.mp3", voice.id),
                "accent": null,
                "age": null,
                "synthesizer_provider_id": 1,
            }),
        })
        .collect()
}

/// Lists the numbers for one type of calls, or all numbers if `calls` is `None`. `taken` contains the ids of the
/// numbers that are assigned to inbound assistants.
pub(super) fn phone_numbers(calls: Option<&str>, taken: &[u64]) -> Value {
    NUMBERS
        .iter()
        .filter(|(.., only)| only.is_none() || calls.is_none() || *only == calls)
        .map(|(id, number, country, label, _)| {
            json!({
                "id": id,
                "phone_number": number,
                "country_code": country,
                "type_label": label,
                "is_available": !taken.contains(id),
            })
        })
        .collect()
}

pub(super) fn knows_voice(id: &Value) -> bool {
    voice_mode(id).is_some()
}

/// Returns the mode in which a voice can be used, or `None` if there is no such voice.
pub(super) fn voice_mode(id: &Value) -> Option<&'static str> {
    let found = VOICES.iter().find(|voice| Some(voice.id) == id.as_u64());
    found.map(|voice| voice.mode)
}

pub(super) fn knows_model(id: &Value, kinds: &[&str]) -> bool {
    MODELS.iter().any(|(known, .., kind)| Some(*known) == id.as_u64() && kinds.contains(kind))
}

/// Returns the phone number with this id, or `None` if the account does not own it.
pub(super) fn number(id: &str) -> Option<&'static str> {
    let (_, number, ..) = NUMBERS.iter().find(|(known, ..)| known.to_string() == id)?;
    Some(number)
}

pub(super) fn owns_number(id: &Value) -> bool {
    NUMBERS.iter().any(|(known, ..)| Some(*known) == id.as_u64())
}

/// Returns the code of the language with this id, or null if there is no such language.
pub(super) fn language_code(id: Option<&Value>) -> Value {
    let id = id.and_then(Value::as_u64);
    let found = LANGUAGES.iter().find(|(known, ..)| Some(*known) == id);
    found.map_or(Value::Null, |(.., code)| json!(code))
}

/// Returns the id of the language with this English name, or `None` if there is no such language.
pub(super) fn language_id(name: &Value) -> Option<u64> {
    let found = LANGUAGES.iter().find(|(_, known, _)| name == known)?;
    Some(found.0)
}

/// Returns the field that selects a model in this mode, and the id of the model with this name. Returns `None`
/// if the mode has no such model.
pub(super) fn model_id(name: &Value, mode: Option<&Value>) -> Option<(&'static str, u64)> {
    let pipeline = mode.is_none_or(|mode| mode == "pipeline");
    let field = if pipeline { "llm_model_id" } else { "multimodal_model_id" };
    let found = MODELS.iter().find(|(_, known, _, kind)| name == known && (*kind == "llm") == pipeline)?;
    Some((field, found.0))
}
