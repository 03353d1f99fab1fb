//! A write sends a vendor no more requests than necessary.

use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk},
    harness::{Harness, pointers},
};

/// Returns the methods of the requests that a vendor has received since the journal was last cleared.
async fn methods(harness: &Harness, vendor: Vendor) -> Vec<String> {
    harness.seen(vendor).await.into_iter().map(|request| request.method).collect()
}

/// Checks that a vendor that replaces whole records is read once before the change is planned and once after
/// it is written. The plan that was made for the caller is the plan that is sent.
#[tokio::test]
async fn a_change_at_a_replacing_vendor_is_planned_once() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.forget_requests().await;
    harness.patch(&made.path, &json!({ "voice": { "speed": 1.4 } })).await.expect(200);
    assert_eq!(methods(&harness, Vendor::QCALL).await, ["GET", "PUT", "GET"]);
}

#[tokio::test]
async fn a_change_at_a_merging_vendor_reads_nothing_first() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::OPENCX)).await;
    harness.forget_requests().await;
    harness.patch(&made.path, &json!({ "prompt": { "instructions": "Be brief." } })).await.expect(200);
    let seen = methods(&harness, Vendor::OPENCX).await;
    let writes = seen.iter().position(|method| method != "GET");
    assert_eq!(writes, Some(0), "{seen:?}");
}

/// Checks that extensions of a trunk are refused. No vendor has settings of its own for trunks, so no
/// extension could be sent or reported.
#[tokio::test]
async fn extensions_of_a_trunk_are_refused() {
    let harness = Harness::start().await;
    let mut body = trunk();
    body["extensions"] = json!({ "qcall": { "utterance_length": 3 } });
    let problem = harness.post("/v1/trunks", &body).await.problem(422, "unknown_field");
    assert_eq!(pointers(&problem), ["/extensions"]);
    body["extensions"] = json!({});
    let made = harness.create("/v1/trunks", &body).await;
    let patch = json!({ "extensions": { "qcall": { "utterance_length": 3 } } });
    let problem = harness.patch(&made.path, &patch).await.problem(422, "unknown_field");
    assert_eq!(pointers(&problem), ["/extensions"]);
}
