//! An outage of a vendor, during which callers continue to send requests.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::{
    caller::{Caller, CallerRequest},
    harness::Config,
    one_to_one::one_to_one,
    scale::Scale,
    site::{Site, eventually, text},
    vendor_bodies::{agent, instructions},
};

/// The interval between requests: 50 requests per second.
const REQUEST_INTERVAL: Duration = Duration::from_millis(20);
/// The first pause after the circuit has opened, in seconds.
const OPEN_S: f64 = 1.0;
/// The number of consecutive failures that open the circuit. The vendor receives as many requests, even under
/// a low load.
const FAILURES: f64 = 5.0;
/// The maximum number of requests before the circuit opens, which happens within a second.
const MAX_BEFORE_OPEN: usize = 50;
/// The minimum ratio of a pause to its nominal length. Jitter shortens a pause by up to one fifth; the rest is tolerance for
/// the clocks.
const MIN_PAUSE_RATIO: f64 = 0.75;
/// The longest time after the vendor's recovery until every write has reached it.
const RECOVERY: Duration = Duration::from_secs(30);
/// The number of agents that exist before the outage.
const AGENTS: usize = 40;
const VENDOR: Vendor = Vendor::QCALL;

pub async fn run(scale: Scale) {
    let (down, longest) = scale.choose((8, 3), (60, 15));
    let site = Site::start(Config {
        log: "info".into(),
        vendors: format!("timeout_s = 2\nattempt_timeout_s = 2\nlate_s = 2\nbreaker_open_s = {OPEN_S:?}\nbreaker_longest_s = {longest}\n"),
        tables: format!("[writes]\nabsence_s = 1\npoll_s = 0\nlongest_retry_s = {longest}\n"),
        ..Config::default()
    })
    .await;
    let caller = site.caller();
    let mut paths = Vec::new();
    for number in 0..AGENTS {
        let new = agent(VENDOR, &format!("Before {number}"), "Be kind.");
        let made = caller
            .send_until_answered(&CallerRequest::new(Method::POST, "/v1/agents", new))
            .await
            .expect(201);
        paths.push(format!("/v1/agents/{}", text(&made["id"])));
    }
    site.harness.forget_requests().await;

    let order = json!({ "vendor": VENDOR, "times": u32::MAX, "fault": { "kind": "status", "status": 503 } });
    site.harness.vendors.control(Method::POST, "/faults", Some(&order)).await.expect(201);
    let (load, offered) = (offer(&caller, paths, Duration::from_secs(down)).await, Instant::now());
    let health = health(&caller).await;
    assert_ne!(health["state"], "ok", "{health}");
    let opened: Timestamp = text(&health["since"]).parse().expect("a time");
    is_spared(&site, &load, opened).await;

    site.harness.clear_faults().await;
    let healed = Instant::now();
    let agents = one_to_one(&site, VENDOR, RECOVERY).await;
    eventually("a circuit that is closed", async || {
        (self::health(&caller).await["state"] == "ok").then_some(())
    })
    .await;
    let recovered = healed.elapsed();
    assert!(recovered < RECOVERY, "it took {recovered:?}");
    for (path, says) in load.accepted.iter().filter(|(path, _)| path.starts_with("/v1/agents/")) {
        let id = path.trim_start_matches("/v1/agents/");
        assert!(agents.iter().any(|agent| agent["id"] == id), "{says} was accepted for {id}");
    }
    let (count, accepted) = (load.offered.len(), load.accepted.len());
    eprintln!(
        "down for {down} s: {count} writes offered, {accepted} accepted, all there {recovered:?} after; {:?}",
        offered.elapsed()
    );
}

/// The requests that were sent while the vendor was down.
#[derive(Default)]
struct OfferedLoad {
    /// The times at which the requests were sent.
    offered: Vec<Timestamp>,
    /// The paths and the new instructions of the agents that were changed or created.
    accepted: Vec<(String, String)>,
}

/// Changes agents and, one time in five, creates one, without waiting for the answers.
async fn offer(caller: &Caller, paths: Vec<String>, length: Duration) -> OfferedLoad {
    let load = Arc::new(Mutex::new(OfferedLoad::default()));
    let mut ticks = interval(REQUEST_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (begun, mut asked) = (Instant::now(), JoinSet::new());
    for number in 0_usize.. {
        ticks.tick().await;
        if begun.elapsed() >= length {
            break;
        }
        let says = format!("{number}");
        let ask = match number % 5 {
            4 => CallerRequest::new(
                Method::POST,
                "/v1/agents",
                agent(VENDOR, &format!("During {number}"), &says),
            ),
            _ => CallerRequest::new(Method::PATCH, &paths[number % paths.len()], instructions(&says)),
        };
        load.lock().unwrap().offered.push(Timestamp::now());
        let (caller, load) = (caller.clone(), load.clone());
        asked.spawn(async move {
            let answer = caller.ask(&ask).await.expect("an answer: only the vendor is down");
            assert_eq!(answer.status, 202, "{ask:?}: {}", answer.text);
            let path = format!("/v1/agents/{}", text(&answer.body["id"]));
            load.lock().unwrap().accepted.push((path, says));
        });
    }
    asked.join_all().await;
    std::mem::take(&mut *load.lock().unwrap())
}

async fn health(caller: &Caller) -> Value {
    caller.read(format!("/v1/vendors/{VENDOR}")).await["health"].clone()
}

/// Checks that before the circuit opened, the vendor received at most a fifth more requests than the callers
/// sent, and afterwards only single probes.
async fn is_spared(site: &Site, load: &OfferedLoad, opened: Timestamp) {
    let seen = site.harness.requests_of_all_vendors().await;
    let at = |entry: &Value| text(&entry["at"]).parse::<Timestamp>().expect("a time");
    let (before, after): (Vec<_>, Vec<_>) = seen.iter().map(at).partition(|at| *at <= opened);
    let offered = load.offered.iter().filter(|at| **at <= opened).count();
    let (most, saw) = ((1.2 * offered as f64).ceil().max(FAILURES), before.len());
    eprintln!("before the circuit opened: {offered} offered, {saw} seen; after: {} tries", after.len());
    assert!(offered <= MAX_BEFORE_OPEN, "{offered} were offered before the circuit opened");
    assert!(saw as f64 <= most, "{saw} requests at the vendor for {offered} offered");
    for pair in after.windows(2) {
        let gap = pair[1].duration_since(pair[0]).as_secs_f64();
        assert!(gap >= OPEN_S * MIN_PAUSE_RATIO, "two tries within {gap} s: {pair:?}");
    }
}
