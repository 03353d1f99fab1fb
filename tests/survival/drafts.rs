//! The gateway is killed at each point of each request of a write that concerns an agent and its LLM. Afterwards, each
//! agent has exactly one LLM, no LLM is left that belongs to no agent, and the latest version of both is published.

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

const VENDOR: Vendor = Vendor::RETELL;

/// Interrupts creations, changes of both objects and deletions, each at each point of each request.
pub async fn at_every_step(scale: Scale) {
    let mut trial = Drafts { site: Site::start(impatient()).await, number: 0 };
    for (point, _) in std::iter::repeat_n(POINTS, scale.choose(1, 20)).flatten() {
        for operation in ["createRetellLlm", "createAgent", "listAgentVersions", "publishAgentVersion"] {
            trial.cut_off(operation, point, Asked::creation).await;
            trial.is_whole(&format!("creation, {operation}, {point}")).await;
        }
        for operation in
            ["getAgent", "createAgentVersion", "updateAgent", "updateRetellLlm", "publishAgentVersion"]
        {
            let made = trial.make().await;
            trial.cut_off(operation, point, |number| Asked::change(&made, number)).await;
            trial.is_whole(&format!("change, {operation}, {point}")).await;
        }
        for operation in ["deleteAgent", "deleteRetellLlm"] {
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
        let body = agent(VENDOR, &format!("Agent {number}"), "Be kind.");
        CallerRequest::new(Method::POST, "/v1/agents", body).key(format!("key-{number}"))
    }

    /// Builds a change of both objects.
    fn change(path: &str, number: usize) -> CallerRequest {
        let body = json!({ "name": format!("Changed {number}"), "prompt": { "instructions": "Be brief." } });
        CallerRequest::new(Method::PATCH, path, body).key(format!("key-{number}"))
    }

    fn deletion(path: &str, number: usize) -> CallerRequest {
        CallerRequest::new(Method::DELETE, path, Value::Null).key(format!("key-{number}"))
    }
}

struct Drafts {
    site: Site,
    /// The number of requests so far.
    number: usize,
}

impl Drafts {
    fn caller(&self) -> Caller {
        self.site.caller()
    }

    /// Creates an agent and returns its path.
    async fn make(&mut self) -> String {
        self.number += 1;
        let made = self.caller().send_until_answered(&Asked::creation(self.number)).await.expect(201);
        format!("/v1/agents/{}", text(&made["id"]))
    }

    /// Sends a request during which the gateway is killed, and repeats it after the restart.
    async fn cut_off(&mut self, operation: &str, point: &str, build: impl FnOnce(usize) -> CallerRequest) {
        self.number += 1;
        let ask = build(self.number);
        self.site.order_kill(VENDOR, operation, point).await;
        self.caller().ask(&ask).await;
        self.site.survive().await;
        let answer = self.caller().send_until_answered(&ask).await;
        assert!(matches!(answer.status, 200..=204), "{operation}, {point}: {}", answer.text);
    }

    /// Checks that each agent is one published agent with one published LLM, and that there is no other LLM.
    async fn is_whole(&self, during: &str) {
        let agents = one_to_one(&self.site, VENDOR, TIMEOUT).await;
        let records = self.site.harness.stored(VENDOR, "agents").await;
        let llms = self.site.harness.stored(VENDOR, "llms").await;
        let mut left: BTreeSet<_> = llms.as_object().expect("LLMs").keys().cloned().collect();
        for agent in agents {
            let record = &records[text(&agent["placement"]["remote_id"])];
            let id = text(&record["response_engine"]["llm_id"]);
            assert!(left.remove(&id), "{during}: {id} of {agent} is not there or another's");
            assert_eq!(llms[&id]["general_prompt"], agent["prompt"]["instructions"], "{during}");
            for object in [record, &llms[&id]] {
                assert_eq!(object["is_published"], true, "{during}: {object}");
            }
            let title = format!("Switchboard {}", record["version"]);
            assert_eq!(record["version_title"], title, "{during}: a version is not the gateway's");
        }
        assert!(left.is_empty(), "{during}: {left:?} belong to no agent");
    }
}
