//! Moves from one vendor to another.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{asked, demanding, portable, site};
use crate::harness::{Harness, trial};

#[tokio::test]
async fn every_vendor_can_be_left_for_every_other_one() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Traveller")).await;
    let mut from = Vendor::QCALL;
    for to in [Vendor::AUTOCALLS_2025, Vendor::OPENCX, Vendor::AUTOCALLS_2026, Vendor::QCALL, Vendor::OPENCX]
    {
        let ended = harness.moved(&json!({ "to": to, "ids": [agent.id] }), "delete").await;
        assert_eq!((&ended["total"], &ended["moved"]), (&json!(1), &json!(1)), "{ended}");
        let settled = harness.lives_at(&agent, to).await;
        assert_eq!(asked(&settled), asked(&agent.body), "{to}: nothing that was asked for has changed");
        assert_eq!(settled["placement"]["kept_at"], Value::Null, "{to}");
        assert_eq!((harness.count_at(to).await, harness.count_at(from).await), (1, 0), "{from} to {to}");
        from = to;
    }
}

#[tokio::test]
async fn what_is_left_behind_stays_where_that_is_asked() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Keeper")).await;
    let before = harness.stored(Vendor::QCALL, "assistants").await[&agent.remote_id].clone();
    harness.moved(&json!({ "to": "autocalls-2026" }), "keep").await;
    let settled = harness.lives_at(&agent, Vendor::AUTOCALLS_2026).await;
    assert_eq!(settled["placement"]["kept_at"], json!(["qcall"]));
    assert_eq!(harness.stored(Vendor::QCALL, "assistants").await[&agent.remote_id], before);
    let list = harness.get("/v1/agents").await.expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1, "{list}");
    // No other record can be bound to the standby.
    let import = json!({ "vendor": "qcall", "remote_id": agent.remote_id });
    harness.post("/v1/agents/import", &import).await.problem(409, "already_exists");
}

#[tokio::test]
async fn every_step_is_an_operation() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Steps")).await;
    harness.moved(&json!({ "to": "autocalls-2025" }), "delete").await;
    let list = harness.get("/v1/operations").await.expect(200);
    let of_agent =
        list["data"].as_array().unwrap().iter().filter(|it| it["resource"]["id"] == agent.id.as_str());
    let steps: Vec<_> =
        of_agent.map(|it| [&it["kind"], &it["vendor"], &it["state"]].map(|v| v.as_str().unwrap())).collect();
    assert_eq!(
        steps,
        [
            ["create", "qcall", "succeeded"],
            ["create", "autocalls-2025", "succeeded"],
            ["move", "autocalls-2025", "succeeded"],
            ["delete", "qcall", "succeeded"],
        ]
    );
}

#[tokio::test]
async fn an_agent_is_changed_at_its_new_vendor_from_then_on() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &demanding("Changer")).await;
    harness.moved(&json!({ "to": "autocalls-2026" }), "keep").await;
    harness.forget_requests().await;
    let change = json!({ "prompt": { "instructions": "Be brief." }, "external_ref": "changed" });
    harness.patch(&agent.path, &change).await.expect(200);
    harness.lives_at(&agent, Vendor::AUTOCALLS_2026).await;
    assert!(harness.writes(Vendor::QCALL).await.is_empty());
    // The revisions from before the move still exist.
    harness.post(&format!("{}/revisions/1/restore", agent.path), &json!({})).await.expect(200);
    let settled = harness.lives_at(&agent, Vendor::AUTOCALLS_2026).await;
    assert_eq!(settled["prompt"]["instructions"], super::SAID);
    assert_eq!(harness.get("/v1/operations?state=needs_attention").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn what_is_changed_during_the_move_arrives() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Busy")).await;
    harness.order(Vendor::AUTOCALLS_2026, "createAssistant", 1, &json!({ "kind": "hold" })).await;
    let path = harness.start_move(&json!({ "to": "autocalls-2026" }), "delete").await;
    harness.once_held(1).await;
    let change = json!({ "prompt": { "instructions": "Changed meanwhile." } });
    let changed = harness.patch(&agent.path, &change).await.expect(200);
    assert_eq!(changed["placement"]["vendor"], "qcall", "it runs where it was");
    says(&harness, Vendor::QCALL, &agent.remote_id, "Changed meanwhile.").await;
    harness.release_held().await;
    assert_eq!(harness.over(&path).await["moved"], 1);
    let settled = harness.lives_at(&agent, Vendor::AUTOCALLS_2026).await;
    assert_eq!((&settled["revision"], harness.count_at(Vendor::QCALL).await), (&json!(2), 0));
}

async fn says(harness: &Harness, vendor: Vendor, remote_id: &str, text: &str) {
    let names = trial(vendor).agents;
    let stored = harness.stored(vendor, names.collection).await;
    assert_eq!(stored[remote_id].pointer(names.instructions), Some(&json!(text)));
}

#[tokio::test]
async fn many_agents_move_concurrently_and_are_listed_individually() {
    let harness = site(Vendor::QCALL).await;
    for number in 0..12 {
        harness.create("/v1/agents", &portable(&format!("Agent {number}"))).await;
    }
    let path = harness.start_move(&json!({ "to": "autocalls-2025" }), "delete").await;
    let ended = harness.over(&path).await;
    assert_eq!((&ended["state"], &ended["moved"]), (&json!("done"), &json!(12)), "{ended}");
    let first = harness.get(&format!("{path}/agents?limit=7&state=moved")).await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = harness.get(&format!("{path}/agents?limit=7&state=moved&cursor={cursor}")).await.expect(200);
    assert_eq!([&first, &rest].map(|page| page["data"].as_array().unwrap().len()), [7, 5]);
    assert_eq!(harness.get(&format!("{path}/agents?state=failed")).await.expect(200)["data"], json!([]));
    assert_eq!(
        (harness.count_at(Vendor::QCALL).await, harness.count_at(Vendor::AUTOCALLS_2025).await),
        (0, 12)
    );
    let listed = harness.get("/v1/migrations").await.expect(200);
    assert_eq!(listed["data"], json!([ended]));
}
