//! A change or a deletion that goes wrong leaves the record as it was.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::fault::of_writes;
use crate::{
    bodies::{agent, trunk},
    harness::Harness,
};

#[tokio::test]
async fn at_qcall() {
    fail(Vendor::Qcall, "/v1/agents", ["updateAssistant", "deleteAssistant"]).await;
}

#[tokio::test]
async fn a_trunk_at_qcall() {
    fail(Vendor::Qcall, "/v1/trunks", ["updateDialer", "deleteDialer"]).await;
}

#[tokio::test]
async fn at_autocalls_of_2025() {
    fail(Vendor::Autocalls2025, "/v1/agents", ["updateAssistant", "deleteAssistant"]).await;
}

#[tokio::test]
async fn at_autocalls_of_2026() {
    fail(Vendor::Autocalls2026, "/v1/agents", ["updateAssistant", "deleteAssistant"]).await;
}

#[tokio::test]
async fn at_opencx() {
    fail(Vendor::Opencx, "/v1/agents", ["updatePhoneNumber", "deletePhoneNumber"]).await;
}

async fn fail(vendor: Vendor, route: &str, [update, delete]: [&str; 2]) {
    let harness = Harness::start().await;
    let new = if route == "/v1/trunks" { trunk() } else { agent(vendor) };
    for case in of_writes() {
        // A deletion may reach the vendor, so that each case has a record of its own.
        let made = harness.create(route, &new).await;
        harness.order(vendor, update, 9, &case.fault).await;
        case.check(vendor, harness.patch(&made.path, &json!({ "name": "Changed" })).await);
        assert_eq!(harness.get(&made.path).await.expect(200), made.body, "{}", case.fault);
        harness.clear_faults().await;

        harness.order(vendor, delete, 9, &case.fault).await;
        case.check(vendor, harness.delete(&made.path).await);
        assert_eq!(harness.get(&made.path).await.expect(200), made.body, "{}", case.fault);
        harness.clear_faults().await;
        harness.delete(&made.path).await.expect(204);
    }
}
