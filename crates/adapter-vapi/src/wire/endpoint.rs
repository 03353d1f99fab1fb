//! The caller's own server for the language model: a model of the provider `custom-llm` (vendor OpenAPI document,
//! 2026-08-20). In the form that the rules read, the members that describe the server are in an object of their own.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

/// The vendor's name for the provider of a model on the caller's own server.
const PROVIDER: &str = "custom-llm";

/// The member of a model that contains the server, in the form that the rules read.
const ENDPOINT: &str = "endpoint";

/// The members of a model that describe the server.
const MEMBERS: [&str; 3] = ["url", "model", "headers"];

/// Moves the members that describe the server to an object of their own. Returns false if the model has another
/// provider.
pub fn to_rules(model: &mut Map<String, Value>) -> bool {
    if model.get("provider").is_none_or(|provider| provider != PROVIDER) {
        return false;
    }
    let members = MEMBERS.iter().filter_map(|name| model.shift_remove_entry(*name));
    let endpoint = Value::Object(members.collect());
    model.insert(ENDPOINT.to_owned(), endpoint);
    true
}

/// Moves the members that describe the server back to the model. Returns false if the model has no server. Also
/// returns false if the body names a model, which then replaces a server that the rules cannot read.
pub fn to_vendor(model: &mut Map<String, Value>) -> bool {
    let Some(Value::Object(endpoint)) = model.shift_remove(ENDPOINT) else { return false };
    if model.get("model").is_some_and(Value::is_string) {
        return false;
    }
    model.insert("provider".to_owned(), json!(PROVIDER));
    model.extend(endpoint);
    true
}

/// Builds the codec for the server. Headers other than that of the key are kept.
pub fn endpoint() -> impl Codec<ModelEndpoint> {
    Server
}

struct Server;

impl Codec<ModelEndpoint> for Server {
    fn encode(&self, value: &ModelEndpoint, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let Some(model) = &value.model else {
            return Err(Refusal::Refused(
                "the vendor requires the name of the model: set model.endpoint.model.".to_owned(),
            ));
        };
        let held = with.observed.unwrap_or(with.held);
        let has_key = EndpointKey::from_vendor(held.get("headers")) != EndpointKey::None;
        value.check_key(held["url"].as_str().filter(|_| has_key)).map_err(Refusal::Refused)?;
        let mut headers = held.get("headers").and_then(Value::as_object).cloned().unwrap_or_default();
        value.key.write(&mut headers);
        let mut wire = json!({ "url": value.url, "model": model });
        if !headers.is_empty() {
            wire["headers"] = Value::Object(headers);
        }
        Ok(wire.into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<ModelEndpoint> {
        Some(ModelEndpoint {
            url: WebUrl::new(wire.get("url")?.as_str()?).ok()?,
            model: match wire.get("model") {
                None | Some(Value::Null) => None,
                Some(model) => Some(model.as_str()?.to_owned()),
            },
            key: EndpointKey::from_vendor(wire.get("headers")),
        })
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
    fn conversion(&self) -> Option<String> {
        Some("the key as the header Authorization".to_owned())
    }
}
