//! The names that other APIs use for the fields of a request to dial.

use crate::model::UsualName;

const fn usual(names: &'static [&'static str], field: &'static str) -> UsualName {
    UsualName { names, field, remark: "" }
}

pub(super) const NAMES: &[UsualName] = &[
    usual(
        &["phone", "phone_number", "number", "to_number", "customer_number", "recipient", "customer"],
        "/to/phone_number",
    ),
    usual(
        &["from_number", "from_number_id", "phone_number_id", "agent_phone_number_id", "caller_id"],
        "/from/phone_number_id",
    ),
    usual(&["dialer_id"], "/trunk_id"),
    usual(
        &["dynamic_variables", "variable_values", "request_data", "retell_llm_dynamic_variables"],
        "/variables",
    ),
    usual(
        &["assistant_overrides", "conversation_config_override", "agent_override", "options"],
        "/overrides",
    ),
];

pub(super) const TEXTS: &[(&str, &str)] = &[("/to", "/to/phone_number"), ("/from", "/from/phone_number_id")];
