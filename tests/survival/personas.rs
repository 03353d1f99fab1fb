//! The gateway is killed at each point of each request of a write of a persona. Afterwards, each agent is one persona,
//! the production version has what the agent has, and no draft has a change that is not promoted.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    caller::{CallerRequest, TIMEOUT},
    kill_matrix::{POINTS, impatient},
    one_to_one::one_to_one,
    scale::Scale,
    site::{Site, text},
    vendor_bodies::agent,
};

const VENDOR: Vendor = Vendor::BLAND;

/// Interrupts creations, updates and deletions, each at each point of each request.
pub async fn at_every_step(scale: Scale) {
    let mut trial = Personas { site: Site::start(impatient()).await, number: 0 };
    for (point, _) in std::iter::repeat_n(POINTS, scale.choose(1, 20)).flatten() {
        trial.cut_off("createPersona", point, creation).await;
        for operation in ["getPersona", "updatePersona", "promotePersona"] {
            let path = trial.make().await;
            let answer = trial.cut_off(operation, point, |number| change(&path, number)).await;
            assert_eq!(answer["prompt"]["instructions"], said(trial.number), "{operation}, {point}");
        }
        let path = trial.make().await;
        let deletion = |number| CallerRequest::new(Method::DELETE, &path, Value::Null).key(key(number));
        trial.cut_off("deletePersona", point, deletion).await;
    }
}

fn key(number: usize) -> String {
    format!("key-{number}")
}

fn said(number: usize) -> String {
    format!("Say {number}.")
}

fn creation(number: usize) -> CallerRequest {
    let body = agent(VENDOR, &format!("Agent {number}"), &said(number));
    CallerRequest::new(Method::POST, "/v1/agents", body).key(key(number))
}

fn change(path: &str, number: usize) -> CallerRequest {
    let body = json!({ "prompt": { "instructions": said(number) }, "call": { "record": true } });
    CallerRequest::new(Method::PATCH, path, body).key(key(number))
}

struct Personas {
    site: Site,
    /// The number of requests so far.
    number: usize,
}

impl Personas {
    /// Creates an agent and returns its path.
    async fn make(&mut self) -> String {
        self.number += 1;
        let made = self.site.caller().send_until_answered(&creation(self.number)).await.expect(201);
        format!("/v1/agents/{}", text(&made["id"]))
    }

    /// Sends a request during which the gateway is killed, repeats it after the restart, checks the vendor's records,
    /// and returns the answer.
    async fn cut_off(
        &mut self,
        operation: &str,
        point: &str,
        build: impl FnOnce(usize) -> CallerRequest,
    ) -> Value {
        self.number += 1;
        let ask = build(self.number);
        self.site.order_kill(VENDOR, operation, point).await;
        self.site.caller().ask(&ask).await;
        self.site.survive().await;
        let answer = self.site.caller().send_until_answered(&ask).await;
        assert!(matches!(answer.status, 200..=204), "{operation}, {point}: {}", answer.text);
        self.is_whole(&format!("{operation}, {point}")).await;
        answer.body
    }

    /// Checks that each agent is one persona with the agent's instructions in production, and that no draft differs.
    async fn is_whole(&self, during: &str) {
        let agents = one_to_one(&self.site, VENDOR, TIMEOUT).await;
        let records = self.site.harness.stored(VENDOR, "personas").await;
        for agent in agents {
            let record = &records[text(&agent["placement"]["remote_id"])];
            let prompt = &record["production"]["personality_prompt"];
            assert_eq!(prompt, &agent["prompt"]["instructions"], "{during}");
            assert_eq!(record.get("draft"), None, "{during}: a change is not promoted");
        }
    }
}
