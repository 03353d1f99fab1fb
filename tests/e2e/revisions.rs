//! Revisions: the desired states of an agent, one for each accepted write.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Answer, Harness, Record},
};

const SAID: [&str; 3] = ["You answer the phone.", "Be brief.", "Be very brief."];

/// Creates an agent with one revision for each of the instruction strings.
async fn revised(harness: &Harness, vendor: Vendor) -> Record {
    let made = harness.create("/v1/agents", &agent(vendor)).await;
    for text in &SAID[1..] {
        harness.patch(&made.path, &json!({ "prompt": { "instructions": text } })).await.expect(200);
    }
    made
}

fn text(revision: &Value) -> &Value {
    &revision["agent"]["prompt"]["instructions"]
}

#[tokio::test]
async fn every_accepted_write_is_kept() {
    let mut harness = Harness::start().await;
    let made = revised(&harness, Vendor::QCALL).await;
    // A patch that changes nothing creates no revision.
    harness.patch(&made.path, &json!({ "name": made.body["name"] })).await.expect(200);
    harness.patch(&made.path, &json!({ "name": 7 })).await.problem(422, "validation_failed");
    harness.restart().await;

    let path = format!("{}/revisions", made.path);
    let listed = harness.get(&path).await.expect(200);
    let numbers: Vec<_> = listed["data"].as_array().unwrap().iter().map(|it| &it["revision"]).collect();
    assert_eq!(numbers, [3, 2, 1], "the newest first");
    for (number, said) in (1..).zip(SAID) {
        let revision = harness.get(&format!("{path}/{number}")).await.expect(200);
        assert_eq!(text(&revision), said);
        assert_eq!(listed["data"][3 - number], revision);
        assert!(revision["created_at"].is_string(), "{revision}");
    }
    harness.get(&format!("{path}/4")).await.problem(404, "not_found");
}

#[tokio::test]
async fn they_come_in_pages() {
    let harness = Harness::start().await;
    let made = revised(&harness, Vendor::QCALL).await;
    let (mut met, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = harness.get(&format!("{}/revisions?limit=1{cursor}", made.path)).await.expect(200);
        met.push(page["data"][0]["revision"].as_u64().unwrap());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(met, [3, 2, 1]);
}

#[tokio::test]
async fn an_earlier_one_is_restored_as_a_new_one() {
    let harness = Harness::start().await;
    for (vendor, collection, member) in [
        (Vendor::QCALL, "assistants", "script"),
        (Vendor::AUTOCALLS_2025, "assistants", "system_prompt"),
        (Vendor::AUTOCALLS_2026, "assistants", "system_prompt"),
        (Vendor::OPENCX, "phone_numbers", "base_prompt"),
    ] {
        let made = revised(&harness, vendor).await;
        let restore = format!("{}/revisions/1/restore", made.path);
        let stale = harness.request(Method::POST, &restore).header("if-match", "\"2\"");
        Answer::to(stale).await.problem(412, "precondition_failed");

        let fresh = harness.request(Method::POST, &restore).header("if-match", "\"3\"");
        let restored = Answer::to(fresh).await.expect(200);
        assert_eq!(restored["prompt"]["instructions"], SAID[0], "{vendor}");
        assert_eq!(restored["revision"], 4, "{vendor}");
        assert_eq!(restored["placement"], made.body["placement"], "{vendor}");
        assert_eq!(harness.stored(vendor, collection).await[&made.remote_id][member], SAID[0], "{vendor}");

        // The record already has this state.
        let written = harness.writes(vendor).await.len();
        let again = Answer::to(harness.request(Method::POST, &restore)).await.expect(200);
        assert_eq!(again, restored, "{vendor}");
        assert_eq!(harness.writes(vendor).await.len(), written, "{vendor}");
        let missing = format!("{}/revisions/9/restore", made.path);
        Answer::to(harness.request(Method::POST, &missing)).await.problem(404, "not_found");
    }
}
