//! Pausing, resuming and cancelling a migration.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{portable, site};
use crate::harness::{Harness, Record, pointers};

const TO: Vendor = Vendor::AUTOCALLS_2026;

/// Starts more moves than the gateway runs concurrently. The vendor holds the creations of the first moves.
async fn held() -> (Harness, Vec<Record>, String) {
    let harness = site(Vendor::QCALL).await;
    let mut agents = Vec::new();
    for number in 0..36 {
        agents.push(harness.create("/v1/agents", &portable(&format!("Agent {number}"))).await);
    }
    harness.order(TO, "createAssistant", 1000, &json!({ "kind": "hold" })).await;
    let path = harness.start_move(&json!({ "to": TO }), "delete").await;
    harness.once(&path, |migration| migration["underway"].as_u64() > Some(0)).await;
    (harness, agents, path)
}

async fn release(harness: &Harness) {
    harness.clear_faults().await;
    harness.release_held().await;
}

#[tokio::test]
async fn a_paused_migration_finishes_started_moves_and_starts_no_others() {
    let (harness, agents, path) = held().await;
    harness.once(&path, |migration| migration["underway"] == 32).await;
    let paused = harness.post(&format!("{path}/pause"), &json!({})).await.expect(200);
    assert_eq!(paused["state"], "paused");
    release(&harness).await;
    let arrived = harness.once(&path, |it| it["underway"] == 0 && it["retiring"] == 0).await;
    assert_eq!((&arrived["moved"], &arrived["waiting"]), (&json!(32), &json!(4)), "{arrived}");
    assert_eq!(arrived["finished_at"], Value::Null);
    harness.post(&format!("{path}/resume"), &json!({})).await.expect(200);
    let ended = harness.over(&path).await;
    assert_eq!((&ended["state"], &ended["moved"]), (&json!("done"), &json!(agents.len())));
    for order in ["pause", "resume", "cancel"] {
        harness.post(&format!("{path}/{order}"), &json!({})).await.problem(409, "state_conflict");
    }
}

#[tokio::test]
async fn a_paused_migration_ends_when_no_agent_waits() {
    let harness = site(Vendor::QCALL).await;
    harness.create("/v1/agents", &portable("Only")).await;
    harness.order(TO, "createAssistant", 1, &json!({ "kind": "hold" })).await;
    let path = harness.start_move(&json!({ "to": TO }), "delete").await;
    harness.once_held(1).await;
    let paused = harness.post(&format!("{path}/pause"), &json!({})).await.expect(200);
    assert_eq!((&paused["state"], &paused["waiting"]), (&json!("paused"), &json!(0)));
    release(&harness).await;
    let ended = harness.over(&path).await;
    assert_eq!((&ended["state"], &ended["moved"]), (&json!("done"), &json!(1)));
}

#[tokio::test]
async fn a_cancelled_one_leaves_agents_where_they_are() {
    let (harness, agents, path) = held().await;
    let some = json!({ "ids": [agents[0].id] });
    let refused = harness.post(&format!("{path}/cancel"), &some).await.problem(422, "unknown_field");
    assert_eq!(pointers(&refused), ["/ids"]);
    let cancelled = harness.post(&format!("{path}/cancel"), &json!({})).await.expect(200);
    assert_eq!(cancelled["state"], "cancelling");
    harness.post(&format!("{path}/resume"), &json!({})).await.problem(409, "state_conflict");
    release(&harness).await;
    let ended = harness.over(&path).await;
    assert_eq!(
        (&ended["state"], &ended["rolled_back"]),
        (&json!("rolled_back"), &json!(agents.len())),
        "{ended}"
    );
    for agent in &agents {
        harness.lives_at(agent, Vendor::QCALL).await;
    }
    assert_eq!((harness.count_at(Vendor::QCALL).await, harness.count_at(TO).await), (agents.len(), 0));
}

#[tokio::test]
async fn an_agent_moves_in_one_migration_at_a_time() {
    let (harness, agents, path) = held().await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2025", "ids": [agents[0].id] })).await;
    assert_eq!(plan["summary"]["blocked"], 1, "{plan}");
    let start = json!({ "plan_id": plan["plan_id"], "accept_loss": [""] });
    harness.post("/v1/migrations", &start).await.problem(409, "state_conflict");
    release(&harness).await;
    harness.over(&path).await;
}

#[tokio::test]
async fn a_start_that_is_sent_again_is_answered_as_before() {
    let harness = site(Vendor::QCALL).await;
    harness.create("/v1/agents", &portable("Once")).await;
    let plan = harness.plan_move(&json!({ "to": TO })).await;
    let start = json!({ "plan_id": plan["plan_id"], "accept_loss": [""] });
    let send = || {
        let request =
            harness.request(reqwest::Method::POST, "/v1/migrations").header("idempotency-key", "start-1");
        crate::harness::Answer::to(request.json(&start))
    };
    let (first, second) = (send().await, send().await);
    assert_eq!((first.status, second.status), (202, 202), "{}", second.text);
    assert_eq!(first.text, second.text);
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(harness.get("/v1/migrations").await.expect(200)["data"].as_array().unwrap().len(), 1);
    for missing in ["", "/agents"] {
        harness
            .get(&format!("/v1/migrations/mig_01kd4xq7cme5jr1c9zv0w8s3tf{missing}"))
            .await
            .problem(404, "not_found");
    }
}
