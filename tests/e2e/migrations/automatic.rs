//! Agents that move because the configuration has changed.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{config, demanding, portable};
use crate::{bodies::with, harness::Harness};

const MIGRATE: &str = "on_change = \"migrate\"\nretire = \"delete\"\n";

/// Replaces the routing of the running gateway.
async fn rerouted(harness: &Harness, routing: &str) {
    let toml = config(routing).toml(harness.vendors.sandbox(), harness.dir());
    let changed = harness.reconfigure(&toml).await;
    assert!(changed.contains("routing."), "{changed}");
}

/// Returns the fields that keep an agent at its vendor, as the gateway has logged them.
fn staying(harness: &Harness, id: &str) -> Vec<String> {
    let log = harness.gateway.log();
    let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let told = events.filter(|event| {
        event["message"] == "misplaced agent cannot move because of these fields" && event["agent"] == id
    });
    told.map(|event| event["fields"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_edited_route_takes_its_agents_along() {
    let harness = Harness::with(config("default = \"qcall\"")).await;
    let plain = harness.create("/v1/agents", &portable("Plain")).await;
    let pinned = harness.create("/v1/agents", &with(portable("Pinned"), json!({ "vendor": "qcall" }))).await;
    let native = harness
        .create("/v1/agents", &with(portable("Native"), json!({ "voice": { "id": "qv-aurora" } })))
        .await;
    let lossy = harness.create("/v1/agents", &demanding("Lossy")).await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2026", "ids": [plain.id] })).await;
    let losses: Vec<_> = plan["summary"]["losses"].as_object().unwrap().keys().cloned().collect();
    let accept = format!("{MIGRATE}accept_loss = {}\n", json!(losses));
    rerouted(&harness, &format!("default = \"autocalls-2026\"\n{accept}")).await;
    harness.once(&plain.path, |agent| agent["placement"]["vendor"] == "autocalls-2026").await;
    let settled = harness.lives_at(&plain, Vendor::AUTOCALLS_2026).await;
    assert_eq!(settled["placement"]["because"], "routing.default");
    for agent in [&pinned, &native, &lossy] {
        harness.lives_at(agent, Vendor::QCALL).await;
    }
    assert_eq!(staying(&harness, &native.id), ["/voice/id"]);
    assert_eq!(staying(&harness, &lossy.id), ["/ending/message, /prompt/goal"]);
    assert!(staying(&harness, &pinned.id).is_empty() && staying(&harness, &plain.id).is_empty());
    let listed = harness.get("/v1/agents?placement=stale").await.expect(200);
    let stale: Vec<_> = listed["data"].as_array().unwrap().iter().map(|agent| agent["id"].clone()).collect();
    assert_eq!(stale, [native.body["id"].clone(), lossy.body["id"].clone()]);
    let migrations = harness.get("/v1/migrations").await.expect(200);
    assert_eq!(migrations["data"][0]["cause"], "routing.on_change");

    // An agent that is moved against its route would be moved back, so the gateway refuses the migration.
    let against = harness.plan_move(&json!({ "to": "autocalls-2025", "ids": [plain.id] })).await;
    assert_eq!(against["summary"]["blocked"], 0, "it could: {against}");
    let start = json!({ "plan_id": against["plan_id"], "accept_loss": [""] });
    harness.post("/v1/migrations", &start).await.problem(409, "state_conflict");

    rerouted(&harness, &format!("default = \"qcall\"\n{MIGRATE}accept_loss = [\"\"]\n")).await;
    harness.once(&plain.path, |agent| agent["placement"]["vendor"] == "qcall").await;
    harness.lives_at(&plain, Vendor::QCALL).await;
}

#[tokio::test]
async fn no_agent_moves_unless_the_configuration_requires_it() {
    let harness = Harness::with(config("default = \"qcall\"")).await;
    let agent = harness.create("/v1/agents", &portable("Stays")).await;
    rerouted(&harness, "default = \"autocalls-2026\"").await;
    let listed = harness.get("/v1/agents?placement=stale").await.expect(200);
    assert_eq!(listed["data"][0]["id"], agent.id.as_str(), "{listed}");
    harness.lives_at(&agent, Vendor::QCALL).await;
    assert_eq!(harness.get("/v1/migrations").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn an_agent_that_is_corrected_during_the_migration_moves_after_it() {
    let harness = Harness::with(config("default = \"qcall\"")).await;
    let to = Vendor::AUTOCALLS_2026;
    let made = [
        harness.create("/v1/agents", &portable("First")).await,
        harness.create("/v1/agents", &portable("Second")).await,
    ];
    // The vendor refuses one of the agents, and the migration waits for the other one.
    harness.order(to, "createAssistant", 1, &json!({ "kind": "status", "status": 422 })).await;
    harness.order(to, "createAssistant", 1, &json!({ "kind": "hold" })).await;
    rerouted(&harness, &format!("default = \"{to}\"\n{MIGRATE}accept_loss = [\"\"]\n")).await;
    harness.once_held(1).await;
    let migrations = harness.get("/v1/migrations").await.expect(200);
    let moves = format!("/v1/migrations/{}/agents", migrations["data"][0]["id"].as_str().unwrap());
    let refused = |page: &Value| {
        let moves = page["data"].as_array().unwrap();
        moves.iter().find(|one| one["state"] == "failed").map(|one| one["id"].clone())
    };
    let page = harness.once(&moves, |page| refused(page).is_some()).await;
    let corrected = made.iter().find(|agent| refused(&page) == Some(json!(agent.id))).unwrap();
    let change = json!({ "prompt": { "instructions": "You answer every phone." } });
    harness.patch(&corrected.path, &change).await.expect(200);
    harness.release_held().await;
    for agent in &made {
        harness.once(&agent.path, |agent| agent["placement"]["vendor"] == to.name()).await;
        harness.lives_at(agent, to).await;
    }
}
