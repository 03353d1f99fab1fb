//! The webhook of an agent, in the form `{"kind": "post_call", "webhook_url": …}`. A webhook to which the vendor sends nothing
//! has the member `"is_disabled": true`.

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::WEBHOOK_URL;

const DISABLED: &str = "is_disabled";

/// Returns a webhook with this URL in the form in which the rules write it.
pub fn webhook(url: &str, is_disabled: bool) -> Value {
    let mut webhook = json!({ "kind": "post_call", WEBHOOK_URL: url });
    if is_disabled {
        webhook[DISABLED] = json!(true);
    }
    webhook
}

/// Returns true if a webhook in this form is disabled.
pub fn is_disabled(webhook: &Value) -> bool {
    webhook[DISABLED] == true
}

/// Builds the codec for the URL of the webhook. A disabled webhook has no URL, because the vendor sends nothing to it.
pub fn webhook_url() -> impl Codec<WebUrl> {
    Url(text().starting_with("https://"))
}

struct Url<C>(C);

impl<C: Codec<WebUrl>> Codec<WebUrl> for Url<C> {
    fn encode(&self, value: &WebUrl, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let Encoded { wire, loss } = self.0.encode(value, with)?;
        Ok(Encoded { wire: webhook(wire.as_str().unwrap_or_default(), false), loss })
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<WebUrl> {
        self.0.decode(wire.get(WEBHOOK_URL)?, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        with_url(wire).is_none() || is_disabled(wire)
    }
    fn domain(&self) -> Domain {
        self.0.domain()
    }
}

/// Builds the codec for the switch of the webhook, at the place of the whole webhook. Without a webhook, nothing is sent.
pub fn webhook_enabled() -> impl Codec<bool> {
    Enabled
}

struct Enabled;

impl Codec<bool> for Enabled {
    fn encode(&self, value: &bool, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match (with_url(with.held), *value) {
            (Some(webhook), enabled) => {
                let mut webhook = webhook.clone();
                match enabled {
                    true => drop(webhook.shift_remove(DISABLED)),
                    false => drop(webhook.insert(DISABLED.to_owned(), json!(true))),
                }
                Ok(Value::Object(webhook).into())
            }
            (None, true) => Err(Refusal::Unsupported("webhook.url has no value.".to_owned())),
            (None, false) => Ok(Value::Null.into()),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<bool> {
        Some(with_url(wire).is_some() && !is_disabled(wire))
    }
    fn lacks(&self, _: &Value) -> bool {
        false
    }
    fn domain(&self) -> Domain {
        Domain::Flag
    }
}

/// Returns the members of a webhook that has a URL.
fn with_url(wire: &Value) -> Option<&Map<String, Value>> {
    wire.as_object().filter(|webhook| webhook.get(WEBHOOK_URL).is_some_and(Value::is_string))
}
