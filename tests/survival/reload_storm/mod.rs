//! Valid and invalid configurations replace each other under load, in every way in which a file can change.
//! No request fails because of a change, and each request is answered by one complete configuration.

mod asking;
mod configuration;
mod storm;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use fastrand::Rng;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::{
    harness::{Config, REFUSED, TAKEN},
    scale::Scale,
    site::{Site, eventually},
};
use asking::Asker;
use configuration::{Configurations, GENERATIONS};
use storm::Storm;

/// The number of concurrent callers.
const ASKERS: u64 = 4;

pub async fn run(scale: Scale) {
    let site = Site::start(Config {
        // The callers send the keys of other configurations, which are wrong at the time.
        server: "watch_config_s = 0.1\nmax_wrong_keys = 1000000\n".into(),
        log: "info,switchboard::access=warn".into(),
        ..Config::default()
    })
    .await;
    storm::keep_keys(site.harness.dir());
    let configurations = Configurations::beside(&site.harness.configuration());
    let mut plans = Vec::new();
    for generation in 0..GENERATIONS {
        site.harness.reconfigure(&configurations.for_generation(generation)).await;
        plans.push(asking::plan(&site.caller()).await);
    }
    let (plans, stop, asked) =
        (Arc::new(plans), Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut random = Rng::with_seed(scale.seed);
    let mut askers = JoinSet::new();
    for _ in 0..ASKERS {
        let asker = Asker::new(&site, plans.clone(), random.fork(), asked.clone());
        askers.spawn(asker.run(stop.clone()));
    }

    let calm = site.harness.gateway.reloads().len();
    let mut storm = Storm::over(&site.harness, &configurations, random);
    for _ in 0..scale.choose(60, 1200) {
        storm.strike().await;
        assert!(!askers.is_empty(), "whoever asks does so to the end");
        if let Some(failed) = askers.try_join_next() {
            failed.unwrap();
        }
    }
    storm.end(GENERATIONS - 1);
    eventually("the last configuration", async || {
        (asking::plan(&site.caller()).await == plans[GENERATIONS - 1]).then_some(())
    })
    .await;
    stop.store(true, Ordering::Relaxed);
    while let Some(ended) = askers.join_next().await {
        ended.unwrap();
    }
    let reloads = site.harness.gateway.reloads().split_off(calm);
    let count = |message: &str| reloads.iter().filter(|event: &&Value| event["message"] == message).count();
    let (taken, refused, asked) = (count(TAKEN), count(REFUSED), asked.load(Ordering::Relaxed));
    assert!(taken > 5 && refused > 5, "no storm: {taken} taken, {refused} refused");
    eprintln!("{taken} configurations taken, {refused} refused, {asked} requests answered");
}
