//! The exchanges for the webhooks of the workspace. Each agent with a webhook has one of its own.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{agent::WEBHOOK, wire};

/// The name of the part.
pub const PART: &str = "webhook";

/// The first word of the name of each webhook that the gateway creates. The gateway deletes no other webhook.
const MARK: &str = "Switchboard";

const PATH: [&str; 3] = ["v1", "workspace", "webhooks"];

/// Creates a webhook, and disables it if the body states so. Its name contains the key of the operation, because the vendor
/// does not document whether two webhooks may have the same name.
pub fn create(body: &Value, key: &OperationKey) -> Exchange<StepAnswer> {
    let unique = key.for_step(&VendorStep::new(PART, StepAction::Create(Value::Null)));
    let (name, is_disabled) = (format!("{MARK} {unique}"), wire::is_disabled(body));
    let settings = json!({ "auth_type": "hmac", "name": name, "webhook_url": body[wire::WEBHOOK_URL] });
    let request = Request::new("create webhook", Method::Post, PATH).json(json!({ "settings": settings }));
    Exchange::ask(request, move |reply| {
        let state = wire::created_webhook(reply)?;
        let disabling = is_disabled.then(|| switch(&state.id, true, &name));
        let done = Performed::new(state);
        Ok(match disabling {
            Some(request) => Exchange::send(request, |_| Ok(done.into())),
            None => Exchange::Done(done.into()),
        })
    })
}

/// Enables or disables a webhook, as the body states. Its URL is never changed, because the vendor keeps the old one. A
/// webhook that was set up at the vendor is never disabled, because it may serve other agents.
///
/// # Errors
/// `vendor_rejected` if such a webhook is to be disabled.
pub fn update(id: &str, body: &Value) -> Exchange<StepAnswer> {
    let (id, is_disabled) = (id.to_owned(), wire::is_disabled(body));
    Exchange::ask(Request::new("list webhooks", Method::Get, PATH), move |reply| {
        let listed = wire::webhooks(reply)?;
        let done = Performed::new(PartState::new(id.as_str()));
        let changed = listed.into_iter().find(|row| row.webhook_id == id && row.is_off() != is_disabled);
        Ok(match changed {
            Some(webhook) if is_disabled && !webhook.name.starts_with(MARK) => return Err(foreign()),
            Some(webhook) => {
                let request = switch(&id, is_disabled, &webhook.name);
                Exchange::send(request, |_| Ok(done.into()))
            }
            None => Exchange::Done(done.into()),
        })
    })
}

/// Builds the request that enables or disables a webhook. The vendor requires the name (recorded answers of 2026).
fn switch(id: &str, is_disabled: bool, name: &str) -> Request {
    let operation = if is_disabled { "disable webhook" } else { "enable webhook" };
    let path = PATH.into_iter().chain([id]).map(ToOwned::to_owned);
    Request::new(operation, Method::Patch, path).json(json!({ "is_disabled": is_disabled, "name": name }))
}

fn foreign() -> Error {
    let why = "The webhook was set up at the vendor and may serve other agents, so webhook.enabled cannot disable it. Clear \
               webhook.url instead, or disable the webhook at the vendor.";
    let fields = vec![(WEBHOOK.to_owned(), why.to_owned())];
    Error::vendor(Kind::VendorRejected, VendorFailure::new(Outcome::Rejected).fields(fields)).with_detail(why)
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
