//! What is known of the agents without asking the gateway.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use crate::{harness::with, site::text};

/// All agents, by id.
#[derive(Clone, Default)]
pub struct AgentRegistry(Arc<Mutex<BTreeMap<String, KnownAgent>>>);

struct KnownAgent {
    /// The agent as it was acknowledged last, without what only the gateway says.
    agent: Value,
    /// The revisions that brought new instructions, oldest first. The last one may not be acknowledged yet.
    spoken: Vec<u64>,
}

impl AgentRegistry {
    /// Notes an agent that was made.
    pub fn add(&self, made: &Value) {
        let known = KnownAgent { agent: asked(made), spoken: vec![1] };
        self.0.lock().unwrap().insert(text(&made["id"]), known);
    }

    pub fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }

    /// The agent as it was acknowledged last.
    pub fn agent(&self, id: &str) -> Value {
        self.0.lock().unwrap()[id].agent.clone()
    }

    /// Notes that new instructions are about to be sent, which this revision will bring.
    pub fn expect_instructions(&self, id: &str, revision: u64) {
        self.0.lock().unwrap().get_mut(id).expect("an agent").spoken.push(revision);
    }

    /// Notes a change that was acknowledged.
    pub fn changed(&self, id: &str, patch: &Value) {
        let mut registry = self.0.lock().unwrap();
        let agent = &mut registry.get_mut(id).expect("an agent").agent;
        let revision = agent["revision"].as_u64().expect("a revision") + 1;
        *agent = with(with(agent.clone(), patch.clone()), json!({ "revision": revision }));
    }

    /// Which instructions a vendor may have that has had those of this revision: at least, and at most.
    pub fn instruction_range(&self, id: &str, observed: u64) -> (u64, u64) {
        let registry = self.0.lock().unwrap();
        let spoken = &registry[id].spoken;
        let least = spoken.iter().rfind(|revision| **revision <= observed);
        (*least.expect("a revision from 1 on"), *spoken.last().expect("the first one"))
    }
}

/// Everything of an agent that was asked for.
pub fn asked(agent: &Value) -> Value {
    let mut asked = agent.clone();
    for output in ["placement", "sync", "translation", "updated_at"] {
        asked.as_object_mut().expect("an agent").remove(output);
    }
    asked
}
