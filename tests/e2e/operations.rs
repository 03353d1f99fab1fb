//! Writes that have not reached the vendor yet.

use reqwest::Method;
use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Answer, Config, Harness, pointers},
    settling::{PATIENT, SOON, SWIFT},
};

const DOWN: u32 = 1000;

/// Starts a gateway with short retry intervals.
async fn swift() -> Harness {
    Harness::with(Config { vendors: format!("{PATIENT}{SOON}"), tables: SWIFT.into(), ..Config::default() })
        .await
}

/// Makes the vendor fail every request until the faults are cleared.
async fn take_down(harness: &Harness, vendor: Vendor) {
    let order = json!({ "vendor": vendor, "times": DOWN, "fault": { "kind": "status", "status": 503 } });
    harness.vendors.control(Method::POST, "/faults", Some(&order)).await.expect(201);
}

/// Returns the path of the operation of an accepted write.
fn followed(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    answer.header("location").unwrap().to_owned()
}

#[tokio::test]
async fn a_vendor_that_takes_longer_than_the_caller_waits() {
    let harness = swift().await;
    let hold = json!({ "kind": "hold" });
    harness.order(Vendor::QCALL, "createAssistant", 1, &hold).await;
    let request = harness.request(Method::POST, "/v1/agents").header("prefer", "wait=0");
    let answer = Answer::to(request.json(&agent(Vendor::QCALL))).await;
    assert_eq!(answer.header("preference-applied"), Some("wait=0"));
    let (operation, made) = (followed(&answer), &answer.body);
    assert_eq!(made["sync"]["state"], "unknown");
    assert_eq!(operation, format!("/v1/operations/{}", made["sync"]["operation_id"].as_str().unwrap()));
    let path = format!("/v1/agents/{}", made["id"].as_str().unwrap());
    assert_eq!(harness.get(&path).await.expect(200), *made, "it is there at once");
    let running = harness.get(&operation).await.expect(200);
    assert_eq!((&running["state"], &running["kind"]), (&json!("running"), &json!("create")));
    assert_eq!(running["resource"], json!({ "type": "agent", "id": made["id"] }));

    harness.once_held(1).await;
    harness.release_held().await;
    harness.operation(&operation, "succeeded").await;
    let settled = harness.settled(&path).await;
    let stored = harness.stored(Vendor::QCALL, "assistants").await;
    assert!(stored[settled["placement"]["remote_id"].as_str().unwrap()].is_object(), "{stored}");
    assert_eq!(harness.asked(Vendor::QCALL, "createAssistant").await, 1);
}

#[tokio::test]
async fn a_newer_write_takes_the_place_of_one_that_waits() {
    let harness = swift().await;
    for (vendor, collection, member, update) in [
        (Vendor::QCALL, "assistants", "script", "updateAssistant"),
        (Vendor::AUTOCALLS_2026, "assistants", "system_prompt", "updateAssistant"),
        (Vendor::OPENCX, "phone_numbers", "base_prompt", "updatePhoneNumber"),
    ] {
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        take_down(&harness, vendor).await;
        let mut operations = Vec::new();
        for text in ["First.", "Second."] {
            let change = json!({ "prompt": { "instructions": text } });
            let answer = harness.patch(&made.path, &change).await;
            assert_eq!(answer.body["prompt"]["instructions"], text, "{vendor}");
            operations.push(followed(&answer));
        }
        harness.forget_requests().await;
        harness.clear_faults().await;
        harness.operation(&operations[0], "superseded").await;
        harness.operation(&operations[1], "succeeded").await;
        let settled = harness.settled(&made.path).await;
        assert_eq!(settled["prompt"]["instructions"], "Second.", "{vendor}");
        assert_eq!(harness.stored(vendor, collection).await[&made.remote_id][member], "Second.", "{vendor}");
        let sent = harness.writes(vendor).await.into_iter().filter(|seen| seen.operation == update);
        let stale: Vec<_> = sent.filter(|seen| seen.body[member] == "First.").collect();
        assert!(stale.is_empty(), "{vendor}: {stale:?}");
    }
}

#[tokio::test]
async fn a_deletion_that_waits_is_done_for_callers() {
    let harness = swift().await;
    let made = harness.create("/v1/agents", &agent(Vendor::AUTOCALLS_2026)).await;
    take_down(&harness, Vendor::AUTOCALLS_2026).await;
    let answer = harness.delete(&made.path).await;
    let operation = followed(&answer);
    assert_eq!(answer.body["kind"], "delete");
    harness.get(&made.path).await.problem(404, "not_found");
    harness.patch(&made.path, &json!({ "name": "Back" })).await.problem(404, "not_found");
    assert_eq!(harness.get("/v1/agents").await.expect(200)["data"], json!([]));
    harness.clear_faults().await;
    harness.operation(&operation, "succeeded").await;
    assert_eq!(harness.stored(Vendor::AUTOCALLS_2026, "assistants").await, json!({}));
}

#[tokio::test]
async fn they_can_be_listed() {
    let harness = swift().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    take_down(&harness, Vendor::OPENCX).await;
    let waiting = harness.post("/v1/agents", &agent(Vendor::OPENCX)).await;
    let operation = followed(&waiting);
    let listed = async |query: &str| {
        let list = harness.get(&format!("/v1/operations?{query}")).await.expect(200);
        let ids = list["data"].as_array().unwrap().iter().map(|it| it["resource"]["id"].clone());
        ids.collect::<Vec<_>>()
    };
    let ids = [&made.body["id"], &waiting.body["id"]].map(Clone::clone);
    assert_eq!(listed("limit=200").await, ids, "the oldest first");
    assert_eq!(listed("state=succeeded").await, ids[..1]);
    assert_eq!(listed("vendor=opencx").await, ids[1..]);
    assert_eq!(listed(&format!("resource_id={}", made.id)).await, ids[..1]);
    harness.get("/v1/operations?state=lost").await.problem(400, "parameter_invalid");
    let first = harness.get("/v1/operations?limit=1").await.expect(200);
    assert_eq!(listed(&format!("cursor={}", first["next_cursor"].as_str().unwrap())).await, ids[1..]);

    harness.clear_faults().await;
    harness.operation(&operation, "succeeded").await;
    harness.get("/v1/operations/op_01kd4xq7cme5jr1c9zv0w8s3tf").await.problem(404, "not_found");
}

/// Checks that a lost purchase needs attention, because only the operator can find out whether the number was
/// bought.
#[tokio::test]
async fn a_lost_purchase_needs_attention() {
    let harness = swift().await;
    for (action, bought) in [("retry", 1), ("abandon", 0)] {
        let before = harness.stored(Vendor::OPENCX, "phone_numbers").await;
        let before = before.as_object().map_or(0, serde_json::Map::len);
        let reset = json!({ "kind": "reset", "when": "before" });
        harness.order(Vendor::OPENCX, "buyPhoneNumber", 1, &reset).await;
        let answer = harness.post("/v1/agents", &agent(Vendor::OPENCX)).await;
        let operation = followed(&answer);
        let path = format!("/v1/agents/{}", answer.body["id"].as_str().unwrap());
        let stuck = harness.operation(&operation, "needs_attention").await;
        assert_eq!(stuck["candidates"], json!([]));
        assert_eq!(harness.get(&path).await.expect(200)["sync"]["state"], "needs_attention");

        let resolve = format!("{operation}/resolve");
        let foreign = json!({ "action": "adopt", "remote_id": "nobody's" });
        let problem = harness.post(&resolve, &foreign).await.problem(422, "validation_failed");
        assert_eq!(pointers(&problem), ["/remote_id"]);
        harness.post(&resolve, &json!({ "action": action })).await.expect(200);
        harness.idle().await;
        let agent = harness.get(&path).await.expect(200);
        let state = if bought == 1 { "in_sync" } else { "failed" };
        assert_eq!(agent["sync"]["state"], state, "{action}: {}", agent["sync"]);
        let stored = harness.stored(Vendor::OPENCX, "phone_numbers").await;
        assert_eq!(stored.as_object().unwrap().len(), before + bought, "{action}");
        // An operation that has ended accepts no further decision.
        harness.post(&resolve, &json!({ "action": "retry" })).await.problem(409, "state_conflict");
    }
}

#[tokio::test]
async fn the_number_that_was_bought_is_found_and_taken() {
    let harness = swift().await;
    let reset = json!({ "kind": "reset", "when": "after" });
    harness.order(Vendor::OPENCX, "buyPhoneNumber", 1, &reset).await;
    let answer = harness.post("/v1/agents", &agent(Vendor::OPENCX)).await;
    harness.operation(&followed(&answer), "succeeded").await;
    let settled = harness.settled(&format!("/v1/agents/{}", answer.body["id"].as_str().unwrap())).await;
    let stored = harness.stored(Vendor::OPENCX, "phone_numbers").await;
    let ids: Vec<_> = stored.as_object().unwrap().keys().collect();
    assert_eq!(ids, [settled["placement"]["remote_id"].as_str().unwrap()]);
}

#[tokio::test]
async fn the_resolution_of_an_operation_is_validated() {
    let harness = swift().await;
    take_down(&harness, Vendor::OPENCX).await;
    let answer = harness.post("/v1/agents", &agent(Vendor::OPENCX)).await;
    let resolve = format!("{}/resolve", followed(&answer));
    for (body, code, pointer) in [
        (json!({}), "field_required", "/action"),
        (json!({ "action": "undo" }), "validation_failed", "/action"),
        (json!({ "action": "adopt" }), "field_required", "/remote_id"),
        (json!({ "action": "adopt", "remote_id": 7 }), "validation_failed", "/remote_id"),
        (json!({ "action": "retry", "remote_id": "r-1" }), "validation_failed", "/remote_id"),
        (json!({ "action": "retry", "why": "so" }), "unknown_field", "/why"),
        (json!({ "action": "retry", "why/not~": "so" }), "unknown_field", "/why~1not~0"),
    ] {
        assert_eq!(pointers(&harness.post(&resolve, &body).await.problem(422, code)), [pointer], "{body}");
    }
    // The operation continues without a decision.
    harness.post(&resolve, &json!({ "action": "retry" })).await.problem(409, "state_conflict");
    let nobody = "/v1/operations/op_01kd4xq7cme5jr1c9zv0w8s3tf/resolve";
    harness.post(nobody, &json!({ "action": "retry" })).await.problem(404, "not_found");
}
