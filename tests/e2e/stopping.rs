//! The end of the process: the drain, callers who wait, and a second signal.

use std::time::Instant;

use reqwest::Method;
use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Answer, Config, Harness, TIMEOUT},
};

async fn with(server: &str) -> Harness {
    Harness::with(Config { server: server.to_owned(), ..Config::default() }).await
}

async fn ready(harness: &Harness) -> u16 {
    Answer::to(harness.client.get(format!("{}/readyz", harness.gateway.admin_url))).await.status
}

#[tokio::test]
async fn a_draining_process_serves_but_is_not_ready() {
    let mut harness = with("drain_s = 600\n").await;
    assert_eq!(ready(&harness).await, 204);
    harness.gateway.terminate();
    let begun = Instant::now();
    while ready(&harness).await != 503 {
        assert!(begun.elapsed() < TIMEOUT, "the process stays ready");
    }
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    // A second signal ends the drain and the process immediately.
    harness.gateway.terminate();
    assert!(!harness.gateway.ended().await.success());
    harness.restart().await;
    assert_eq!(harness.get(&made.path).await.expect(200), made.body);
}

#[tokio::test]
async fn a_caller_who_waits_is_answered_before_the_end() {
    let mut harness = with("shutdown_grace_s = 0.2\n").await;
    harness.order(Vendor::QCALL, "createAssistant", 1, &json!({ "kind": "hold", "when": "before" })).await;
    let request = harness.request(Method::POST, "/v1/agents").header("prefer", "wait=60");
    let waiting = tokio::spawn(Answer::to(request.json(&agent(Vendor::QCALL))));
    harness.once_held(1).await;
    harness.gateway.terminate();
    let accepted = waiting.await.unwrap();
    let operation = accepted.header("location").map(ToOwned::to_owned);
    accepted.expect(202);
    harness.gateway.ended().await;
    harness.release_held().await;
    harness.restart().await;
    // The next process carries the operation on.
    let operation = harness.get(&operation.expect("the address of the operation")).await.expect(200);
    assert!(["running", "waiting"].contains(&operation["state"].as_str().unwrap()), "{operation}");
}

#[tokio::test]
async fn a_deletion_that_waits_for_a_running_write_is_answered_before_the_end() {
    let mut harness = with("shutdown_grace_s = 0.2\n").await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.order(Vendor::QCALL, "updateAssistant", 1, &json!({ "kind": "hold", "when": "before" })).await;
    let change = harness.request(Method::PATCH, &made.path).header("prefer", "wait=0");
    Answer::to(change.json(&json!({ "prompt": { "instructions": "Be brief." } }))).await.expect(202);
    harness.once_held(1).await;
    let request = harness.request(Method::DELETE, &made.path).header("prefer", "wait=60");
    let waiting = tokio::spawn(Answer::to(request));
    let active = [("http_request_method", "DELETE")];
    harness.metrics_once(|metrics| metrics.value("http_server_active_requests", &active) == Some(1.0)).await;
    harness.gateway.terminate();
    waiting.await.unwrap().problem(409, "state_conflict");
    harness.gateway.ended().await;
}
