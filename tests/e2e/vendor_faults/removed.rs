//! Records that were removed at the vendor.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::fault::AcceptedWrite;
use crate::{
    bodies::{agent, trunk},
    harness::{Config, Harness, trial},
    settling::{PATIENT, SWIFT},
};

/// Removes the members that an observation of the vendor changes.
fn without_sync(mut record: Value) -> Value {
    let members = record.as_object_mut().unwrap();
    members.remove("sync");
    members.remove("updated_at");
    record
}

#[tokio::test]
async fn what_the_vendor_no_longer_has_cannot_be_changed_and_can_be_deleted() {
    let harness = Harness::start().await;
    for (vendor, route, collection) in [
        (Vendor::QCALL, "/v1/agents", "assistants"),
        (Vendor::QCALL, "/v1/trunks", "dialers"),
        (Vendor::AUTOCALLS_2025, "/v1/agents", "assistants"),
        (Vendor::AUTOCALLS_2026, "/v1/agents", "assistants"),
        (Vendor::OPENCX, "/v1/agents", "phone_numbers"),
    ] {
        let new = if route == "/v1/trunks" { trunk() } else { agent(vendor) };
        let made = harness.create(route, &new).await;
        harness.delete_record(vendor, collection, &made.remote_id).await;
        harness.patch(&made.path, &json!({ "name": "Changed" })).await.problem(409, "state_conflict");
        let kept = harness.get(&made.path).await.expect(200);
        assert_eq!(kept["sync"]["state"], "missing", "{vendor} {route}: {kept}");
        assert_eq!(kept["sync"]["last_error"]["code"], "state_conflict", "{vendor} {route}: {kept}");
        assert_eq!(kept["sync"]["operation_id"], Value::Null, "{vendor} {route}: {kept}");
        assert_eq!(without_sync(kept), without_sync(made.body), "{vendor} {route}");
        // The next change finds the same.
        harness.patch(&made.path, &json!({ "name": "Changed" })).await.problem(409, "state_conflict");
        harness.delete(&made.path).await.expect(204);
        harness.get(&made.path).await.problem(404, "not_found");
    }
}

/// Checks both forms of QCall's answer: with the status 404, and with HTTP 200.
#[tokio::test]
async fn qcall_says_so_in_two_ways() {
    for failures_as_200 in [true, false] {
        let harness = Harness::start().await;
        harness.set_options(Vendor::QCALL, &json!({ "failures_as_200": failures_as_200 })).await;
        let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
        harness.delete_record(Vendor::QCALL, "assistants", &made.remote_id).await;
        harness.patch(&made.path, &json!({ "name": "Changed" })).await.problem(409, "state_conflict");
        harness.delete(&made.path).await.expect(204);
    }
}

#[tokio::test]
async fn an_adoption_of_what_is_gone_stores_that_it_is_missing() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.delete_record(Vendor::QCALL, "assistants", &made.remote_id).await;
    let adopt = harness.post(&format!("{}/sync", made.path), &json!({ "on_drift": "adopt" })).await;
    adopt.problem(409, "state_conflict");
    assert_eq!(harness.get(&made.path).await.expect(200)["sync"]["state"], "missing");
}

/// Checks that a 404 of a wrong path is not taken for a record that is gone: nothing is forgotten, and the
/// deletion is carried out once the path is right.
#[tokio::test]
async fn a_wrong_path_makes_nothing_disappear() {
    let tables = SWIFT.to_owned();
    let harness = Harness::with(Config { vendors: PATIENT.into(), tables, ..Config::default() }).await;
    for (vendor, route, new) in [
        (Vendor::QCALL, "/v1/agents", agent(Vendor::QCALL)),
        (Vendor::QCALL, "/v1/trunks", trunk()),
        (Vendor::AUTOCALLS_2025, "/v1/agents", agent(Vendor::AUTOCALLS_2025)),
        (Vendor::AUTOCALLS_2026, "/v1/agents", agent(Vendor::AUTOCALLS_2026)),
        (Vendor::OPENCX, "/v1/agents", agent(Vendor::OPENCX)),
    ] {
        let collection = if route == "/v1/trunks" { "dialers" } else { trial(vendor).agents.collection };
        let made = harness.create(route, &new).await;
        let right = harness.configuration();
        let url = format!("base_url = \"{}", harness.vendors.sandbox().base_url(vendor));
        harness.reconfigure(&right.replace(&url, &format!("{url}/wrong"))).await;

        let seen = harness.post(&format!("{}/sync", made.path), &json!({})).await;
        assert!(seen.status >= 400, "{vendor} {route}: {}", seen.text);
        let sync = harness.get(&made.path).await.expect(200)["sync"].clone();
        assert_eq!(sync["state"], "in_sync", "{vendor} {route}: {sync}");
        let removal = AcceptedWrite::from_answer(harness.delete(&made.path).await);
        let (state, error) = removal.state();
        assert_eq!(state, "waiting", "{vendor} {route}: {}", removal.body);
        assert!(error["detail"].as_str().unwrap().contains("base_url"), "{vendor} {route}: {error}");
        assert!(harness.stored(vendor, collection).await[&made.remote_id].is_object(), "{vendor} {route}");

        harness.reconfigure(&right).await;
        harness.operation(&removal.operation, "succeeded").await;
        assert_eq!(harness.stored(vendor, collection).await, json!({}), "{vendor} {route}");
    }
}

/// Checks that the failure of a change under a wrong path is not taken as proof that the record is gone.
#[tokio::test]
async fn a_change_under_a_wrong_path_finds_nothing_missing() {
    let tables = SWIFT.to_owned();
    let harness = Harness::with(Config { vendors: PATIENT.into(), tables, ..Config::default() }).await;
    for vendor in Vendor::ALL {
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let right = harness.configuration();
        let url = format!("base_url = \"{}", harness.vendors.sandbox().base_url(vendor));
        harness.reconfigure(&right.replace(&url, &format!("{url}/wrong"))).await;
        let change = harness.request(Method::PATCH, &made.path).json(&json!({ "name": "Changed" }));
        let answer = crate::harness::Answer::to(change).await;
        assert_ne!(answer.status, 409, "{vendor}: {}", answer.text);
        assert_ne!(harness.get(&made.path).await.expect(200)["sync"]["state"], "missing", "{vendor}");
        harness.reconfigure(&right).await;
        harness.settled(&made.path).await;
    }
}
