//! The gateway is killed at each point of each request of a write that concerns an agent and its webhook. Afterwards, each
//! agent has exactly one webhook, and no webhook is left that belongs to no agent. A webhook whose secret the gateway cannot
//! have received is not used.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    caller::{Caller, CallerRequest, TIMEOUT},
    kill_matrix::{POINTS, impatient},
    one_to_one::one_to_one,
    scale::Scale,
    site::{Site, text},
    vendor_bodies::agent,
};

const VENDOR: Vendor = Vendor::ELEVENLABS;
const LINK: &str = "/platform_settings/workspace_overrides/webhooks/post_call_webhook_id";

/// The points at which the answer to a creation has not reached the gateway.
const UNANSWERED: [&str; 2] = ["after_apply", "half_answer"];

fn hook(number: usize) -> Value {
    json!({ "webhook": { "url": format!("https://hooks.example/{number}") } })
}

/// Interrupts creations, changes of the URL and deletions, each at each point of each request.
pub async fn at_every_step(scale: Scale) {
    let mut trial = Webhooks { site: Site::start(impatient()).await, number: 0 };
    for (point, _) in std::iter::repeat_n(POINTS, scale.choose(1, 20)).flatten() {
        for operation in ["createWebhook", "createAgent"] {
            let before = trial.ever_created().await;
            let made = trial.cut_off(operation, point, Asked::creation).await;
            trial.is_whole(&format!("{operation}, {point}")).await;
            let first =
                trial.ever_created().await.into_iter().find(|id| !before.contains(id)).expect("a webhook");
            if operation == "createWebhook" && UNANSWERED.contains(&point) {
                let held = trial.site.harness.stored(VENDOR, "webhooks").await;
                assert!(held.get(&first).is_none(), "{point}: the secret of {first} is lost");
            }
            assert!(made["webhook"]["url"].is_string(), "{made}");
        }
        for operation in ["createWebhook", "updateAgent", "listWebhooks", "deleteWebhook"] {
            let made = trial.make().await;
            trial.cut_off(operation, point, |number| Asked::change(&made, number)).await;
            trial.is_whole(&format!("change, {operation}, {point}")).await;
        }
        for operation in ["deleteAgent", "deleteWebhook"] {
            let made = trial.make().await;
            trial.cut_off(operation, point, |number| Asked::deletion(&made, number)).await;
            trial.is_whole(&format!("deletion, {operation}, {point}")).await;
        }
    }
}

/// Builders of the requests.
struct Asked;

impl Asked {
    fn creation(number: usize) -> CallerRequest {
        let body = crate::harness::with(agent(VENDOR, &format!("Agent {number}"), "Be kind."), hook(number));
        CallerRequest::new(Method::POST, "/v1/agents", body).key(format!("key-{number}"))
    }

    fn change(path: &str, number: usize) -> CallerRequest {
        CallerRequest::new(Method::PATCH, path, hook(number)).key(format!("key-{number}"))
    }

    fn deletion(path: &str, number: usize) -> CallerRequest {
        CallerRequest::new(Method::DELETE, path, Value::Null).key(format!("key-{number}"))
    }
}

struct Webhooks {
    site: Site,
    /// The number of requests so far.
    number: usize,
}

impl Webhooks {
    fn caller(&self) -> Caller {
        self.site.caller()
    }

    /// Creates an agent with a webhook and returns its path.
    async fn make(&mut self) -> String {
        self.number += 1;
        let made = self.caller().send_until_answered(&Asked::creation(self.number)).await.expect(201);
        format!("/v1/agents/{}", text(&made["id"]))
    }

    /// Sends a request during which the gateway is killed, repeats it after the restart, and returns the answer.
    async fn cut_off(
        &mut self,
        operation: &str,
        point: &str,
        build: impl FnOnce(usize) -> CallerRequest,
    ) -> Value {
        self.number += 1;
        let ask = build(self.number);
        self.site.order_kill(VENDOR, operation, point).await;
        self.caller().ask(&ask).await;
        self.site.survive().await;
        let answer = self.caller().send_until_answered(&ask).await;
        assert!(matches!(answer.status, 200..=204), "{operation}, {point}: {}", answer.text);
        answer.body
    }

    /// Returns the ids of the webhooks that were ever created.
    async fn ever_created(&self) -> Vec<String> {
        let path = format!("/{VENDOR}/changes");
        let changes = self.site.harness.vendors.control(Method::GET, &path, None).await.expect(200);
        let records = changes["webhooks"]["records"].as_array().expect("records").iter();
        records.map(|record| text(&record["id"])).collect()
    }

    /// Checks that each agent is one record with the webhook of its URL, and that there is no other webhook.
    async fn is_whole(&self, during: &str) {
        let agents = one_to_one(&self.site, VENDOR, TIMEOUT).await;
        let records = self.site.harness.stored(VENDOR, "agents").await;
        let webhooks = self.site.harness.stored(VENDOR, "webhooks").await;
        let mut left: BTreeSet<_> = webhooks.as_object().expect("webhooks").keys().cloned().collect();
        for agent in agents {
            let record = &records[text(&agent["placement"]["remote_id"])];
            let id = text(record.pointer(LINK).unwrap_or(&Value::Null));
            assert!(left.remove(&id), "{during}: {id} of {agent} is not there or another's");
            assert_eq!(webhooks[&id]["webhook_url"], agent["webhook"]["url"], "{during}");
        }
        assert!(left.is_empty(), "{during}: {left:?} belong to no agent");
    }
}
