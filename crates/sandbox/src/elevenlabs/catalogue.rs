//! The catalogues of the simulated workspace.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::failure;
use crate::simulator::{Answer, SimulatedRequest};

/// The voices: `voice_id`, `name`, and optionally the labels `gender`, `accent` and `language`.
static VOICES: LazyLock<Vec<Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("voices.json")).unwrap_or_default());

static MODELS: LazyLock<Vec<String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("models.json")).unwrap_or_default());

pub(super) fn has_voice(id: &str) -> bool {
    VOICES.iter().any(|voice| voice["voice_id"] == id)
}

pub(super) fn has_model(name: &str) -> bool {
    MODELS.iter().any(|model| model == name)
}

/// Lists a page of voices. The token of a page is the position of its first voice.
pub(super) fn voices(request: &SimulatedRequest<'_>, default_size: usize) -> Answer {
    let size = request.number_in_query("page_size").and_then(|size| usize::try_from(size).ok());
    let size = size.unwrap_or(default_size);
    let Ok(start) = request.in_query("next_page_token").unwrap_or("0").parse::<usize>() else {
        return failure::invalid_cursor();
    };
    let end = VOICES.len().min(start.saturating_add(size));
    let has_more = end < VOICES.len();
    let page: Vec<_> = VOICES.iter().skip(start).take(size).map(shown).collect();
    Answer::ok(json!({
        "voices": page, "has_more": has_more, "total_count": VOICES.len(),
        "next_page_token": has_more.then(|| end.to_string()),
    }))
}

fn shown(voice: &Value) -> Value {
    let labels = ["gender", "accent", "language"].into_iter();
    let labels = labels.filter_map(|label| Some((label.to_owned(), voice.get(label)?.clone())));
    json!({
        "voice_id": voice["voice_id"], "name": voice["name"], "category": "premade",
        "labels": Value::Object(labels.collect()), "description": null, "preview_url": null,
        "verified_languages": [], "is_owner": false,
    })
}

pub(super) fn models() -> Value {
    let rows = MODELS.iter().map(|name| {
        json!({
            "llm": name, "is_checkpoint": false, "max_tokens_limit": 65_536, "max_context_limit": 1_000_000,
            "supports_image_input": true, "supports_document_input": true, "supports_parallel_tool_calls": true,
            "available_reasoning_efforts": null, "deprecation_info": null,
        })
    });
    json!({ "llms": rows.collect::<Vec<_>>(), "default_deprecation_config": {} })
}

/// A phone number that the workspace has from the start.
pub(super) struct PhoneNumber {
    pub id: &'static str,
    pub number: &'static str,
    pub label: &'static str,
    pub provider: &'static str,
}

pub(super) const NUMBERS: [PhoneNumber; 2] = [
    PhoneNumber { id: "phnum_0401k2", number: "+4930123451", label: "Front desk", provider: "twilio" },
    PhoneNumber { id: "phnum_0402k2", number: "+15550100452", label: "Trunk", provider: "sip_trunk" },
];

/// The providers, with the names that they have in the paths for placing calls.
pub(super) const PROVIDERS: [&str; 3] = ["twilio", "sip-trunk", "exotel"];

/// The documents of the knowledge base, as (id, name, type).
const DOCUMENTS: [(&str, &str, &str); 2] =
    [("kbd_01k2", "Handbook", "file"), ("kbd_02k2", "Opening hours", "text")];

/// Returns true if the workspace has the document that an agent refers to, with the same type.
pub(super) fn has_document(document: &Value) -> bool {
    DOCUMENTS.iter().any(|(id, _, kind)| document["id"] == *id && document["type"] == *kind)
}

/// Lists the documents of the knowledge base on one page.
pub(super) fn documents() -> Value {
    let rows = DOCUMENTS.map(|(id, name, kind)| {
        json!({
            "id": id, "name": name, "type": kind,
            "metadata": { "created_at_unix_secs": 1_767_225_600, "last_updated_at_unix_secs": 1_767_225_600, "size_bytes": 2048 },
            "supported_usages": ["prompt", "auto"],
            "access_info": { "is_creator": true, "creator_name": "Ops", "creator_email": "ops@example.com", "role": "admin" },
        })
    });
    json!({ "documents": rows, "next_cursor": null, "has_more": false })
}
