//! Checks that the Acme simulator's answers match the contract.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "the tests of each simulator use a part of it")]
#[path = "../sandbox/support.rs"]
mod support;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Bench, Contract};
use switchboard_sandbox::Vendor;

const ACME: Vendor = Vendor::ACME;

fn agent(name: &str) -> Value {
    json!({
        "name": name, "direction": "inbound", "language": "en", "instructions": "You answer the phone.",
        "voice_id": "voice-1",
    })
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, contract) = (Bench::new().await, Contract::for_vendor(ACME));
    let made = bench.send(ACME, Method::POST, "/agents", &agent("Reception")).await;
    contract.check("createAgent", &made);
    let path = format!("/agents/{}", made.1["id"].as_str().expect("an id"));
    contract.check("getAgent", &bench.get(ACME, &path).await);
    contract.check("listAgents", &bench.get(ACME, "/agents").await);
    let changed = bench.send(ACME, Method::PATCH, &path, &json!({ "name": "Desk" })).await;
    contract.check("updateAgent", &changed);
    assert_eq!((&changed.1["name"], &changed.1["voice_id"]), (&json!("Desk"), &json!("voice-1")));
    for status in [204, 404] {
        let deleted = bench.delete(ACME, &path).await;
        assert_eq!(deleted.0, status);
        contract.check("deleteAgent", &deleted);
    }
    let refused = bench.send(ACME, Method::POST, "/agents", &json!({ "name": "Reception" })).await;
    assert_eq!(refused.0, 422);
    contract.check("createAgent", &refused);
}

#[tokio::test]
async fn pages_follow_cursors() {
    let bench = Bench::new().await;
    bench.set_options(ACME, json!({ "page_size": 2 })).await;
    for name in ["One", "Two", "Three"] {
        bench.send(ACME, Method::POST, "/agents", &agent(name)).await;
    }
    let (_, first) = bench.get(ACME, "/agents").await;
    let cursor = first["next"].as_str().expect("a cursor");
    let (_, last) = bench.get(ACME, &format!("/agents?cursor={cursor}")).await;
    let names: Vec<_> = [first.clone(), last]
        .iter()
        .flat_map(|page| page["agents"].as_array().expect("agents"))
        .map(|agent| agent["name"].clone())
        .collect();
    assert_eq!(names, ["One", "Two", "Three"]);
}
