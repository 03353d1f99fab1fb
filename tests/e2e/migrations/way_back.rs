//! Moves to another vendor and back.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{asked, demanding, site};

#[tokio::test]
async fn there_and_back_is_the_identity() {
    for retire in ["keep", "delete"] {
        for to in [Vendor::AUTOCALLS_2025, Vendor::AUTOCALLS_2026, Vendor::OPENCX] {
            let harness = site(Vendor::QCALL).await;
            let agent = harness.create("/v1/agents", &demanding("Returner")).await;
            let before = harness.stored(Vendor::QCALL, "assistants").await[&agent.remote_id].clone();
            harness.moved(&json!({ "to": to }), retire).await;
            let there = harness.lives_at(&agent, to).await;
            assert_eq!(asked(&there), asked(&agent.body), "{to}: what it cannot hold is not forgotten");
            harness.moved(&json!({ "to": "qcall" }), retire).await;
            let back = harness.lives_at(&agent, Vendor::QCALL).await;
            assert_eq!(asked(&back), asked(&agent.body), "{to}");
            let told = |agent: &Value| told(&agent["translation"]);
            assert_eq!(told(&back), told(&agent.body), "{to}: it holds what it held");
            let remote_id = back["placement"]["remote_id"].as_str().unwrap();
            let after = harness.stored(Vendor::QCALL, "assistants").await[remote_id].clone();
            assert_eq!(same(&after), same(&before), "{to}: every field is as it was");
            assert_eq!(remote_id == agent.remote_id, retire == "keep", "{to}");
            assert_eq!(harness.count_at(to).await, usize::from(retire == "keep"), "{to}");
        }
    }
}

/// Returns the desired state's part of a report; fields that only the vendor requires are in its record.
fn told(report: &Value) -> (Value, Vec<Value>) {
    let rows = report["fields"].as_array().unwrap().iter().filter(|row| row["verdict"] != "assumed");
    (report["fidelity"].clone(), rows.cloned().collect())
}

/// Returns a vendor's record without the members that the vendor sets itself.
fn same(record: &Value) -> Value {
    let mut record = record.clone();
    for own in ["_id", "id", "createdAt", "updatedAt", "created_at", "updated_at", "__v"] {
        record.as_object_mut().unwrap().remove(own);
    }
    record
}

#[tokio::test]
async fn a_number_is_bought_once() {
    let harness = site(Vendor::OPENCX).await;
    let agent = harness.create("/v1/agents", &demanding("Number")).await;
    for _ in 0..2 {
        harness.moved(&json!({ "to": "qcall" }), "keep").await;
        let plan = harness.plan_move(&json!({ "to": "opencx" })).await;
        assert_eq!(plan["agents"][0]["todo"], json!([]), "nothing has to be bought");
        harness.moved(&json!({ "to": "opencx" }), "keep").await;
        let back = harness.lives_at(&agent, Vendor::OPENCX).await;
        assert_eq!(back["placement"]["remote_id"], agent.remote_id.as_str());
    }
    assert_eq!(harness.count_at(Vendor::OPENCX).await, 1);
}

#[tokio::test]
async fn what_was_changed_meanwhile_is_brought_back() {
    let harness = site(Vendor::AUTOCALLS_2025).await;
    let agent = harness.create("/v1/agents", &demanding("Learner")).await;
    harness.moved(&json!({ "to": "qcall" }), "keep").await;
    harness
        .patch(&agent.path, &json!({ "prompt": { "instructions": "Learned." }, "voice": { "speed": 1.1 } }))
        .await
        .expect(200);
    harness.moved(&json!({ "to": "autocalls-2025" }), "keep").await;
    let back = harness.lives_at(&agent, Vendor::AUTOCALLS_2025).await;
    assert_eq!(back["placement"]["remote_id"], agent.remote_id.as_str());
    assert_eq!(
        harness.stored(Vendor::AUTOCALLS_2025, "assistants").await[&agent.remote_id]["speech_speed"],
        1.1
    );
}

#[tokio::test]
async fn what_is_no_longer_there_is_made_anew() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &demanding("Lost")).await;
    harness.moved(&json!({ "to": "autocalls-2026" }), "keep").await;
    harness.delete_record(Vendor::QCALL, "assistants", &agent.remote_id).await;
    harness.moved(&json!({ "to": "qcall" }), "keep").await;
    let back = harness.lives_at(&agent, Vendor::QCALL).await;
    assert_ne!(back["placement"]["remote_id"], agent.remote_id.as_str());
    assert_eq!(back["placement"]["kept_at"], json!(["autocalls-2026"]));
}

#[tokio::test]
async fn who_is_deleted_leaves_nothing_behind() {
    for (query, left) in [("", 0), ("?on_vendor=keep", 1)] {
        let harness = site(Vendor::QCALL).await;
        let agent = harness.create("/v1/agents", &demanding("Ender")).await;
        harness.moved(&json!({ "to": "autocalls-2026" }), "keep").await;
        harness.delete(&format!("{}{query}", agent.path)).await.expect(204);
        harness.idle().await;
        let counts = [harness.count_at(Vendor::QCALL).await, harness.count_at(Vendor::AUTOCALLS_2026).await];
        assert_eq!(counts, [left, left], "{query}");
        if left == 1 {
            // The copy that stays at the vendor is bound to no record now.
            let import = json!({ "vendor": "qcall", "remote_id": agent.remote_id });
            harness.post("/v1/agents/import", &import).await.expect(201);
        }
    }
}

#[tokio::test]
async fn what_was_kept_can_be_removed_later() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &demanding("Decided")).await;
    harness.moved(&json!({ "to": "autocalls-2026" }), "keep").await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2026" })).await;
    let summary = &plan["summary"];
    assert_eq!(
        [&summary["total"], &summary["settled"], &summary["keeping"]],
        [0, 1, 1].map(|n| json!(n)).each_ref()
    );
    // Keep the copy once more.
    assert_eq!(harness.moved(&json!({ "to": "autocalls-2026" }), "keep").await["total"], 0);
    let ended = harness.moved(&json!({ "to": "autocalls-2026" }), "delete").await;
    assert_eq!((&ended["total"], &ended["moved"]), (&json!(1), &json!(1)));
    harness.idle().await;
    let settled = harness.lives_at(&agent, Vendor::AUTOCALLS_2026).await;
    assert_eq!(settled["placement"]["kept_at"], Value::Null);
    assert_eq!(
        (harness.count_at(Vendor::QCALL).await, harness.count_at(Vendor::AUTOCALLS_2026).await),
        (0, 1)
    );
}

#[tokio::test]
async fn a_vendor_to_which_agents_may_return_stays_configured() {
    let harness = site(Vendor::OPENCX).await;
    harness.create("/v1/agents", &demanding("Returner")).await;
    let without = harness
        .configuration()
        .replace("[vendors.opencx]", "[vendors.other]")
        .replace("default = \"opencx\"", "default = \"qcall\"")
        .replace("opencx = \"", "other = \"");
    harness.moved(&json!({ "to": "qcall" }), "keep").await;
    let told = harness.refused(&without).await;
    assert!(told.contains("vendors.opencx: ") && told.contains("standby agents"), "{told}");
    // The standby is kept unless it is given up there.
    harness.moved(&json!({ "to": "qcall" }), "delete").await;
    harness.idle().await;
    harness.reconfigure(&without).await;
}
