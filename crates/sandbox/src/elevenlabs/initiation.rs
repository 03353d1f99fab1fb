//! The start of a conversation with the values of one call. A forbidden override or a missing variable makes it fail
//! (vendor OpenAPI document of 2026-08-22; recorded answers of 2026).

use serde_json::Value;

/// The prefix of the variables that the vendor sets.
const OWN_VARIABLES: &str = "system__";

/// Returns the reason why a conversation cannot start, or `None` if it can. `client` is the
/// `conversation_initiation_client_data` of the call.
pub(super) fn failure(agent: &Value, client: &Value, allows_all: bool) -> Option<String> {
    let overrides = &client["conversation_config_override"];
    let allowed = &agent["platform_settings"]["overrides"]["conversation_config_override"];
    if !allows_all && let Some(field) = forbidden(overrides, allowed) {
        return Some(format!("Override for field '{field}' is not allowed by config."));
    }
    let text = |pointer: &str| {
        let given = overrides.pointer(pointer).filter(|given| !given.is_null());
        let own = agent["conversation_config"].pointer(pointer);
        given.or(own).and_then(Value::as_str).unwrap_or_default()
    };
    let stored = &agent["conversation_config"]["agent"]["dynamic_variables"]["dynamic_variable_placeholders"];
    let is_known = |name: &str| {
        name.starts_with(OWN_VARIABLES)
            || client["dynamic_variables"].get(name).is_some()
            || stored.get(name).is_some()
    };
    let place = |pointer: &str, place: &str| {
        let missing: Vec<_> = placeholders(text(pointer)).filter(|name| !is_known(name)).collect();
        (!missing.is_empty())
            .then(|| format!("Missing required dynamic variables in {place}: {}", missing.join(", ")))
    };
    place("/agent/first_message", "first message").or_else(|| place("/agent/prompt/prompt", "prompt"))
}

/// Returns the name of the first overridden field that is not allowed.
fn forbidden(overrides: &Value, allowed: &Value) -> Option<String> {
    overrides.as_object().into_iter().flatten().find_map(|(name, value)| match value {
        Value::Null => None,
        Value::Object(_) => forbidden(value, &allowed[name]),
        _ => (allowed[name] != true).then(|| name.clone()),
    })
}

/// Iterates over the names in double braces in a message.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim())
}
