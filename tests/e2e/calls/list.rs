//! The list of calls: its order, its pages and its filters.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{ANSWERED, ENDLESS, UNANSWERED, site};
use crate::harness::Harness;

const BLAND: Vendor = Vendor::BLAND;

async fn ids(harness: &Harness, query: &str) -> Vec<String> {
    let list = harness.get(&format!("/v1/calls{query}")).await.expect(200);
    list["data"].as_array().unwrap().iter().map(id).collect()
}

fn id(call: &Value) -> String {
    call["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn calls_are_listed_newest_first_by_page_and_filter() {
    let harness = site().await;
    let (agent, retell) = (harness.caller(BLAND).await, harness.caller(Vendor::RETELL).await);
    let mut made = Vec::new();
    for (agent, number) in [(&agent, ANSWERED), (&agent, UNANSWERED), (&retell, ENDLESS)] {
        made.push(harness.call(agent, number).await.rsplit('/').next().unwrap().to_owned());
    }
    made.reverse();
    assert_eq!(ids(&harness, "").await, made);
    let first = harness.get("/v1/calls?limit=2").await.expect(200);
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(ids(&harness, &format!("?limit=2&cursor={cursor}")).await, made[2..]);
    harness.get(&format!("/v1/calls?vendor=bland&cursor={cursor}")).await.problem(400, "cursor_invalid");
    let [retell_call, unanswered, answered] = &made[..] else { panic!("{made:?}") };
    harness.once(&format!("/v1/calls/{retell_call}"), |call| call["status"] == "in_progress").await;
    for (query, expected) in [
        ("?vendor=retell".to_owned(), retell_call),
        (format!("?agent_id={retell}"), retell_call),
        ("?status=in_progress&origin=api".to_owned(), retell_call),
        ("?to=%2B14155550103".to_owned(), unanswered),
        ("?to=%2B14155550101&direction=outbound".to_owned(), answered),
    ] {
        assert_eq!(ids(&harness, &query).await, std::slice::from_ref(expected), "{query}");
    }
    let call = harness.get(&format!("/v1/calls/{answered}")).await.expect(200);
    let before = call["created_at"].as_str().unwrap();
    assert!(ids(&harness, &format!("?created_before={before}")).await.is_empty());
    assert_eq!(ids(&harness, "?direction=inbound").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_names_what_to_write() {
    let harness = site().await;
    let plus = harness.get("/v1/calls?to=+14155550101").await.problem(400, "parameter_invalid");
    assert!(plus["errors"][0]["detail"].as_str().unwrap().contains("%2B"), "{plus}");
    harness.get("/v1/calls?status=talking").await.problem(400, "parameter_invalid");
    let unknown = harness.get("/v1/calls?agent_ids=x").await.problem(400, "parameter_unknown");
    assert!(unknown["errors"][0]["detail"].as_str().unwrap().contains("agent_id"), "{unknown}");
}

#[tokio::test]
async fn a_call_that_came_in_at_the_vendor_is_listed() {
    let harness = site().await;
    let agent = harness.caller(BLAND).await;
    let remote =
        harness.get(&format!("/v1/agents/{agent}")).await.expect(200)["placement"]["remote_id"].clone();
    // A call that the gateway places makes it read the vendor's list soon, not only after `calls.sweep_s`.
    let path = harness.call(&agent, ANSWERED).await;
    let planted = json!({ "agent_id": remote, "number": "+4930765401", "direction": "inbound" });
    let planted = harness.vendors.control(Method::POST, &format!("/{BLAND}/calls"), Some(&planted)).await;
    assert!(planted.status < 300, "{}", planted.text);
    harness.once(&path, |call| call["status"] == "ended").await;
    let list =
        harness.once("/v1/calls?origin=vendor", |list| list["data"][0]["direction"] == "inbound").await;
    assert_eq!(list["data"][0]["from"]["phone_number"], "+4930765401", "{list}");
}
