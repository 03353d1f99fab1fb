//! The members in which an LLM had its model before October 2026. The vendor still returns them, and ignores them once a
//! request has contained `model_config` (SDK 6.2.13, 2026-10-26).

use serde_json::{Map, Value, json};

/// The members of which an absent one and null mean the same: all but `model_temperature`, which does not accept null.
const MEMBERS: [&str; 5] = ["model", "s2s_model", "model_high_priority", "model_ultrafast", "backup_model"];

fn is_true(object: &Value, name: &str) -> bool {
    object.get(name) == Some(&Value::Bool(true))
}

/// Builds a model of the engine `pipeline`. High priority has become the tier `fast` (inferred).
fn of_tier(model: &Value, is_ultrafast: bool, is_fast: bool) -> Value {
    match (is_ultrafast, is_fast) {
        (true, _) => json!({ "model": model, "tier": "ultrafast" }),
        (false, true) => json!({ "model": model, "tier": "fast" }),
        (false, false) => json!({ "model": model }),
    }
}

/// Builds `model_config` from the older members. Returns `None` if they name no model.
pub fn read(llm: &Value) -> Option<Value> {
    let member = |name: &str| llm.get(name).filter(|value| !value.is_null());
    let mut config = match (member("s2s_model"), member("model")) {
        (Some(model), _) => json!({ "type": "s2s", "primary": { "model": model } }),
        (None, model) => {
            let primary =
                of_tier(model?, is_true(llm, "model_ultrafast"), is_true(llm, "model_high_priority"));
            json!({ "type": "cascading", "primary": primary })
        }
    };
    if let Some(temperature) = member("model_temperature") {
        config["temperature"] = temperature.clone();
    }
    if let Some(backup) = member("backup_model").filter(|_| config["type"] == "cascading") {
        let model = backup.get("model")?;
        config["backup"] = of_tier(model, is_true(backup, "ultrafast"), is_true(backup, "high_priority"));
        if let Some(timeout) = backup.get("backup_kick_in_timeout").filter(|timeout| !timeout.is_null()) {
            config["backup"]["kick_in_timeout_ms"] = timeout.clone();
        }
    }
    Some(config)
}

/// Returns the body of a request with the older members instead of `model_config`. Returns `None` if the body has no
/// `model_config` with a model.
pub fn written(body: &Value) -> Option<Value> {
    let config = body.get("model_config")?;
    let is_speech = config["type"] == "s2s";
    let primary = config["primary"].get("model")?;
    let mut older: Map<_, _> = MEMBERS.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
    let mut put = |name: &str, value: Value| drop(older.insert(name.to_owned(), value));
    put(if is_speech { "s2s_model" } else { "model" }, primary.clone());
    if let Some(temperature) = config.get("temperature") {
        put("model_temperature", temperature.clone());
    }
    put("model_high_priority", json!(config["primary"]["tier"] == "fast"));
    put("model_ultrafast", json!(config["primary"]["tier"] == "ultrafast"));
    if let Some(backup) = config.get("backup").filter(|backup| backup.is_object()) {
        let mut model = json!({
            "type": "cascading",
            "model": backup["model"],
            "high_priority": backup["tier"] == "fast",
            "ultrafast": backup["tier"] == "ultrafast",
        });
        if let Some(timeout) = backup.get("kick_in_timeout_ms") {
            model["backup_kick_in_timeout"] = timeout.clone();
        }
        put("backup_model", model);
    }
    let mut body = body.as_object()?.clone();
    body.shift_remove("model_config");
    body.extend(older);
    Some(Value::Object(body))
}
