//! Tools that send HTTP requests, and the values of their headers, which only the vendor receives.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Harness, Record, pointers},
};

const TOKEN: &str = "Bearer of-the-desk-5f2c91";

/// The vendors whose agents send HTTP requests, each with the collection and the pointer of the tools. The pointer is
/// empty if each tool is a record.
const VENDORS: [Place; 3] = [
    (Vendor::RETELL, "llms", "/general_tools"),
    (Vendor::VAPI, "assistants", "/model/tools"),
    (Vendor::ELEVENLABS, "tools", ""),
];

fn tool(changes: Value) -> Value {
    let tool = json!({
        "type": "http_request", "name": "book_visit", "description": "When the caller wants to come.",
        "method": "post", "url": "https://desk.northwind.example/visits", "timeout_s": 8,
        "headers": [{ "name": "Authorization", "value": TOKEN }],
        "parameters": { "type": "object", "properties": { "day": { "type": "string" } }, "required": ["day"] },
    });
    with(tool, changes)
}

type Place = (Vendor, &'static str, &'static str);

/// Returns the tools with this name at the vendor.
async fn named(harness: &Harness, (vendor, collection, place): Place, name: &str) -> Vec<Value> {
    let records = harness.stored(vendor, collection).await;
    let held = records.as_object().unwrap().values().filter_map(|record| record.pointer(place));
    let tools = held.flat_map(|held| held.as_array().map_or(std::slice::from_ref(held), Vec::as_slice));
    tools.filter(|tool| tool["name"] == name).cloned().collect()
}

/// Returns the only tool with this name at the vendor.
async fn at_vendor(harness: &Harness, place: Place, name: &str) -> Value {
    let mut found = named(harness, place, name).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Returns the body that sends an agent back as it was answered.
fn sent_back(made: &Record) -> Value {
    let mut body = made.body.clone();
    body["metadata"] = json!({ "again": true });
    body
}

#[tokio::test]
async fn a_request_is_set_up_changed_and_removed() {
    let harness = Harness::start().await;
    for place @ (vendor, ..) in VENDORS {
        let made =
            harness.create("/v1/agents", &with(agent(vendor), json!({ "tools": [tool(json!({}))] }))).await;
        assert_eq!(made.body["sync"]["state"], "in_sync");
        assert_eq!(made.body["tools"][0]["headers"], json!([{ "name": "Authorization", "value_set": true }]));
        assert!(at_vendor(&harness, place, "book_visit").await.to_string().contains(TOKEN));

        let kept = harness.put(&made.path, 1, &sent_back(&made)).await.expect(200);
        assert_eq!((&kept["tools"], &kept["sync"]["state"]), (&made.body["tools"], &json!("in_sync")));

        let headers = json!([{ "name": "X-Desk", "value": "7-of-the-desk" }, { "name": "Authorization" }]);
        let changed = tool(json!({ "method": "put", "headers": headers, "parameters": null }));
        let patched = harness.patch(&made.path, &json!({ "tools": [changed] })).await.expect(200);
        assert_eq!(patched["sync"]["state"], "in_sync", "{patched}");
        let held = at_vendor(&harness, place, "book_visit").await;
        assert!(held.to_string().contains(r#""method":"PUT""#), "{held}");
        assert!(held.to_string().contains(TOKEN) && held.to_string().contains("7-of-the-desk"), "{held}");

        let mut moved = sent_back(&made);
        moved["tools"][0]["url"] = json!("https://elsewhere.example/visits");
        let replaced = harness.put(&made.path, 3, &moved).await.problem(422, "field_required");
        assert_eq!(pointers(&replaced), ["/tools/0/headers/0/value"]);

        let prompt = json!({ "prompt": { "instructions": "Be brief." }, "keypad": { "press_digits": true } });
        harness.patch(&made.path, &prompt).await.expect(200);
        assert!(at_vendor(&harness, place, "book_visit").await.to_string().contains(TOKEN), "it is kept");
        let synced = harness.post(&format!("{}/sync", made.path), &json!({})).await.expect(200);
        assert_eq!(synced["sync"]["state"], "in_sync", "{synced}");

        harness.patch(&made.path, &json!({ "tools": null })).await.expect(200);
        assert!(named(&harness, place, "book_visit").await.is_empty());
    }
}

#[tokio::test]
async fn the_value_of_a_header_is_in_no_answer_no_log_and_not_in_the_file() {
    let mut harness = Harness::start().await;
    let mut answers = Vec::new();
    for (vendor, ..) in VENDORS {
        let body = with(agent(vendor), json!({ "tools": [tool(json!({}))] }));
        let made = harness.create("/v1/agents", &body).await;
        answers.push(made.body.to_string());
        let patch = json!({ "tools": [tool(json!({ "method": "patch" }))] });
        for answer in [
            harness.post("/v1/agents/plan", &body).await,
            harness.post(&format!("{}/plan", made.path), &patch).await,
            harness.patch(&made.path, &patch).await,
            harness.get(&made.path).await,
            harness.get(&format!("{}/revisions", made.path)).await,
            harness.post(&format!("{}/sync", made.path), &json!({})).await,
        ] {
            assert_eq!(answer.status, 200, "{}", answer.text);
            answers.push(answer.text);
        }
    }
    harness.gateway.stop();
    answers.push(harness.gateway.log());
    assert!(answers.iter().all(|text| !text.contains(TOKEN)));
    for entry in
        std::fs::read_dir(harness.dir()).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file())
    {
        let bytes = std::fs::read(entry.path()).unwrap();
        let found = bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes());
        assert!(!found, "in {}", entry.path().display());
    }
}

#[tokio::test]
async fn a_header_without_a_value_is_refused_and_a_vendor_without_requests_reports_them() {
    let harness = Harness::start().await;
    let nothing = tool(json!({ "headers": [{ "name": "Authorization", "value_set": true }] }));
    let body = with(agent(Vendor::RETELL), json!({ "tools": [nothing] }));
    let problem = harness.post("/v1/agents", &body).await.problem(422, "field_required");
    assert_eq!(pointers(&problem), ["/tools/0/headers/0/value"]);
    for vendor in [Vendor::QCALL, Vendor::BLAND, Vendor::OPENCX] {
        let body = with(agent(vendor), json!({ "tools": [tool(json!({}))] }));
        let made = harness.create("/v1/agents", &body).await;
        let rows = made.body["translation"]["fields"].as_array().unwrap().clone();
        let row = rows.iter().find(|row| row["field"] == "/tools").unwrap();
        assert_eq!(row["verdict"], "unsupported", "{row}");
    }
}
