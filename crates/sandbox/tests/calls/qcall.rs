//! The calls of QCall.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::stage::{advance, dials, plant, stopped};
use crate::support::{Bench, Contract, qcall_assistant, qcall_dialer, with};

const QCALL: Vendor = Vendor::QCALL;

async fn stage() -> (Bench, Value) {
    let bench = stopped(QCALL).await;
    let (_, made) = bench.send(QCALL, Method::POST, "/user/createAssistant", &qcall_assistant()).await;
    let (_, dialer) = bench.send(QCALL, Method::POST, "/dialer/create", &qcall_dialer()).await;
    let dial = json!({
        "phone_number": ["+15550100101"], "assistant_id": made["data"]["hash_id"], "dialer_id": dialer["data"]["hash_id"],
        "first_name": "Ann", "last_name": "", "email": "", "description": "{\"order\":\"17\"}",
    });
    (bench, dial)
}

async fn place(bench: &Bench, dial: &Value) -> (u16, Value) {
    bench.send(QCALL, Method::POST, "/playground/call", dial).await
}

async fn listed(bench: &Bench, query: &str) -> Vec<Value> {
    let (_, page) = bench.get(QCALL, &format!("/playground/list{query}")).await;
    page["data"].as_array().cloned().expect("rows")
}

#[tokio::test]
async fn every_operation_answers_as_documented_under_all_options() {
    let (bench, dial) = stage().await;
    let contract = Contract::for_vendor(QCALL);
    for options in [
        json!({}),
        json!({ "calls": { "dial_answers_id": false, "call_rows": "echo", "created_at": "offset", "transcribe": "json" } }),
        json!({ "calls": { "dial_answers_id": "empty", "created_at": "local_without_offset" } }),
        json!({ "calls": { "dial_answers_id": "no_rows", "created_at": "absent" }, "envelope": "nested" }),
        json!({ "envelope": "bare", "failures_as_200": false }),
    ] {
        bench.set_options(QCALL, options).await;
        contract.check("placeCall", &place(&bench, &dial).await);
        contract.check("placeCall", &place(&bench, &with(&dial, json!({ "assistant_id": "x" }))).await);
        contract.check("listCalls", &bench.get(QCALL, "/playground/list").await);
        advance(&bench, QCALL, 7_000).await;
        contract.check("listCalls", &bench.get(QCALL, "/playground/list?perpage=-1").await);
    }
}

#[tokio::test]
async fn the_answer_to_a_dial_may_lack_the_id() {
    let (bench, dial) = stage().await;
    let rows = async |option: Value| {
        bench.set_options(QCALL, json!({ "calls": { "dial_answers_id": option } })).await;
        place(&bench, &dial).await.1["data"].clone()
    };
    let with_id = rows(json!(true)).await;
    assert!(with_id[0]["call_sid"].as_str().is_some_and(|id| id.starts_with("CA")), "{with_id}");
    assert_eq!(rows(json!(false)).await[0], json!({ "phone_number": "+15550100101", "status": "queued" }));
    assert_eq!(rows(json!("empty")).await[0]["call_sid"], "");
    assert_eq!(rows(json!("no_rows")).await, Value::Null);
    assert_eq!(dials(&bench, QCALL).await.len(), 4);
}

#[tokio::test]
async fn a_wrong_dial_is_refused_and_places_nothing() {
    let (bench, dial) = stage().await;
    bench.set_options(QCALL, json!({ "failures_as_200": false })).await;
    let wrong = [
        (json!({ "assistant_id": "x" }), 404, "Assistant not found"),
        (json!({ "dialer_id": "x" }), 404, "Dialer not found"),
        (json!({ "phone_number": ["+15550100101", "+15550100108"] }), 400, "Invalid phone number"),
        (json!({ "phone_number": ["030 12"] }), 400, "Invalid phone number"),
        (
            json!({ "phone_number": ["+4930123456"], "dialer_id": "" }),
            400,
            "The default dialer supports US and Canadian numbers only",
        ),
        (json!({ "variables": {} }), 400, "variables is not a documented field"),
    ];
    for (change, status, message) in wrong {
        let (told, refused) = place(&bench, &with(&dial, change)).await;
        assert_eq!((told, &refused["message"]), (status, &json!(message)));
    }
    assert!(dials(&bench, QCALL).await.is_empty());
    bench.set_options(QCALL, json!({})).await;
    let (status, refused) = place(&bench, &with(&dial, json!({ "assistant_id": "x" }))).await;
    assert_eq!((status, &refused["success"], &refused["status"]), (200, &json!(false), &json!(404)));
}

#[tokio::test]
async fn rows_have_the_results_in_the_selected_form() {
    let (bench, dial) = stage().await;
    place(&bench, &dial).await;
    let row = async || listed(&bench, "").await[0].clone();
    assert_eq!(
        (&row().await["call_status"], &row().await["call_transcribe"]),
        (&json!("queued"), &json!(""))
    );
    advance(&bench, QCALL, 7_000).await;
    let ended = row().await;
    let told =
        ["phone_number", "first_name", "assistant_name", "call_status", "call_duration_in_sec", "call_cost"];
    let told = told.map(|name| ended[name].clone());
    assert_eq!(json!(told), json!(["+15550100101", "Ann", "Reception", "completed", 4, 0.04]));
    assert!(ended["call_transcribe"].as_str().is_some_and(|text| text.starts_with("assistant: Hello")));
    assert!(ended["created_at"].as_str().is_some_and(|time| time.ends_with('Z')));
    assert_eq!(ended.get("description"), None);
    let options = json!({ "call_rows": "echo", "created_at": "local_without_offset", "transcribe": "json" });
    bench.set_options(QCALL, json!({ "calls": options })).await;
    let other = row().await;
    assert_eq!(
        (&other["description"], &other["phone_number"]),
        (&dial["description"], &json!("+15550100101"))
    );
    assert_eq!(other["call_transcribe"][1]["role"], "user");
    assert_eq!(other["created_at"].as_str().map(str::len), Some("2026-11-30 08:00:00".len()));
    bench.set_options(QCALL, json!({ "calls": { "created_at": "absent" } })).await;
    assert_eq!(row().await.get("created_at"), None);
}

#[tokio::test]
async fn the_list_has_filters_pages_and_a_lag() {
    let (bench, dial) = stage().await;
    for number in ["+15550100101", "+15550100103", "+15550100107"] {
        place(&bench, &with(&dial, json!({ "phone_number": [number] }))).await;
        advance(&bench, QCALL, 1).await;
    }
    plant(&bench, QCALL, json!({ "agent_id": "x", "number": "+15550100204", "age_ms": 60_000 })).await;
    // The vendor lists inbound calls at another path.
    plant(&bench, QCALL, json!({ "direction": "inbound", "agent_id": "x", "number": "+15550100205" })).await;
    let numbers = async |query: &str| {
        let last = |row: &Value| row["phone_number"].as_str().expect("a number")[9..].to_owned();
        listed(&bench, query).await.iter().map(last).collect::<Vec<_>>()
    };
    assert_eq!(numbers("").await, ["107", "103", "101", "204"]);
    assert_eq!(numbers("?page=1&perpage=3").await, ["204"]);
    assert_eq!(numbers("?status=failed").await, ["204"]);
    advance(&bench, QCALL, 7_000).await;
    assert_eq!(numbers("?status=failed").await, ["103", "204"]);
    assert_eq!(numbers("?status=completed&sentiment=positive").await, ["101"]);
    assert_eq!(numbers("?status=inProgress").await, ["107"]);
    bench.set_options(QCALL, json!({ "calls": { "list_lag_ms": 7_002, "order": "oldest" } })).await;
    assert_eq!(numbers("").await, ["204", "101", "103"]);
}
