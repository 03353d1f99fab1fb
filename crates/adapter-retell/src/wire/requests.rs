//! The tools with which an agent sends HTTP requests, which the vendor calls custom functions (SDK 6.2.13). A custom function
//! whose request the model cannot describe stays in the vendor's list.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::{text, tools::is};

const KIND: &str = "custom";

/// The vendor's limits of a request. When the vendor stores a schema, it removes all other keywords (recorded answers
/// of 2026).
const LIMITS: RequestLimits = RequestLimits {
    max_name: 64,
    timeout_s: 1.0..=600.0,
    step_s: 0.001,
    keywords: &["type", "properties", "required", "additionalProperties"],
    inner_keywords: &[
        "type",
        "description",
        "properties",
        "required",
        "items",
        "enum",
        "const",
        "anyOf",
        "additionalProperties",
    ],
    one_type: false,
};

/// The places of credentials in an LLM.
pub const CREDENTIALS: CredentialPlaces = CredentialPlaces { members: &[], headers: &["headers"] };

/// Writes the tool. Returns the tool, the request as the vendor will hold it, and a reason for each difference. `tools`
/// are the other tools, and `held` are the vendor's requests; a request that has the same name keeps its other members.
pub fn write(
    request: &HttpRequest,
    tools: &[Value],
    held: &[Value],
) -> Result<(Value, (Tool, Vec<String>)), String> {
    if tools.iter().any(|other| other["name"] == request.name) {
        return Err("The vendor has another tool of the agent with this name.".to_owned());
    }
    let (fitted, reasons) = LIMITS.fit(request)?;
    let same = held.iter().find(|tool| is(KIND)(tool) && tool["name"] == request.name);
    let mut tool = same.cloned().unwrap_or_else(|| json!({ "type": KIND, "name": request.name }));
    let headers = fitted.header_values(|name| tool["headers"].get(name).cloned())?;
    // With `args_at_root`, the body of the HTTP request contains only the parameters.
    for (name, value) in [
        ("description", json!(fitted.description)),
        ("url", json!(fitted.url)),
        ("method", json!(fitted.method.name())),
        ("args_at_root", json!(true)),
        ("headers", json!(headers)),
        ("parameters", json!(fitted.parameters)),
        ("timeout_ms", json!(fitted.timeout_s.map(|timeout| (timeout.number() * 1000.0).round() as u64))),
    ] {
        let is_empty = value.is_null() || value.as_object().is_some_and(Map::is_empty);
        match is_empty {
            true => document_path::remove(&mut tool, &format!("/{name}")),
            false => tool[name] = value,
        }
    }
    if let Some(parameters) =
        tool.get_mut("parameters").filter(|parameters| parameters.get("properties").is_none())
    {
        parameters["properties"] = json!({});
    }
    Ok((tool, (Tool::HttpRequest(fitted), reasons)))
}

/// Reads a tool that sends an HTTP request. Returns `None` for a tool of another kind, and for a request that the model
/// cannot describe.
pub fn read(tool: &Value) -> Option<Tool> {
    let is_json = text(tool, "/parameter_type").is_none_or(|kind| kind == "json");
    let has_query = tool["query_params"].as_object().is_some_and(|query| !query.is_empty());
    if !is(KIND)(tool) || tool["args_at_root"] != true || !is_json || has_query {
        return None;
    }
    let parameters = match tool.get("parameters") {
        None | Some(Value::Null) => None,
        Some(schema) => Some(Parameters::from_vendor(schema)?).filter(|schema| !schema.is_empty()),
    };
    let headers = HttpHeader::list_from_vendor(tool["headers"].as_object().into_iter().flatten())?;
    let timeout = tool["timeout_ms"].as_f64().and_then(|timeout| Seconds::from_number(timeout / 1000.0));
    let request = HttpRequest {
        name: text(tool, "/name")?.to_owned(),
        description: text(tool, "/description")?.to_owned(),
        method: HttpMethod::named(text(tool, "/method").unwrap_or("POST"))?,
        url: WebUrl::new(text(tool, "/url")?).ok()?,
        headers,
        parameters,
        timeout_s: timeout,
    };
    let is_ours = request.is_valid() && LIMITS.fit(&request).is_ok_and(|(_, reasons)| reasons.is_empty());
    is_ours.then_some(Tool::HttpRequest(request))
}
