//! English names of languages, for advice to callers who give a name instead of a tag.

/// The languages that the vendors support and other widely used languages, by their English names in lower case.
#[rustfmt::skip]
const TAGS: &[(&str, &str)] = &[
    ("afrikaans", "af"), ("albanian", "sq"), ("arabic", "ar"), ("armenian", "hy"), ("azerbaijani", "az"), ("basque", "eu"),
    ("bengali", "bn"), ("bosnian", "bs"), ("bulgarian", "bg"), ("cantonese", "yue"), ("catalan", "ca"), ("chinese", "zh"),
    ("croatian", "hr"), ("czech", "cs"), ("danish", "da"), ("dutch", "nl"), ("english", "en"), ("estonian", "et"),
    ("farsi", "fa"), ("filipino", "fil"), ("finnish", "fi"), ("flemish", "nl-BE"), ("french", "fr"), ("galician", "gl"),
    ("georgian", "ka"), ("german", "de"), ("greek", "el"), ("gujarati", "gu"), ("hebrew", "he"), ("hindi", "hi"),
    ("hungarian", "hu"), ("icelandic", "is"), ("indonesian", "id"), ("irish", "ga"), ("italian", "it"), ("japanese", "ja"),
    ("kannada", "kn"), ("kazakh", "kk"), ("korean", "ko"), ("latvian", "lv"), ("lithuanian", "lt"), ("macedonian", "mk"),
    ("malay", "ms"), ("malayalam", "ml"), ("mandarin", "zh"), ("marathi", "mr"), ("multilingual", "mul"), ("nepali", "ne"),
    ("norwegian", "no"), ("persian", "fa"), ("polish", "pl"), ("portuguese", "pt"), ("punjabi", "pa"), ("romanian", "ro"),
    ("russian", "ru"), ("serbian", "sr"), ("slovak", "sk"), ("slovenian", "sl"), ("spanish", "es"), ("swahili", "sw"),
    ("swedish", "sv"), ("tagalog", "tl"), ("tamil", "ta"), ("telugu", "te"), ("thai", "th"), ("turkish", "tr"),
    ("ukrainian", "uk"), ("urdu", "ur"), ("vietnamese", "vi"), ("welsh", "cy"),
];

/// Returns the BCP 47 tag of the language with this English name, regardless of case and surrounding spaces.
pub(super) fn tag_of(name: &str) -> Option<&'static str> {
    let name = name.trim();
    TAGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, tag)| *tag)
}
