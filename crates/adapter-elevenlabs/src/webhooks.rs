//! The exchanges for the webhooks of the workspace. Each agent with a webhook has one of its own.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::wire;

/// The name of the part.
pub const PART: &str = "webhook";

/// The first word of the name of each webhook that the gateway creates. The gateway deletes no other webhook.
const MARK: &str = "Switchboard";

const PATH: [&str; 3] = ["v1", "workspace", "webhooks"];

/// Creates a webhook. Its name contains the key of the operation, because the vendor does not document whether two
/// webhooks may have the same name.
pub fn create(body: &Value, key: &OperationKey) -> Exchange<StepAnswer> {
    let unique = key.for_step(&VendorStep::new(PART, StepAction::Create(Value::Null)));
    let name = format!("{MARK} {unique}");
    let settings = json!({ "auth_type": "hmac", "name": name, "webhook_url": body[wire::WEBHOOK_URL] });
    let request = Request::new("create webhook", Method::Post, PATH).json(json!({ "settings": settings }));
    Exchange::send(request, |reply| wire::created_webhook(reply).map(|state| Performed::new(state).into()))
}

/// Enables a webhook that is disabled. Its URL is never changed, because the vendor keeps the old one. The vendor requires the
/// name in a change (recorded answers of 2026).
pub fn enable(id: &str) -> Exchange<StepAnswer> {
    let path = PATH.into_iter().chain([id]).map(ToOwned::to_owned);
    let (request, id) = (Request::new("enable webhook", Method::Patch, path), id.to_owned());
    Exchange::ask(Request::new("list webhooks", Method::Get, PATH), move |reply| {
        let listed = wire::webhooks(reply)?;
        let done = Performed::new(PartState::new(id.as_str()));
        Ok(match listed.into_iter().find(|webhook| webhook.webhook_id == id && webhook.is_off()) {
            Some(webhook) => {
                let request = request.json(json!({ "is_disabled": false, "name": webhook.name }));
                Exchange::send(request, |_| Ok(done.into()))
            }
            None => Exchange::Done(done.into()),
        })
    })
}

/// Deletes a webhook that the gateway created. A webhook that another agent uses stays, and so does one that was set up
/// at the vendor.
pub fn delete(id: &str) -> Exchange<StepAnswer> {
    let path = PATH.into_iter().chain([id]).map(ToOwned::to_owned);
    let (request, id) = (Request::new("delete webhook", Method::Delete, path), id.to_owned());
    Exchange::ask(Request::new("list webhooks", Method::Get, PATH), move |reply| {
        let listed = wire::webhooks(reply)?;
        let state = PartState::new(id.as_str());
        match listed.iter().any(|webhook| webhook.webhook_id == id && webhook.name.starts_with(MARK)) {
            true => Ok(Exchange::send(request, |_| Ok(Performed::new(state).into()))),
            false => Ok(Exchange::Done(Performed::new(state).into())),
        }
    })
}

/// Lists the webhooks that the gateway created.
pub fn find() -> Exchange<Vec<FoundPart>> {
    list(|webhooks| {
        let own = webhooks.into_iter().filter(|webhook| webhook.name.starts_with(MARK));
        own.map(wire::Webhook::found).collect()
    })
}

/// Reads all webhooks of the workspace.
pub fn list<T: Send + 'static>(end: impl FnOnce(Vec<wire::Webhook>) -> T + Send + 'static) -> Exchange<T> {
    Exchange::send(Request::new("list webhooks", Method::Get, PATH), |reply| wire::webhooks(reply).map(end))
}
