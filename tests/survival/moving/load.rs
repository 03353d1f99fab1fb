//! A gateway with its agents, and its concurrent clients.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use fastrand::Rng;
use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::Value;
use switchboard_sandbox::Vendor;
use tokio::task::JoinSet;

use super::{
    agents::portable,
    prober::{Prober, Seen},
    registry::AgentRegistry,
    writers::Writer,
};
use crate::{caller::CallerRequest, site::Site};

/// The number of agents that are created concurrently.
const PARALLEL: usize = 8;
/// The number of callers that write, and the number of agents of each caller.
const WRITERS: usize = 4;
const AGENTS_PER_WRITER: usize = 6;

/// Callers that read, write and probe continuously.
pub struct BackgroundLoad {
    tasks: JoinSet<()>,
    stop: Arc<AtomicBool>,
    seen: Arc<Seen>,
}

impl BackgroundLoad {
    /// Starts the callers.
    pub fn start(site: &Site, vendors: [Vendor; 2], registry: &AgentRegistry, random: &mut Rng) -> Self {
        let (stop, seen) = (Arc::new(AtomicBool::new(false)), Arc::<Seen>::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(Prober::new(site, vendors, registry.clone(), seen.clone()).run(stop.clone()));
        let mut ids = registry.ids();
        random.shuffle(&mut ids);
        for ids in ids.chunks(AGENTS_PER_WRITER).take(WRITERS) {
            let (caller, registry) = (site.caller(), registry.clone());
            let writer = Writer { caller, random: random.fork(), registry, ids: ids.to_vec() };
            tasks.spawn(writer.run(stop.clone()));
        }
        Self { tasks, stop, seen }
    }

    /// Panics if one of the callers has failed.
    pub fn assert_running(&mut self) {
        if let Some(ended) = self.tasks.try_join_next() {
            ended.unwrap();
        }
    }

    /// Stops the callers after a last probe of every agent. Returns the observations.
    pub async fn stop(mut self) -> Arc<Seen> {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        self.seen
    }
}

/// Creates `count` agents.
pub async fn populate(site: &Site, count: usize) -> AgentRegistry {
    let (caller, registry) = (site.caller(), AgentRegistry::default());
    let asks = (0..count).map(|number| CallerRequest::new(Method::POST, "/v1/agents", portable(number)));
    let made = stream::iter(asks).map(|ask| {
        let caller = caller.clone();
        async move { caller.send_until_answered(&ask).await.expect(201) }
    });
    made.buffer_unordered(PARALLEL).for_each(async |made: Value| registry.add(&made)).await;
    registry
}
