//! An assistant as a row of the list. Rows have the current field names in both generations, and their
//! encodings vary by field (vendor's reference pages, list of assistants).

use serde_json::{Number, Value, json};

use crate::records::Record;

/// Numbers that answers encode as strings.
const AS_TEXT: [&str; 5] =
    ["llm_temperature", "voice_stability", "voice_similarity", "speech_speed", "ambient_sound_volume"];

/// Flags that answers encode as 0 or 1.
const AS_BIT: [&str; 2] = ["fillers", "end_call_on_voicemail"];

/// The members that every row has. They are null if they were not set.
const ALWAYS: [&str; 24] = [
    "phone_number_id",
    "engine_id",
    "synthesizer_id",
    "transcriber_id",
    "instance_id",
    "inbound_webhook_url",
    "webhook_url",
    "flows_platform_id",
    "deleted_at",
    "initial_message",
    "system_prompt",
    "timezone",
    "language_id",
    "transcriber_provider_id",
    "synthesizer_provider_id",
    "llm_model_id",
    "multimodal_model_id",
    "ambient_sound",
    "filler_config",
    "knowledgebase_id",
    "knowledgebase_mode",
    "min_interrupt_words",
    "widget_settings",
    "max_initial_silence_duration",
];

/// Members that can be set but appear in no documented row.
const NEVER: [&str; 12] = [
    "chat_llm_fallback_id",
    "turn_detection_threshold",
    "secondary_language_ids",
    "folder_id",
    "label_ids",
    "tool_ids",
    "tts_emotion_enabled",
    "reengagement_prompt",
    "voice_mail_message",
    "conversation_inactivity_timeout",
    "conversation_ended_retrigger",
    "conversation_ended_webhook_url",
];

pub(super) fn row(id: Value, record: &Record) -> Value {
    let mut row = Record::new();
    row.insert("uuid".to_owned(), json!(stable_uuid(&id)));
    row.insert("id".to_owned(), id);
    row.insert("user_id".to_owned(), json!(7));
    row.extend(ALWAYS.map(|name| (name.to_owned(), Value::Null)));
    for (name, value) in record {
        if !NEVER.contains(&name.as_str()) {
            row.insert(name.clone(), encoded(name, value));
        }
    }
    row.into()
}

fn encoded(name: &str, value: &Value) -> Value {
    match value {
        Value::Number(number) if AS_TEXT.contains(&name) => json!(decimal(number)),
        Value::Bool(flag) if AS_BIT.contains(&name) => json!(u8::from(*flag)),
        Value::Array(tools) if name == "tools" => tools.iter().map(nested).collect(),
        _ => value.clone(),
    }
}

/// Formats a number with at least one decimal place, such as `1.0`, as in the vendor's examples.
fn decimal(number: &Number) -> String {
    let plain = number.to_string();
    if plain.contains('.') { plain } else { format!("{plain}.0") }
}

/// Moves the members of a tool into `data`. Tools are flat in requests, and have the form `{type, data}` in
/// answers.
fn nested(tool: &Value) -> Value {
    let mut data = tool.as_object().cloned().unwrap_or_default();
    let kind = data.shift_remove("type").unwrap_or_default();
    json!({ "type": kind, "data": data })
}

/// Derives a row's UUID from its id, so that a row always has the same UUID.
fn stable_uuid(id: &Value) -> String {
    format!("00000000-0000-7000-8000-{:012}", id.as_u64().unwrap_or(0))
}
