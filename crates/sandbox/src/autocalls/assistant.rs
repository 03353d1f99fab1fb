//! Changes to an assistant. A change applies only to the given fields. Values that the vendor would not accept
//! are refused.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{FieldErrors, Generation, catalogue, legacy};
use crate::records::Record;

/// Applies the requested values `asked` to the stored `record`. `asked` has the field names of `generation`.
/// `record` has the current field names.
///
/// # Errors
///
/// The errors of every refused field. `record` is then partly changed and must be discarded.
pub(super) fn change(generation: Generation, record: &mut Record, asked: &Record) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    let asked = match generation {
        Generation::Legacy => legacy::in_current_words(record, asked, &mut errors),
        Generation::Current => asked.clone(),
    };
    if asked.get("mode").is_some_and(|mode| Some(mode) != record.get("mode")) {
        forget_mode_settings(record);
    }
    record.extend(asked.clone());
    check_references(&asked, &mut errors);
    if generation == Generation::Current {
        check_mode(record, &mut errors);
    }
    if errors.is_empty() {
        let language = catalogue::language_code(record.get("language_id"));
        record.insert("language".to_owned(), language);
        Ok(())
    } else {
        Err(errors)
    }
}

/// Resets the settings that belong to a mode when the mode changes, as the vendor does (vendor's reference pages of
/// 2026).
fn forget_mode_settings(record: &mut Record) {
    let settings = json!({
        "llm_model_id": null, "multimodal_model_id": null, "turn_detection_threshold": null,
        "allow_interruptions": true, "fillers": false,
    });
    record.extend(settings.as_object().cloned().unwrap_or_default());
}

/// Refuses references to catalogue entries that do not exist, and unknown time zones.
fn check_references(asked: &Record, errors: &mut FieldErrors) {
    let mut check = |field: &str, known: &dyn Fn(&Value) -> bool| {
        let given = asked.get(field).filter(|value| !value.is_null());
        if given.is_some_and(|value| !known(value)) {
            errors.add(field, format!("The selected {} is invalid.", spaced(field)));
        }
    };
    check("voice_id", &catalogue::knows_voice);
    check("language_id", &|id| !catalogue::language_code(Some(id)).is_null());
    check("llm_model_id", &|id| catalogue::knows_model(id, &["llm"]));
    check("multimodal_model_id", &|id| catalogue::knows_model(id, &["multimodal", "dualplex"]));
    check("phone_number_id", &catalogue::owns_number);
    check("timezone", &|name| name.as_str().is_some_and(|name| TimeZone::get(name).is_ok()));
}

/// Refuses values that the mode does not allow, and reports a missing model that the mode requires (vendor's reference
/// pages of 2026).
fn check_mode(record: &Record, errors: &mut FieldErrors) {
    let is = |field: &str, value: Value| record.get(field) == Some(&value);
    let pipeline = is("mode", json!("pipeline"));
    let model = if pipeline { "llm_model_id" } else { "multimodal_model_id" };
    if record.get(model).is_none_or(Value::is_null) {
        let text = format!("The {} field is required in this mode.", spaced(model));
        errors.add(model, text);
    }
    let voice = record.get("voice_id").and_then(catalogue::voice_mode);
    if voice.is_some_and(|mode| !is("mode", json!(mode))) {
        errors.add("voice_id", "The selected voice id is for another mode.");
    }
    if !pipeline && is("allow_interruptions", json!(false)) {
        let text = "Interruptions cannot be switched off in this mode.";
        errors.add("allow_interruptions", text);
    }
    if !pipeline && is("fillers", json!(true)) {
        errors.add("fillers", "Fillers cannot be switched on in this mode.");
    }
}

fn spaced(field: &str) -> String {
    field.replace('_', " ")
}
