//! Moves to another vendor and back.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use switchboard_core::model::schema::take;
use switchboard_sandbox::Vendor;

use super::{asked, demanding, portable, site};
use crate::{
    bodies::with,
    harness::{Harness, pointers},
};

#[tokio::test]
async fn there_and_back_is_the_identity() {
    for retire in ["keep", "delete"] {
        for to in Vendor::ALL.into_iter().filter(|to| *to != Vendor::QCALL) {
            let harness = site(Vendor::QCALL).await;
            let agent = harness.create("/v1/agents", &demanding("Returner")).await;
            let before = harness.stored(Vendor::QCALL, "assistants").await[&agent.remote_id].clone();
            harness.moved(&json!({ "to": to }), retire).await;
            let there = harness.lives_at(&agent, to).await;
            assert_eq!(asked(&there), asked(&agent.body), "{to}: what it cannot hold is not forgotten");
            harness.moved(&json!({ "to": "qcall" }), retire).await;
            let back = harness.lives_at(&agent, Vendor::QCALL).await;
            assert_eq!(asked(&back), asked(&agent.body), "{to}");
            let reported = |agent: &Value| without_assumed(&agent["translation"]);
            assert_eq!(reported(&back), reported(&agent.body), "{to}: it holds what it held");
            let remote_id = back["placement"]["remote_id"].as_str().unwrap();
            let after = harness.stored(Vendor::QCALL, "assistants").await[remote_id].clone();
            assert_eq!(same(&after), same(&before), "{to}: every field is as it was");
            assert_eq!(remote_id == agent.remote_id, retire == "keep", "{to}");
            assert_eq!(harness.count_at(to).await, usize::from(retire == "keep"), "{to}");
        }
    }
}

#[tokio::test]
async fn there_and_back_between_any_two_vendors_is_the_identity() {
    let mut blocked = 0;
    for from in Vendor::ALL {
        let harness = site(from).await;
        for to in Vendor::ALL.into_iter().filter(|to| *to != from) {
            let (fullest, refused) = harness.fullest(from, to).await;
            let agent = harness.create("/v1/agents", &fullest).await;
            for vendor in [to, from] {
                harness.moved(&json!({ "to": vendor }), "delete").await;
                let held = harness.lives_at(&agent, vendor).await;
                assert_eq!(asked(&held), asked(&agent.body), "{from} to {to}, at {vendor}");
            }
            let held = harness.get(&agent.path).await.expect(200);
            assert_eq!(
                without_assumed(&held["translation"]),
                without_assumed(&agent.body["translation"]),
                "{from} to {to}"
            );
            assert_eq!((harness.count_at(from).await, harness.count_at(to).await), (1, 0), "{from} to {to}");
            harness.delete(&agent.path).await.expect(204);
            if !refused.is_empty() {
                harness.refuses_to_move(&refused.into_iter().fold(fullest, with), to).await;
                blocked += 1;
            }
        }
    }
    assert!(blocked > 0, "no vendor refuses a field that another one has");
}

/// Returns the full agent without the fields whose values exist at only one vendor: the ids, the voice, the language
/// models and the transcription.
fn full() -> Value {
    let mut agent: Value =
        serde_json::from_str(include_str!("../../../crates/conformance/src/full_agent.json")).unwrap();
    for own in [
        "/handovers",
        "/tool_ids",
        "/knowledge_base_ids",
        "/phone_number_id",
        "/voice",
        "/model/name",
        "/model/fallback",
        "/transcription",
    ] {
        take(&mut agent, own);
    }
    agent
}

impl Harness {
    /// Returns the fullest agent that two vendors accept: a full agent without the fields that either of them refuses.
    /// A field that a vendor only reports as lost remains. Also returns the fields that only `to` refuses, each as a
    /// patch.
    async fn fullest(&self, from: Vendor, to: Vendor) -> (Value, Vec<Value>) {
        let mut agent = with(full(), portable("Traveller"));
        let mut refused_there = Vec::new();
        loop {
            let mut refused = Vec::new();
            for vendor in [from, to] {
                let pinned = with(agent.clone(), json!({ "vendor": vendor }));
                let answer = self.post("/v1/agents/plan", &pinned).await;
                if answer.status != 200 {
                    let problem = answer.problem(422, "capability_loss");
                    refused.extend(pointers(&problem).into_iter().map(|at| (vendor, at.to_owned())));
                }
            }
            if refused.is_empty() {
                return (agent, refused_there);
            }
            for (vendor, pointer) in refused {
                match take(&mut agent, &pointer) {
                    Some(value) if vendor == to => refused_there.push(patch(&pointer, value)),
                    _ => {}
                }
            }
        }
    }

    /// Checks that an agent cannot move to a vendor that refuses some of its fields, and that the plan names each of
    /// these fields and no other.
    async fn refuses_to_move(&self, agent: &Value, to: Vendor) {
        let there = self.post("/v1/agents/plan", &with(agent.clone(), json!({ "vendor": to }))).await;
        let problem = there.problem(422, "capability_loss");
        let made = self.create("/v1/agents", agent).await;
        let plan = self.plan_move(&json!({ "to": to })).await;
        let blocked = plan["agents"][0]["blocked"].as_array().unwrap();
        let named: BTreeSet<_> = blocked.iter().map(|row| row["field"].as_str().unwrap()).collect();
        assert_eq!(named, pointers(&problem).into_iter().collect(), "{to}: {plan}");
        assert_eq!(plan["summary"]["blocked"], 1, "{to}: {plan}");
        self.delete(&made.path).await.expect(204);
    }
}

/// Returns a patch that sets one field.
fn patch(pointer: &str, value: Value) -> Value {
    let names = pointer.split('/').skip(1).collect::<Vec<_>>();
    names.into_iter().rev().fold(value, |inner, name| json!({ name: inner }))
}

/// Returns the rows of a report about the desired state, without the values that only the vendor requires.
fn without_assumed(report: &Value) -> (Value, Vec<Value>) {
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

/// Lists the fields that the only agent of a plan would lose, entirely or in part.
fn named_losses(plan: &Value) -> Vec<Value> {
    let agent = &plan["agents"][0];
    let rows = ["lost", "narrowed"].map(|kind| agent[kind].as_array().unwrap());
    rows.into_iter().flatten().map(|row| row["field"].clone()).collect()
}

/// Checks that a caller who accepts the losses of the plan gets no other losses, at a vendor that accepts some fields
/// only in the creation of a record.
#[tokio::test]
async fn the_plan_of_a_way_back_names_every_loss() {
    for meanwhile in [json!({}), json!({ "ending": { "message": "See you!" } })] {
        let harness = site(Vendor::OPENCX).await;
        let agent = harness.create("/v1/agents", &demanding("Returner")).await;
        harness.moved(&json!({ "to": "qcall" }), "keep").await;
        let there = harness.patch(&agent.path, &meanwhile).await.expect(200);
        let plan = harness.plan_move(&json!({ "to": "opencx" })).await;
        let losses = named_losses(&plan);
        let changed = meanwhile.get("ending").is_some();
        assert_eq!(losses.contains(&json!("/ending/message")), changed, "{plan}");
        assert!(!losses.contains(&json!("/extensions/opencx/area_code")), "{plan}");
        let start = json!({ "plan_id": plan["plan_id"], "accept_loss": losses });
        let started = harness.post("/v1/migrations", &start).await.expect(202);
        let path = format!("/v1/migrations/{}", started["id"].as_str().unwrap());
        let ended = harness.over(&path).await;
        assert_eq!(ended["state"], "done", "{}", harness.get(&format!("{path}/agents")).await.body);
        let back = harness.lives_at(&agent, Vendor::OPENCX).await;
        assert_eq!(asked(&back), asked(&there));
        assert_eq!(back["placement"]["remote_id"], agent.remote_id.as_str());
        let stored = harness.stored(Vendor::OPENCX, "phone_numbers").await[&agent.remote_id].clone();
        assert_eq!(stored["end_call_message"], "Bye!", "it cannot be changed at this vendor");
    }
}

#[tokio::test]
async fn what_was_cleared_meanwhile_is_cleared_on_the_way_back() {
    for (vendor, member) in [(Vendor::QCALL, "goal"), (Vendor::AUTOCALLS_2026, "webhook_url")] {
        let harness = site(vendor).await;
        let hook = json!({ "webhook": { "url": "https://example.com/hook" }, "prompt": { "goal": "Book" } });
        let agent = harness.create("/v1/agents", &with(portable("Cleared"), hook)).await;
        let before = harness.stored(vendor, "assistants").await[&agent.remote_id].clone();
        harness.moved(&json!({ "to": "autocalls-2025" }), "keep").await;
        let clear = json!({ "webhook": { "url": null }, "prompt": { "goal": null } });
        harness.patch(&agent.path, &clear).await.expect(200);
        harness.moved(&json!({ "to": vendor }), "keep").await;
        harness.lives_at(&agent, vendor).await;
        let after = harness.stored(vendor, "assistants").await[&agent.remote_id].clone();
        assert!(before[member].is_string(), "{vendor}: {before}");
        let cleared = after[member].is_null() || after[member] == "";
        assert!(cleared, "{vendor}: {}", after[member]);
    }
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
async fn a_deleted_agent_leaves_no_standby() {
    for (query, left) in [("", 0), ("?on_vendor=keep", 1)] {
        let harness = site(Vendor::QCALL).await;
        let agent = harness.create("/v1/agents", &demanding("Ender")).await;
        harness.moved(&json!({ "to": "autocalls-2026" }), "keep").await;
        harness.delete(&format!("{}{query}", agent.path)).await.expect(204);
        harness.idle().await;
        let counts = [harness.count_at(Vendor::QCALL).await, harness.count_at(Vendor::AUTOCALLS_2026).await];
        assert_eq!(counts, [left, left], "{query}");
        if left == 1 {
            // The copy that was kept at the vendor is no longer bound to a record.
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
    // A repeated migration with `keep` changes nothing.
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
    // The standby keeps the vendor configured until a migration with `delete` removes it.
    harness.moved(&json!({ "to": "qcall" }), "delete").await;
    harness.idle().await;
    harness.reconfigure(&without).await;
}
