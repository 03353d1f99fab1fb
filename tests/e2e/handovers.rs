//! Handovers of calls between agents: the vendor gets its own ids, and no agent that a handover names is lost.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, Record, pointers},
    migrations::site,
    settling::{PATIENT, SWIFT},
};

const AUTOCALLS: Vendor = Vendor::AUTOCALLS_2026;

/// The vendors that have handovers, each with the collection and the pointer of the tools.
const VENDORS: [(Vendor, &str, &str); 4] = [
    (Vendor::VAPI, "assistants", "/model/tools"),
    (Vendor::ELEVENLABS, "agents", "/conversation_config/agent/prompt/built_in_tools/transfer_to_agent"),
    (Vendor::RETELL, "llms", "/general_tools"),
    (AUTOCALLS, "assistants", "/tools"),
];

/// The id of an assistant of Vapi that the gateway does not manage.
const FOREIGN: &str = "0f6a2b51-77c4-4a09-8d2e-1b4c8e9f5a60";

pub fn to(agent: &str, condition: &str) -> Value {
    json!({ "handovers": [{ "agent_id": agent, "condition": condition }] })
}

fn to_anyone() -> Value {
    json!({ "handovers": null })
}

/// Returns the handovers of all records at a vendor, each as the vendor's id of the other agent and the condition.
async fn at_vendor(harness: &Harness, vendor: Vendor) -> Vec<(String, String)> {
    let (_, collection, pointer) = VENDORS.into_iter().find(|(known, ..)| *known == vendor).unwrap();
    let records = harness.stored(vendor, collection).await;
    let mut found = Vec::new();
    for value in records.as_object().unwrap().values().filter_map(|record| record.pointer(pointer)) {
        collect(value, &mut found);
    }
    found.sort();
    found
}

fn collect(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => {
            let id = ["assistantId", "agent_id", "assistant_id"].iter().find_map(|name| members.get(*name));
            let condition = ["description", "condition"].iter().find_map(|name| members.get(*name)?.as_str());
            if let Some(id) = id.filter(|id| !id.is_null()) {
                let id = id.as_str().map_or_else(|| id.to_string(), ToOwned::to_owned);
                found.push((id, condition.unwrap_or_default().to_owned()));
            }
            members.values().for_each(|member| collect(member, found));
        }
        _ => {}
    }
}

fn pair(record: &Record, condition: &str) -> (String, String) {
    (record.remote_id.clone(), condition.to_owned())
}

fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.sort();
    pairs
}

#[tokio::test]
async fn agents_hand_calls_over_to_each_other_by_the_vendors_own_ids() {
    let harness = Harness::start().await;
    for (vendor, ..) in VENDORS {
        let billing = harness.create("/v1/agents", &agent(vendor)).await;
        let body = with(agent(vendor), to(&billing.id, "A bill."));
        let desk = harness.create("/v1/agents", &body).await;
        assert_eq!(desk.body["sync"]["state"], "in_sync", "{vendor}: {}", desk.body);
        assert_eq!(desk.body["handovers"], body["handovers"], "{vendor}");
        assert_eq!(at_vendor(&harness, vendor).await, [pair(&billing, "A bill.")], "{vendor}");
        let synced = harness.post(&format!("{}/sync", desk.path), &json!({})).await.expect(200);
        assert_eq!(synced["sync"]["state"], "in_sync", "{vendor}: {synced}");

        harness.forget_requests().await;
        let same = with(desk.body.clone(), json!({ "metadata": { "again": true } }));
        harness.put(&desk.path, 1, &same).await.expect(200);
        assert_eq!(harness.writes(vendor).await.len(), 0, "{vendor}: nothing has changed at the vendor");

        let back = to(&desk.id, "Anything else.");
        let plan = harness.post(&format!("{}/plan", billing.path), &back).await.expect(200);
        // The first request of each step of an update is a read at Retell.
        let shown = plan["requests"].to_string();
        assert!(vendor == Vendor::RETELL || shown.contains(&desk.remote_id), "{vendor}: {plan}");
        let cycle = harness.patch(&billing.path, &back).await.expect(200);
        assert_eq!(cycle["sync"]["state"], "in_sync", "{vendor}: {cycle}");
        let both = sorted(vec![pair(&billing, "A bill."), pair(&desk, "Anything else.")]);
        assert_eq!(at_vendor(&harness, vendor).await, both, "{vendor}");

        let prompt = json!({ "prompt": { "instructions": "Be brief." }, "ending": { "hang_up": {} } });
        harness.patch(&desk.path, &prompt).await.expect(200);
        let changed = harness.patch(&desk.path, &to(&billing.id, "Money.")).await.expect(200);
        assert_eq!(changed["sync"]["state"], "in_sync", "{vendor}: {changed}");
        let both = sorted(vec![pair(&billing, "Money."), pair(&desk, "Anything else.")]);
        assert_eq!(at_vendor(&harness, vendor).await, both, "{vendor}: they are kept");

        harness.patch(&desk.path, &to_anyone()).await.expect(200);
        assert_eq!(at_vendor(&harness, vendor).await, [pair(&desk, "Anything else.")], "{vendor}");
        harness.patch(&billing.path, &to_anyone()).await.expect(200);
        assert_eq!(at_vendor(&harness, vendor).await, [], "{vendor}");
        harness.seen(vendor).await.iter().for_each(|request| request.keeps_the_contract());
    }
}

#[tokio::test]
async fn a_handover_without_a_condition_is_sent_and_reported_where_the_vendor_needs_one() {
    let harness = Harness::start().await;
    for (vendor, ..) in VENDORS {
        let other = harness.create("/v1/agents", &agent(vendor)).await;
        let body = with(agent(vendor), json!({ "handovers": [{ "agent_id": other.id }] }));
        let made = harness.create("/v1/agents", &body).await;
        assert_eq!(made.body["sync"]["state"], "in_sync", "{vendor}: {}", made.body);
        assert_eq!(made.body["handovers"], body["handovers"], "{vendor}");
        let rows = made.body["translation"]["fields"].as_array().unwrap().clone();
        let verdict = rows.iter().find(|row| row["field"] == "/handovers").map(|row| &row["verdict"]);
        let lost = verdict.and_then(Value::as_str).filter(|verdict| *verdict != "exact");
        assert_eq!(lost, (vendor == Vendor::ELEVENLABS).then_some("substituted"), "{vendor}");
        let synced = harness.post(&format!("{}/sync", made.path), &json!({})).await.expect(200);
        assert_eq!(synced["sync"]["state"], "in_sync", "{vendor}: {synced}");
    }
}

#[tokio::test]
async fn only_another_agent_that_the_vendor_has_can_take_calls_over() {
    let vendors = PATIENT.to_owned();
    let harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    let elsewhere = harness.create("/v1/agents", &agent(Vendor::RETELL)).await;
    let desk = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let unknown = "agt_00000000000000000000000000";
    for (id, about) in [
        (unknown, "There is no agent"),
        (&elsewhere.id, "runs at retell"),
        ("of-a-console", "There is no agent"),
    ] {
        for (path, body) in [
            ("/v1/agents".to_owned(), with(agent(Vendor::VAPI), to(id, "Now."))),
            ("/v1/agents/plan".to_owned(), with(agent(Vendor::VAPI), to(id, "Now."))),
            (format!("{}/plan", desk.path), to(id, "Now.")),
        ] {
            let problem = harness.post(&path, &body).await.problem(422, "validation_failed");
            assert_eq!(pointers(&problem), ["/handovers/0/agent_id"], "{path}");
            assert!(problem["detail"].as_str().unwrap().contains(about), "{path}: {problem}");
        }
    }
    for answer in [
        harness.patch(&desk.path, &to(&desk.id, "Now.")).await,
        harness.post(&format!("{}/plan", desk.path), &to(&desk.id, "Now.")).await,
    ] {
        assert_eq!(pointers(&answer.problem(422, "validation_failed")), ["/handovers/0/agent_id"]);
    }
    let two = json!({ "handovers": [{ "agent_id": elsewhere.id }, { "agent_id": "" }, { "agent_id": unknown, "when": "" }] });
    let problem = harness.patch(&desk.path, &two).await.problem(422, "validation_failed");
    assert_eq!(pointers(&problem), ["/handovers/1/agent_id", "/handovers/2/when"], "{problem}");

    let gone = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    harness.delete_record(Vendor::VAPI, "assistants", &gone.remote_id).await;
    let lost = harness.post(&format!("{}/sync", gone.path), &json!({})).await.expect(200);
    assert_eq!(lost["sync"]["state"], "missing");
    for answer in [
        harness.post("/v1/agents", &with(agent(Vendor::VAPI), to(&gone.id, "Now."))).await,
        harness.post("/v1/agents/plan", &with(agent(Vendor::VAPI), to(&gone.id, "Now."))).await,
        harness.patch(&desk.path, &to(&gone.id, "Now.")).await,
    ] {
        assert_eq!(answer.header("retry-after"), Some("2"));
        let problem = answer.problem(409, "agent_not_ready");
        assert_eq!(pointers(&problem), ["/handovers/0/agent_id"], "{problem}");
    }
    let again = harness.post(&format!("{}/sync", gone.path), &json!({ "on_drift": "overwrite" })).await;
    let again = again.expect(200);
    harness.patch(&desk.path, &to(&gone.id, "Now.")).await.expect(200);
    let taker = again["placement"]["remote_id"].as_str().unwrap().to_owned();
    assert_eq!(at_vendor(&harness, Vendor::VAPI).await, [(taker, "Now.".to_owned())]);
}

#[tokio::test]
async fn a_vendor_without_handovers_reports_them() {
    let harness = Harness::start().await;
    for vendor in [Vendor::QCALL, Vendor::BLAND, Vendor::OPENCX, Vendor::AUTOCALLS_2025] {
        let other = harness.create("/v1/agents", &agent(vendor)).await;
        let body = with(agent(vendor), to(&other.id, "A bill."));
        let made = harness.create("/v1/agents", &body).await;
        assert_eq!(made.body["handovers"], body["handovers"], "{vendor}");
        let rows = made.body["translation"]["fields"].as_array().unwrap().clone();
        let row = rows.iter().find(|row| row["field"] == "/handovers").unwrap();
        assert_eq!(
            (&row["verdict"], &row["wanted"]),
            (&json!("unsupported"), &body["handovers"]),
            "{vendor}"
        );
        let refused = harness.strictly(reqwest::Method::POST, "/v1/agents", &body).await;
        let problem = refused.problem(422, "capability_loss");
        assert!(pointers(&problem).contains(&"/handovers"), "{vendor}: {problem}");
    }
}

#[tokio::test]
async fn an_agent_that_a_handover_names_cannot_be_deleted() {
    let harness = Harness::start().await;
    let billing = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let body = with(agent(Vendor::VAPI), to(&billing.id, "A bill."));
    let (one, two) = (harness.create("/v1/agents", &body).await, harness.create("/v1/agents", &body).await);
    for path in [billing.path.clone(), format!("{}?on_vendor=keep", billing.path)] {
        let problem = harness.delete(&path).await.problem(409, "in_use");
        for id in [&one.id, &two.id] {
            assert!(problem["detail"].as_str().unwrap().contains(id), "{problem}");
        }
    }
    assert!(harness.stored(Vendor::VAPI, "assistants").await[&billing.remote_id].is_object());
    harness.delete(&one.path).await.expect(204);
    let problem = harness.delete(&billing.path).await.problem(409, "in_use");
    assert!(!problem["detail"].as_str().unwrap().contains(&one.id), "{problem}");
    harness.patch(&two.path, &to_anyone()).await.expect(200);
    harness.delete(&billing.path).await.expect(204);
}

#[tokio::test]
async fn a_handover_that_a_running_write_proposes_counts_too() {
    let harness = Harness::start().await;
    let billing = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let desk = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    harness.order(Vendor::VAPI, "updateAssistant", 1, &json!({ "kind": "hold" })).await;
    let body = to(&billing.id, "A bill.");
    let patched = harness.patch(&desk.path, &body);
    let refused = async {
        harness.once_held(1).await;
        let refused = harness.delete(&billing.path).await;
        harness.release_held().await;
        refused
    };
    let (patched, refused) = tokio::join!(patched, refused);
    assert!(refused.problem(409, "in_use")["detail"].as_str().unwrap().contains(&desk.id));
    assert_eq!(patched.expect(200)["sync"]["state"], "in_sync");
}

#[tokio::test]
async fn a_handover_to_an_agent_that_is_deleted_during_the_planning_is_refused() {
    let harness = Harness::start().await;
    let billing = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let desk = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    harness.order(Vendor::VAPI, "getAssistant", 1, &json!({ "kind": "hold" })).await;
    let body = to(&billing.id, "A bill.");
    let patched = harness.patch(&desk.path, &body);
    let deleted = async {
        harness.once_held(1).await;
        let deleted = harness.delete(&billing.path).await;
        harness.release_held().await;
        deleted
    };
    let (patched, deleted) = tokio::join!(patched, deleted);
    deleted.expect(204);
    assert_eq!(pointers(&patched.problem(422, "validation_failed")), ["/handovers/0/agent_id"]);
    assert_eq!(harness.get(&desk.path).await.expect(200)["handovers"], Value::Null);
    assert_eq!(at_vendor(&harness, Vendor::VAPI).await, []);
}

#[tokio::test]
async fn two_lost_agents_that_name_each_other_can_be_deleted() {
    let harness = Harness::start().await;
    let billing = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let desk = harness.create("/v1/agents", &with(agent(Vendor::VAPI), to(&billing.id, "A bill."))).await;
    harness.patch(&billing.path, &to(&desk.id, "Anything else.")).await.expect(200);
    for record in [&billing, &desk] {
        harness.delete_record(Vendor::VAPI, "assistants", &record.remote_id).await;
        let lost = harness.post(&format!("{}/sync", record.path), &json!({})).await.expect(200);
        assert_eq!(lost["sync"]["state"], "missing");
    }
    harness.delete(&billing.path).await.expect(204);
    harness.delete(&desk.path).await.expect(204);
}

#[tokio::test]
async fn a_handover_counts_beside_those_of_many_lost_agents() {
    let harness = Harness::start().await;
    let billing = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let body = with(agent(Vendor::VAPI), to(&billing.id, "A bill."));
    for _ in 0..20 {
        let lost = harness.create("/v1/agents", &body).await;
        harness.delete_record(Vendor::VAPI, "assistants", &lost.remote_id).await;
        let lost = harness.post(&format!("{}/sync", lost.path), &json!({})).await.expect(200);
        assert_eq!(lost["sync"]["state"], "missing");
    }
    let desk = harness.create("/v1/agents", &body).await;
    let problem = harness.delete(&billing.path).await.problem(409, "in_use");
    assert!(problem["detail"].as_str().unwrap().contains(&desk.id), "{problem}");
    harness.patch(&desk.path, &to_anyone()).await.expect(200);
    harness.delete(&billing.path).await.expect(204);
}

#[tokio::test]
async fn drift_is_shown_and_adopted_in_the_ids_of_the_gateway() {
    let harness = Harness::start().await;
    let billing = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let other = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let desk = harness.create("/v1/agents", &with(agent(Vendor::VAPI), to(&billing.id, "A bill."))).await;
    let sync = format!("{}/sync", desk.path);
    harness.hand_over_at_vapi(&desk, &other.remote_id).await;
    let drifted = harness.post(&sync, &json!({})).await.expect(200);
    assert_eq!(drifted["sync"]["state"], "drifted", "{drifted}");
    let drift = drifted["sync"]["drift"].as_array().unwrap();
    assert_eq!(drift.len(), 1, "{drifted}");
    assert_eq!(drift[0]["desired"], to(&billing.id, "A bill.")["handovers"]);
    assert_eq!(drift[0]["observed"], to(&other.id, "A bill.")["handovers"]);
    let adopted = harness.post(&sync, &json!({ "on_drift": "adopt" })).await.expect(200);
    assert_eq!(adopted["handovers"], to(&other.id, "A bill.")["handovers"]);
    assert_eq!(adopted["sync"]["state"], "in_sync", "{adopted}");
    let synced = harness.post(&sync, &json!({})).await.expect(200);
    assert_eq!(synced["sync"]["state"], "in_sync", "{synced}");

    harness.put_record(Vendor::VAPI, "assistants", FOREIGN, &json!({ "name": "Of the console" })).await;
    harness.hand_over_at_vapi(&desk, FOREIGN).await;
    let drifted = harness.post(&sync, &json!({})).await.expect(200);
    assert_eq!(drifted["sync"]["drift"][0]["observed"], to(FOREIGN, "A bill.")["handovers"]);
    let problem =
        harness.post(&sync, &json!({ "on_drift": "adopt" })).await.problem(422, "validation_failed");
    assert_eq!(pointers(&problem), ["/handovers/0/agent_id"], "{problem}");
    let restored = harness.post(&sync, &json!({ "on_drift": "overwrite" })).await.expect(200);
    assert_eq!(restored["sync"]["state"], "in_sync", "{restored}");
    assert_eq!(at_vendor(&harness, Vendor::VAPI).await, [pair(&other, "A bill.")]);
}

#[tokio::test]
async fn an_import_reads_handovers_to_managed_agents_and_keeps_the_others() {
    let harness = Harness::start().await;
    let billing = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let desk = harness.create("/v1/agents", &with(agent(Vendor::VAPI), to(&billing.id, "A bill."))).await;
    let import = json!({ "vendor": "vapi", "remote_id": desk.remote_id, "direction": "inbound" });
    harness.delete(&format!("{}?on_vendor=keep", desk.path)).await.expect(204);
    harness.forget_requests().await;
    let plan = harness.post("/v1/agents/import/plan", &import).await.expect(200);
    assert_eq!((&plan["unread"], &plan["requests"]), (&json!([]), &json!([])), "{plan}");
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    assert_eq!(taken["handovers"], to(&billing.id, "A bill.")["handovers"], "{taken}");
    let path = format!("/v1/agents/{}", taken["id"].as_str().unwrap());
    let synced = harness.post(&format!("{path}/sync"), &json!({})).await.expect(200);
    assert_eq!(synced["sync"]["state"], "in_sync", "{synced}");
    assert_eq!(harness.writes(Vendor::VAPI).await.len(), 0);

    harness.delete(&format!("{path}?on_vendor=keep")).await.expect(204);
    harness.put_record(Vendor::VAPI, "assistants", FOREIGN, &json!({ "name": "Of the console" })).await;
    harness.hand_over_at_vapi(&desk, FOREIGN).await;
    let plan = harness.post("/v1/agents/import/plan", &import).await.expect(200);
    assert_eq!(plan["unread"][0]["field"], "/handovers", "{plan}");
    assert!(plan["unread"][0]["why"].as_str().unwrap().contains(FOREIGN), "{plan}");
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    assert_eq!((&taken["handovers"], &taken["sync"]["state"]), (&Value::Null, &json!("in_sync")), "{taken}");
    let path = format!("/v1/agents/{}", taken["id"].as_str().unwrap());
    let synced = harness.post(&format!("{path}/sync"), &json!({})).await.expect(200);
    assert_eq!(synced["sync"]["state"], "in_sync", "{synced}");
    harness.patch(&path, &json!({ "model": { "temperature": 0.4 } })).await.expect(200);
    assert_eq!(at_vendor(&harness, Vendor::VAPI).await, [(FOREIGN.to_owned(), "A bill.".to_owned())]);
}

#[tokio::test]
async fn agents_between_which_calls_are_handed_over_do_not_move() {
    let harness = site(Vendor::VAPI).await;
    let billing = harness.create("/v1/agents", &crate::migrations::portable("Billing")).await;
    let body = with(crate::migrations::portable("Desk"), to(&billing.id, "A bill."));
    let desk = harness.create("/v1/agents", &body).await;
    let selection = json!({ "to": "retell", "ids": [billing.id, desk.id] });
    let plan = harness.plan_move(&selection).await;
    let blocked = |id: &str| {
        let agents = plan["agents"].as_array().unwrap();
        let one = agents.iter().find(|one| one["id"] == id).unwrap();
        one["blocked"].as_array().unwrap().clone()
    };
    let of_desk = blocked(&desk.id);
    assert_eq!((of_desk.len(), &of_desk[0]["field"]), (1, &json!("/handovers")), "{plan}");
    let of_billing = blocked(&billing.id);
    assert_eq!((of_billing.len(), &of_billing[0]["code"]), (1, &json!("in_use")), "{plan}");
    assert!(of_billing[0]["detail"].as_str().unwrap().contains(&desk.id), "{plan}");
    harness.patch(&desk.path, &to_anyone()).await.expect(200);
    let plan = harness.plan_move(&selection).await;
    for one in plan["agents"].as_array().unwrap() {
        assert_eq!(one["blocked"], json!([]), "{plan}");
    }
}

impl Harness {
    /// Changes the agent in the first handover of an assistant, as a user of Vapi's console does.
    async fn hand_over_at_vapi(&self, record: &Record, to: &str) {
        let mut held = self.stored(Vendor::VAPI, "assistants").await[&record.remote_id].clone();
        let tools = held["model"]["tools"].as_array_mut().unwrap();
        let tool = tools.iter_mut().find(|tool| tool["type"] == "handoff").unwrap();
        tool["destinations"][0]["assistantId"] = json!(to);
        self.put_record(Vendor::VAPI, "assistants", &record.remote_id, &held).await;
    }
}
