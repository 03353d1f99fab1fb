//! The vendor's checks of a whole agent after a write, and the changes that it makes silently.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::agents::set;
use super::{AGENTS, Elevenlabs, TOOLS, catalogue, failure};
use crate::records::Record;
use crate::simulator::Answer;

/// The voice models that only English agents may use.
const ENGLISH_ONLY: [&str; 2] = ["eleven_flash_v2", "eleven_turbo_v2"];
/// The voice models that only agents in other languages may use.
const OTHERS_ONLY: [&str; 2] = ["eleven_flash_v2_5", "eleven_turbo_v2_5"];

impl Elevenlabs {
    /// Checks an agent. `input` is the body of the write, which a refusal in the legacy format quotes.
    ///
    /// # Errors
    /// The vendor's refusal.
    pub(super) fn check(&self, agent: &Record, input: &Value) -> Result<(), Answer> {
        let refuse = |why: &str| Err(failure::configuration(self.options.errors, why, input));
        let at = |pointer: &str| {
            let (first, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
            agent.get(first).and_then(|part| part.pointer(&format!("/{rest}"))).unwrap_or(&Value::Null)
        };
        let text = |pointer: &str| at(pointer).as_str().unwrap_or_default();
        let is_english = text("conversation_config/agent/language") == "en";
        let model = text("conversation_config/tts/model_id");
        match is_english {
            true if OTHERS_ONLY.contains(&model) => {
                return refuse("English Agents must use turbo or flash v2.");
            }
            false if ENGLISH_ONLY.contains(&model) => {
                return refuse("Non-english Agents must use turbo or flash v2_5.");
            }
            _ => {}
        }
        let voice = text("conversation_config/tts/voice_id");
        if !catalogue::has_voice(voice) {
            return Err(failure::no_voice(voice));
        }
        let prompt = at("conversation_config/agent/prompt");
        let llm = prompt["llm"].as_str().unwrap_or_default();
        match llm {
            "custom-llm" if !has_server(&prompt["custom_llm"]) => {
                return refuse("A custom LLM needs a custom_llm with a url.");
            }
            "custom-llm" => {}
            _ if !catalogue::has_model(llm) => return refuse("Unknown LLM."),
            _ => {}
        }
        if prompt["timezone"].as_str().is_some_and(|name| TimeZone::get(name).is_err()) {
            return refuse("Invalid timezone.");
        }
        let tools = prompt["tool_ids"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if tools.into_iter().any(|id| self.records.get(TOOLS, id).is_none()) {
            return refuse("Unknown tool.");
        }
        // Only the handovers in the request are checked, not the stored ones: the vendor may delete an agent that
        // another agent still names (inferred).
        let transfers = "/conversation_config/agent/prompt/built_in_tools/transfer_to_agent/params/transfers";
        let transfers = input.pointer(transfers).and_then(Value::as_array);
        let mut named = transfers.into_iter().flatten().filter_map(|transfer| transfer["agent_id"].as_str());
        if named.any(|id| self.records.get(AGENTS, id).is_none()) {
            return refuse("Unknown agent to transfer to.");
        }
        if transfers.into_iter().flatten().any(|transfer| !transfer["condition"].is_string()) {
            return refuse("A transfer requires a condition.");
        }
        let documents = prompt["knowledge_base"].as_array().into_iter().flatten();
        if documents.into_iter().any(|document| !catalogue::has_document(document)) {
            return refuse("Unknown document.");
        }
        let webhook = at("platform_settings/workspace_overrides/webhooks/post_call_webhook_id").as_str();
        if webhook.is_some_and(|id| !self.has_webhook(id)) {
            return refuse("Unknown webhook.");
        }
        let privacy = at("platform_settings/privacy");
        if privacy["zero_retention_mode"] == true && privacy["record_voice"] == true {
            return refuse("Zero retention mode requires record_voice to be false.");
        }
        match at("workflow/nodes/start_node") {
            Value::Null => refuse("Workflow must contain a start node."),
            _ => Ok(()),
        }
    }
}

/// Returns true if the server of a custom LLM has an HTTP or HTTPS URL. The contract requires a URL, but its form is
/// inferred.
fn has_server(server: &Value) -> bool {
    server["url"].as_str().is_some_and(|url| url.starts_with("https://") || url.starts_with("http://"))
}

/// Makes the changes that the vendor makes to an agent silently (recorded answers of 2026).
pub(super) fn rewrite(agent: &mut Value) {
    if let Some(config) = agent.get_mut("conversation_config").filter(|config| config.is_object()) {
        let model = config["tts"]["model_id"].as_str();
        if !model.is_some_and(|model| model.starts_with("eleven_v3")) {
            set(&mut config["tts"], "expressive_mode", json!(false));
        }
        if config["turn"]["turn_model"] == "turn_v3" {
            set(&mut config["asr"], "provider", json!("scribe_realtime"));
        }
    }
    if let Some(settings) = agent.get_mut("platform_settings").filter(|settings| settings.is_object()) {
        let privacy = &mut settings["privacy"];
        if privacy["retention_days"].as_i64().is_none_or(|days| days < 0) {
            set(privacy, "delete_transcript_and_pii", json!(false));
            set(privacy, "delete_audio", json!(false));
        }
    }
}
