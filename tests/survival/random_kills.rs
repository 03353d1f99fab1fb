//! The gateway is killed at random times, under load.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use reqwest::Method;
use serde_json::Value;
use switchboard_sandbox::Vendor;
use tokio::task::JoinSet;

use crate::{
    caller::{Caller, CallerRequest, TIMEOUT},
    harness::Config,
    kill_matrix::impatient,
    ledger::{Deletion, Ledger},
    one_to_one::one_to_one,
    scale::Scale,
    site::Site,
    vendor_bodies::{agent, instructions},
};

/// The longest time from a kill to the next answer.
const START: Duration = Duration::from_secs(5);
/// The maximum number of agents that a client has at a time.
const AT_A_TIME: usize = 3;
/// The vendor of the trials without late requests.
const VENDOR: Vendor = Vendor::AUTOCALLS_2026;

pub async fn on_sqlite(scale: Scale) {
    let site = Site::start(quiet()).await;
    let kills = scale.choose(15, 200);
    survive(
        site,
        Plan {
            vendor: VENDOR,
            kills,
            clients: 8,
            pause_ms: 50,
            longest_ms: 600,
            gateways: 1,
            recovery: TIMEOUT,
        },
        scale,
    )
    .await;
}

/// Runs two gateways, one of which is up most of the time. The holds of a killed gateway are taken over only
/// after they have expired. Clients therefore wait longer, and more clients are needed.
pub async fn on_postgres(scale: Scale, url: String) {
    let site = Site::pair(Config { store: url, ..quiet() }).await;
    let kills = scale.choose(5, 50);
    let plan = Plan {
        vendor: VENDOR,
        kills,
        clients: 24,
        pause_ms: 150,
        longest_ms: 3000,
        gateways: 2,
        recovery: TIMEOUT,
    };
    survive(site, plan, scale).await;
}

fn quiet() -> Config {
    Config { log: "info".into(), ..impatient() }
}

pub struct Plan {
    pub vendor: Vendor,
    pub kills: u32,
    pub clients: u64,
    /// The longest pause of a client between two writes, in milliseconds.
    pub pause_ms: u64,
    /// The longest lifetime of a gateway, in milliseconds.
    pub longest_ms: u64,
    pub gateways: usize,
    /// The longest time from the last kill until every record equals its vendor's.
    pub recovery: Duration,
}

/// Kills gateways while clients write, and checks that every acknowledged write is kept.
pub async fn survive(mut site: Site, plan: Plan, scale: Scale) {
    let (ledger, stop) = (Ledger::default(), Arc::new(AtomicBool::new(false)));
    let acknowledged = Arc::new(AtomicU64::new(0));
    let mut random = Rng::with_seed(scale.seed);
    let mut clients = JoinSet::new();
    for number in 0..plan.clients {
        let client = Client {
            vendor: plan.vendor,
            caller: site.caller(),
            random: random.fork(),
            number,
            asked: 0,
            ledger: ledger.clone(),
            acknowledged: acknowledged.clone(),
        };
        clients.spawn(client.run(plan.pause_ms, stop.clone()));
    }
    let mut slowest = Duration::ZERO;
    for kill in 0..plan.kills {
        tokio::time::sleep(Duration::from_millis(random.u64(0..plan.longest_ms))).await;
        let number = random.usize(0..plan.gateways);
        site.kill(number);
        let promises = ledger.promises();
        let took = site.start_again(number).await;
        slowest = slowest.max(took);
        assert!(took < START, "kill {kill}: it took {took:?} to come back");
        ledger.assert_kept(&promises, &site.caller()).await;
    }
    stop.store(true, Ordering::Relaxed);
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
    ledger.assert_kept(&ledger.promises(), &site.caller()).await;
    one_to_one(&site, plan.vendor, plan.recovery).await;
    let acknowledged = acknowledged.load(Ordering::Relaxed);
    eprintln!("{} kills, {acknowledged} writes acknowledged, back within {slowest:?}", plan.kills);
}

/// A client with a few agents. It repeats requests that were not answered.
struct Client {
    vendor: Vendor,
    caller: Caller,
    random: Rng,
    number: u64,
    asked: u64,
    ledger: Ledger,
    acknowledged: Arc<AtomicU64>,
}

impl Client {
    async fn run(mut self, pause_ms: u64, stop: Arc<AtomicBool>) {
        let mut agents: Vec<Value> = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            self.asked += 1;
            let last = self.random.usize(0..AT_A_TIME);
            match agents.get(last).cloned() {
                None => agents.push(self.create().await),
                Some(id) if self.random.u8(0..5) == 0 => {
                    self.delete(id.as_str().unwrap()).await;
                    agents.swap_remove(last);
                }
                Some(id) => self.change(id.as_str().unwrap()).await,
            }
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(self.random.u64(0..pause_ms))).await;
        }
    }

    fn says(&self) -> String {
        format!("{}-{}", self.number, self.asked)
    }

    async fn create(&self) -> Value {
        let says = self.says();
        let ask = CallerRequest::new(
            Method::POST,
            "/v1/agents",
            agent(self.vendor, &format!("Agent {says}"), &says),
        )
        .key(says);
        let answer = self.caller.send_until_answered(&ask).await;
        assert!([201, 202].contains(&answer.status), "{ask:?}: {}", answer.text);
        self.ledger.acknowledge(&answer);
        answer.body["id"].clone()
    }

    async fn change(&self, id: &str) {
        let says = self.says();
        let ask =
            CallerRequest::new(Method::PATCH, format!("/v1/agents/{id}"), instructions(&says)).key(says);
        let answer = self.caller.send_until_answered(&ask).await;
        assert!([200, 202].contains(&answer.status), "{ask:?}: {}", answer.text);
        self.ledger.acknowledge(&answer);
    }

    async fn delete(&self, id: &str) {
        self.ledger.set_end(id, Deletion::Asked);
        let ask =
            CallerRequest::new(Method::DELETE, format!("/v1/agents/{id}"), Value::Null).key(self.says());
        let answer = self.caller.send_until_answered(&ask).await;
        assert!([202, 204].contains(&answer.status), "{ask:?}: {}", answer.text);
        self.ledger.set_end(id, Deletion::Acknowledged);
    }
}
