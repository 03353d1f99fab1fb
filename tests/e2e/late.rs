//! Updates that a vendor applies late, after a newer one.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{self, Config, Harness},
    settling::{PATIENT, SWIFT},
};

/// Settings that end an exchange after half a second. The vendor may apply its request up to two seconds later.
const IMPATIENT: &str = "timeout_s = 0.5\nattempt_timeout_s = 0.5\nlate_s = 2\n";
/// The delay after which the vendor applies the older update, in milliseconds: within the two seconds.
const LATE: u64 = 1500;

fn config(vendors: &str) -> Config {
    Config { vendors: format!("{PATIENT}{vendors}"), tables: SWIFT.into(), ..Config::default() }
}

fn says(text: &str) -> Value {
    json!({ "prompt": { "instructions": text } })
}

/// Returns the instructions in the vendor's only record.
async fn at_vendor(harness: &Harness, vendor: Vendor) -> Value {
    let names = harness::trial(vendor).agents;
    let stored = harness.stored(vendor, names.collection).await;
    let records: Vec<_> = stored.as_object().unwrap().values().collect();
    assert_eq!(records.len(), 1, "{stored}");
    records[0].pointer(names.instructions).cloned().unwrap_or_default()
}

/// Creates an agent, and changes it by an update that the vendor applies late and never answers in time.
async fn with_a_late_update(harness: &Harness, vendor: Vendor) -> String {
    let made = harness.create("/v1/agents", &agent(vendor)).await;
    let late = json!({ "kind": "late", "ms": LATE });
    harness.order(vendor, harness::trial(vendor).agents.update, 1, &late).await;
    harness.patch(&made.path, &says("Older.")).await.expect(202);
    made.path
}

#[tokio::test]
async fn a_newer_update_outlives_an_older_one_that_the_vendor_applies_late() {
    for vendor in Vendor::ALL {
        let harness = Harness::with(config(IMPATIENT)).await;
        let path = with_a_late_update(&harness, vendor).await;
        let newer = harness.patch(&path, &says("Newer.")).await.expect(200);
        assert_eq!(newer["sync"]["state"], "unknown", "{vendor}: {newer}");
        assert!(newer["sync"]["settles_at"].is_string(), "{vendor}: {newer}");
        assert_eq!(newer["sync"]["observed_revision"], newer["revision"], "{vendor}");
        let settled = harness.settled(&path).await;
        assert_eq!(settled["sync"]["settles_at"], Value::Null, "{vendor}");
        assert_eq!(at_vendor(&harness, vendor).await, "Newer.", "{vendor}");
    }
}

#[tokio::test]
async fn an_older_update_between_a_newer_one_and_its_read_back_is_no_loss_of_the_vendor() {
    let harness = Harness::with(config("timeout_s = 1.5\nattempt_timeout_s = 1.5\nlate_s = 6\n")).await;
    let vendor = Vendor::QCALL;
    let update = harness::trial(vendor).agents.update;
    let made = harness.create("/v1/agents", &agent(vendor)).await;
    let before = harness.asked(vendor, update).await;
    harness.order(vendor, update, 1, &json!({ "kind": "late", "ms": 60_000 })).await;
    let request = harness.request(reqwest::Method::PATCH, &made.path).header("prefer", "wait=0");
    assert_eq!(request.json(&says("Older.")).send().await.unwrap().status(), 202);
    harness.once_asked(vendor, update, before).await;
    // The gateway reads a record in an uncertain state before it updates the record, and again afterwards. The vendor
    // holds only the second read.
    for fault in [json!({ "kind": "latency", "ms": 0 }), json!({ "kind": "hold" })] {
        harness.order(vendor, "getAssistant", 1, &fault).await;
    }
    let change = says("Newer.");
    let overtaken = async {
        harness.once_held(1).await;
        harness.carry_out_late().await;
        let begun = std::time::Instant::now();
        while at_vendor(&harness, vendor).await != "Older." {
            assert!(begun.elapsed() < harness::TIMEOUT, "the older update comes before the read-back");
            tokio::task::yield_now().await;
        }
        harness.release_held().await;
    };
    let (newer, ()) = tokio::join!(harness.patch(&made.path, &change), overtaken);
    let newer = newer.expect(200);
    assert_eq!(newer["sync"]["state"], "unknown", "{newer}");
    assert_eq!(newer["translation"]["summary"]["not_persisted"], Value::Null, "{newer}");
    harness.settled(&made.path).await;
    assert_eq!(at_vendor(&harness, vendor).await, "Newer.");
}

#[tokio::test]
async fn an_update_in_flight_at_a_kill_is_outlived_too() {
    for vendor in Vendor::ALL {
        let mut harness = Harness::with(config("timeout_s = 2\nattempt_timeout_s = 2\nlate_s = 3\n")).await;
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let update = harness::trial(vendor).agents.update;
        let before = harness.asked(vendor, update).await;
        harness.order(vendor, update, 1, &json!({ "kind": "late", "ms": LATE })).await;
        let older = harness.request(reqwest::Method::PATCH, &made.path).header("prefer", "wait=0");
        assert_eq!(older.json(&says("Older.")).send().await.unwrap().status(), 202);
        harness.once_asked(vendor, update, before).await;
        harness.restart().await;
        let newer = harness.patch(&made.path, &says("Newer.")).await;
        assert!(matches!(newer.status, 200 | 202), "{vendor}: {}", newer.text);
        harness.settled(&made.path).await;
        assert_eq!(at_vendor(&harness, vendor).await, "Newer.", "{vendor}");
    }
}

#[tokio::test]
async fn the_same_revision_needs_no_second_look() {
    let harness = Harness::with(config(IMPATIENT)).await;
    let vendor = Vendor::QCALL;
    let path = with_a_late_update(&harness, vendor).await;
    let begun = std::time::Instant::now();
    harness.settled(&path).await;
    assert!(begun.elapsed().as_millis() < u128::from(LATE), "the repetition settled it");
}

#[tokio::test]
async fn a_creation_is_repeated_only_once_the_vendor_can_no_longer_apply_the_first() {
    for vendor in Vendor::ALL.into_iter().filter(|vendor| *vendor != Vendor::OPENCX) {
        let harness = Harness::with(config(IMPATIENT)).await;
        let late = json!({ "kind": "late", "ms": LATE });
        harness.order(vendor, harness::trial(vendor).agents.create, 1, &late).await;
        let made = harness.post("/v1/agents", &agent(vendor)).await.expect(202);
        harness.settled(&format!("/v1/agents/{}", made["id"].as_str().unwrap())).await;
        at_vendor(&harness, vendor).await;
    }
}

#[tokio::test]
async fn a_late_time_shorter_than_an_exchange_is_refused() {
    let harness = Harness::start().await;
    let toml = harness.configuration().replacen("base_url", "timeout_s = 20\nlate_s = 10\nbase_url", 1);
    let why = harness.refused(&toml).await;
    assert!(why.contains("late_s") && why.contains("must not be shorter than timeout_s"), "{why}");
}

#[tokio::test]
async fn a_late_time_that_is_too_short_shows_as_drift() {
    let config = Config {
        vendors: format!("{PATIENT}timeout_s = 0.5\nattempt_timeout_s = 0.5\nlate_s = 0.5\n"),
        tables: format!("{SWIFT}poll_s = 1\n"),
        ..Config::default()
    };
    let harness = Harness::with(config).await;
    let vendor = Vendor::QCALL;
    let path = with_a_late_update(&harness, vendor).await;
    harness.patch(&path, &says("Newer.")).await.expect(200);
    harness.settled(&path).await;
    let drifted = harness.once(&path, |agent| agent["sync"]["state"] == "drifted").await;
    assert_eq!(drifted["sync"]["drift"][0]["field"], "/prompt/instructions", "{drifted}");
    harness.post(&format!("{path}/sync"), &json!({ "on_drift": "overwrite" })).await.expect(200);
    assert_eq!(at_vendor(&harness, vendor).await, "Newer.");
}
