//! The tools with which an agent sends HTTP requests (vendor OpenAPI document, 2026-08-20). Other tools stay in the vendor's
//! list, and so does a tool whose request the model cannot describe.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

const KIND: &str = "apiRequest";

/// The keywords of the vendor's schemas. `default` is not among them: the vendor sends such a value without asking the agent.
const KEYWORDS: &[&str] =
    &["type", "description", "properties", "required", "items", "enum", "pattern", "format"];

const LIMITS: RequestLimits = RequestLimits {
    max_name: 40,
    timeout_s: 1.0..=300.0,
    step_s: 1.0,
    keywords: KEYWORDS,
    inner_keywords: KEYWORDS,
    one_type: true,
};

const WHY: &str = "The vendor's tools that book meetings or send messages need an integration of the account. Set them up at the vendor; they are kept.";

/// The places of credentials in an assistant.
pub const CREDENTIALS: CredentialPlaces = CredentialPlaces {
    members: &["secret", "apiKey", "authToken", "password", "token"],
    headers: &["headers"],
};

/// The member of a model that contains these tools, in the form that the rules read. In the vendor's form, they
/// are items of the list of all tools.
pub const REQUESTS: &str = "apiRequests";

/// Moves the tools that the model of the gateway has to a list of their own.
pub fn to_rules(model: &mut Map<String, Value>) {
    let Some(tools) = model.get_mut("tools").and_then(Value::as_array_mut) else { return };
    let (requests, others): (Vec<_>, Vec<_>) = tools.drain(..).partition(|tool| read(tool).is_some());
    *tools = others;
    if !requests.is_empty() {
        model.insert(REQUESTS.to_owned(), Value::Array(requests));
    }
}

/// Moves the tools back among all tools.
pub fn to_vendor(model: &mut Map<String, Value>) {
    let Some(Value::Array(requests)) = model.shift_remove(REQUESTS) else { return };
    match model.get_mut("tools") {
        Some(Value::Array(tools)) => tools.extend(requests),
        _ if requests.is_empty() => {}
        _ => drop(model.insert("tools".to_owned(), Value::Array(requests))),
    }
}

/// Builds the codec for an agent's tools. The vendor supports only those that send HTTP requests.
pub fn tools() -> impl Codec<Vec<Tool>> {
    Requests
}

struct Requests;

impl Codec<Vec<Tool>> for Requests {
    fn encode(&self, value: &Vec<Tool>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let held = with.observed.unwrap_or(with.held).as_array().map(Vec::as_slice).unwrap_or_default();
        let others = with.body.pointer("/model/tools").and_then(Value::as_array);
        let mut written = Vec::new();
        let (_, loss) = fit_tools(value, |wanted| {
            let request = wanted.request().ok_or_else(|| WHY.to_owned())?;
            if others.into_iter().flatten().any(|other| other["name"] == request.name) {
                return Err("The vendor has another tool of the agent with this name.".to_owned());
            }
            let (fitted, reasons) = LIMITS.fit(request)?;
            written.push(write(&fitted, held)?);
            Ok((Tool::HttpRequest(fitted), reasons))
        })?;
        Ok(Encoded { wire: Value::Array(written), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Vec<Tool>> {
        wire.as_array()?.iter().map(read).collect()
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
}

/// Writes the tool. A tool of the vendor with the same name keeps its other members.
fn write(request: &HttpRequest, held: &[Value]) -> Result<Value, String> {
    let same = held.iter().find(|tool| tool["name"] == request.name);
    let mut tool = same.cloned().unwrap_or_else(|| json!({ "type": KIND, "name": request.name }));
    let value_of = |name: &str| value_of(tool.pointer("/headers/properties")?.get(name)?).cloned();
    let headers = request.header_values(value_of)?;
    let header = |(name, value): (String, Value)| (name, json!({ "type": "string", "default": value }));
    let headers: Map<_, _> = headers.into_iter().map(header).collect();
    for (name, value) in [
        ("description", json!(request.description)),
        ("method", json!(request.method.name())),
        ("url", json!(request.url)),
        (
            "headers",
            if headers.is_empty() { Value::Null } else { json!({ "type": "object", "properties": headers }) },
        ),
        ("body", json!(request.parameters)),
        ("timeoutSeconds", json!(request.timeout_s)),
    ] {
        match value.is_null() {
            true => document_path::remove(&mut tool, &format!("/{name}")),
            false => tool[name] = value,
        }
    }
    Ok(tool)
}

/// Returns the fixed value of a header.
fn value_of(header: &Value) -> Option<&Value> {
    header.get("default").or_else(|| header.get("value"))
}

/// Reads a tool that sends an HTTP request. Returns `None` for a tool of another kind, and for a request that the model
/// cannot describe or that exceeds `LIMITS`.
fn read(tool: &Value) -> Option<Tool> {
    let text = |name: &str| tool.get(name).and_then(Value::as_str);
    if tool["type"] != KIND {
        return None;
    }
    let headers = tool.pointer("/headers/properties").and_then(Value::as_object).into_iter().flatten();
    let values: Option<Vec<_>> = headers.map(|(name, header)| Some((name, value_of(header)?))).collect();
    let parameters = match tool.get("body") {
        None | Some(Value::Null) => None,
        Some(schema) => Some(Parameters::from_vendor(schema)?).filter(|schema| !schema.is_empty()),
    };
    let request = HttpRequest {
        name: text("name")?.to_owned(),
        description: text("description")?.to_owned(),
        method: HttpMethod::named(text("method")?)?,
        url: WebUrl::new(text("url")?).ok()?,
        headers: HttpHeader::list_from_vendor(values?.into_iter())?,
        parameters,
        timeout_s: tool["timeoutSeconds"].as_f64().and_then(Seconds::from_number),
    };
    let is_ours = request.is_valid() && LIMITS.fit(&request).is_ok_and(|(_, reasons)| reasons.is_empty());
    is_ours.then_some(Tool::HttpRequest(request))
}
