//! The commands about operations.

use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Config, Harness},
    settling::{PATIENT, SOON, SWIFT},
};

/// Checks the way of an operator from the list of operations to the resolution of a lost purchase.
#[tokio::test]
async fn an_operation_that_needs_attention_is_found_and_resolved() {
    let vendors = format!("{PATIENT}{SOON}");
    let harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    let reset = json!({ "kind": "reset", "when": "before" });
    harness.order(Vendor::OPENCX, "buyPhoneNumber", 1, &reset).await;
    let accepted = harness.post("/v1/agents", &agent(Vendor::OPENCX)).await;
    let id = accepted.body["sync"]["operation_id"].as_str().unwrap();
    harness.operation(&format!("/v1/operations/{id}"), "needs_attention").await;

    let list = ["operations", "list", "--state", "needs_attention", "--vendor", "opencx"];
    let told = harness.cli(&list).await.expect(0);
    let row: Vec<_> = told.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(row[..3], [id, "create", "needs_attention"], "{told}");
    assert_eq!(harness.cli(&["operations", "list", "--state", "failed"]).await.expect(0), "no operations\n");
    let told = harness.cli(&["operations", "get", id]).await.expect(0);
    assert!(
        told.starts_with(&format!("{id} needs_attention create of agt_")) && told.contains("last error: "),
        "{told}"
    );

    let resolve = ["operations", "resolve", id];
    let told = harness.cli(&[&resolve[..], &["adopt"]].concat()).await;
    assert!(told.code == 1 && told.err.contains("--remote-id"), "{told:?}");
    let told = harness.cli(&[&resolve[..], &["adopt", "--remote-id", "nobody's"]].concat()).await;
    assert!(told.code == 1 && told.err.contains("(/remote_id)"), "{told:?}");
    let told = harness.cli(&[&resolve[..], &["abandon", "--remote-id", "x"]].concat()).await;
    assert!(told.code == 1 && told.err.contains("remote_id"), "{told:?}");
    let told = harness.cli(&[&resolve[..], &["abandon", "--json"]].concat()).await.json(0);
    assert_eq!((&told["id"], &told["state"]), (&json!(id), &json!("superseded")));
}
