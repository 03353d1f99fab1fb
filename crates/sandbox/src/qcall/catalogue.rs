//! The catalogues of QCall: voices and language models. The entries are invented in the vendor's format.

use serde_json::{Value, json};

/// Lists the native voices. `similarity` and `stability` range from 0 to 100 here, but from 0 to 1 in an
/// assistant (vendor's OpenAPI document).
pub(super) fn voices() -> Value {
    json!({ "voices": [
        voice("qv-aurora", "Aurora", ["en", "English", "female", "US"], [75, 40]),
        voice("qv-basalt", "Basalt", ["en", "English", "male", "UK"], [70, 55]),
        voice("qv-cedar", "Cedar", ["de", "German", "male", "DE"], [80, 50]),
        voice("qv-delta", "Delta", ["hi", "Hindi", "female", "IN"], [75, 45]),
    ] })
}

fn voice(
    id: &str,
    name: &str,
    [language, language_name, gender, accent]: [&str; 4],
    [similarity, stability]: [u8; 2],
) -> Value {
    json!({
        "voice_id": id,
        "name": name,
        "category": "native",
        "labels": {
            "language": language,
            "language_name": language_name,
            "gender": gender,
            "accent": accent,
        },
        "preview_url": format!("https://voices.example/{id}/preview.mp3"),
        "sample_url": format!("https://voices.example/{id}/sample.wav"),
        "ai_modal": "qmodel",
        "is_native": true,
        "similarity": similarity,
        "stability": stability,
    })
}

/// Lists the language models. The vendor's own client selects the first model whose type is not `ollama`.
pub(super) fn models() -> Vec<Value> {
    vec![
        json!({ "id": "7", "type": "ollama", "name": "Local small" }),
        json!({ "id": "1", "type": "openai", "name": "Hosted standard" }),
        json!({ "id": "2", "type": "openai", "name": "Hosted fast" }),
    ]
}
