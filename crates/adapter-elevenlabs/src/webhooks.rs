//! The exchanges for the webhooks of the workspace. Each agent with a webhook has one of its own.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::wire::{self, Webhook};

/// The name of the part.
pub const PART: &str = "webhook";

/// The first word of the name of each webhook that the gateway creates. The gateway deletes no other webhook.
const MARK: &str = "Switchboard";

const PATH: [&str; 3] = ["v1", "workspace", "webhooks"];

/// Creates a webhook. Its name contains the key of the operation, because the vendor does not document whether two
/// webhooks may have the same name.
pub fn create(body: &Value, key: &OperationKey) -> Result<Exchange<StepAnswer>> {
    let url = wire::webhook_url(body)
        .ok_or_else(|| Error::new(Kind::Internal, "The webhook to create has no URL."))?;
    let unique = key.for_step(&VendorStep::new(PART, StepAction::Create(Value::Null)));
    let settings = json!({ "auth_type": "hmac", "name": format!("{MARK} {unique}"), "webhook_url": url });
    let request = Request::new("create webhook", Method::Post, PATH).json(json!({ "settings": settings }));
    Ok(Exchange::send(request, |reply| {
        wire::created_webhook(reply).map(|state| Performed::new(state).into())
    }))
}

/// Deletes a webhook that the gateway created. A webhook that another agent uses stays, and so does one that was
/// set up at the vendor.
pub fn delete(id: &str) -> Exchange<StepAnswer> {
    let state = PartState::new(id);
    let [v1, workspace, webhooks] = PATH;
    let request =
        Request::new("delete webhook", Method::Delete, [v1, workspace, webhooks, id].map(ToOwned::to_owned));
    let id = id.to_owned();
    Exchange::ask(Request::new("list webhooks", Method::Get, PATH), move |reply| {
        let listed = wire::webhooks(reply)?;
        match listed.iter().find(|webhook| webhook.id == id) {
            Some(webhook) if webhook.name.starts_with(MARK) => {
                Ok(Exchange::send(request, move |_| Ok(Performed::new(state).into())))
            }
            _ => Ok(Exchange::Done(Performed::new(state).into())),
        }
    })
}

/// Lists the webhooks that the gateway created.
pub fn find() -> Exchange<Vec<FoundPart>> {
    list(|webhooks| {
        let own = webhooks.into_iter().filter(|webhook| webhook.name.starts_with(MARK));
        own.map(|webhook| FoundPart {
            document: webhook.document(),
            created_at: webhook.created_at,
            state: PartState::new(webhook.id),
        })
        .collect()
    })
}

/// Reads all webhooks of the workspace.
pub fn list<T: Send + 'static>(end: impl FnOnce(Vec<Webhook>) -> T + Send + 'static) -> Exchange<T> {
    Exchange::send(Request::new("list webhooks", Method::Get, PATH), |reply| wire::webhooks(reply).map(end))
}
