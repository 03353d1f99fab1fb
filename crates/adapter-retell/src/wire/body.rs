//! Conversions of agents and LLMs. Requests are completed with the members that the vendor requires alongside others.
//! Answers are converted to a single form.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::call::ALL_BUT_PERSONAL;

/// The kinds of personal data (SDK 6.2.13).
#[rustfmt::skip]
const PERSONAL_DATA: &[&str] = &[
    "person_name", "address", "email", "phone_number", "ssn", "passport", "driver_license", "credit_card", "bank_account",
    "password", "pin", "medical_id", "date_of_birth", "customer_account_number",
];

/// Completes the body of a request for an agent. Adds the title of the draft, the kind of the response engine, and the
/// mode in which transcription settings take effect. Also adds the categories of personal data to remove, and the
/// default sensitivity to interruptions. `held` is the agent at the vendor. If it already removes personal data, its
/// categories are kept.
pub fn complete_agent(mut body: Value, title: String, held: &Value) -> Value {
    body["version_title"] = json!(title);
    if body.get("response_engine").is_some() {
        body["response_engine"]["type"] = json!("retell-llm");
        // Without a version, the vendor uses the version that belongs to the draft.
        document_path::remove(&mut body, "/response_engine/version");
    }
    if let Some(config) = body.get("custom_stt_config") {
        body["stt_mode"] = json!(if config.is_null() { "fast" } else { "custom" });
    }
    if removes_personal_data(&body) && !removes_personal_data(held) {
        body["pii_config"] = json!({ "mode": "post_call", "categories": PERSONAL_DATA });
    }
    // The vendor does not accept null here. Its default is 1.
    if let Some(sensitivity) = body.get_mut("interruption_sensitivity").filter(|held| held.is_null()) {
        *sensitivity = json!(1);
    }
    body
}

/// Returns true if the agent removes personal data. A request with this setting must be completed from the agent at the
/// vendor.
pub fn removes_personal_data(agent: &Value) -> bool {
    agent.get("data_storage_setting").is_some_and(|setting| setting == ALL_BUT_PERSONAL)
}

/// Converts an agent to a single form: languages are a list, even if there is only one, and transcription settings are
/// present only if they are in effect.
pub fn read_agent(agent: &mut Value) {
    if let Some(language) = agent.get_mut("language").filter(|language| language.is_string()) {
        *language = json!([language]);
    }
    if agent.get("stt_mode").is_none_or(|mode| mode != "custom") {
        document_path::remove(agent, "/custom_stt_config");
    }
}

/// Converts an LLM to a single form: the model is in `model_config`, and tools lack the member that the vendor adds.
pub fn read_llm(llm: &mut Value) {
    if document_path::get(llm, "/model_config").is_none_or(Value::is_null) {
        let member = |name: &str| llm.get(name).filter(|value| !value.is_null()).cloned();
        let speech = member("s2s_model");
        let kind = if speech.is_some() { "s2s" } else { "cascading" };
        if let Some(model) = speech.or_else(|| member("model")) {
            let mut config = json!({ "type": kind, "primary": { "model": model } });
            if let Some(temperature) = member("model_temperature") {
                config["temperature"] = temperature;
            }
            document_path::put(llm, "/model_config", config);
        }
    }
    for tool in llm.get_mut("general_tools").and_then(Value::as_array_mut).into_iter().flatten() {
        if tool.get("speak_after_execution") == Some(&Value::Bool(false)) {
            document_path::remove(tool, "/speak_after_execution");
        }
    }
}
