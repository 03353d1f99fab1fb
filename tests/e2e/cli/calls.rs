//! The commands `call` and `calls`.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::CommandOutput;
use crate::{
    bodies::{agent, with},
    harness::{Config, Harness},
};

const CALLS: &str = "[calls]\ncountries = [\"DE\"]\nfollow_s = 0.2\nper_number_per_day = 100\n";

/// Starts a gateway with an agent that has the external reference `reminder` and places calls at Bland.
async fn site() -> Harness {
    let harness = Harness::with(Config { tables: CALLS.into(), ..Config::default() }).await;
    let clock = format!("/{}/clock", Vendor::BLAND);
    harness.vendors.control(Method::POST, &clock, Some(&json!({ "pace": 20 }))).await.expect(200);
    let caller = with(agent(Vendor::BLAND), json!({ "external_ref": "reminder", "direction": "outbound" }));
    harness.create("/v1/agents", &caller).await;
    harness
}

async fn calling(harness: &Harness, number: &str, more: &[&str]) -> CommandOutput {
    harness.cli(&[&["call", "--agent", "reminder", "--to", number][..], more].concat()).await
}

#[tokio::test]
async fn a_call_is_followed_to_its_end() {
    let harness = site().await;
    let answered =
        calling(&harness, "+4930123401", &["--follow", "--var", "day=Tuesday", "--key", "one"]).await;
    assert!(answered.err.contains("idempotency key: one"), "{}", answered.err);
    let answered = answered.expect(0);
    assert!(answered.contains("ended") && answered.contains("+4930123401"), "{answered}");
    let missed = calling(&harness, "+4930123403", &["--follow", "--json"]).await.json(2);
    assert_eq!((&missed["status"], &missed["ended_reason"]), (&json!("ended"), &json!("no_answer")));
    let listed = harness.cli(&["calls", "list", "--status", "ended", "--json"]).await.json(0);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2, "{listed}");
}

#[tokio::test]
async fn a_refused_call_exits_with_1_and_a_plan_dials_nothing() {
    let harness = site().await;
    let refused = calling(&harness, "+15550100177", &[]).await;
    assert!(refused.err.contains("destination_not_allowed"), "{}", refused.err);
    refused.expect(1);
    let plan = calling(&harness, "+4930123401", &["--dry-run"]).await.expect(0);
    assert!(plan.contains("permitted") && plan.contains("country"), "{plan}");
    let listed = harness.cli(&["calls", "list"]).await.expect(0);
    assert_eq!(listed.trim(), "no calls");
}

#[tokio::test]
async fn a_live_call_is_hung_up_and_erased() {
    let harness = site().await;
    let live = calling(&harness, "+4930123407", &["--json"]).await.json(2);
    let id = live["id"].as_str().unwrap();
    harness.once(&format!("/v1/calls/{id}"), |call| call["status"] == "in_progress").await;
    harness.cli(&["calls", "hangup", id]).await.expect(0);
    harness.cli(&["calls", "follow", id]).await.expect(0);
    harness.once(&format!("/v1/calls/{id}"), |call| call["transcript"]["state"] == "available").await;
    let words = harness.cli(&["calls", "transcript", id]).await.expect(0);
    assert!(words.contains("agent:"), "{words}");
    let erased = harness.cli(&["calls", "erase", id, "--yes"]).await.expect(0);
    assert!(erased.contains("in the gateway: erased"), "{erased}");
    harness.cli(&["calls", "transcript", id]).await.expect(2);
}

#[tokio::test]
async fn a_recording_is_saved_whether_it_is_bytes_or_a_link() {
    let harness = Harness::with(Config { tables: crate::calls::CALLS.into(), ..Config::default() }).await;
    for vendor in [Vendor::BLAND, Vendor::RETELL] {
        let agent = harness.caller(vendor).await;
        let path = harness.call(&agent, crate::calls::ANSWERED).await;
        let is_ready = |call: &Value| call["recording"]["state"] == "available";
        let call = harness.once(&path, is_ready).await;
        let id = call["id"].as_str().unwrap();
        let file = harness.dir().join(format!("{vendor}.mp3"));
        let name = file.to_str().unwrap();
        let saved = harness.cli(&["calls", "recording", id, "--output", name, "--json"]).await.json(0);
        let bytes = fs::read(&file).unwrap();
        assert_eq!(saved["bytes"], bytes.len(), "{saved}");
        assert!(saved["media_type"].as_str().unwrap().starts_with("audio/") && !bytes.is_empty(), "{saved}");
        assert!(!file.with_extension("mp3.part").exists());
    }
    let missing = harness.cli(&["calls", "recording", "call_none", "--output", "none.mp3"]).await;
    assert!(missing.err.contains("not_found"), "{}", missing.err);
    missing.expect(1);
    assert!(!harness.dir().join("none.mp3.part").exists());
}

#[tokio::test]
async fn the_document_of_a_broken_connection_has_the_key_for_the_repetition() {
    let harness = site().await;
    let agent = format!("agt_{}", "0".repeat(26));
    let call = ["call", "--agent", &agent, "--to", "+4930123401", "--json"];
    let nowhere = "http://127.0.0.1:9";
    let failed = harness.cli_at(nowhere, "", &call).await.json(1);
    assert!(failed["idempotency_key"].as_str().is_some_and(|key| key.starts_with("cli-")), "{failed}");
    let failed = harness.cli_at(nowhere, "", &[&call[..], &["--key", "mine"]].concat()).await.json(1);
    assert_eq!(failed["idempotency_key"], "mine");
    let planned = harness.cli_at(nowhere, "", &[&call[..], &["--dry-run"]].concat()).await.json(1);
    assert_eq!(planned.get("idempotency_key"), None, "{planned}");
}

#[tokio::test]
async fn no_variable_has_two_values_and_no_id_leads_elsewhere() {
    let harness = site().await;
    let twice = calling(&harness, "+4930123401", &["--var", "n=1", "--var", "n=2", "--dry-run"]).await;
    assert!(twice.err.contains("--var gives \"n\" two different values"), "{}", twice.err);
    twice.expect(1);
    for id in ["..", ".", ""] {
        let read = harness.cli(&["calls", "get", id]).await;
        assert!(read.err.contains("is no id"), "{id}: {read:?}");
        read.expect(1);
    }
}
