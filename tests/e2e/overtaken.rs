//! Changes of a record while an earlier write of the record is still open.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{self, Answer, Config, Harness},
    settling::{PATIENT, SOON, SWIFT},
};

/// An alias for a phone number that no vendor has. The gateway sends the id of an alias unchecked.
const NO_NUMBER: &str = "[phone_numbers.none]\nautocalls-2025 = \"999\"\nautocalls-2026 = \"999\"\n";

async fn start() -> Harness {
    let tables = format!("{SWIFT}{NO_NUMBER}");
    Harness::with(Config { vendors: format!("{PATIENT}{SOON}"), tables, ..Config::default() }).await
}

fn says(text: &str) -> Value {
    json!({ "prompt": { "instructions": text } })
}

/// Returns the instructions of an agent at its vendor.
async fn at_vendor(harness: &Harness, vendor: Vendor, remote_id: &str) -> Value {
    let names = harness::trial(vendor).agents;
    let stored = harness.stored(vendor, names.collection).await;
    stored[remote_id].pointer(names.instructions).cloned().unwrap_or_default()
}

/// Changes an agent by an update that the vendor holds.
async fn with_a_held_update(harness: &Harness, vendor: Vendor, path: &str, patch: &Value) {
    harness.order(vendor, harness::trial(vendor).agents.update, 1, &json!({ "kind": "hold" })).await;
    let request = harness.request(Method::PATCH, path).header("prefer", "wait=0");
    Answer::to(request.json(patch)).await.expect(202);
    harness.once_held(1).await;
}

#[tokio::test]
async fn labels_that_change_during_an_update_do_not_hide_its_result() {
    for vendor in Vendor::ALL {
        let harness = start().await;
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        with_a_held_update(&harness, vendor, &made.path, &says("Changed.")).await;
        let labelled = harness.patch(&made.path, &json!({ "labels": { "team": "sales" } })).await.expect(200);
        assert_eq!(labelled["sync"]["state"], "unknown", "{vendor}: {labelled}");
        harness.release_held().await;
        let settled = harness.settled(&made.path).await;
        assert_eq!(settled["revision"], labelled["revision"], "{vendor}: {settled}");
        assert_eq!(at_vendor(&harness, vendor, &made.remote_id).await, "Changed.", "{vendor}");
    }
}

#[tokio::test]
async fn labels_that_change_during_an_update_do_not_hide_its_refusal() {
    let (harness, vendor) = (start().await, Vendor::AUTOCALLS_2025);
    let made = harness.create("/v1/agents", &agent(vendor)).await;
    with_a_held_update(&harness, vendor, &made.path, &json!({ "phone_number_id": "none" })).await;
    harness.patch(&made.path, &json!({ "labels": { "team": "sales" } })).await.expect(200);
    harness.release_held().await;
    let failed = harness.once(&made.path, |agent| agent["sync"]["state"] == "failed").await;
    assert_eq!(failed["sync"]["last_error"]["code"], "vendor_rejected", "{failed}");
}

/// Checks that the vendor receives an accepted change although a later change, which replaced it, was refused.
#[tokio::test]
async fn a_refused_change_does_not_undo_an_earlier_one_that_waits() {
    for vendor in [Vendor::AUTOCALLS_2025, Vendor::AUTOCALLS_2026] {
        let harness = start().await;
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let update = harness::trial(vendor).agents.update;
        harness.order(vendor, update, 1000, &json!({ "kind": "status", "status": 503 })).await;
        let accepted = harness.patch(&made.path, &says("Accepted.")).await.expect(202);
        harness.clear_faults().await;
        let refused = harness.patch(&made.path, &json!({ "phone_number_id": "none" })).await;
        refused.problem(422, "vendor_rejected");
        let settled = harness.settled(&made.path).await;
        assert_eq!(settled["revision"], accepted["revision"], "{vendor}");
        assert_eq!(settled["phone_number_id"], made.body["phone_number_id"], "{vendor}");
        assert_eq!(at_vendor(&harness, vendor, &made.remote_id).await, "Accepted.", "{vendor}");
    }
}

/// Checks that the vendor receives an accepted change although a later deletion, which replaced it, was refused.
#[tokio::test]
async fn a_refused_deletion_does_not_undo_an_earlier_change_that_waits() {
    for vendor in Vendor::ALL {
        let harness = start().await;
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let names = harness::trial(vendor).agents;
        harness.order(vendor, names.update, 1000, &json!({ "kind": "status", "status": 503 })).await;
        harness.patch(&made.path, &says("Accepted.")).await.expect(202);
        harness.clear_faults().await;
        harness.order(vendor, names.delete, 1, &json!({ "kind": "status", "status": 401 })).await;
        harness.delete(&made.path).await.problem(502, "vendor_auth_failed");
        harness.settled(&made.path).await;
        assert_eq!(at_vendor(&harness, vendor, &made.remote_id).await, "Accepted.", "{vendor}");
    }
}

/// Checks that the vendor ends with the accepted revision if a kill interrupts an update that the vendor then refuses.
/// The vendor may have applied the interrupted request.
#[tokio::test]
async fn an_interrupted_update_that_is_refused_is_undone() {
    for vendor in Vendor::ALL {
        let mut harness = start().await;
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let update = harness::trial(vendor).agents.update;
        harness.order(vendor, update, 1, &json!({ "kind": "hold" })).await;
        harness.order(vendor, update, 1, &json!({ "kind": "status", "status": 422 })).await;
        let request = harness.request(Method::PATCH, &made.path).json(&says("Interrupted."));
        let unanswered = tokio::spawn(Answer::try_to(request));
        harness.once_held(1).await;
        harness.restart().await;
        assert!(unanswered.await.unwrap().is_err(), "{vendor}");
        harness.release_held().await;
        let settled = harness.settled(&made.path).await;
        assert_eq!(settled["revision"], made.body["revision"], "{vendor}: {settled}");
        let accepted = &made.body["prompt"]["instructions"];
        assert_eq!(at_vendor(&harness, vendor, &made.remote_id).await, *accepted, "{vendor}");
    }
}
