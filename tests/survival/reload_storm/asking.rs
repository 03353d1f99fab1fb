//! Callers that send requests while the configuration changes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::configuration::{GENERATIONS, key};
use crate::{
    caller::{Caller, CallerRequest},
    harness::Answer,
    site::Site,
    vendor_bodies::instructions,
};

/// The longest pause between two requests, in milliseconds.
const PAUSE_MS: u64 = 10;

/// A caller.
pub struct Asker {
    caller: Caller,
    client: Client,
    url: String,
    /// The plan that each configuration yields.
    plans: Arc<Vec<Value>>,
    random: Rng,
    asked: Arc<AtomicU64>,
    /// The last created agent.
    agent: Option<String>,
}

impl Asker {
    pub fn new(site: &Site, plans: Arc<Vec<Value>>, random: Rng, asked: Arc<AtomicU64>) -> Self {
        let (caller, client) = (site.caller(), site.harness.client.clone());
        let url = site.harness.gateway.url.clone();
        Self { caller, client, url, plans, random, asked, agent: None }
    }

    pub async fn run(mut self, stop: Arc<AtomicBool>) {
        while !stop.load(Ordering::Relaxed) {
            match (self.random.u8(0..10), self.agent.clone()) {
                (0, _) | (1, None) => self.create().await,
                (1, Some(agent)) => self.change(&agent).await,
                (2, Some(agent)) => drop(self.ask(&CallerRequest::get(agent)).await.expect(200)),
                (3, _) => drop(self.ask(&CallerRequest::get("/v1/agents?limit=5")).await.expect(200)),
                (4 | 5, _) => self.knock().await,
                (6, _) => drop(self.plan_as("nobody-has-this-key").await.problem(401, "unauthenticated")),
                _ => {
                    let plan = plan(&self.caller).await;
                    assert!(self.plans.contains(&plan), "of no configuration: {plan}");
                }
            }
            self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(self.random.u64(0..PAUSE_MS))).await;
        }
    }

    async fn ask(&self, ask: &CallerRequest) -> Answer {
        self.caller.ask(ask).await.unwrap_or_else(|| panic!("{ask:?} is not answered"))
    }

    async fn create(&mut self) {
        let answer = self.ask(&CallerRequest::new(Method::POST, "/v1/agents", agent())).await;
        assert!([201, 202].contains(&answer.status), "{}", answer.text);
        let (of, because) = (&answer.body["placement"]["vendor"], &answer.body["placement"]["because"]);
        let one =
            |plan: &Value| plan["placement"]["vendor"] == *of && plan["placement"]["because"] == *because;
        assert!(self.plans.iter().any(one), "of no configuration: {}", answer.text);
        self.agent = Some(format!("/v1/agents/{}", answer.body["id"].as_str().unwrap()));
    }

    async fn change(&self, agent: &str) {
        let says = instructions(&format!("Say {}.", self.asked.load(Ordering::Relaxed)));
        let answer = self.ask(&CallerRequest::new(Method::PATCH, agent, says)).await;
        assert!([200, 202].contains(&answer.status), "{}", answer.text);
    }

    /// Sends a request with the key of one configuration. If the key is accepted, the same configuration must
    /// answer.
    async fn knock(&mut self) {
        let generation = self.random.usize(0..GENERATIONS);
        let answer = self.plan_as(&key(generation)).await;
        match answer.status {
            401 => drop(answer.problem(401, "unauthenticated")),
            _ => assert_eq!(answer.expect(200), self.plans[generation], "the key of {generation}"),
        }
    }

    async fn plan_as(&self, key: &str) -> Answer {
        let request = self.client.post(format!("{}/v1/agents/plan", self.url)).bearer_auth(key);
        Answer::to(request.json(&agent())).await
    }
}

/// Returns the plan for the agent under the current configuration.
pub async fn plan(caller: &Caller) -> Value {
    let ask = CallerRequest::new(Method::POST, "/v1/agents/plan", agent());
    caller.ask(&ask).await.unwrap_or_else(|| panic!("{ask:?} is not answered")).expect(200)
}

/// Returns an agent whose vendor, voice and model depend on the configuration.
fn agent() -> Value {
    json!({
        "name": "Reception",
        "direction": "inbound",
        "language": "en",
        "prompt": { "instructions": "You answer the phone." },
        "greeting": { "message": "Hello!" },
        "voice": { "id": "storm" },
        "model": { "name": "storm" },
    })
}
