//! The vendor's catalogues: languages from its documentation, all others from its API.

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::wire;

/// The languages of calls, which are inferred to be those of personas too. Each has its BCP 47 tag, the vendor's code
/// and its name (vendor documentation, 2026-08-09). The vendor has additional codes for some languages, such as
/// `babel-en`.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("en", "en", "English"), ("en-US", "en-US", "English (United States)"), ("en-GB", "en-GB", "English (United Kingdom)"),
    ("en-AU", "en-AU", "English (Australia)"), ("en-NZ", "en-NZ", "English (New Zealand)"), ("en-IN", "en-IN", "English (India)"),
    ("es", "es", "Spanish"), ("es-419", "es-419", "Spanish (Latin America)"), ("fr", "fr", "French"),
    ("fr-CA", "fr-CA", "French (Canada)"), ("de", "de", "German"), ("el", "el", "Greek"), ("hi", "hi", "Hindi"),
    ("hi-Latn", "hi-Latn", "Hindi (Latin script)"), ("hu", "hu", "Hungarian"), ("ja", "ja", "Japanese"), ("ko", "ko", "Korean"),
    ("ko-KR", "ko-KR", "Korean (South Korea)"), ("vi", "vi", "Vietnamese"), ("pt", "pt", "Portuguese"),
    ("pt-BR", "pt-BR", "Portuguese (Brazil)"), ("pt-PT", "pt-PT", "Portuguese (Portugal)"), ("zh", "zh", "Chinese"),
    ("zh-CN", "zh-CN", "Chinese (China)"), ("zh-Hans", "zh-Hans", "Chinese (simplified)"), ("zh-TW", "zh-TW", "Chinese (Taiwan)"),
    ("zh-Hant", "zh-Hant", "Chinese (traditional)"), ("it", "it", "Italian"), ("nl", "nl", "Dutch"), ("pl", "pl", "Polish"),
    ("ru", "ru", "Russian"), ("sv", "sv", "Swedish"), ("sv-SE", "sv-SE", "Swedish (Sweden)"), ("da", "da", "Danish"),
    ("da-DK", "da-DK", "Danish (Denmark)"), ("fi", "fi", "Finnish"), ("no", "no", "Norwegian"), ("id", "id", "Indonesian"),
    ("ms", "ms", "Malay"), ("tr", "tr", "Turkish"), ("uk", "uk", "Ukrainian"), ("bg", "bg", "Bulgarian"), ("cs", "cs", "Czech"),
    ("ro", "ro", "Romanian"), ("sk", "sk", "Slovak"), ("mul", "babel", "Multilingual"),
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

/// The voices that the vendor names in its documentation. A persona can refer to such a voice by its name.
pub const CURATED_VOICES: &[&str] = &["Josh", "Florian", "Derek", "June", "Nat", "Paige"];

/// Returns the exchange that reads a catalogue, or `None` if the vendor has no such catalogue.
pub fn ask(kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
    match kind {
        CatalogueKind::VOICES => {
            Some(Exchange::send(Request::new("list voices", Method::Get, ["v1", "voices"]), wire::voices))
        }
        CatalogueKind::PHONE_NUMBERS => {
            let request = Request::new("list phone numbers", Method::Get, ["v1", "inbound"]);
            Some(Exchange::send(request, wire::phone_numbers))
        }
        CatalogueKind::KNOWLEDGE_BASES => {
            let request = Request::new("list knowledge bases", Method::Get, ["v1", "knowledge"]);
            Some(Exchange::send(request, wire::knowledge_bases))
        }
        CatalogueKind::LANGUAGES => Some(Exchange::Done(LANGUAGES.iter().map(language).collect())),
        _ => None,
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

/// Returns the tag of the language with this English name.
pub fn language_called(name: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(.., known)| known.eq_ignore_ascii_case(name)).map(|(tag, ..)| *tag)
}

/// Returns the documented answer to a request for a catalogue, or `None` if no such answer is recorded.
pub fn recorded(_: &str, request: &Request) -> Option<&'static str> {
    match request.path().last()?.as_ref() {
        "voices" => Some(include_str!("../contract/fixtures/listVoices.all.json")),
        "inbound" => Some(include_str!("../contract/fixtures/listPhoneNumbers.all.json")),
        "knowledge" => Some(include_str!("../contract/fixtures/listKnowledgeBases.all.json")),
        _ => None,
    }
}
