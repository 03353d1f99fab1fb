//! The calls of Bland.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::stage::{advance, dials, open, plant, stopped};
use crate::support::{Bench, Contract, with, without};

const BLAND: Vendor = Vendor::BLAND;
const CALLS: &str = "/v1/calls";

/// Returns a sandbox with a persona, and a request that places a call.
async fn stage() -> (Bench, Value) {
    let bench = stopped(BLAND).await;
    let persona = json!({ "name": "Desk", "personality_prompt": "Be brief." });
    let (status, made) = bench.send(BLAND, Method::POST, "/v1/personas", &persona).await;
    assert_eq!(status, 200, "{made}");
    let dial = json!({
        "phone_number": "+15550100101", "persona_id": made["data"]["id"], "from": "+14155550142", "first_sentence": "Hi!",
        "record": true, "request_data": { "order": "17" }, "metadata": { "id": "call_01k" }, "max_duration": 5,
    });
    (bench, dial)
}

async fn place(bench: &Bench, dial: &Value) -> (u16, Value) {
    bench.send(BLAND, Method::POST, CALLS, dial).await
}

fn path(placed: &Value) -> String {
    format!("{CALLS}/{}", placed["call_id"].as_str().expect("an id"))
}

async fn stop(bench: &Bench, placed: &Value) -> (u16, Value) {
    let path = format!("{}/stop", path(placed));
    let answer = bench.request(BLAND, Method::POST, &path).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, dial) = stage().await;
    let contract = Contract::for_vendor(BLAND);
    let placed = place(&bench, &dial).await;
    contract.check("placeCall", &placed);
    assert_eq!(placed.0, 200);
    for queue_status in ["queued", "allocated", "started", "complete"] {
        let read = bench.get(BLAND, &path(&placed.1)).await;
        contract.check("getCall", &read);
        assert_eq!(read.1["queue_status"], queue_status);
        contract.check("listCalls", &bench.get(BLAND, CALLS).await);
        advance(&bench, BLAND, if queue_status == "started" { 5_000 } else { 1_000 }).await;
    }
    let stopped = stop(&bench, &placed.1).await;
    contract.check("stopCall", &stopped);
    assert_eq!(stopped.0, 400, "it has ended");
    let unknown = json!({ "call_id": "x" });
    contract.check("stopCall", &stop(&bench, &unknown).await);
    contract.check("getCall", &bench.get(BLAND, &path(&unknown)).await);
    contract.check("listCalls", &bench.get(BLAND, "/v1/calls?limit=0").await);
}

#[tokio::test]
async fn an_ended_call_has_its_results() {
    let (bench, dial) = stage().await;
    let (_, placed) = place(&bench, &dial).await;
    advance(&bench, BLAND, 7_000).await;
    let (_, call) = bench.get(BLAND, &path(&placed)).await;
    let told = [
        "status",
        "answered_by",
        "call_ended_by",
        "corrected_duration",
        "price",
        "max_duration",
        "completed",
    ];
    let told = told.map(|name| call[name].clone());
    assert_eq!(json!(told), json!(["completed", "human", "ASSISTANT", "4", 0.04, 5, true]));
    assert_eq!((&call["metadata"], &call["variables"]["order"]), (&dial["metadata"], &json!("17")));
    assert!(
        call["concatenated_transcript"].as_str().is_some_and(|text| text.starts_with("assistant: Hello"))
    );
    assert_eq!(call["transcripts"][1]["user"], "user");
    assert_eq!(open(&bench, call["recording_url"].as_str().expect("a link")).await.0, 200);
    let recording = format!("/v1/recordings/{}", placed["call_id"].as_str().expect("an id"));
    let answer = bench.request(BLAND, Method::GET, &recording).send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.bytes().await.expect("bytes").len()), (200, 39 * 417));
    bench.set_options(BLAND, json!({ "calls": { "ends_as": "completed" } })).await;
    assert_eq!(bench.get(BLAND, &path(&placed)).await.1["queue_status"], "completed");

    let silent = with(&without(&dial, &["record"]), json!({ "phone_number": "+15550100110" }));
    let (_, placed) = place(&bench, &silent).await;
    advance(&bench, BLAND, 7_000).await;
    let (_, call) = bench.get(BLAND, &path(&placed)).await;
    assert_eq!((&call["recording_url"], &call["transferred_to"]), (&Value::Null, &json!("+15550100877")));
}

#[tokio::test]
async fn a_wrong_dial_is_refused_and_places_nothing() {
    let (bench, dial) = stage().await;
    let wrong = [
        (with(&dial, json!({ "resumption_speed": 50 })), 400, "Additional properties are not allowed"),
        (
            without(&dial, &["phone_number"]),
            400,
            "Invalid parameters. Error: [\"Missing required parameter: phone_number.\"]",
        ),
        (with(&dial, json!({ "persona_id": "x" })), 404, "Persona with ID \"x\" not found"),
        (
            with(&dial, json!({ "from": "+15550100999" })),
            400,
            "Invalid 'from' - the number does not belong to the organization.",
        ),
        (with(&dial, json!({ "language": "xx" })), 400, "Invalid language code"),
        (
            with(&dial, json!({ "transfer_phone_number": "+15550100101" })),
            400,
            "Transfer phone number cannot be the same as the phone number.",
        ),
        (with(&dial, json!({ "phone_number": "+15550100108" })), 400, "Number found in DNC list."),
    ];
    for (dial, status, message) in wrong {
        let refused = place(&bench, &dial).await;
        Contract::for_vendor(BLAND).check("placeCall", &refused);
        assert_eq!((refused.0, &refused.1["message"]), (status, &json!(message)));
    }
    assert!(dials(&bench, BLAND).await.is_empty());
}

#[tokio::test]
async fn a_number_is_called_once_in_ten_seconds() {
    let (bench, dial) = stage().await;
    plant(&bench, BLAND, json!({ "agent_id": "x", "number": "+15550100101" })).await;
    assert_eq!(place(&bench, &dial).await.0, 200, "a call of the console does not count");
    advance(&bench, BLAND, 9_999).await;
    let refused = place(&bench, &dial).await;
    assert_eq!((refused.0, &refused.1["status"]), (429, &json!("error")));
    assert_eq!(place(&bench, &with(&dial, json!({ "phone_number": "+15550100102" }))).await.0, 200);
    advance(&bench, BLAND, 1).await;
    assert_eq!(place(&bench, &dial).await.0, 200);
    assert_eq!(dials(&bench, BLAND).await.len(), 3);
}

#[tokio::test]
async fn a_live_call_is_stopped_unless_the_vendor_refuses() {
    let (bench, dial) = stage().await;
    let (_, placed) = place(&bench, &with(&dial, json!({ "phone_number": "+15550100107" }))).await;
    bench.set_options(BLAND, json!({ "calls": { "stop": "refused" } })).await;
    assert_eq!(stop(&bench, &placed).await.0, 400);
    bench.set_options(BLAND, json!({})).await;
    let (status, stopped) = stop(&bench, &placed).await;
    assert_eq!((status, &stopped["message"]), (200, &json!("Call ended successfully.")));
    let (_, call) = bench.get(BLAND, &path(&placed)).await;
    assert_eq!((&call["completed"], &call["status"]), (&json!(true), &json!("canceled")));
}

#[tokio::test]
async fn the_list_has_positions_filters_an_order_and_a_lag() {
    let (bench, dial) = stage().await;
    let mut ids = Vec::new();
    for number in ["+15550100101", "+15550100103", "+15550100107"] {
        ids.push(place(&bench, &with(&dial, json!({ "phone_number": number }))).await.1["call_id"].clone());
        advance(&bench, BLAND, 1).await;
    }
    let inbound = json!({ "direction": "inbound", "agent_id": "x", "number": "+15550100207", "our_number": "+14155550142" });
    ids.push(json!(plant(&bench, BLAND, inbound).await));
    advance(&bench, BLAND, 7_000).await;
    let found = async |query: &str| {
        let (status, list) = bench.get(BLAND, &format!("{CALLS}?{query}")).await;
        assert_eq!(status, 200, "{list}");
        let place =
            |row: &Value| ids.iter().position(|id| *id == row["call_id"]).expect("a call of this test");
        let rows = list["calls"].as_array().expect("rows").iter().map(place).collect::<Vec<_>>();
        assert_eq!(list["count"], rows.len());
        (rows, list["total_count"].clone())
    };
    assert_eq!(found("").await, (vec![3, 2, 1, 0], json!(4)));
    assert_eq!(found("from=1&to=3").await, (vec![2, 1], json!(4)));
    assert_eq!(found("limit=1&ascending=true").await.0, [0]);
    assert_eq!(found("inbound=true").await.0, [3]);
    assert_eq!(found("completed=true").await.0, [1, 0]);
    assert_eq!(found("answered_by=no-answer").await.0, [1]);
    assert_eq!(found("to_number=%2B15550100107&from_number=%2B14155550142").await.0, [2]);
    assert_eq!(found("start_date=2026-01-01&end_date=2026-01-02").await.0, [0; 0]);
    assert_eq!(found("start_date=2026-01-01").await.0.len(), 4);
    bench.set_options(BLAND, json!({ "calls": { "order": "oldest", "list_lag_ms": 7_001 } })).await;
    assert_eq!(found("").await.0, [0, 1, 2]);
}
