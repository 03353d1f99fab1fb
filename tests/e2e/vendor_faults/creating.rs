//! A creation that goes wrong is sent once, and nothing is kept of it.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::fault::of_writes;
use crate::{
    bodies::{agent, trunk},
    harness::Harness,
};

#[tokio::test]
async fn at_qcall() {
    fail(Vendor::Qcall, "/v1/agents", "createAssistant").await;
}

#[tokio::test]
async fn a_trunk_at_qcall() {
    fail(Vendor::Qcall, "/v1/trunks", "createDialer").await;
}

#[tokio::test]
async fn at_autocalls_of_2025() {
    fail(Vendor::Autocalls2025, "/v1/agents", "createAssistant").await;
}

#[tokio::test]
async fn at_autocalls_of_2026() {
    fail(Vendor::Autocalls2026, "/v1/agents", "createAssistant").await;
}

/// Where each creation costs money.
#[tokio::test]
async fn at_opencx() {
    fail(Vendor::Opencx, "/v1/agents", "buyPhoneNumber").await;
}

async fn fail(vendor: Vendor, route: &str, operation: &str) {
    let harness = Harness::start().await;
    let new = if route == "/v1/trunks" { trunk() } else { agent(vendor) };
    for case in of_writes() {
        let asked = harness.asked(vendor, operation).await;
        harness.order(vendor, operation, 9, &case.fault).await;
        case.check(vendor, harness.post(route, &new).await);
        harness.clear_faults().await;
        assert_eq!(harness.asked(vendor, operation).await, asked + 1, "{}", case.fault);
    }
    let kept = harness.get(route).await.expect(200);
    assert_eq!(kept, json!({ "data": [], "next_cursor": null }));
    // What went wrong does not stay wrong.
    harness.create(route, &new).await;
}
