//! The webhooks of the workspace. The secret of a webhook is returned only once, when the webhook is created.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{AGENTS, Elevenlabs, WEBHOOKS, failure, seconds};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

/// The JSON pointer to the id of the webhook in an agent's `platform_settings`.
const LINK: &str = "/workspace_overrides/webhooks/post_call_webhook_id";

impl Elevenlabs {
    pub(super) fn create_webhook(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let settings = &request.body["settings"];
        let id = format!("wh{}", Uuid::now_v7().simple());
        let secret = format!("wsec_{}", Uuid::now_v7().simple());
        let webhook = json!({
            "name": settings["name"], "webhook_url": settings["webhook_url"], "auth_type": settings["auth_type"],
            "is_disabled": false, "is_auto_disabled": false, "created_at_unix": seconds(), "webhook_secret": secret,
        });
        let webhook = webhook.as_object().cloned().unwrap_or_default();
        match self.records.put(WEBHOOKS, &id, webhook, By::Request) {
            Ok(()) => Answer::ok(json!({ "webhook_id": id, "webhook_secret": secret })),
            Err(_) => failure::failing(http::StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    pub(super) fn list_webhooks(&self) -> Answer {
        let rows = self.records.iter(WEBHOOKS).map(|(id, record)| {
            let mut row = record.clone();
            row.shift_remove("webhook_secret");
            row.insert("webhook_id".to_owned(), json!(id));
            for name in ["usage", "most_recent_failure_error_code", "most_recent_failure_timestamp"] {
                row.insert(name.to_owned(), Value::Null);
            }
            Value::Object(row)
        });
        Answer::ok(json!({ "webhooks": rows.collect::<Vec<_>>() }))
    }

    /// Changes the name of a webhook, and enables or disables it. Enabling also ends the state in which the vendor has
    /// disabled the webhook itself (inferred).
    pub(super) fn update_webhook(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("webhook_id");
        let Some(mut webhook) = self.records.get(WEBHOOKS, id).cloned() else {
            return failure::no_webhook(id);
        };
        for name in ["name", "is_disabled"] {
            webhook.insert(name.to_owned(), request.body[name].clone());
        }
        if request.body["is_disabled"] == false {
            webhook.insert("is_auto_disabled".to_owned(), json!(false));
        }
        self.records.replace(WEBHOOKS, id, webhook);
        Answer::ok(json!({ "status": "ok" }))
    }

    pub(super) fn delete_webhook(&mut self, id: &str) -> Answer {
        let refers = |settings: &Value| settings.pointer(LINK).is_some_and(|link| link == id);
        let used = |(_, agent): (&str, &Record)| agent.get("platform_settings").is_some_and(refers);
        if self.records.iter(AGENTS).any(used) {
            return failure::webhook_in_use();
        }
        match self.records.remove(WEBHOOKS, id, By::Request) {
            true => Answer::ok(json!({ "status": "ok" })),
            false => failure::no_webhook(id),
        }
    }

    pub(super) fn has_webhook(&self, id: &str) -> bool {
        self.records.get(WEBHOOKS, id).is_some()
    }
}
