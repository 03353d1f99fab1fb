//! Translation of the field names of 2025 to the field names of 2026. The translation is inferred from a
//! comparison of both sets of reference pages.

use serde_json::{Value, json};

use super::{FieldErrors, catalogue};
use crate::records::Record;

/// The fields that were renamed while their values stayed the same, each with its names of 2025 and 2026.
const RENAMED: [(&str, &str); 7] = [
    ("assistant_name", "name"),
    ("engine_type", "mode"),
    ("filler_audios", "fillers"),
    ("re_engagement_interval", "reengagement_interval"),
    ("max_call_duration", "max_duration"),
    ("noise_cancellation", "enable_noise_cancellation"),
    ("record_call", "record"),
];

/// Translates a change to the current field names. If the change lacks the mode, the stored mode determines the field
/// for the model. If the change sets the tool for ending calls, the other stored tools are kept. If the change sets
/// `use_min_interrupt_words` to false, `min_interrupt_words` is cleared. Adds an unknown language or model to `errors`.
pub(super) fn in_current_words(stored: &Record, asked: &Record, errors: &mut FieldErrors) -> Record {
    let mut current = Record::new();
    for (name, value) in asked {
        match name.as_str() {
            "calls_direction" => {
                // In the vendor's own example, `make` is `outbound`, so `receive` must be `inbound`.
                let outbound = *value == json!("make");
                let direction = if outbound { "outbound" } else { "inbound" };
                current.insert("type".to_owned(), json!(direction));
            }
            "who_speaks_first" => {
                let wait = *value == json!("Customer");
                current.insert("wait_for_customer".to_owned(), json!(wait));
            }
            "language" => match catalogue::language_id(value) {
                Some(id) => {
                    current.insert("language_id".to_owned(), json!(id));
                }
                None => errors.add("language", "The selected language is invalid."),
            },
            "end_call_tool" => {
                current.insert("tools".to_owned(), with_end_call(stored, value));
            }
            // Handled after the loop: the model depends on the mode, and the flag can clear `min_interrupt_words`.
            "llm_model" | "use_min_interrupt_words" => {}
            name => {
                let renamed = RENAMED.iter().find(|(legacy, _)| *legacy == name);
                let name = renamed.map_or(name, |(_, current)| current);
                current.insert(name.to_owned(), value.clone());
            }
        }
    }
    if asked.get("use_min_interrupt_words") == Some(&json!(false)) {
        current.insert("min_interrupt_words".to_owned(), Value::Null);
    }
    if let Some(model) = asked.get("llm_model") {
        let mode = current.get("mode").or_else(|| stored.get("mode"));
        match catalogue::model_id(model, mode) {
            Some((field, id)) => {
                current.insert(field.to_owned(), json!(id));
            }
            None => errors.add("llm_model", "The selected llm model is invalid."),
        }
    }
    current
}

/// Returns the stored tools, with the tool for ending calls replaced by `tool`. If `tool` has no description,
/// the result has no tool for ending calls.
fn with_end_call(stored: &Record, tool: &Value) -> Value {
    let tools = stored.get("tools").and_then(Value::as_array);
    let others = tools.into_iter().flatten();
    let mut tools: Vec<Value> =
        others.filter(|tool| tool.get("type") != Some(&json!("end_call"))).cloned().collect();
    if let Some(description) = tool.get("description") {
        tools.push(json!({ "type": "end_call", "description": description }));
    }
    tools.into()
}
