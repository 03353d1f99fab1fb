//! The calls of Retell.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::stage::{advance, dials, open, plant, stopped};
use crate::support::{Bench, Contract, with, without};

const RETELL: Vendor = Vendor::RETELL;

/// Returns a sandbox with an agent, and a request that places a call.
async fn stage() -> (Bench, Value) {
    let bench = stopped(RETELL).await;
    let llm = json!({ "general_prompt": "Be brief.", "model": "gpt-4.1" });
    let (_, llm) = bench.send(RETELL, Method::POST, "/create-retell-llm", &llm).await;
    let engine = json!({ "type": "retell-llm", "llm_id": llm["llm_id"] });
    let agent = json!({ "agent_name": "Desk", "voice_id": "11labs-Adrian", "response_engine": engine });
    let (status, agent) = bench.send(RETELL, Method::POST, "/create-agent", &agent).await;
    assert_eq!(status, 201, "{agent}");
    let dial = json!({
        "from_number": "+14155550142", "to_number": "+15550100101", "override_agent_id": agent["agent_id"],
        "override_agent_version": 0, "retell_llm_dynamic_variables": { "order": "17" }, "metadata": { "id": "call_01k" },
        "agent_override": { "agent": { "voice_speed": 1.1 }, "retell_llm": { "begin_message": "Hi!" } },
    });
    (bench, dial)
}

async fn place(bench: &Bench, dial: &Value) -> (u16, Value) {
    bench.send(RETELL, Method::POST, "/v2/create-phone-call", dial).await
}

async fn list(bench: &Bench, body: Value) -> (u16, Value) {
    bench.send(RETELL, Method::POST, "/v3/list-calls", &body).await
}

fn path(operation: &str, call: &Value) -> String {
    format!("/v2/{operation}/{}", call["call_id"].as_str().expect("an id"))
}

/// Sends a request without a body.
async fn stop(bench: &Bench, call: &Value) -> (u16, Value) {
    let answer =
        bench.request(RETELL, Method::POST, &path("stop-call", call)).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, dial) = stage().await;
    let contract = Contract::for_vendor(RETELL);
    let placed = place(&bench, &dial).await;
    contract.check("placeCall", &placed);
    assert_eq!(
        (placed.0, &placed.1["call_status"], &placed.1["metadata"]),
        (201, &json!("registered"), &dial["metadata"])
    );
    for _ in 0..4 {
        contract.check("getCall", &bench.get(RETELL, &path("get-call", &placed.1)).await);
        let page = list(&bench, json!({ "include_total": true })).await;
        contract.check("listCalls", &page);
        assert_eq!(page.1["total"], 1);
        advance(&bench, RETELL, 2_500).await;
    }
    let stopped = stop(&bench, &placed.1).await;
    contract.check("stopCall", &stopped);
    assert_eq!(stopped.0, 404, "it has ended");
    for status in [204, 404] {
        let erased = bench.delete(RETELL, &path("delete-call", &placed.1)).await;
        contract.check("deleteCall", &erased);
        assert_eq!(erased.0, status);
    }
    contract.check("getCall", &bench.get(RETELL, &path("get-call", &placed.1)).await);
}

#[tokio::test]
async fn an_ended_call_has_its_results_and_a_row_has_no_transcript() {
    let (bench, dial) = stage().await;
    let (_, call) = place(&bench, &dial).await;
    advance(&bench, RETELL, 6_500).await;
    let (_, ended) = bench.get(RETELL, &path("get-call", &call)).await;
    assert_eq!((&ended["disconnection_reason"], ended.get("call_analysis")), (&json!("agent_hangup"), None));
    advance(&bench, RETELL, 500).await;
    let (_, ready) = bench.get(RETELL, &path("get-call", &call)).await;
    let told = (
        &ready["duration_ms"],
        &ready["call_cost"]["combined_cost"],
        &ready["agent_version"],
        &ready["agent_name"],
    );
    assert_eq!(told, (&json!(4_000), &json!(4.0), &json!(0), &json!("Desk")));
    assert!(ready["transcript"].as_str().is_some_and(|text| text.starts_with("Agent: Hello, this")));
    assert_eq!(ready["transcript_object"][0]["words"][0]["start"], 0.1);
    assert_eq!(open(&bench, ready["recording_url"].as_str().expect("a link")).await.0, 200);
    let (_, page) = list(&bench, json!({})).await;
    assert_eq!(page["items"][0], without(&ready, &["transcript", "transcript_object"]));
}

#[tokio::test]
async fn a_wrong_dial_is_refused_and_places_nothing() {
    let (bench, dial) = stage().await;
    let wrong = [
        (json!({ "from_number": "+15550100799" }), 404, "Item +15550100799 not found from phone-number"),
        (json!({ "override_agent_id": "x" }), 404, "Item x not found from agent"),
        (json!({ "to_number": "+15550100108" }), 400, "to_number is not accepted"),
        (json!({ "agent_id": "x" }), 400, "agent_id is not a documented field"),
        (json!({ "metadata": { "long": "x".repeat(50_000) } }), 400, "metadata is larger than 50 kB"),
    ];
    for (change, status, message) in wrong {
        let refused = place(&bench, &with(&dial, change)).await;
        Contract::for_vendor(RETELL).check("placeCall", &refused);
        assert_eq!((refused.0, &refused.1["message"]), (status, &json!(message)));
    }
    assert_eq!(place(&bench, &with(&dial, json!({ "override_agent_version": 7 }))).await.0, 404);
    assert_eq!(
        place(&bench, &with(&dial, json!({ "retell_llm_dynamic_variables": { "a": 1 } }))).await.0,
        400
    );
    let (status, refused) = place(&bench, &without(&dial, &["override_agent_id"])).await;
    assert_eq!(
        (status, &refused["message"]),
        (400, &json!("No outbound agent id set up for phone number +14155550142"))
    );
    bench.set_options(RETELL, json!({ "calls": { "gone": 422 } })).await;
    assert_eq!(place(&bench, &with(&dial, json!({ "from_number": "+15550100799" }))).await.0, 422);
    assert!(dials(&bench, RETELL).await.is_empty());
}

#[tokio::test]
async fn an_idempotency_key_is_kept_for_an_hour() {
    let (bench, dial) = stage().await;
    let dial = with(&dial, json!({ "idempotency_key": "op_01" }));
    let (_, first) = place(&bench, &dial).await;
    advance(&bench, RETELL, 3_599_999).await;
    let (status, again) = place(&bench, &dial).await;
    assert_eq!((status, &again["call_id"]), (201, &first["call_id"]));
    assert_eq!(dials(&bench, RETELL).await.len(), 1);
    advance(&bench, RETELL, 1).await;
    assert_ne!(place(&bench, &dial).await.1["call_id"], first["call_id"]);
    assert_eq!(dials(&bench, RETELL).await.len(), 2);
}

#[tokio::test]
async fn a_live_call_is_stopped_once() {
    let (bench, dial) = stage().await;
    for (wait, status) in [(0, "not_connected"), (3_000, "ended")] {
        let (_, call) = place(&bench, &with(&dial, json!({ "to_number": "+15550100107" }))).await;
        advance(&bench, RETELL, wait).await;
        assert_eq!(stop(&bench, &call).await.0, 204);
        assert_eq!(stop(&bench, &call).await.0, 404);
        let (_, stopped) = bench.get(RETELL, &path("get-call", &call)).await;
        assert_eq!(
            (&stopped["call_status"], &stopped["disconnection_reason"]),
            (&json!(status), &json!("manual_stopped"))
        );
    }
    bench.set_options(RETELL, json!({ "calls": { "gone": 422 } })).await;
    assert_eq!(stop(&bench, &json!({ "call_id": "x" })).await.0, 422);
}

#[tokio::test]
async fn the_list_has_filters_pages_an_order_and_a_lag() {
    let (bench, dial) = stage().await;
    let mut placed = Vec::new();
    for (number, id) in [("+15550100101", "a"), ("+15550100103", "b"), ("+15550100107", "c")] {
        let dial = with(&dial, json!({ "to_number": number, "metadata": { "id": id } }));
        placed.push(place(&bench, &dial).await.1["call_id"].clone());
        advance(&bench, RETELL, 10).await;
    }
    let inbound = json!({ "direction": "inbound", "agent_id": "x", "number": "+15550100207", "our_number": "+14155550142" });
    placed.push(json!(plant(&bench, RETELL, inbound).await));
    advance(&bench, RETELL, 7_000).await;
    let found = async |body: Value| {
        let (status, page) = list(&bench, body).await;
        assert_eq!(status, 200, "{page}");
        let place =
            |row: &Value| placed.iter().position(|id| *id == row["call_id"]).expect("a call of this test");
        let rows = page["items"].as_array().expect("rows").iter().map(place).collect::<Vec<_>>();
        (rows, page)
    };
    let filtered = async |filter: Value| found(json!({ "filter_criteria": filter })).await.0;
    let (first, page) = found(json!({ "limit": 3 })).await;
    assert_eq!((first, &page["has_more"]), (vec![3, 2, 1], &json!(true)));
    let (rest, page) = found(json!({ "limit": 3, "pagination_key": page["pagination_key"] })).await;
    assert_eq!((rest, &page["has_more"], page.get("pagination_key")), (vec![0], &json!(false), None));
    assert_eq!(found(json!({ "sort_order": "ascending", "skip": 1 })).await.0, [1, 2, 3]);
    assert_eq!(
        filtered(json!({ "call_status": { "type": "enum", "op": "in", "value": ["ongoing"] } })).await,
        [3, 2]
    );
    assert_eq!(
        filtered(json!({ "direction": { "type": "enum", "op": "in", "value": ["inbound"] } })).await,
        [3]
    );
    assert_eq!(filtered(json!({ "to_number": { "type": "string", "op": "ew", "value": "103" } })).await, [1]);
    assert_eq!(
        filtered(json!({ "agent": [{ "agent_id": dial["override_agent_id"], "version": [0] }] })).await,
        [2, 1, 0]
    );
    let metadata = json!([{ "key": "id", "type": "string", "op": "eq", "value": "b" }]);
    assert_eq!(filtered(json!({ "metadata": metadata })).await, [1]);
    assert_eq!(
        filtered(json!({ "start_timestamp": { "type": "number", "op": "ge", "value": 1 } })).await,
        [3, 2, 0]
    );
    assert_eq!(
        filtered(json!({ "end_timestamp": { "type": "range", "op": "bt", "value": [1, 9e15] } })).await,
        [0]
    );
    assert_eq!(list(&bench, json!({ "pagination_key": "x" })).await.0, 400);
    assert_eq!(list(&bench, json!({ "filter_criteria": { "mood": {} } })).await.0, 400);
    bench.set_options(RETELL, json!({ "calls": { "list_lag_ms": 7_010, "order": "oldest" } })).await;
    assert_eq!(found(json!({})).await.0, [0, 1, 2]);
}

#[tokio::test]
async fn a_call_needs_a_number_that_the_workspace_has_now() {
    let (bench, dial) = stage().await;
    let place_of = |number: &str| format!("/retell/records/phone_numbers/{number}");
    bench.control(Method::PUT, &place_of("+14155550143"), Some(&json!({ "nickname": "New" }))).await;
    let (status, placed) = place(&bench, &with(&dial, json!({ "from_number": "+14155550143" }))).await;
    assert_eq!(status, 201, "{placed}");
    let ours = dial["from_number"].as_str().expect("a number");
    bench.control(Method::DELETE, &place_of(ours), None).await;
    assert_eq!(place(&bench, &dial).await.0, 404);
}
