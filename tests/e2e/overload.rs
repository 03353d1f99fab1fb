//! More connections, requests and writes than the gateway takes.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::net::TcpStream;

use crate::{
    bodies::agent,
    harness::{Answer, Config, Gateway, Harness, SERVE, command_with_descriptors},
};

/// Limits writes to 4, of which 2 may be at one vendor.
const FEW_WRITES: &str = "[writes]\nmax_in_progress = 4\n";

async fn with_a_hanging_vendor() -> Harness {
    let harness = Harness::with(Config { tables: FEW_WRITES.into(), ..Config::default() }).await;
    harness.order(Vendor::QCALL, "createAssistant", 100, &json!({ "kind": "hold", "when": "before" })).await;
    harness
}

fn creation(harness: &Harness, vendor: Vendor) -> RequestBuilder {
    harness.request(Method::POST, "/v1/agents").json(&agent(vendor))
}

async fn listed(harness: &Harness) -> usize {
    let list: Value = harness.get("/v1/agents").await.expect(200);
    list["data"].as_array().map_or(0, Vec::len)
}

async fn is_refused(harness: &Harness) {
    let refused =
        Answer::to(creation(harness, Vendor::QCALL).header("idempotency-key", "refused-once")).await;
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
    refused.problem(503, "overloaded");
}

/// Waits until a creation with the key of the refused one is accepted, which shows that the refusal stored nothing.
async fn is_accepted_later(harness: &Harness) {
    let begun = std::time::Instant::now();
    loop {
        let answer =
            Answer::to(creation(harness, Vendor::QCALL).header("idempotency-key", "refused-once")).await;
        match answer.status {
            201 => return assert_eq!(answer.header("idempotent-replayed"), None),
            503 => assert!(begun.elapsed() < crate::harness::TIMEOUT, "{}", answer.text),
            _ => panic!("{}", answer.text),
        }
    }
}

#[tokio::test]
async fn writes_that_continue_after_their_answer_count() {
    let harness = with_a_hanging_vendor().await;
    for _ in 0..2 {
        Answer::to(creation(&harness, Vendor::QCALL).header("prefer", "wait=0")).await.expect(202);
    }
    harness.once_held(2).await;
    is_refused(&harness).await;
    assert_eq!(listed(&harness).await, 2);
    // Another vendor has its own share.
    harness.create("/v1/agents", &agent(Vendor::AUTOCALLS_2026)).await;
    harness.clear_faults().await;
    harness.release_held().await;
    is_accepted_later(&harness).await;
}

#[tokio::test]
async fn writes_whose_callers_have_left_count() {
    let harness = with_a_hanging_vendor().await;
    for count in 1..=2 {
        let left = tokio::spawn(Answer::to(creation(&harness, Vendor::QCALL)));
        harness.once_held(count).await;
        left.abort();
    }
    is_refused(&harness).await;
    harness.clear_faults().await;
    harness.release_held().await;
    is_accepted_later(&harness).await;
}

/// Checks that idle connections, on which no request ever arrives, leave enough file descriptors for other callers and
/// for the health routes.
#[tokio::test]
async fn silent_connections_leave_file_descriptors() {
    let server = "header_timeout_s = 300\n".to_owned();
    let mut harness = Harness::with(Config { server, ..Config::default() }).await;
    harness.gateway.stop();
    harness.gateway = Gateway::started(command_with_descriptors(&SERVE, harness.dir(), 256)).await;
    let address = harness.gateway.url.strip_prefix("http://").unwrap().to_owned();
    let mut silent = Vec::new();
    for _ in 0..400 {
        silent.push(TcpStream::connect(&address).await.unwrap());
    }
    harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    for path in ["/livez", "/readyz"] {
        // A new client makes a new connection.
        let health = Client::builder().no_proxy().build().unwrap();
        Answer::to(health.get(format!("{}{path}", harness.gateway.admin_url))).await.expect(204);
    }
    drop(silent);
}
