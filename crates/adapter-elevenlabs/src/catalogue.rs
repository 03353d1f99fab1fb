//! The vendor's catalogues: languages from its documentation, all others from its API.

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::wire;

/// The languages, each with its BCP 47 tag, the vendor's code and its name. They are those that agents speak with the
/// models Flash v2.5 and Turbo v2.5 (vendor pages, 2025-08), and `pt-br` (fixtures of the vendor's command-line tool,
/// 2026-06). The vendor's v3 model speaks additional languages, which no source lists.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("en", "en", "English"), ("ja", "ja", "Japanese"), ("zh", "zh", "Chinese"), ("de", "de", "German"), ("hi", "hi", "Hindi"),
    ("fr", "fr", "French"), ("ko", "ko", "Korean"), ("pt", "pt", "Portuguese"), ("pt-BR", "pt-br", "Portuguese (Brazil)"),
    ("it", "it", "Italian"), ("es", "es", "Spanish"), ("id", "id", "Indonesian"), ("nl", "nl", "Dutch"), ("tr", "tr", "Turkish"),
    ("fil", "fil", "Filipino"), ("pl", "pl", "Polish"), ("sv", "sv", "Swedish"), ("bg", "bg", "Bulgarian"),
    ("ro", "ro", "Romanian"), ("ar", "ar", "Arabic"), ("cs", "cs", "Czech"), ("el", "el", "Greek"), ("fi", "fi", "Finnish"),
    ("hr", "hr", "Croatian"), ("ms", "ms", "Malay"), ("sk", "sk", "Slovak"), ("da", "da", "Danish"), ("ta", "ta", "Tamil"),
    ("uk", "uk", "Ukrainian"), ("ru", "ru", "Russian"), ("hu", "hu", "Hungarian"), ("no", "no", "Norwegian"),
    ("vi", "vi", "Vietnamese"),
];

/// The languages as pairs of a BCP 47 tag and the vendor's code.
pub const LANGUAGE_CODES: &[(&str, &str)] = &{
    let mut pairs = [("", ""); LANGUAGES.len()];
    let mut index = 0;
    while index < pairs.len() {
        pairs[index] = (LANGUAGES[index].0, LANGUAGES[index].1);
        index += 1;
    }
    pairs
};

/// Returns the exchange that reads a catalogue, or `None` if the vendor has no such catalogue.
pub fn ask(kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
    match kind {
        CatalogueKind::VOICES => Some(Pages::new(voices, wire::voices, |voice| &voice.id).exchange()),
        CatalogueKind::MODELS => {
            let request = Request::new("list models", Method::Get, ["v1", "convai", "llm", "list"]);
            Some(Exchange::send(request, wire::models))
        }
        CatalogueKind::PHONE_NUMBERS => {
            let request = Request::new("list phone numbers", Method::Get, ["v1", "convai", "phone-numbers"]);
            Some(Exchange::send(request, wire::phone_numbers))
        }
        CatalogueKind::KNOWLEDGE_BASES => Some(documents().exchange()),
        CatalogueKind::LANGUAGES => Some(Exchange::Done(LANGUAGES.iter().map(language).collect())),
        _ => None,
    }
}

fn voices(cursor: Option<&str>) -> Request {
    let request =
        Request::new("list voices", Method::Get, ["v2", "voices"]).query("page_size", wire::PAGE_SIZE);
    match cursor {
        Some(cursor) => request.query("next_page_token", cursor),
        None => request,
    }
}

/// Returns the pages of the list of documents in the knowledge base.
pub fn documents() -> Pages<CatalogueEntry> {
    Pages::new(page_of_documents, wire::documents, |document| &document.id)
}

fn page_of_documents(cursor: Option<&str>) -> Request {
    let request = Request::new("list knowledge bases", Method::Get, ["v1", "convai", "knowledge-base"])
        .query("page_size", wire::PAGE_SIZE);
    match cursor {
        Some(cursor) => request.query("cursor", cursor),
        None => request,
    }
}

fn language((tag, code, name): &(&str, &str, &str)) -> CatalogueEntry {
    CatalogueEntry {
        id: (*code).to_owned(),
        name: (*name).to_owned(),
        language: Some((*tag).to_owned()),
        kind: None,
        document: Value::from(*code),
    }
}

/// Returns the documented answer to a request for a catalogue, or `None` if no such answer is recorded.
pub fn recorded(_: &str, request: &Request) -> Option<&'static str> {
    match request.path().last()?.as_ref() {
        "voices" => Some(include_str!("../contract/fixtures/listVoices.last_page.json")),
        "phone-numbers" => Some(include_str!("../contract/fixtures/listPhoneNumbers.all.json")),
        "knowledge-base" => Some(include_str!("../contract/fixtures/listKnowledgeBases.all.json")),
        "list" => Some(include_str!("../contract/fixtures/listModels.all.json")),
        _ => None,
    }
}
