//! A gateway with its agents, and all who have to do with it at the same time.

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
    roll::Roll,
    writers::Writer,
};
use crate::{caller::Ask, site::Site};

/// Agents that are made at once.
const AT_ONCE: usize = 8;
/// Callers who write, and how many agents each of them has.
const WRITERS: usize = 4;
const EACH: usize = 6;

/// Those who read, write and look all the while.
pub struct Crowd {
    tasks: JoinSet<()>,
    stop: Arc<AtomicBool>,
    seen: Arc<Seen>,
}

impl Crowd {
    /// Lets them begin.
    pub fn around(site: &Site, vendors: [Vendor; 2], roll: &Roll, random: &mut Rng) -> Self {
        let (stop, seen) = (Arc::new(AtomicBool::new(false)), Arc::<Seen>::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(Prober::of(site, vendors, roll.clone(), seen.clone()).run(stop.clone()));
        let mut ids = roll.ids();
        random.shuffle(&mut ids);
        for ids in ids.chunks(EACH).take(WRITERS) {
            let (caller, roll) = (site.caller(), roll.clone());
            let writer = Writer { caller, random: random.fork(), roll, ids: ids.to_vec() };
            tasks.spawn(writer.run(stop.clone()));
        }
        Self { tasks, stop, seen }
    }

    /// Fails where one of them has failed.
    pub fn goes_on(&mut self) {
        if let Some(ended) = self.tasks.try_join_next() {
            ended.unwrap();
        }
    }

    /// Lets them end, once everybody is live somewhere; gives what was seen.
    pub async fn end(mut self) -> Arc<Seen> {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        self.seen
    }
}

/// Makes so many agents.
pub async fn populate(site: &Site, count: usize) -> Roll {
    let (caller, roll) = (site.caller(), Roll::default());
    let asks = (0..count).map(|number| Ask::new(Method::POST, "/v1/agents", portable(number)));
    let made = stream::iter(asks).map(|ask| {
        let caller = caller.clone();
        async move { caller.insist(&ask).await.expect(201) }
    });
    made.buffer_unordered(AT_ONCE).for_each(async |made: Value| roll.add(&made)).await;
    roll
}
