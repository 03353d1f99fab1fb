//! The search for records of creations whose answers were lost.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{self, Config, Harness},
    settling::{PATIENT, SOON, SWIFT},
};

const VENDOR: Vendor = Vendor::QCALL;
/// The sandbox's operation that lists QCall's assistants.
const LIST: &str = "listAssistants";

async fn start() -> Harness {
    Harness::with(Config { vendors: format!("{PATIENT}{SOON}"), tables: SWIFT.into(), ..Config::default() })
        .await
}

/// Creates agents at the vendor, whose answers are lost. Returns the agents' paths.
async fn lose(harness: &Harness, names: impl IntoIterator<Item = String>) -> Vec<String> {
    let lost = json!({ "kind": "reset", "when": "after" });
    let mut paths = Vec::new();
    for name in names {
        harness.order(VENDOR, harness::trial(VENDOR).agents.create, 1, &lost).await;
        let made =
            harness.post("/v1/agents", &with(agent(VENDOR), json!({ "name": name }))).await.expect(202);
        paths.push(format!("/v1/agents/{}", made["id"].as_str().unwrap()));
    }
    paths
}

/// Returns the vendor's records, by id.
async fn records(harness: &Harness) -> Value {
    harness.stored(VENDOR, harness::trial(VENDOR).agents.collection).await
}

/// Creates records in the vendor's console, so that its list has several pages.
async fn fill(harness: &Harness, count: usize) -> Vec<String> {
    let made = harness.create("/v1/agents", &agent(VENDOR)).await;
    let collection = harness::trial(VENDOR).agents.collection;
    let record = records(harness).await[&made.remote_id].clone();
    let ids: Vec<_> = (0..count).map(|number| format!("console-{number:03}")).collect();
    for id in &ids {
        harness.put_record(VENDOR, collection, id, &with(record.clone(), json!({ "name": id }))).await;
    }
    ids
}

#[tokio::test]
async fn equal_creations_whose_answers_were_lost_are_all_found() {
    let harness = start().await;
    let paths = lose(&harness, (0..5).map(|_| "Equal".to_owned())).await;
    let mut found = BTreeSet::new();
    for path in paths {
        let settled = harness.settled(&path).await;
        found.insert(settled["placement"]["remote_id"].as_str().unwrap().to_owned());
    }
    let stored: BTreeSet<_> = records(&harness).await.as_object().unwrap().keys().cloned().collect();
    assert_eq!(found, stored, "each agent has a record of its own");
}

#[tokio::test]
async fn a_foreign_record_that_looks_the_same_leaves_the_choice_to_an_operator() {
    let harness = start().await;
    let made = harness.create("/v1/agents", &with(agent(VENDOR), json!({ "name": "Equal" }))).await;
    let twin = records(&harness).await[&made.remote_id].clone();
    let collection = harness::trial(VENDOR).agents.collection;
    harness.put_record(VENDOR, collection, "console-1", &twin).await;
    let path = lose(&harness, ["Equal".to_owned()]).await.remove(0);
    let stuck = harness.once(&path, |agent| agent["sync"]["state"] == "needs_attention").await;
    let operation = stuck["sync"]["operation_id"].as_str().unwrap();
    let operation = harness.get(&format!("/v1/operations/{operation}")).await.expect(200);
    assert_eq!(operation["candidates"].as_array().unwrap().len(), 2, "{operation}");
}

#[tokio::test]
async fn deletions_while_the_list_is_read_hide_no_record() {
    let harness = start().await;
    let fillers = fill(&harness, 40).await;
    harness.set_options(VENDOR, &json!({ "largest_page_size": 1 })).await;
    let path = lose(&harness, ["Sought".to_owned()]).await.remove(0);
    harness.order(VENDOR, LIST, 1000, &json!({ "kind": "hold" })).await;
    // Each deletion before a page is read moves every later record up by one page, past the reader.
    let collection = harness::trial(VENDOR).agents.collection;
    for filler in &fillers {
        harness.once_held(1).await;
        harness.delete_record(VENDOR, collection, filler).await;
        harness.release_held().await;
        harness.once_held(0).await;
    }
    harness.clear_faults().await;
    harness.release_held().await;
    harness.settled(&path).await;
    let stored = records(&harness).await;
    let sought = stored.as_object().unwrap().values().filter(|record| record["name"] == "Sought").count();
    assert_eq!(sought, 1, "{stored}");
}

#[tokio::test]
async fn many_searches_share_a_list() {
    let harness = start().await;
    fill(&harness, 250).await;
    let paths = lose(&harness, (0..20).map(|number| format!("Lost {number}"))).await;
    let before = harness.asked(VENDOR, LIST).await;
    for path in &paths {
        harness.settled(path).await;
    }
    let pages = harness.asked(VENDOR, LIST).await - before;
    assert!(pages < 60, "20 searches of a list of 3 pages read {pages} pages");
}

#[tokio::test]
async fn an_agent_whose_creation_was_lost_is_found_and_deleted() {
    for vendor in Vendor::ALL.into_iter().filter(|vendor| *vendor != Vendor::OPENCX) {
        let harness = start().await;
        let names = harness::trial(vendor).agents;
        harness.order(vendor, names.create, 1, &json!({ "kind": "reset", "when": "after" })).await;
        let made = harness.post("/v1/agents", &agent(vendor)).await.expect(202);
        let path = format!("/v1/agents/{}", made["id"].as_str().unwrap());
        let answer = harness.delete(&path).await;
        assert!([202, 204].contains(&answer.status), "{vendor}: {}", answer.text);
        harness.idle().await;
        let stuck = harness.get("/v1/operations?state=needs_attention").await.expect(200);
        assert_eq!(stuck["data"], json!([]), "{vendor}");
        assert_eq!(harness.stored(vendor, names.collection).await, json!({}), "{vendor}");
    }
}
