//! The agents of the workspace.

use std::sync::LazyLock;

use json_patch::jsonptr::Delete;
use serde_json::{Value, json};

use super::{AGENTS, Elevenlabs, checks, failure, new_id, seconds};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

/// The vendor's defaults for the members that a creation omits.
static DEFAULTS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("defaults.json")).unwrap_or_default());

/// The members of an agent that a request can set.
const WRITABLE: [&str; 5] = ["name", "tags", "conversation_config", "platform_settings", "workflow"];

impl Elevenlabs {
    pub(super) fn create_agent(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let mut agent = defaults();
        let now = seconds();
        let branch = new_id("agtbrch_");
        agent["metadata"] = json!({ "created_at_unix_secs": now, "updated_at_unix_secs": now });
        agent["branch_id"] = json!(branch);
        agent["main_branch_id"] = json!(branch);
        let id = new_id("agent_");
        let agent = match self.written(agent, request.body) {
            Ok(agent) => agent,
            Err(refused) => return refused,
        };
        match self.records.put(AGENTS, &id, agent, By::Request) {
            Ok(()) => Answer::ok(json!({ "agent_id": id })),
            Err(_) => failure::failing(http::StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    pub(super) fn update_agent(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("agent_id");
        let Some(stored) = self.records.get(AGENTS, id) else {
            return failure::no_agent(id);
        };
        let mut agent = whole(stored);
        let updated = agent["metadata"]["updated_at_unix_secs"].as_i64().unwrap_or_default();
        set(&mut agent["metadata"], "updated_at_unix_secs", json!(seconds().max(updated + 1)));
        match self.written(agent, request.body) {
            Ok(agent) => {
                self.records.replace(AGENTS, id, agent);
                self.agent(id)
            }
            Err(refused) => refused,
        }
    }

    /// Merges the writable members of a body into an agent, except those that the option `forgets` names. Then makes
    /// the vendor's silent changes, gives the agent a new version, and checks the result.
    fn written(&self, mut agent: Value, body: &Value) -> Result<Record, Answer> {
        let mut given = body.clone();
        for pointer in &self.options.forgets {
            if let Ok(pointer) = pointer.parse::<json_patch::jsonptr::PointerBuf>() {
                given.delete(&pointer);
            }
        }
        for name in WRITABLE {
            if let Some(value) = given.get(name).filter(|value| !value.is_null()) {
                merge(&mut agent[name], value);
            }
        }
        checks::rewrite(&mut agent);
        agent["version_id"] = json!(new_id("agtvrsn_"));
        let agent = agent.as_object().cloned().unwrap_or_default();
        self.check(&agent, body)?;
        Ok(agent)
    }

    pub(super) fn agent(&self, id: &str) -> Answer {
        match self.records.get(AGENTS, id) {
            Some(record) => {
                let mut agent = whole(record);
                agent["agent_id"] = json!(id);
                agent["phone_numbers"] = self.numbers_of(id);
                if self.options.foreign_branch {
                    agent["branch_id"] = json!("agtbrch_of_an_experiment");
                }
                Answer::ok(agent)
            }
            None => failure::no_agent(id),
        }
    }

    pub(super) fn delete_agent(&mut self, id: &str) -> Answer {
        match self.records.remove(AGENTS, id, By::Request) {
            true => Answer::ok(json!({})),
            false => failure::no_agent(id),
        }
    }

    /// Lists the agents that match `search` and `archived`, the newest first. The cursor is the id of the last agent on
    /// the previous page.
    pub(super) fn list_agents(&self, request: &SimulatedRequest<'_>) -> Answer {
        let asked = request.number_in_query("page_size").and_then(|size| usize::try_from(size).ok());
        let size = asked.unwrap_or(self.options.page_size.get()).min(self.options.largest_page.get());
        let archived = request.in_query("archived") == Some("true");
        let search = request.in_query("search").unwrap_or_default().to_lowercase();
        let mut rows: Vec<_> = self.records.iter(AGENTS).map(|(id, record)| (id, whole(record))).collect();
        rows.retain(|(_, agent)| {
            let named = agent["name"].as_str().is_some_and(|name| name.to_lowercase().contains(&search));
            named && (agent["platform_settings"]["archived"] == true) == archived
        });
        rows.reverse();
        if let Some(cursor) = request.in_query("cursor") {
            let Some(last) = rows.iter().position(|(id, _)| *id == cursor) else {
                return failure::invalid_cursor();
            };
            rows.drain(..=last);
        }
        let has_more = rows.len() > size;
        rows.truncate(size);
        let cursor = rows.last().filter(|_| has_more).map(|(id, _)| *id);
        let agents: Vec<_> = rows.iter().map(|(id, agent)| row(id, agent)).collect();
        Answer::ok(json!({ "agents": agents, "next_cursor": cursor, "has_more": has_more }))
    }
}

fn row(id: &str, agent: &Value) -> Value {
    json!({
        "agent_id": id, "name": agent["name"], "tags": agent["tags"],
        "created_at_unix_secs": agent["metadata"]["created_at_unix_secs"],
        "updated_at_unix_secs": agent["metadata"]["updated_at_unix_secs"],
        "voice_id": agent["conversation_config"]["tts"]["voice_id"], "access_info": agent["access_info"],
        "archived": agent["platform_settings"]["archived"], "last_call_time_unix_secs": null,
    })
}

fn defaults() -> Value {
    DEFAULTS.clone()
}

/// Returns an agent with all its members. A record that a control route wrote may lack some of them.
pub(super) fn whole(record: &Record) -> Value {
    let mut agent = defaults();
    agent["metadata"] = json!({ "created_at_unix_secs": 0, "updated_at_unix_secs": 0 });
    merge(&mut agent, &Value::Object(record.clone()));
    agent
}

/// Sets a member of an object. Leaves a value of another type, which a control route wrote, as it is.
pub(super) fn set(object: &mut Value, name: &str, value: Value) {
    if object.is_object() || object.is_null() {
        object[name] = value;
    }
}

/// Merges objects deeply. Any other value, such as a list or null, replaces the existing one.
pub(super) fn merge(into: &mut Value, given: &Value) {
    match (into, given) {
        (Value::Object(members), Value::Object(given)) => {
            for (name, value) in given {
                merge(members.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, given) => *into = given.clone(),
    }
}
