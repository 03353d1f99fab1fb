//! The tools with which an agent sends HTTP requests, which the vendor calls webhook tools (vendor OpenAPI document,
//! 2026-08-22; vendor skills, 2026-08-07). Each is an object of the workspace.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::parameters::{self, is_set};

/// The member that identifies a tool of an agent.
pub const TOOL_NAME: &str = "name";

const KIND: &str = "webhook";

/// The duration, in seconds, for which the vendor waits for an answer if none is set.
const DEFAULT_TIMEOUT: f64 = 20.0;

/// The vendor's limits of a request. The OpenAPI document permits timeouts of up to 300 seconds, but the vendor skills
/// permit only 120, so the lower limit applies.
const LIMITS: RequestLimits = RequestLimits {
    max_name: 64,
    timeout_s: 5.0..=120.0,
    step_s: 1.0,
    keywords: &["type", "description", "properties", "required"],
    inner_keywords: &["type", "description", "properties", "required", "items", "enum"],
    one_type: true,
};

/// The name of a variable that only the gateway's tools have, so that no other tool is taken for one of them. No request
/// uses the variable.
const MARK: &str = "made_by_switchboard";
const MARK_AT: &str = "/dynamic_variables/dynamic_variable_placeholders/made_by_switchboard";

/// The settings of a tool, and of its request, that the model does not have. An update replaces a tool whole, so the
/// update repeats the values that the vendor has for these settings.
const OTHER_SETTINGS: &[&str] = &[
    "interruption_mode",
    "pre_tool_speech",
    "assignments",
    "tool_call_sound",
    "tool_call_sound_behavior",
    "tool_error_handling_mode",
    "dynamic_variables",
    "execution_mode",
];
const OTHER_SETTINGS_OF_REQUEST: &[&str] = &["response_body_schema", "response_filter", "auth_connection"];

const WHY: &str = "The vendor has no tool that books meetings or sends messages.";

/// Builds the codec for an agent's tools. The vendor supports only those that send HTTP requests. Tools are written and
/// read in the order of their names.
pub fn tools() -> impl Codec<Vec<Tool>> {
    Requests
}

struct Requests;

impl Codec<Vec<Tool>> for Requests {
    fn encode(&self, value: &Vec<Tool>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let held = with.observed.unwrap_or(with.held).as_array().map(Vec::as_slice).unwrap_or_default();
        let name = |tool: &Tool| tool.request().map(|request| request.name.clone());
        let mut wanted = value.clone();
        wanted.sort_by_key(name);
        let mut written = Vec::new();
        let (_, loss) = fit_tools(&wanted, |tool| {
            let request = tool.request().ok_or_else(|| WHY.to_owned())?;
            let (fitted, reasons) = fit(request)?;
            written.push(write(&fitted, held)?);
            Ok((Tool::HttpRequest(fitted), reasons))
        })?;
        Ok(Encoded { wire: Value::Array(written), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<Tool>> {
        wire.as_array()?.iter().map(|tool| read(tool).map(Tool::HttpRequest)).collect()
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
}

/// Fits a request to the vendor. Also returns a reason for each difference.
///
/// # Errors
/// The reason why the vendor cannot hold the request.
fn fit(request: &HttpRequest) -> Result<(HttpRequest, Vec<String>), String> {
    if has_braces(&request.url) {
        return Err("The vendor takes braces in a URL for parameters of the path, which cannot be set here."
            .to_owned());
    }
    let (mut fitted, mut reasons) = LIMITS.fit(request)?;
    fitted.timeout_s = fitted.timeout_s.filter(|timeout| timeout.number() != DEFAULT_TIMEOUT);
    if let Some(parameters) = &fitted.parameters {
        let (parameters, differences) = parameters::fit(parameters)?;
        fitted.parameters = Some(parameters);
        reasons.extend(differences);
    }
    Ok((fitted, reasons))
}

/// Writes the tool. A tool of the vendor with the same name keeps its other settings. If the gateway made that tool and
/// it equals the request, it is returned unchanged.
fn write(request: &HttpRequest, held: &[Value]) -> Result<Value, String> {
    let same = held.iter().find(|tool| tool[TOOL_NAME] == request.name);
    if let Some(same) = same.filter(|tool| is_marked(tool) && read(tool).as_ref() == Some(request)) {
        return Ok(same.clone());
    }
    let other = |at: &str, names| others(same.and_then(|tool| document_path::get(tool, at)), names);
    let held_header = |name: &str| same?.pointer("/api_schema/request_headers")?.get(name).cloned();
    let headers = request.header_values(held_header)?;
    let mut api = other("/api_schema", OTHER_SETTINGS_OF_REQUEST);
    api.insert("url".to_owned(), json!(request.url));
    api.insert("method".to_owned(), json!(request.method.name()));
    if !headers.is_empty() {
        api.insert("request_headers".to_owned(), Value::Object(headers));
    }
    if let Some(parameters) = &request.parameters {
        api.insert("request_body_schema".to_owned(), json!(parameters));
    }
    let mut tool = other("", OTHER_SETTINGS);
    tool.insert("type".to_owned(), json!(KIND));
    tool.insert(TOOL_NAME.to_owned(), json!(request.name));
    tool.insert("description".to_owned(), json!(request.description));
    if let Some(timeout) = request.timeout_s {
        tool.insert("response_timeout_secs".to_owned(), json!(timeout.number().round() as u64));
    }
    tool.insert("api_schema".to_owned(), Value::Object(api));
    let mut tool = Value::Object(tool);
    document_path::put(&mut tool, MARK_AT, json!(MARK));
    Ok(tool)
}

/// Returns those members of a vendor's object that have a value.
fn others(held: Option<&Value>, names: &[&str]) -> Map<String, Value> {
    let member =
        |name: &&str| Some(((*name).to_owned(), held?.get(name).filter(|value| is_set(value))?.clone()));
    names.iter().filter_map(member).collect()
}

fn is_marked(tool: &Value) -> bool {
    document_path::get(tool, MARK_AT).is_some()
}

fn has_braces(url: &WebUrl) -> bool {
    url.as_str().contains(['{', '}'])
}

/// Reads a request. Returns `None` for a tool of another kind, and for a request that the model cannot describe.
fn read(tool: &Value) -> Option<HttpRequest> {
    let (text, api) = (|name: &str| tool.get(name).and_then(Value::as_str), tool.get("api_schema")?);
    let is_json = api.get("content_type").is_none_or(|kind| kind.is_null() || kind == "application/json");
    let more = [api.get("path_params_schema"), api.pointer("/query_params_schema/properties")];
    if tool["type"] != KIND || !is_json || more.into_iter().flatten().any(is_set) {
        return None;
    }
    let parameters = match api.get("request_body_schema") {
        None | Some(Value::Null) => None,
        Some(schema) => {
            Some(Parameters::from_vendor(&parameters::read(schema)?)?).filter(|schema| !schema.is_empty())
        }
    };
    let headers = api.get("request_headers").and_then(Value::as_object).into_iter().flatten();
    let timeout = tool["response_timeout_secs"].as_f64().filter(|timeout| *timeout != DEFAULT_TIMEOUT);
    Some(HttpRequest {
        name: text(TOOL_NAME)?.to_owned(),
        description: text("description")?.to_owned(),
        method: HttpMethod::named(api.get("method").and_then(Value::as_str).unwrap_or("GET"))?,
        url: WebUrl::new(api.get("url")?.as_str()?).ok().filter(|url| !has_braces(url))?,
        headers: HttpHeader::list_from_vendor(headers)?,
        parameters,
        timeout_s: timeout.and_then(Seconds::from_number),
    })
}
