//! Peculiarities of QCall's answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::fault::AcceptedWrite;
use crate::{
    bodies::{agent, trunk, with},
    harness::{Config, Harness, pointers},
    settling::{PATIENT, SWIFT},
};

const QCALL: Vendor = Vendor::QCALL;

#[tokio::test]
async fn every_envelope_is_opened() {
    for options in [
        json!({ "envelope": "bare", "create_answers_id": "bare" }),
        json!({ "envelope": "nested", "nested_under": "rows", "reads_as_array": true }),
        json!({ "envelope": "nested", "nested_under": "items", "create_answers_id": "none" }),
        json!({ "envelope": "wrapped", "create_answers_id": "none", "default_page_size": 1, "largest_page_size": 1 }),
    ] {
        let harness = Harness::start().await;
        harness.set_options(QCALL, &options).await;
        for (route, new) in [("/v1/agents", agent(QCALL)), ("/v1/trunks", trunk())] {
            for number in 0..3 {
                let named = with(new.clone(), json!({ "name": format!("Number {number}") }));
                let made = harness.create(route, &named).await;
                harness.patch(&made.path, &json!({ "name": format!("Changed {number}") })).await.expect(200);
            }
        }
        for collection in ["assistants", "dialers"] {
            let stored = harness.stored(QCALL, collection).await;
            let mut names: Vec<_> = stored.as_object().unwrap().values().map(|it| &it["name"]).collect();
            names.sort_by_key(|name| name.to_string());
            assert_eq!(names, ["Changed 0", "Changed 1", "Changed 2"], "{options}");
        }
    }
}

#[tokio::test]
async fn a_record_that_is_made_without_an_id_is_found_among_others() {
    let harness = Harness::start().await;
    harness.set_options(QCALL, &json!({ "create_answers_id": "none" })).await;
    // The account has a record with the same name but other content, and a record with the same content but
    // another name.
    let first = harness.create("/v1/agents", &agent(QCALL)).await;
    let stored = harness.stored(QCALL, "assistants").await[&first.remote_id].clone();
    harness
        .put_record(QCALL, "assistants", "6f0f5c1e-0000-4000-8000-000000000001", &renamed(&stored, "script"))
        .await;
    harness
        .put_record(QCALL, "assistants", "6f0f5c1e-0000-4000-8000-000000000002", &renamed(&stored, "name"))
        .await;
    // Another record with the same name and content is already bound to an agent of ours.
    let second = harness.create("/v1/agents", &agent(QCALL)).await;
    assert_ne!(second.remote_id, first.remote_id);
    harness.patch(&second.path, &json!({ "name": "The second" })).await.expect(200);
    let stored = harness.stored(QCALL, "assistants").await;
    assert_eq!(stored[&second.remote_id]["name"], "The second");
    assert_eq!(stored[&first.remote_id]["name"], "Reception");
}

#[tokio::test]
async fn of_two_that_look_the_same_none_is_chosen() {
    let harness = Harness::with(Config { tables: SWIFT.into(), ..Config::default() }).await;
    let made = harness.create("/v1/agents", &agent(QCALL)).await;
    let stored = harness.stored(QCALL, "assistants").await[&made.remote_id].clone();
    let twin = "6f0f5c1e-0000-4000-8000-000000000001";
    harness.put_record(QCALL, "assistants", twin, &stored).await;
    harness.set_options(QCALL, &json!({ "create_answers_id": "none" })).await;
    let kept = AcceptedWrite::from_answer(harness.post("/v1/agents", &agent(QCALL)).await);
    assert_eq!(kept.state().0, "unknown");

    let operation = harness.operation(&kept.operation, "needs_attention").await;
    let stored = harness.stored(QCALL, "assistants").await;
    let looking: BTreeSet<_> =
        stored.as_object().unwrap().keys().filter(|id| **id != made.remote_id).collect();
    let candidates = operation["candidates"].as_array().unwrap().iter();
    let candidates: Vec<_> = candidates.map(|candidate| candidate["remote_id"].as_str().unwrap()).collect();
    assert_eq!(
        candidates.iter().copied().collect::<BTreeSet<_>>(),
        looking.iter().map(|id| id.as_str()).collect()
    );
    let path = format!("/v1/agents/{}", kept.body["id"].as_str().unwrap());
    assert_eq!(harness.get(&path).await.expect(200)["sync"]["state"], "needs_attention");

    // The operator looks at the vendor's console and states which record is ours.
    let own = candidates.into_iter().find(|id| *id != twin).unwrap();
    let resolve = format!("{}/resolve", kept.operation);
    let adopt = |id: &str| json!({ "action": "adopt", "remote_id": id });
    let refused = harness.post(&resolve, &adopt(&made.remote_id)).await.problem(409, "already_exists");
    assert_eq!(pointers(&refused), ["/remote_id"]);
    let refused = harness.post(&resolve, &adopt("nobody")).await.problem(422, "validation_failed");
    assert_eq!(pointers(&refused), ["/remote_id"]);
    harness.post(&resolve, &adopt(own)).await.expect(200);
    assert_eq!(harness.settled(&path).await["placement"]["remote_id"], own);
    assert_eq!(harness.stored(QCALL, "assistants").await, stored);
}

#[tokio::test]
async fn a_failure_with_status_200_is_a_failure() {
    let harness = Harness::with(Config { vendors: PATIENT.into(), ..Config::default() }).await;
    let failed = async |status: Value| {
        let body = json!({ "success": false, "status": status, "message": "Something went wrong" });
        let fault = json!({ "kind": "status", "status": 200, "body": body });
        harness.order(QCALL, "createAssistant", 1, &fault).await;
        harness.post("/v1/agents", &agent(QCALL)).await
    };
    for (status, expected, code) in [
        (Value::Null, 422, "vendor_rejected"),
        (json!(401), 502, "vendor_auth_failed"),
        (json!("402"), 502, "vendor_quota_exhausted"),
    ] {
        failed(status).await.problem(expected, code);
    }
    assert_eq!(harness.get("/v1/agents").await.expect(200)["data"], json!([]));
    for (status, state, code) in
        [(429, "retrying", "vendor_throttled"), (500, "unknown", "vendor_outcome_unknown")]
    {
        let kept = AcceptedWrite::from_answer(failed(json!(status)).await);
        let (found, error) = kept.state();
        assert_eq!((found, &error["code"]), (&json!(state), &json!(code)));
    }
}

#[tokio::test]
async fn a_dialer_that_a_campaign_needs_stays() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/trunks", &trunk()).await;
    let campaign = json!({ "dialer_id": made.remote_id });
    harness.put_record(QCALL, "campaigns", "6f0f5c1e-0000-4000-8000-000000000003", &campaign).await;
    let problem = harness.delete(&made.path).await.problem(422, "vendor_rejected");
    assert!(problem["vendor"]["message"].as_str().is_some_and(|text| text.contains("campaign")), "{problem}");
    assert_eq!(harness.get(&made.path).await.expect(200), made.body);
}

/// Returns the record with one member changed.
fn renamed(record: &Value, member: &str) -> Value {
    with(record.clone(), json!({ member: "of somebody else" }))
}
