//! The names of an agent's fields in other APIs, such as those of the vendors and of OpenAI.

use crate::model::UsualName;

const fn usual(names: &'static [&'static str], field: &'static str, remark: &'static str) -> UsualName {
    UsualName { names, field, remark }
}

/// The names that other APIs use at the top level of a body. An entry takes precedence over the fields of the same name
/// in other objects.
pub const NAMES: &[UsualName] = &[
    usual(&["agent_name", "assistant_name", "display_name", "title"], "/name", ""),
    usual(&["call_type", "call_direction"], "/direction", ", \"inbound\" or \"outbound\""),
    usual(&["lang", "locale", "language_code"], "/language", ", such as \"de\" or \"de-AT\""),
    usual(
        &[
            "instructions",
            "system_prompt",
            "system_message",
            "general_prompt",
            "base_prompt",
            "task",
            "script",
        ],
        "/prompt/instructions",
        "",
    ),
    usual(
        &[
            "first_message",
            "begin_message",
            "first_sentence",
            "initial_message",
            "welcome_message",
            "opening",
        ],
        "/greeting/message",
        "",
    ),
    usual(
        &["first_message_mode", "start_speaker", "who_speaks_first", "wait_for_greeting"],
        "/greeting/first_speaker",
        ", \"agent\" or \"caller\"",
    ),
    usual(&["llm", "llm_model", "model_id", "language_model"], "/model/name", ""),
    usual(&["functions", "function", "general_tools", "custom_tools"], "/tools", ""),
    usual(
        &["transfer_phone_number", "transfer_number", "forwarding_phone_number", "transfer_list", "handoff"],
        "/transfers",
        ", a list such as [{\"phone_number\": \"+15550100199\"}]",
    ),
    usual(
        &["agent_swap", "transfer_to_agent", "assistant_transfer"],
        "/handovers",
        ", a list such as [{\"agent_id\": \"agt_…\"}]",
    ),
    usual(
        &["phone_number", "from_number", "number"],
        "/phone_number_id",
        ", the vendor's id of the number, or /transfers for the people to whom calls are transferred",
    ),
    usual(
        &[
            "max_duration",
            "max_duration_seconds",
            "max_call_duration",
            "max_call_duration_seconds",
            "max_call_duration_ms",
        ],
        "/call/max_duration_s",
        ", in seconds",
    ),
    usual(
        &["silence_timeout", "silence_timeout_seconds", "end_call_after_silence_ms"],
        "/silence/hang_up_after_s",
        ", in seconds",
    ),
    usual(&["recording", "recording_enabled", "record_calls"], "/call/record", ", true or false"),
    usual(&["voicemail_detection", "voicemail_detection_enabled"], "/voicemail/action", ""),
    usual(&["end_call_message", "goodbye_message", "closing_message"], "/ending/message", ""),
    usual(&["background_sound", "background_track", "ambience"], "/audio/ambient_sound", ""),
    usual(&["server_url", "callback_url", "post_call_webhook"], "/webhook/url", ""),
    usual(&["dynamic_variables", "default_dynamic_variables", "request_data"], "/variables", ""),
    usual(&["knowledge_base", "knowledge_base_id", "knowledge_bases"], "/knowledge_base_ids", ", a list"),
    usual(&["summary", "summary_plan"], "/analysis/summary_prompt", ""),
    usual(&["tags"], "/labels", ", an object such as {\"team\": \"sales\"}"),
    usual(&["provider", "platform"], "/vendor", ", the name of a configured vendor"),
];

/// The objects in place of which callers often send a string, each with the field that holds the string.
pub const TEXTS: &[(&str, &str)] = &[
    ("/prompt", "/prompt/instructions"),
    ("/greeting", "/greeting/message"),
    ("/voice", "/voice/id"),
    ("/model", "/model/name"),
    ("/voicemail", "/voicemail/action"),
    ("/ending", "/ending/message"),
    ("/webhook", "/webhook/url"),
];
