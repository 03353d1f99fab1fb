//! Records that were removed at the vendor.

use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk},
    harness::Harness,
};

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
        assert_eq!(harness.get(&made.path).await.expect(200), made.body, "{vendor} {route}");
        harness.delete(&made.path).await.expect(204);
        harness.get(&made.path).await.problem(404, "not_found");
    }
}

/// Checks both forms of QCall's answer: a status of its own, and HTTP 200.
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
