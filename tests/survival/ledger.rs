//! The ledger of the gateway's acknowledgements.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use futures::{StreamExt, stream};
use serde_json::Value;

use crate::{
    caller::{Caller, CallerRequest},
    harness::Answer,
};

/// The maximum number of deleted agents in the ledger.
const MAX_DELETED: usize = 48;
/// The number of agents that are read concurrently.
const PARALLEL: usize = 16;

/// The acknowledgements of each agent.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<Promises>>);

#[derive(Default)]
struct Promises {
    by_id: BTreeMap<String, Promise>,
    /// The last deleted agents, in the order of their deletion.
    gone: VecDeque<String>,
}

/// The state of an agent that the gateway has acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub struct Promise {
    /// The last acknowledged revision.
    pub revision: u64,
    /// The instructions of that revision.
    pub instructions: Value,
    pub end: Deletion,
}

/// The progress of an agent's deletion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Deletion {
    Not,
    /// A caller has requested the deletion but has no answer yet.
    Asked,
    Acknowledged,
}

impl Ledger {
    /// Records an answer that contains the agent.
    pub fn acknowledge(&self, answer: &Answer) {
        let agent = &answer.body;
        let id = agent["id"].as_str().expect("an id").to_owned();
        let revision = agent["revision"].as_u64().expect("a revision");
        let instructions = agent["prompt"]["instructions"].clone();
        self.0.lock().unwrap().by_id.insert(id, Promise { revision, instructions, end: Deletion::Not });
    }

    pub fn set_end(&self, id: &str, end: Deletion) {
        let mut promises = self.0.lock().unwrap();
        promises.by_id.get_mut(id).expect("an agent that was acknowledged").end = end;
        if end == Deletion::Acknowledged {
            promises.gone.push_back(id.to_owned());
            if promises.gone.len() > MAX_DELETED
                && let Some(oldest) = promises.gone.pop_front()
            {
                promises.by_id.remove(&oldest);
            }
        }
    }

    /// Returns the current acknowledgements.
    pub fn promises(&self) -> BTreeMap<String, Promise> {
        self.0.lock().unwrap().by_id.clone()
    }

    /// Returns whether a caller has requested the deletion of the agent.
    fn is_to_go(&self, id: &str) -> bool {
        self.0.lock().unwrap().by_id.get(id).is_none_or(|promise| promise.end != Deletion::Not)
    }

    /// Panics unless the gateway has every acknowledged state or a newer one.
    pub async fn assert_kept(&self, promises: &BTreeMap<String, Promise>, caller: &Caller) {
        let each = stream::iter(promises);
        each.for_each_concurrent(PARALLEL, |(id, promise)| self.assert_one_kept(id, promise, caller)).await;
    }

    async fn assert_one_kept(&self, id: &str, promise: &Promise, caller: &Caller) {
        let answer = caller.send_until_answered(&CallerRequest::get(format!("/v1/agents/{id}"))).await;
        let agent = &answer.body;
        let kept = match (answer.status, promise.end) {
            // The agent may have been deleted in the meantime.
            (404, end) => end == Deletion::Acknowledged || self.is_to_go(id),
            (200, Deletion::Not | Deletion::Asked) => match agent["revision"].as_u64().unwrap_or_default() {
                revision if revision == promise.revision => {
                    agent["prompt"]["instructions"] == promise.instructions
                }
                revision => revision > promise.revision,
            },
            _ => false,
        };
        assert!(kept, "{id}: {promise:?} was acknowledged: {} {}", answer.status, answer.text);
    }
}
