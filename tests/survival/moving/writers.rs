//! Callers that change and read some of the agents continuously.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use reqwest::Method;
use serde_json::json;

use super::{
    agents::says,
    registry::{AgentRegistry, asked},
};
use crate::caller::{Caller, CallerRequest};

/// The longest pause between two requests, in milliseconds.
const PAUSE_MS: u64 = 150;

/// A caller. No other caller writes its agents.
pub struct Writer {
    pub caller: Caller,
    pub random: Rng,
    pub registry: AgentRegistry,
    pub ids: Vec<String>,
}

impl Writer {
    pub async fn run(mut self, stop: Arc<AtomicBool>) {
        while !stop.load(Ordering::Relaxed) {
            let id = self.random.choice(&self.ids).expect("an agent").clone();
            match self.random.u8(0..8) {
                0..4 => self.read(&id).await,
                4 => self.label(&id).await,
                _ => self.speak(&id).await,
            }
            tokio::time::sleep(Duration::from_millis(self.random.u64(0..PAUSE_MS))).await;
        }
    }

    async fn read(&self, id: &str) {
        let agent = self.caller.read(format!("/v1/agents/{id}")).await;
        assert_eq!(asked(&agent), self.registry.agent(id), "as it was acknowledged");
    }

    async fn speak(&self, id: &str) {
        let revision = self.next(id);
        self.registry.expect_instructions(id, revision);
        self.change(id, json!({ "prompt": { "instructions": says(revision) } })).await;
    }

    /// Changes a field that no vendor holds.
    async fn label(&self, id: &str) {
        self.change(id, json!({ "labels": { "turn": self.next(id).to_string() } })).await;
    }

    fn next(&self, id: &str) -> u64 {
        self.registry.agent(id)["revision"].as_u64().expect("a revision") + 1
    }

    async fn change(&self, id: &str, patch: serde_json::Value) {
        let key = format!("{id}-{}", self.next(id));
        let ask = CallerRequest::new(Method::PATCH, format!("/v1/agents/{id}"), patch.clone()).key(key);
        let answer = self.caller.send_until_answered(&ask).await;
        assert!([200, 202].contains(&answer.status), "{ask:?}: {}", answer.text);
        self.registry.changed(id, &patch);
        assert_eq!(asked(&answer.body), self.registry.agent(id), "{ask:?}");
    }
}
