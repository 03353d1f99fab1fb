//! A creation that fails is either refused and forgotten, or accepted and completed. It never creates a
//! second record.

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard_sandbox::Vendor;

use super::fault::write_faults;
use crate::{
    bodies::{agent, trunk},
    harness::{Config, Harness},
    settling::{PATIENT, SOON, SWIFT},
};

#[tokio::test]
async fn at_qcall() {
    fail(Vendor::QCALL, "/v1/agents", "createAssistant", "assistants").await;
}

#[tokio::test]
async fn a_trunk_at_qcall() {
    fail(Vendor::QCALL, "/v1/trunks", "createDialer", "dialers").await;
}

#[tokio::test]
async fn at_autocalls_of_2025() {
    fail(Vendor::AUTOCALLS_2025, "/v1/agents", "createAssistant", "assistants").await;
}

#[tokio::test]
async fn at_autocalls_of_2026() {
    fail(Vendor::AUTOCALLS_2026, "/v1/agents", "createAssistant", "assistants").await;
}

/// Checks a vendor at which each creation costs money, so that only the operator may order another attempt.
#[tokio::test]
async fn at_opencx() {
    fail(Vendor::OPENCX, "/v1/agents", "buyPhoneNumber", "phone_numbers").await;
}

async fn fail(vendor: Vendor, route: &str, operation: &str, collection: &str) {
    let config = Config { vendors: format!("{PATIENT}{SOON}"), tables: SWIFT.into(), ..Config::default() };
    let harness = Harness::with(config).await;
    let new = if route == "/v1/trunks" { trunk() } else { agent(vendor) };
    let mut kept = 0;
    for case in write_faults() {
        let asked = harness.asked(vendor, operation).await;
        harness.order(vendor, operation, 1, &case.fault).await;
        match case.check(vendor, harness.post(route, &new).await) {
            Some(accepted) => {
                let path = format!("{route}/{}", accepted.body["id"].as_str().unwrap());
                assert_eq!(accepted.body["placement"]["remote_id"], Value::Null, "{}", case.fault);
                assert_eq!(harness.helped(&path).await["revision"], 1, "{}", case.fault);
                let ended = harness.operation(&accepted.operation, "succeeded").await;
                assert_eq!(
                    (&ended["kind"], &ended["resource"]["id"]),
                    (&"create".into(), &accepted.body["id"])
                );
                kept += 1;
            }
            None => assert_eq!(harness.asked(vendor, operation).await, asked + 1, "{}", case.fault),
        }
    }
    let listed = harness.get(&format!("{route}?limit=200")).await.expect(200);
    let bound: BTreeSet<_> = listed["data"].as_array().unwrap().iter().map(remote_id).collect();
    assert_eq!(bound.len(), kept, "{listed}");
    let stored = harness.stored(vendor, collection).await;
    assert_eq!(stored.as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>(), bound);
}

fn remote_id(record: &Value) -> &str {
    record["placement"]["remote_id"].as_str().unwrap()
}
