//! The commands about migrations.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::moving::start;

#[tokio::test]
async fn a_migration_is_paused_resumed_followed_and_listed() {
    let harness = start().await;
    assert_eq!(harness.cli(&["migrations", "list"]).await.expect(0), "no migrations\n");
    harness.order(Vendor::AUTOCALLS_2026, "createAssistant", 100, &json!({ "kind": "hold" })).await;
    let plan = harness.post("/v1/migrations/plan", &json!({ "to": "autocalls-2026" })).await.expect(200);
    let start = json!({ "plan_id": plan["plan_id"], "accept_loss": [""] });
    let started = harness.post("/v1/migrations", &start).await.body;
    let id = started["id"].as_str().unwrap();

    let told = harness.cli(&["migrations", "pause", id]).await.expect(0);
    assert!(told.starts_with(&format!("{id} is paused: 3 agents to autocalls-2026")), "{told}");
    let shown = harness.cli(&["migrations", "get", id, "--json"]).await.json(0);
    assert_eq!((&shown["state"], &shown["total"]), (&json!("paused"), &json!(3)));
    harness.clear_faults().await;
    harness.release_held().await;
    let resumed = harness.cli(&["migrations", "resume", id, "--json"]).await.json(0);
    assert_ne!(resumed["state"], "paused");
    let followed = harness.cli(&["migrations", "follow", id, "--json"]).await.json(0);
    assert_eq!((&followed["state"], &followed["moved"]), (&json!("done"), &json!(3)));

    let told = harness.cli(&["migrations", "list"]).await.expect(0);
    let row: Vec<_> = told.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(row[..5], [id, "done", "autocalls-2026", "3", "3"], "{told}");
    let agents = harness.cli(&["migrations", "agents", id, "--state", "moved", "--json"]).await.json(0);
    assert_eq!(agents["data"].as_array().unwrap().len(), 3, "{agents}");
    assert_eq!(
        harness.cli(&["migrations", "agents", id, "--state", "failed"]).await.expect(0),
        "no agents\n"
    );
    let ended = harness.cli(&["migrations", "cancel", id]).await;
    assert!(ended.code == 1 && ended.err.contains("409"), "{ended:?}");
}
