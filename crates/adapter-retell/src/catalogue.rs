//! The vendor's catalogues: languages and language models from its official client, all others from its API.

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{numbers, wire};

/// The languages of the vendor (SDK 6.2.13, 2026-10-26). All of them are BCP 47 tags.
#[rustfmt::skip]
pub const LANGUAGES: &[&str] = &[
    "en-US", "en-IN", "en-GB", "en-AU", "en-NZ", "de-DE", "es-ES", "es-419", "hi-IN", "fr-FR", "fr-CA", "ja-JP", "pt-PT", "pt-BR",
    "zh-CN", "ru-RU", "it-IT", "ko-KR", "nl-NL", "nl-BE", "pl-PL", "tr-TR", "vi-VN", "ro-RO", "bg-BG", "ca-ES", "th-TH", "da-DK",
    "fi-FI", "el-GR", "hu-HU", "id-ID", "no-NO", "sk-SK", "sv-SE", "lt-LT", "lv-LV", "cs-CZ", "ms-MY", "af-ZA", "ar-SA", "az-AZ",
    "bs-BA", "cy-GB", "fa-IR", "fil-PH", "gl-ES", "he-IL", "hr-HR", "hy-AM", "is-IS", "kk-KZ", "kn-IN", "mk-MK", "mr-IN", "ne-NP",
    "sl-SI", "sr-RS", "sw-KE", "ta-IN", "ur-IN", "yue-CN", "uk-UA",
];

/// The models of the engine `pipeline` (SDK 6.2.13).
#[rustfmt::skip]
pub const TEXT_MODELS: &[&str] = &[
    "gpt-4.1", "gpt-4.1-mini", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5.1", "gpt-5.2", "gpt-5.4", "gpt-5.4-mini", "gpt-5.4-nano",
    "gpt-5.5", "gpt-5.6-terra", "gpt-5.6-luna", "gpt-6-astra", "gpt-6-sol", "gpt-6.1-sol", "gpt-6-luna", "claude-4.6-sonnet",
    "claude-5-opus", "claude-5.5-opus", "claude-5-sonnet", "claude-5.5-sonnet", "claude-5.5-haiku", "claude-4.5-haiku",
    "gemini-3.0-flash", "gemini-3.1-flash-lite", "gemini-3.5-flash", "gemini-3.5-flash-lite", "gemini-3.6-flash", "gemini-3.7-flash",
    "gemini-3.8-flash", "gemini-4-argon",
];

/// The models of the engine `realtime` (SDK 6.2.13).
#[rustfmt::skip]
pub const SPEECH_MODELS: &[&str] = &[
    "gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2", "gpt-realtime-1.5", "gpt-realtime", "gpt-realtime-mini",
    "grok-voice-3.0",
];

/// Returns the exchange that reads a catalogue, or `None` if there is no such catalogue. The vendor's API has no list
/// of languages or models.
pub fn ask(kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
    match kind {
        CatalogueKind::VOICES => {
            Some(Exchange::send(Request::new("list voices", Method::Get, ["list-voices"]), wire::voices))
        }
        CatalogueKind::PHONE_NUMBERS => Some(numbers::list()),
        CatalogueKind::KNOWLEDGE_BASES => {
            let request = Request::new("list knowledge bases", Method::Get, ["list-knowledge-bases"]);
            Some(Exchange::send(request, wire::knowledge_bases))
        }
        CatalogueKind::LANGUAGES => {
            let languages = LANGUAGES.iter().map(|tag| entry(tag, Some(tag), None));
            Some(Exchange::Done(languages.collect()))
        }
        CatalogueKind::MODELS => {
            let text = TEXT_MODELS.iter().map(|name| entry(name, None, Some("pipeline")));
            let speech = SPEECH_MODELS.iter().map(|name| entry(name, None, Some("realtime")));
            Some(Exchange::Done(text.chain(speech).collect()))
        }
        _ => None,
    }
}

fn entry(id: &str, language: Option<&str>, kind: Option<&str>) -> CatalogueEntry {
    CatalogueEntry {
        id: id.to_owned(),
        name: id.to_owned(),
        language: language.map(ToOwned::to_owned),
        kind: kind.map(ToOwned::to_owned),
        document: json!(id),
    }
}

/// Returns the documented answer to a request for a catalogue, or `None` if no such answer is recorded.
pub fn recorded(_: &str, request: &Request) -> Option<&'static str> {
    match request.path().last()?.as_ref() {
        "list-voices" => Some(include_str!("../contract/fixtures/listVoices.all.json")),
        "list-phone-numbers" => Some(include_str!("../contract/fixtures/listPhoneNumbers.last_page.json")),
        "list-knowledge-bases" => Some(include_str!("../contract/fixtures/listKnowledgeBases.all.json")),
        _ => None,
    }
}
