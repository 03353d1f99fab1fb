//! The vendor's checks of an agent and an LLM after a write. The messages are inferred.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{AGENTS, LLMS, Retell, catalogue, failure, versions};
use crate::records::Record;
use crate::simulator::Answer;

/// The older members that name a model: the member, the path of the model in it, and the kind of the model.
const OLDER_MODELS: [(&str, &str, &str); 3] =
    [("model", "", "text"), ("s2s_model", "", "speech"), ("backup_model", "/model", "text")];

impl Retell {
    /// Builds the refusal of a value. Quotes the value if the option `quotes` is set.
    fn not_accepted(&self, path: &str, value: &Value) -> Answer {
        match self.options.quotes {
            true => failure::refused(&format!("{path} is not accepted: {value}")),
            false => failure::refused(&format!("{path} is not accepted")),
        }
    }

    /// Checks a version of an agent.
    ///
    /// # Errors
    /// The vendor's refusal.
    pub(super) fn check_agent(&mut self, agent: &Record) -> Result<(), Answer> {
        let member = |name: &str| agent.get(name).unwrap_or(&Value::Null);
        let voice = member("voice_id").as_str().unwrap_or_default();
        let Some(provider) = catalogue::provider(voice) else {
            return Err(self.not_accepted("voice_id", member("voice_id")));
        };
        for other in member("fallback_voice_ids").as_array().into_iter().flatten() {
            let known = other.as_str().and_then(catalogue::provider);
            if known.is_none_or(|known| known == provider) {
                return Err(self.not_accepted("fallback_voice_ids", other));
            }
        }
        if let Some(model) = member("voice_model").as_str()
            && !catalogue::has_voice_model(provider, model)
        {
            return Err(self.not_accepted("voice_model", member("voice_model")));
        }
        if member("stt_mode") == "custom" && !member("custom_stt_config").is_object() {
            return Err(self.not_accepted("custom_stt_config", &Value::Null));
        }
        if jiff_zone(member("timezone")).is_none() {
            return Err(self.not_accepted("timezone", member("timezone")));
        }
        let engine = member("response_engine");
        let Some(id) = engine["llm_id"].as_str() else { return Ok(()) };
        match self.records.get(LLMS, id) {
            Some(_) => Ok(()),
            None => Err(self.no_such(id, "retell-llm")),
        }
    }

    /// Checks a version of an LLM.
    ///
    /// # Errors
    /// The vendor's refusal.
    pub(super) fn check_llm(&self, llm: &Record) -> Result<(), Answer> {
        let config = llm.get("model_config").unwrap_or(&Value::Null);
        let kind = if config["type"] == "s2s" { "speech" } else { "text" };
        for (path, kind) in [("primary", kind), ("backup", "text")] {
            let model = &config[path]["model"];
            if model.as_str().is_some_and(|name| !catalogue::has_model(kind, name)) {
                return Err(self.not_accepted(&format!("model_config/{path}/model"), model));
            }
        }
        for (member, rest, kind) in OLDER_MODELS {
            let model = llm.get(member).and_then(|value| value.pointer(rest)).unwrap_or(&Value::Null);
            if model.as_str().is_some_and(|name| !catalogue::has_model(kind, name)) {
                return Err(self.not_accepted(&format!("{member}{rest}"), model));
            }
        }
        let mut names = BTreeSet::new();
        let tools = llm.get("general_tools").and_then(Value::as_array).into_iter().flatten();
        for (index, tool) in tools.enumerate() {
            if !names.insert(tool["name"].as_str().unwrap_or_default()) {
                return Err(self.not_accepted("general_tools", &tool["name"]));
            }
            let swaps_to = tool["agent_id"].as_str().filter(|_| tool["type"] == "agent_swap");
            if swaps_to.is_some_and(|id| self.records.get(AGENTS, id).is_none()) {
                return Err(self.not_accepted(&format!("general_tools/{index}/agent_id"), &tool["agent_id"]));
            }
            if tool["type"] == "custom" && is_local(tool["url"].as_str().unwrap_or_default()) {
                return Err(self.not_accepted(&format!("general_tools/{index}/url"), &tool["url"]));
            }
        }
        Ok(())
    }
}

/// Returns true for a URL that is not HTTP, or whose host is missing, local, in a private network or an IPv6 address
/// (recorded answers of 2026: local addresses are refused).
fn is_local(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    match name.parse::<std::net::Ipv4Addr>() {
        Ok(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        Err(_) => name.is_empty() || name == "localhost" || name.starts_with('['),
    }
}

/// The keywords that the vendor keeps in the schema of a tool's parameters (recorded answers of 2026).
const KEYWORDS: [&str; 9] = [
    "type",
    "description",
    "properties",
    "required",
    "items",
    "enum",
    "const",
    "anyOf",
    "additionalProperties",
];

/// Removes the parts of a schema that the vendor does not keep: keywords not in [`KEYWORDS`], and empty lists and
/// objects.
fn store_schema(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    members.retain(|name, value| {
        let is_empty =
            value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Record::is_empty);
        KEYWORDS.contains(&name.as_str()) && !is_empty
    });
    for (name, value) in members {
        match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(store_schema),
            ("items", value) => store_schema(value),
            ("anyOf", Value::Array(schemas)) => schemas.iter_mut().for_each(store_schema),
            _ => {}
        }
    }
}

/// Converts the tools of a body to the form in which the vendor stores them.
pub(super) fn store_tools(body: &mut Record) {
    for tool in body.get_mut("general_tools").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(parameters) = tool.get_mut("parameters") {
            store_schema(parameters);
        }
    }
}

fn jiff_zone(name: &Value) -> Option<()> {
    match name.as_str() {
        Some(name) => jiff::tz::TimeZone::get(name).ok().map(drop),
        None => Some(()),
    }
}

/// Writes an update to an LLM. The members of `model_config` are replaced one by one. If the update changes the type of
/// the configuration, it must also contain the primary model.
///
/// # Errors
/// The vendor's refusal.
pub(super) fn write_llm(llm: &mut Record, body: &Record) -> Result<(), Answer> {
    let mut body = body.clone();
    store_tools(&mut body);
    if let Some(Value::Object(given)) = body.get("model_config") {
        let mut config = llm.get("model_config").and_then(Value::as_object).cloned().unwrap_or_default();
        let changes_kind =
            given.get("type").is_some_and(|kind| config.get("type").is_some_and(|held| held != kind));
        if changes_kind && !given.contains_key("primary") {
            return Err(failure::refused("model_config/primary is required"));
        }
        if changes_kind {
            config.clear();
        }
        versions::write(&mut config, given);
        config.shift_remove("last_modification_timestamp");
        body.insert("model_config".to_owned(), Value::Object(config));
    }
    versions::write(llm, &body);
    Ok(())
}
