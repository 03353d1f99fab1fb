//! A change or deletion that fails either leaves the record unchanged, or is accepted and completed.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::fault::write_faults;
use crate::{
    bodies::{agent, trunk},
    harness::{Config, Harness},
    settling::{PATIENT, SWIFT},
};

#[tokio::test]
async fn at_qcall() {
    fail(Vendor::QCALL, "/v1/agents", ["updateAssistant", "deleteAssistant"], "assistants").await;
}

#[tokio::test]
async fn a_trunk_at_qcall() {
    fail(Vendor::QCALL, "/v1/trunks", ["updateDialer", "deleteDialer"], "dialers").await;
}

#[tokio::test]
async fn at_autocalls_of_2025() {
    fail(Vendor::AUTOCALLS_2025, "/v1/agents", ["updateAssistant", "deleteAssistant"], "assistants").await;
}

#[tokio::test]
async fn at_autocalls_of_2026() {
    fail(Vendor::AUTOCALLS_2026, "/v1/agents", ["updateAssistant", "deleteAssistant"], "assistants").await;
}

#[tokio::test]
async fn at_opencx() {
    fail(Vendor::OPENCX, "/v1/agents", ["updatePhoneNumber", "deletePhoneNumber"], "phone_numbers").await;
}

async fn fail(vendor: Vendor, route: &str, [update, delete]: [&str; 2], collection: &str) {
    // A setting for a single attempt, after which each fault is reported.
    let vendors = format!("{PATIENT}attempts = 1\n");
    let harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    let new = if route == "/v1/trunks" { trunk() } else { agent(vendor) };
    for case in write_faults() {
        // A deletion may reach the vendor, so each case has its own record.
        let made = harness.create(route, &new).await;
        harness.order(vendor, update, 1, &case.fault).await;
        let changed = harness.patch(&made.path, &json!({ "name": "Changed" })).await;
        match case.check(vendor, changed) {
            Some(kept) => {
                assert_eq!((&kept.body["name"], &kept.body["revision"]), (&json!("Changed"), &json!(2)));
                assert_eq!(harness.settled(&made.path).await["name"], "Changed");
                let stored = harness.stored(vendor, collection).await;
                assert_eq!(stored[&made.remote_id]["name"], "Changed", "{}", case.fault);
            }
            None => assert_eq!(harness.get(&made.path).await.expect(200), made.body, "{}", case.fault),
        }

        let before = harness.get(&made.path).await.expect(200);
        harness.order(vendor, delete, 1, &case.fault).await;
        match case.check(vendor, harness.delete(&made.path).await) {
            Some(kept) => {
                harness.get(&made.path).await.problem(404, "not_found");
                let ended = harness.operation(&kept.operation, "succeeded").await;
                assert_eq!(ended["resource"]["id"], made.id.as_str(), "{}", case.fault);
            }
            None => {
                assert_eq!(harness.get(&made.path).await.expect(200), before, "{}", case.fault);
                harness.delete(&made.path).await.expect(204);
            }
        }
        assert_eq!(harness.stored(vendor, collection).await, json!({}), "{}", case.fault);
    }
}
