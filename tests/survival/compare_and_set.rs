//! Many callers increment the same number, each from the value that it has read.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::task::JoinSet;

use crate::{
    caller::{Caller, CallerRequest, TIMEOUT},
    harness::Config,
    one_to_one::one_to_one,
    site::{Site, text},
    vendor_bodies::agent,
};

const CLIENTS: usize = 64;
/// The number of changes that each caller sends.
const CHANGES: u64 = 50;
const VENDOR: Vendor = Vendor::AUTOCALLS_2026;

/// Increments a number that no vendor holds.
pub async fn here() {
    count_up(Site::start(quiet()).await, Number::Metadata).await;
}

/// Increments a number that the vendor holds.
pub async fn at_the_vendor() {
    count_up(Site::start(quiet()).await, Number::Instructions).await;
}

pub async fn over_two_replicas(url: String) {
    let config = || Config { store: url.clone(), ..quiet() };
    count_up(Site::pair(config()).await, Number::Metadata).await;
}

fn quiet() -> Config {
    Config { log: "info".into(), tables: "[writes]\npoll_s = 0\n".into(), ..Config::default() }
}

/// The field that contains the number.
#[derive(Clone, Copy)]
enum Number {
    Metadata,
    Instructions,
}

impl Number {
    fn patch(self, count: u64) -> Value {
        match self {
            Self::Metadata => json!({ "metadata": { "count": count } }),
            Self::Instructions => json!({ "prompt": { "instructions": count.to_string() } }),
        }
    }

    fn read(self, agent: &Value) -> u64 {
        let count = match self {
            Self::Metadata => agent["metadata"]["count"].as_u64(),
            Self::Instructions => agent["prompt"]["instructions"].as_str().and_then(|text| text.parse().ok()),
        };
        count.unwrap_or_else(|| panic!("no number in {agent}"))
    }
}

async fn count_up(site: Site, number: Number) {
    let caller = site.caller();
    let mut new = agent(VENDOR, "Counter", "0");
    json_patch::merge(&mut new, &number.patch(0));
    let made =
        caller.send_until_answered(&CallerRequest::new(Method::POST, "/v1/agents", new)).await.expect(201);
    let path = format!("/v1/agents/{}", text(&made["id"]));

    let begun = Instant::now();
    let mut counting = JoinSet::new();
    for _ in 0..CLIENTS {
        counting.spawn(count(site.caller(), path.clone(), number));
    }
    let won: u64 = counting.join_all().await.into_iter().sum();
    let took: Duration = begun.elapsed();

    let agent = caller.read(&path).await;
    assert_eq!(number.read(&agent), won, "{won} changes were acknowledged: {agent}");
    assert!(won >= CHANGES, "of all who read the same revision, one changes it: {won}");
    assert_eq!(number.read(&one_to_one(&site, VENDOR, TIMEOUT).await[0]), won);
    eprintln!("{CLIENTS} clients, {CHANGES} changes each, {won} of them won, in {took:?}");
}

/// Reads and increments the number repeatedly. Returns the number of acknowledged increments.
async fn count(caller: Caller, path: String, number: Number) -> u64 {
    let mut won = 0;
    for _ in 0..CHANGES {
        let agent = caller.read(&path).await;
        let revision = agent["revision"].as_u64().expect("a revision");
        let next = number.patch(number.read(&agent) + 1);
        let ask = CallerRequest::new(Method::PATCH, &path, next).of_revision(revision);
        let answer = caller.ask(&ask).await.expect("an answer: nobody dies here");
        match answer.status {
            200 | 202 => won += 1,
            409 | 412 | 429 | 503 => {}
            _ => panic!("{ask:?}: {}", answer.text),
        }
    }
    won
}
