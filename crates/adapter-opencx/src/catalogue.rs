//! The voices and languages from the vendor's documentation. The vendor has no endpoint for either list.

use serde_json::Value;
use switchboard_core::prelude::*;

/// The ElevenLabs voices that the vendor accepts (reference page `phone/update`, `spec.json`). Their names are not
/// documented.
pub const VOICES: &[&str] = &[
    "hP72SDESIJq2YuAblBqz",
    "a38v0NaUbsvackET0tSL",
    "UR972wNGq3zluze0LoIp",
    "IOyj8WtBHdke2FjQgGAr",
    "6pVydnYcVtMsrrSeUKs6",
    "BafnizVJUkrZF7B8vAMB",
    "7ml0LUl80q5HrlC5rH5n",
    "2EUn20N7uqcXUxqGrJEF",
    "dRqoXefWJMo2lbk72Ucp",
    "3R4yOxfnii0AEiNj88t7",
    "AcERRlWeeyUhaV8Z6nI7",
    "CXlx1qNjAZaq99XYNLZl",
    "ktBW0zUVLSxdQiNCm7VY",
    "EOYxsIDQfFQEnzbIRe3T",
    "4h05pJAlcSqTMs5KRd8X",
    "H61ermx0gHYPgQYw03E4",
    "fc0bJMlcn2uSFDSWPMjI",
    "Yx8RZ6gdw0HEEzcwrVlS",
    "4CrZuIW9am7gYAxgo2Af",
    "x8udhExu0uJxUn4Tf9Az",
    "sY2peC9GbHX8NCy5enOe",
    "TxErUhYT25MQSG3MlH4A",
    "PoPHDFYHijTq7YiSCwE3",
    "tavIIPLplRB883FzWU0V",
    "RFMAYURhm3MdnPIzpcwm",
    "GiGOaehga8enaTnFQvb4",
    "jQWvT5ZpmLknePt8F1jr",
    "JjHBC66wF58p4ogebCNA",
    "cfO5AAIh6JY3KjKu6QRz",
    "IJOA5d06iGvU3ehQdDjg",
];

/// The languages, each with its BCP 47 tag and the vendor's code (reference page `phone/update`, `spec.json`).
/// The code `multi` is inferred to mean multilingual.
#[rustfmt::skip]
pub const LANGUAGES: &[(&str, &str)] = &[
    ("bg", "bg"), ("ca", "ca"), ("zh", "zh"), ("zh-TW", "zh-TW"), ("cs", "cs"), ("da", "da"), ("nl", "nl"),
    ("en", "en"), ("et", "et"), ("fi", "fi"), ("nl-BE", "nl-BE"), ("fr", "fr"), ("de", "de"), ("de-CH", "de-CH"),
    ("el", "el"), ("hi", "hi"), ("hu", "hu"), ("id", "id"), ("it", "it"), ("ja", "ja"), ("ko", "ko"),
    ("lv", "lv"), ("lt", "lt"), ("ms", "ms"), ("mul", "multi"), ("no", "no"), ("pl", "pl"), ("pt", "pt"),
    ("ro", "ro"), ("ru", "ru"), ("sk", "sk"), ("es", "es"), ("sv", "sv"), ("th", "th"), ("tr", "tr"),
    ("uk", "uk"), ("vi", "vi"),
];

/// Returns the entries of a catalogue. Returns `None` if the vendor has no such list.
pub fn entries(kind: CatalogueKind) -> Option<Vec<CatalogueEntry>> {
    match kind {
        CatalogueKind::VOICES => Some(VOICES.iter().map(|id| entry(id, None)).collect()),
        CatalogueKind::LANGUAGES => {
            Some(LANGUAGES.iter().map(|(tag, code)| entry(code, Some(tag))).collect())
        }
        _ => None,
    }
}

/// Builds an entry that is named after its id, because the vendor documents only ids.
fn entry(id: &str, language: Option<&str>) -> CatalogueEntry {
    CatalogueEntry {
        id: id.to_owned(),
        name: id.to_owned(),
        language: language.map(ToOwned::to_owned),
        kind: None,
        document: Value::from(id),
    }
}
