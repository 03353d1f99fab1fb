//! Many requests with the same idempotency key, while the vendor answers slowly.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    caller::{Caller, CallerRequest, TIMEOUT},
    harness::{Answer, Config},
    one_to_one::one_to_one,
    site::Site,
    vendor_bodies::agent,
};

/// The number of callers that send the same request.
const CALLERS: usize = 50;
/// The vendor's latency, in milliseconds.
const SLOW_MS: u64 = 8000;
const VENDOR: Vendor = Vendor::QCALL;

pub async fn in_one_process() {
    one_create(Site::start(patient()).await).await;
}

pub async fn over_two_replicas(url: String) {
    one_create(Site::pair(Config { store: url, ..patient() }).await).await;
}

/// Returns the configuration of a gateway that waits until the slow vendor has answered.
fn patient() -> Config {
    Config {
        vendors: "timeout_s = 30\nattempt_timeout_s = 20\n".into(),
        tables: "[writes]\nwait_s = 20\npoll_s = 0\n".into(),
        ..Config::default()
    }
}

async fn one_create(site: Site) {
    let slow = json!({ "kind": "latency", "ms": SLOW_MS, "when": "before" });
    site.harness.order(VENDOR, "createAssistant", 1000, &slow).await;
    let ask = CallerRequest::new(Method::POST, "/v1/agents", agent(VENDOR, "Once", "Be there once."))
        .key("only-once");
    let caller = site.caller();
    let answers = join_all((0..CALLERS).map(|_| send_as_advised(&caller, &ask))).await;

    let statuses: BTreeSet<_> = answers.iter().map(|answer| answer.status).collect();
    let bodies: BTreeSet<_> = answers.iter().map(|answer| &answer.text).collect();
    assert_eq!(statuses, BTreeSet::from([201]), "{bodies:?}");
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let replayed =
        answers.iter().filter(|answer| answer.header("idempotent-replayed") == Some("true")).count();
    assert_eq!(replayed, CALLERS - 1, "one of them was the first");
    assert_eq!(site.carried_out(VENDOR, "assistants", "creates").await, 1);
    assert_eq!(one_to_one(&site, VENDOR, TIMEOUT).await.len(), 1);
}

/// Repeats a request as long as its answer advises so, after the advised wait.
async fn send_as_advised(caller: &Caller, ask: &CallerRequest) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = caller.ask(ask).await.expect("an answer: nobody dies here");
        if answer.status != 409 {
            return answer;
        }
        answer.clone().problem(409, "idempotency_in_progress");
        let wait = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
        let wait = Duration::from_secs(wait.unwrap_or_else(|| panic!("no time to wait: {}", answer.text)));
        assert!(begun.elapsed() < TIMEOUT, "{}", answer.text);
        tokio::time::sleep(wait).await;
    }
}
