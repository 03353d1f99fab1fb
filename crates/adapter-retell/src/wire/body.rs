//! Conversions of agents and LLMs. Requests are completed with the members that the vendor requires alongside others.
//! Answers are converted to a single form.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{call::ALL_BUT_PERSONAL, older};

/// The kinds of personal data (SDK 6.2.13).
#[rustfmt::skip]
const PERSONAL_DATA: &[&str] = &[
    "person_name", "address", "email", "phone_number", "ssn", "passport", "driver_license", "credit_card", "bank_account",
    "password", "pin", "medical_id", "date_of_birth", "customer_account_number",
];

const DURATION: &str = "reminder_trigger_ms";
const COUNT: &str = "reminder_max_count";

/// The duration before a reprompt that is sent for 0, in milliseconds, if the maximum number of reprompts is 0. It is
/// longer than all others that the gateway sends, so that no other change at the vendor makes the agent reprompt.
const NEVER_MS: i64 = 3_600_001;

/// Completes the body of a request for an agent. Adds the title of the draft, the kind of the response engine, and the
/// mode in which transcription settings take effect. Also adds the categories of personal data to remove, the number of
/// reprompts, and the default sensitivity to interruptions. `held` is the agent at the vendor. If it already removes
/// personal data, its categories are kept.
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
    complete_reprompts(&mut body, held);
    // The vendor does not accept null here. Its default is 1.
    if let Some(sensitivity) = body.get_mut("interruption_sensitivity").filter(|held| held.is_null()) {
        *sensitivity = json!(1);
    }
    body
}

/// Completes the settings of reprompts. The vendor has no duration of 0 before a reprompt. Instead, the request contains
/// a maximum of 0 reprompts, and a long duration, which keeps the maximum that was set: one millisecond for each
/// reprompt. `held` is the agent at the vendor, as [`read_agent`] converts it.
pub fn complete_reprompts(body: &mut Value, held: &Value) {
    let is_never = |agent: &Value| agent.get(DURATION).is_some_and(|duration| *duration == 0);
    let is_changed = body.get(DURATION).or(body.get(COUNT)).is_some();
    let stays = body.get(DURATION).is_none() && is_never(held);
    // The vendor's default is 1.
    let count = body.get(COUNT).or(held.get(COUNT)).and_then(Value::as_i64).unwrap_or(1);
    if is_changed && (stays || is_never(body)) {
        body[DURATION] = json!(NEVER_MS + count);
        body[COUNT] = json!(0);
    } else if is_changed && is_never(held) {
        body[COUNT] = json!(count);
    }
}

/// Converts the settings that [`complete_reprompts`] sends for a duration of 0.
fn read_reprompts(agent: &mut Value) {
    let count = agent[DURATION].as_i64().map(|duration| duration - NEVER_MS);
    if let Some(count) = count.filter(|count| *count >= 0 && agent[COUNT] == 0) {
        agent[DURATION] = json!(0);
        agent[COUNT] = json!(count);
    }
}

/// Returns true if a request with this body must be completed from the agent at the vendor.
pub fn depends_on_agent(body: &Value) -> bool {
    let has = |name| body.get(name).is_some();
    removes_personal_data(body) || has(DURATION) || has(COUNT)
}

/// Returns true if the agent removes personal data.
fn removes_personal_data(agent: &Value) -> bool {
    agent.get("data_storage_setting").is_some_and(|setting| setting == ALL_BUT_PERSONAL)
}

/// Converts an agent to a single form: languages are a list, even if there is only one, transcription settings are
/// present only if they are in effect, and an agent with the gateway's settings for no reprompts has the duration 0.
pub fn read_agent(agent: &mut Value) {
    if let Some(language) = agent.get_mut("language").filter(|language| language.is_string()) {
        *language = json!([language]);
    }
    if agent.get("stt_mode").is_none_or(|mode| mode != "custom") {
        document_path::remove(agent, "/custom_stt_config");
    }
    read_reprompts(agent);
}

/// Converts an LLM to a single form: the model is in `model_config`, and tools lack the member that the vendor adds.
pub fn read_llm(llm: &mut Value) {
    if document_path::get(llm, "/model_config").is_none_or(Value::is_null)
        && let Some(config) = older::read(llm)
    {
        document_path::put(llm, "/model_config", config);
    }
    for tool in llm.get_mut("general_tools").and_then(Value::as_array_mut).into_iter().flatten() {
        if tool.get("speak_after_execution") == Some(&Value::Bool(false)) {
            document_path::remove(tool, "/speak_after_execution");
        }
    }
}
