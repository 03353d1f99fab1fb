//! The expected state of the agents, which is known without reading the gateway.

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
    /// The last acknowledged state of the agent, without the members that the gateway sets.
    agent: Value,
    /// The revisions with new instructions, oldest first. The last one may not be acknowledged yet.
    spoken: Vec<u64>,
}

impl AgentRegistry {
    /// Records a created agent.
    pub fn add(&self, made: &Value) {
        let known = KnownAgent { agent: asked(made), spoken: vec![1] };
        self.0.lock().unwrap().insert(text(&made["id"]), known);
    }

    pub fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }

    /// Returns the last acknowledged state of the agent.
    pub fn agent(&self, id: &str) -> Value {
        self.0.lock().unwrap()[id].agent.clone()
    }

    /// Records that instructions for this revision are about to be sent.
    pub fn expect_instructions(&self, id: &str, revision: u64) {
        self.0.lock().unwrap().get_mut(id).expect("an agent").spoken.push(revision);
    }

    /// Records an acknowledged change.
    pub fn changed(&self, id: &str, patch: &Value) {
        let mut registry = self.0.lock().unwrap();
        let agent = &mut registry.get_mut(id).expect("an agent").agent;
        let revision = agent["revision"].as_u64().expect("a revision") + 1;
        *agent = with(with(agent.clone(), patch.clone()), json!({ "revision": revision }));
    }

    /// Returns the oldest and the newest instructions that a vendor may have if this revision was observed.
    pub fn instruction_range(&self, id: &str, observed: u64) -> (u64, u64) {
        let registry = self.0.lock().unwrap();
        let spoken = &registry[id].spoken;
        let least = spoken.iter().rfind(|revision| **revision <= observed);
        (*least.expect("a revision from 1 on"), *spoken.last().expect("the first one"))
    }
}

/// Returns the desired state of an agent.
pub fn asked(agent: &Value) -> Value {
    let mut asked = agent.clone();
    for output in ["placement", "sync", "translation", "updated_at"] {
        asked.as_object_mut().expect("an agent").remove(output);
    }
    asked
}
