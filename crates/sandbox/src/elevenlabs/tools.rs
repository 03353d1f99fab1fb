//! The tools of the workspace that send HTTP requests. Answers have every setting, with its default if the request
//! omitted it (vendor OpenAPI document of 2026-08-22).

use http::StatusCode;
use serde_json::{Value, json};

use super::{AGENTS, Elevenlabs, TOOLS, agents::merge, failure, new_id};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

/// The JSON pointer to the ids of the tools in an agent's `conversation_config`.
const LINK: &str = "/agent/prompt/tool_ids";

impl Elevenlabs {
    pub(super) fn create_tool(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = new_id("tool_");
        match self.records.put(TOOLS, &id, settings(request), By::Request) {
            Ok(()) => self.tool(&id),
            Err(_) => failure::failing(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// Replaces all settings of a tool.
    pub(super) fn update_tool(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("tool_id");
        self.records.replace(TOOLS, id, settings(request));
        self.tool(id)
    }

    /// Deletes a tool. Refuses this while an agent uses the tool, unless `force` is true; the agents then lose the
    /// tool.
    pub(super) fn delete_tool(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("tool_id");
        let users: Vec<_> = self.users(id).map(|(user, agent)| (user.to_owned(), agent.clone())).collect();
        if !users.is_empty() && request.in_query("force") != Some("true") {
            return failure::tool_in_use();
        }
        for (user, mut agent) in users {
            let ids = agent.get_mut("conversation_config").and_then(|config| config.pointer_mut(LINK));
            if let Some(ids) = ids.and_then(Value::as_array_mut) {
                ids.retain(|other| other != id);
            }
            self.records.replace(AGENTS, &user, agent);
        }
        match self.records.remove(TOOLS, id, By::Request) {
            true => Answer::ok(json!({})),
            false => failure::no_tool(id),
        }
    }

    /// Lists the tools whose name starts with `search`, the newest first. The cursor is the id of the last tool on the
    /// previous page.
    pub(super) fn list_tools(&self, request: &SimulatedRequest<'_>) -> Answer {
        let asked = request.number_in_query("page_size").and_then(|size| usize::try_from(size).ok());
        let size = asked.unwrap_or(self.options.page_size.get()).min(self.options.largest_page.get());
        let search = request.in_query("search").unwrap_or_default();
        let mut rows: Vec<_> = self.records.iter(TOOLS).map(|(id, record)| (id, shown(id, record))).collect();
        rows.retain(|(_, tool)| {
            tool["tool_config"]["name"].as_str().is_some_and(|name| name.starts_with(search))
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
        let cursor = rows.last().filter(|_| has_more).map(|(id, _)| (*id).to_owned());
        let tools: Vec<_> = rows.into_iter().map(|(_, tool)| tool).collect();
        Answer::ok(json!({ "tools": tools, "next_cursor": cursor, "has_more": has_more }))
    }

    /// Lists the agents that use a tool.
    pub(super) fn tool_agents(&self, id: &str) -> Answer {
        if self.records.get(TOOLS, id).is_none() {
            return failure::no_tool(id);
        }
        let row = |(id, agent): (&str, &Record)| json!({ "type": "available", "id": id, "name": agent.get("name") });
        let rows: Vec<_> = self.users(id).map(row).collect();
        Answer::ok(json!({ "agents": rows, "branches": [], "next_cursor": null, "has_more": false }))
    }

    fn tool(&self, id: &str) -> Answer {
        match self.records.get(TOOLS, id) {
            Some(record) => Answer::ok(shown(id, record)),
            None => failure::no_tool(id),
        }
    }

    fn users<'a>(&'a self, id: &'a str) -> impl Iterator<Item = (&'a str, &'a Record)> {
        self.records.iter(AGENTS).filter(move |(_, agent)| {
            let ids = agent.get("conversation_config").and_then(|config| config.pointer(LINK)?.as_array());
            ids.is_some_and(|ids| ids.iter().any(|used| used == id))
        })
    }
}

fn settings(request: &SimulatedRequest<'_>) -> Record {
    request.body["tool_config"].as_object().cloned().unwrap_or_default()
}

fn shown(id: &str, record: &Record) -> Value {
    let mut config = json!({
        "type": "webhook", "name": "", "description": "", "response_timeout_secs": 20, "interruption_mode": "allow",
        "pre_tool_speech": "auto", "assignments": [], "tool_call_sound": null, "tool_call_sound_behavior": "auto",
        "tool_error_handling_mode": "auto", "dynamic_variables": { "dynamic_variable_placeholders": {} },
        "execution_mode": "immediate",
        "api_schema": {
            "url": "", "method": "GET", "path_params_schema": {}, "query_params_schema": null,
            "request_body_schema": null, "response_body_schema": null, "response_filter": null,
            "content_type": "application/json", "auth_connection": null, "request_headers": {},
        },
    });
    merge(&mut config, &Value::Object(record.clone()));
    let body = &mut config["api_schema"]["request_body_schema"];
    *body = filled(body);
    json!({
        "id": id, "tool_config": config,
        "access_info": { "is_creator": true, "creator_name": "Ops", "creator_email": "ops@example.com", "role": "admin" },
        "usage_stats": { "total_calls": 0, "avg_latency_secs": 0.0 },
    })
}

/// Adds the default settings to the schema of a value, and to the schemas inside.
fn filled(schema: &Value) -> Value {
    let Value::Object(given) = schema else { return schema.clone() };
    let mut whole = match given.get("type").and_then(Value::as_str) {
        Some("object") => json!({ "description": "", "required": [], "properties": {} }),
        Some("array") => json!({ "description": "" }),
        _ => json!({
            "description": "", "enum": null, "is_system_provided": false, "dynamic_variable": "", "constant_value": "",
            "is_omitted": false,
        }),
    };
    for (keyword, value) in given {
        whole[keyword] = match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.iter().map(|(name, property)| (name.clone(), filled(property))).collect()
            }
            ("items", items) => filled(items),
            (_, other) => other.clone(),
        };
    }
    whole
}
