//! Objects that the vendor lacks although it has the agent: a part of the agent, or another object that a write names.

use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, trial},
    settling::{PATIENT, SWIFT},
};

#[tokio::test]
async fn a_part_that_was_removed_at_the_vendor_is_named_and_the_agent_is_not_missing() {
    let harness = Harness::start().await;
    let tool = |url: &str| {
        json!({ "tools": [{
            "type": "http_request", "name": "book", "description": "Books a visit.", "method": "post", "url": url,
        }] })
    };
    let first = tool("https://desk.northwind.example/visits");
    let made = harness.create("/v1/agents", &with(agent(Vendor::ELEVENLABS), first)).await;
    // A forced deletion at the vendor removes the tool from its agents, too.
    let mut record = harness.stored(Vendor::ELEVENLABS, "agents").await[&made.remote_id].clone();
    let link = record.pointer_mut("/conversation_config/agent/prompt/tool_ids").unwrap();
    let id = std::mem::replace(link, json!([]))[0].as_str().unwrap().to_owned();
    harness.put_record(Vendor::ELEVENLABS, "agents", &made.remote_id, &record).await;
    harness.delete_record(Vendor::ELEVENLABS, "tools", &id).await;

    let change = tool("https://desk.northwind.example/bookings");
    let problem = harness.patch(&made.path, &change).await.problem(409, "state_conflict");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("\"tool/book\"") && detail.contains("overwrite"), "{problem}");
    let kept = harness.get(&made.path).await.expect(200);
    assert_eq!(kept["sync"]["state"], "in_sync", "{kept}");

    let synced = harness.post(&format!("{}/sync", made.path), &json!({ "on_drift": "overwrite" })).await;
    assert_eq!(synced.expect(200)["sync"]["state"], "in_sync");
    harness.patch(&made.path, &change).await.expect(200);
    harness.delete(&made.path).await.expect(204);
    assert_eq!(harness.stored(Vendor::ELEVENLABS, "tools").await, json!({}));
}

/// Checks a change of a part that the vendor still has, after the agent was removed.
#[tokio::test]
async fn an_agent_that_was_removed_without_its_parts_is_missing() {
    let tables = SWIFT.to_owned();
    let harness = Harness::with(Config { vendors: PATIENT.into(), tables, ..Config::default() }).await;
    let made = harness.create("/v1/agents", &agent(Vendor::RETELL)).await;
    harness.delete_record(Vendor::RETELL, "agents", &made.remote_id).await;
    let change = json!({ "prompt": { "instructions": "Be brief." } });
    harness.patch(&made.path, &change).await.problem(409, "state_conflict");
    assert_eq!(harness.get(&made.path).await.expect(200)["sync"]["state"], "missing");
}

/// Checks the status 404 of a vendor that still lists the agent: the write names another object that the vendor lacks.
#[tokio::test]
async fn a_write_that_names_an_unknown_object_is_refused_and_the_agent_is_not_missing() {
    let harness = Harness::start().await;
    for vendor in [Vendor::ELEVENLABS, Vendor::VAPI] {
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let unknown = json!({ "kind": "status", "status": 404 });
        harness.order(vendor, trial(vendor).agents.update, 1, &unknown).await;
        let change = json!({ "name": "Changed" });
        harness.patch(&made.path, &change).await.problem(422, "vendor_rejected");
        let kept = harness.get(&made.path).await.expect(200);
        assert_eq!(
            (&kept["sync"]["state"], &kept["name"]),
            (&json!("in_sync"), &made.body["name"]),
            "{vendor}: {kept}"
        );
        harness.patch(&made.path, &change).await.expect(200);
    }
}
