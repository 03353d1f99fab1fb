//! What callers were promised.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::Value;

use crate::{caller::Caller, harness::Answer};

/// What callers were promised of each agent, by id.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<BTreeMap<String, Promise>>>);

/// What a caller was promised of an agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Promise {
    /// The last revision that was acknowledged.
    pub revision: u64,
    /// What it says.
    pub instructions: Value,
    pub end: End,
}

/// Whether an agent is to go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    Not,
    /// Somebody asked, and was not answered yet.
    Asked,
    Acknowledged,
}

impl Ledger {
    /// An answer with the agent in it.
    pub fn acknowledge(&self, answer: &Answer) {
        let agent = &answer.body;
        let id = agent["id"].as_str().expect("an id").to_owned();
        let revision = agent["revision"].as_u64().expect("a revision");
        let instructions = agent["prompt"]["instructions"].clone();
        self.0.lock().unwrap().insert(id, Promise { revision, instructions, end: End::Not });
    }

    pub fn ends(&self, id: &str, end: End) {
        self.0.lock().unwrap().get_mut(id).expect("an agent that was acknowledged").end = end;
    }

    /// All of it, as it is now.
    pub fn promises(&self) -> BTreeMap<String, Promise> {
        self.0.lock().unwrap().clone()
    }

    fn end(&self, id: &str) -> End {
        self.0.lock().unwrap()[id].end
    }

    /// Fails unless everything that was promised once is there, or something newer.
    pub async fn is_kept(&self, promises: &BTreeMap<String, Promise>, caller: &Caller) {
        for (id, promise) in promises {
            let ask = crate::caller::Ask::get(format!("/v1/agents/{id}"));
            let answer = caller.insist(&ask).await;
            match (answer.status, promise.end) {
                (404, End::Acknowledged) => {}
                // It may have been deleted since.
                (404, _) if self.end(id) != End::Not => {}
                (200, End::Not | End::Asked) => {
                    let revision = answer.body["revision"].as_u64().unwrap_or_default();
                    assert!(revision >= promise.revision, "{promise:?} was acknowledged: {}", answer.text);
                    let same = revision > promise.revision
                        || answer.body["prompt"]["instructions"] == promise.instructions;
                    assert!(same, "{promise:?} was acknowledged: {}", answer.text);
                }
                _ => panic!("{id}: {promise:?} was acknowledged: {} {}", answer.status, answer.text),
            }
        }
    }
}
