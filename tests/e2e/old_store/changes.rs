//! Changes, operations and migrations of the old version that the gateway continues, and new ones.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{Opened, Read, present};
use crate::bodies::agent;

#[tokio::test]
async fn the_gateway_still_opens_the_secrets_of_trunks() {
    let opened = Opened::with_vendors().await;
    for (name, flag, member) in
        [("sip", "password_set", "sip_trunk_password"), ("twilio", "auth_token_set", "auth_token")]
    {
        assert_eq!(opened.get(name).await["carrier"][flag], true, "{name}");
        // QCall accepts a trunk only as a whole, including its secret.
        let renamed =
            opened.harness.patch(opened.named(name), &json!({ "name": "Renamed" })).await.expect(200);
        assert_eq!(renamed["carrier"][flag], true, "{name}");
        let writes = opened.harness.writes(Vendor::QCALL).await;
        let sent = writes.iter().rfind(|seen| seen.operation == "updateDialer").unwrap();
        assert_eq!(sent.body["name"], "Renamed", "{name}");
        assert_eq!(sent.body[member], opened.expected.secrets[name].as_str(), "{name}");
    }
}

#[tokio::test]
async fn the_gateway_changes_labels_while_all_vendors_are_down() {
    let opened = Opened::alone().await;
    let (path, old) = (opened.named("labelled"), opened.old("labelled"));
    let patch = json!({ "labels": { "team": "support", "tier": null } });
    let changed = opened.harness.patch(path, &patch).await.expect(200);
    assert_eq!(changed["labels"], json!({ "team": "support" }));
    assert_eq!(changed["revision"].as_u64(), old["revision"].as_u64().map(|revision| revision + 1));
    assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
    for kept in ["external_ref", "metadata", "extensions", "prompt", "placement", "created_at"] {
        assert_eq!(changed[kept], old[kept], "{kept}");
    }
    assert_eq!(opened.get("labelled").await, changed);
    let revisions = opened.harness.get(&format!("{path}/revisions")).await.expect(200);
    let labels = revisions["data"].as_array().unwrap().iter().map(|one| one["agent"]["labels"].clone());
    assert_eq!(Value::from_iter(labels), json!([changed["labels"], old["labels"]]), "the newest first");
}

#[tokio::test]
async fn the_gateway_restores_an_old_revision() {
    let opened = Opened::with_vendors().await;
    let (path, old) = (opened.named("changed"), opened.old("changed"));
    let first = opened.expected.reads[&format!("{path}/revisions/1")].body.as_ref().unwrap();
    assert_ne!(first["agent"]["prompt"], old["prompt"]);
    let restored = opened.harness.post(&format!("{path}/revisions/1/restore"), &json!({})).await.expect(200);
    assert_eq!(restored["prompt"], first["agent"]["prompt"]);
    assert_eq!(restored["revision"].as_u64(), old["revision"].as_u64().map(|revision| revision + 1));
    let remote_id = old["placement"]["remote_id"].as_str().unwrap();
    let held = opened.harness.stored(Vendor::AUTOCALLS_2026, "assistants").await[remote_id].clone();
    assert_eq!(held["system_prompt"], restored["prompt"]["instructions"], "{held}");
}

#[tokio::test]
async fn a_caller_abandons_an_operation_that_needs_attention() {
    let opened = Opened::alone().await;
    let operation = opened.named("attention");
    let abandon = json!({ "action": "abandon" });
    opened.harness.post(&format!("{operation}/resolve"), &abandon).await.expect(200);
    assert_eq!(opened.harness.get(operation).await.expect(200)["state"], "superseded");
    let sync = opened.get("stuck").await["sync"].clone();
    assert_eq!((&sync["state"], &sync["operation_id"]), (&json!("failed"), &Value::Null), "{sync}");
}

#[tokio::test]
async fn a_caller_cancels_a_paused_migration() {
    let opened = Opened::alone().await;
    let path = opened.named("paused");
    opened.harness.post(&format!("{path}/cancel"), &json!({})).await.expect(200);
    let ended = opened.over(path).await;
    assert_eq!((&ended["state"], &ended["rolled_back"]), (&json!("rolled_back"), &json!(2)), "{ended}");
    for agent in opened.expected.named["waiting"].as_array().unwrap() {
        let path = agent.as_str().unwrap();
        let old = opened.expected.reads[path].body.as_ref();
        assert_eq!(opened.harness.get(path).await.expect(200), present(old.unwrap()), "it is where it was");
    }
}

#[tokio::test]
async fn a_caller_resumes_a_paused_migration_and_makes_an_old_plan_again() {
    let opened = Opened::with_vendors().await;
    let path = opened.named("paused");
    opened.harness.post(&format!("{path}/resume"), &json!({})).await.expect(200);
    let ended = opened.over(path).await;
    assert_eq!((&ended["state"], &ended["moved"]), (&json!("done"), &json!(2)), "{ended}");

    // The id of a plan of the old version does not cover the ids of aliases, so the plan is made again.
    let old = json!({ "plan_id": opened.named("plan_id"), "accept_loss": [""] });
    opened.harness.post("/v1/migrations", &old).await.problem(409, "state_conflict");
    let planned = opened.get("planned").await;
    let again = json!({ "to": "autocalls-2026", "ids": [planned["id"]] });
    let plan = opened.harness.post("/v1/migrations/plan", &again).await.expect(200);
    let ended = opened.carried_out(plan["plan_id"].as_str().unwrap()).await;
    assert_eq!((&ended["state"], &ended["moved"]), (&json!("done"), &json!(1)), "{ended}");
    assert_eq!(opened.get("planned").await["placement"]["vendor"], "autocalls-2026");
}

#[tokio::test]
async fn a_migration_back_uses_the_record_that_the_vendor_kept() {
    let opened = Opened::with_vendors().await;
    let agent = opened.get("moved").await;
    let back = json!({ "to": "qcall", "ids": [agent["id"]] });
    let plan = opened.harness.post("/v1/migrations/plan", &back).await.expect(200);
    let ended = opened.carried_out(plan["plan_id"].as_str().unwrap()).await;
    assert_eq!(ended["state"], "done", "{ended}");
    let back = opened.get("moved").await["placement"].clone();
    assert_eq!((&back["vendor"], &back["kept_at"]), (&json!("qcall"), &Value::Null), "{back}");
    assert_eq!(back["remote_id"], opened.named("kept"), "{back}");
}

#[tokio::test]
async fn the_gateway_overwrites_drift() {
    let opened = Opened::with_vendors().await;
    let (path, old) = (opened.named("drifted"), opened.old("drifted"));
    assert_eq!(old["sync"]["state"], "drifted");
    let overwrite = json!({ "on_drift": "overwrite" });
    opened.harness.post(&format!("{path}/sync"), &overwrite).await.expect(200);
    let settled = opened.harness.settled(path).await;
    assert_eq!(settled["sync"]["drift"], json!([]));
    let remote_id = settled["placement"]["remote_id"].as_str().unwrap();
    let held = opened.harness.stored(Vendor::QCALL, "assistants").await[remote_id].clone();
    assert_eq!(held["script"], settled["prompt"]["instructions"], "{held}");
}

#[tokio::test]
async fn waiting_operations_finish_once_the_vendors_are_back() {
    let opened = Opened::with_vendors().await;
    let goes_on = |read: &Read| {
        let operation = read.body.as_ref().filter(|body| body.get("next_attempt_at").is_some());
        operation.is_some_and(|it| ["running", "waiting"].contains(&it["state"].as_str().unwrap()))
    };
    let open: Vec<_> = opened.expected.reads.iter().filter(|(_, read)| goes_on(read)).collect();
    assert!(open.len() >= 6, "{} operations are open", open.len());
    for (path, _) in open {
        opened.harness.operation(path, "succeeded").await;
    }

    // Each change reaches the vendor, whether or not the vendor has already carried it out.
    for (name, vendor, member) in
        [("changing", Vendor::AUTOCALLS_2025, "system_prompt"), ("unheard", Vendor::QCALL, "script")]
    {
        let settled = opened.harness.settled(opened.named(name)).await;
        let remote_id = settled["placement"]["remote_id"].as_str().unwrap();
        let held = opened.harness.stored(vendor, "assistants").await[remote_id].clone();
        assert_eq!(held[member], opened.old(name)["prompt"]["instructions"], "{name}: {held}");
    }

    // The gateway finds the record of a lost creation and does not create it again.
    for (name, vendor) in [("lost", Vendor::AUTOCALLS_2026), ("held", Vendor::QCALL)] {
        let settled = opened.harness.settled(opened.named(name)).await;
        let found = opened.namesakes(vendor, "assistants", &settled["name"]).await;
        let ids: Vec<_> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, [settled["placement"]["remote_id"].as_str().unwrap()], "{name}");
        assert!(opened.expected.vendors[&vendor]["assistants"].contains_key(ids[0]), "{name}");
    }

    let leftover = opened.named("leftover");
    assert_eq!(opened.harness.stored(Vendor::AUTOCALLS_2026, "assistants").await.get(leftover), None);

    let ended = opened.over(opened.named("underway")).await;
    assert_eq!((&ended["state"], &ended["moved"]), (&json!("done"), &json!(1)), "{ended}");
    let moved = opened.harness.settled(opened.named("moving")).await;
    assert_eq!(moved["placement"]["vendor"], "autocalls-2025", "{moved}");
    for (vendor, count) in [(Vendor::AUTOCALLS_2025, 1), (Vendor::QCALL, 0)] {
        assert_eq!(opened.namesakes(vendor, "assistants", &moved["name"]).await.len(), count, "{vendor}");
    }
}

/// Checks that old and new records coexist, even after the gateway has been restarted over the file.
#[tokio::test]
async fn the_gateway_keeps_new_records_beside_the_old_ones() {
    let mut opened = Opened::with_vendors().await;
    let mut made = Vec::new();
    for vendor in Vendor::ALL {
        made.push(opened.harness.create("/v1/agents", &agent(vendor)).await);
    }
    opened.harness.gateway.terminate();
    assert!(opened.harness.gateway.ended().await.success());
    opened.harness.restart().await;
    for record in &made {
        assert_eq!(opened.harness.get(&record.path).await.expect(200), record.body);
    }
    assert_eq!(opened.get("labelled").await, present(opened.old("labelled")));
    let listed = opened.harness.get("/v1/agents?limit=200").await.expect(200);
    let old = opened.expected.reads["/v1/agents?limit=200"].body.as_ref().unwrap();
    let count = |list: &Value| list["data"].as_array().unwrap().len();
    assert_eq!(count(&listed), count(old) + made.len());
}
