//! The caller's own server for the language model: `custom_llm`, which the vendor uses if `llm` is `custom-llm` (vendor
//! OpenAPI document, 2026-08-22). In the form that the rules read, an agent with such a server has no `llm`, and a server
//! that the agent does not use has the mark `unused`.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::CREDENTIALS;

const PROMPT: &str = "/conversation_config/agent/prompt";
/// The name of the language model of an agent that uses its own server.
const OWN: &str = "custom-llm";
const UNUSED: &str = "unused";
const HEADERS: &str = "request_headers";

/// The API that is sent for a server if its `api_type` is missing or is not in [`APIS`].
const CHAT: &str = "chat_completions";
/// The APIs of OpenAI that the vendor can use. The vendor's third API is not among them: a WebSocket with the vendor's
/// own protocol.
const APIS: [&str; 2] = [CHAT, "responses"];

/// Hides the credentials of an agent, and converts it to the form that the rules read.
pub fn to_rules(agent: &mut Value) {
    CREDENTIALS.hide(agent);
    let Some(Value::Object(prompt)) = agent.pointer_mut(PROMPT) else { return };
    if prompt.get("llm").is_some_and(|llm| llm == OWN) {
        prompt.shift_remove("llm");
    } else if let Some(Value::Object(server)) = prompt.get_mut("custom_llm") {
        server.insert(UNUSED.to_owned(), json!(true));
    }
}

/// Converts the body of a request to the vendor's form. Leaves out each header whose value is the mark of a credential.
/// The vendor merges headers, so it keeps the credential.
pub fn to_vendor(agent: &mut Value) {
    let Some(Value::Object(prompt)) = agent.pointer_mut(PROMPT) else { return };
    let Some(Value::Object(server)) = prompt.get_mut("custom_llm") else { return };
    if let Some(Value::Object(headers)) = server.get_mut(HEADERS) {
        headers.retain(|_, value| !has_mark(value));
    }
    prompt.insert("llm".to_owned(), json!(OWN));
}

/// Builds the codec for the server. Other settings that the vendor has for the server are kept.
pub fn endpoint() -> impl Codec<ModelEndpoint> {
    Server
}

struct Server;

/// Returns true if a locator leads to a key that the vendor keeps as a secret of the workspace.
fn has_locator(server: &Value) -> bool {
    server.get("api_key").is_some_and(|locator| !locator.is_null())
}

fn key(server: &Value) -> EndpointKey {
    match has_locator(server) {
        true => EndpointKey::AtVendor,
        false => EndpointKey::from_vendor(server.get(HEADERS)),
    }
}

impl Codec<ModelEndpoint> for Server {
    fn encode(&self, value: &ModelEndpoint, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let held = with.observed.unwrap_or(with.held);
        let has_key = key(held) != EndpointKey::None;
        value.check_key(held["url"].as_str().filter(|_| has_key)).map_err(Refusal::Refused)?;
        let mut server = held.as_object().cloned().unwrap_or_default();
        server.shift_remove(UNUSED);
        server.insert("url".to_owned(), json!(value.url));
        server.insert("model_id".to_owned(), json!(value.model));
        if server.get("api_type").is_none_or(|api| !APIS.iter().any(|known| api == known)) {
            server.insert("api_type".to_owned(), json!(CHAT));
        }
        if value.key != EndpointKey::AtVendor && has_locator(held) {
            server.insert("api_key".to_owned(), Value::Null);
        }
        write_key(&value.key, &mut server);
        Ok(Value::Object(server).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<ModelEndpoint> {
        let text = |name: &str| match wire.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(text) => text.as_str().map(Some),
        };
        text("api_type")?.is_none_or(|api| APIS.contains(&api)).then_some(())?;
        Some(ModelEndpoint {
            url: WebUrl::new(wire.get("url")?.as_str()?).ok()?,
            model: text("model_id")?.map(ToOwned::to_owned),
            key: key(wire),
        })
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.is_null() || wire.get(UNUSED).is_some_and(|unused| *unused == true)
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
    fn conversion(&self) -> Option<String> {
        Some("the key as the header Authorization".to_owned())
    }
}

/// Writes the header with the key. The vendor merges headers and documents no way to remove one, so an empty header
/// replaces a key that is removed.
fn write_key(key: &EndpointKey, server: &mut Map<String, Value>) {
    let mut headers = server.get(HEADERS).and_then(Value::as_object).cloned().unwrap_or_default();
    let replaced = EndpointKey::header(server.get(HEADERS)).map(|(name, _)| name.to_owned());
    key.write(&mut headers);
    if let (EndpointKey::None, Some(name)) = (key, replaced) {
        headers.insert(name, json!(""));
    }
    if !headers.is_empty() {
        server.insert(HEADERS.to_owned(), Value::Object(headers));
    }
}
