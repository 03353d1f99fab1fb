//! The calls of Autocalls in both generations.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::stage::{advance, end, open, plant, stopped};
use crate::support::{Bench, Contract, autocalls_2025_assistant, autocalls_2026_assistant, with};

const LEGACY: Vendor = Vendor::AUTOCALLS_2025;
const CURRENT: Vendor = Vendor::AUTOCALLS_2026;

async fn stage(vendor: Vendor) -> Bench {
    let bench = stopped(vendor).await;
    let assistant = if vendor == LEGACY { autocalls_2025_assistant() } else { autocalls_2026_assistant() };
    let assistant = with(&assistant, json!({ "phone_number_id": 501 }));
    bench.send(vendor, Method::POST, "/user/assistant", &assistant).await;
    bench
}

async fn place(bench: &Bench, vendor: Vendor, changes: Value) -> (u16, Value) {
    let body =
        json!({ "phone_number": "+15550100101", "assistant_id": 1001, "variables": { "order": "17" } });
    bench.send(vendor, Method::POST, "/user/make_call", &with(&body, changes)).await
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    for vendor in [LEGACY, CURRENT] {
        let (bench, contract) = (stage(vendor).await, Contract::for_vendor(vendor));
        let placed = place(&bench, vendor, json!({})).await;
        contract.check("placeCall", &placed);
        assert_eq!((placed.0, &placed.1["status"]), (200, &json!("initiated")));
        let path = format!("/user/calls/{}", placed.1["call_id"]);
        for options in [
            json!({}),
            json!({ "transcript": "lines", "evaluation": "object", "costs": "number", "times": "plain", "echo_variables": "empty_list" }),
        ] {
            bench.set_options(vendor, json!({ "calls": options })).await;
            contract.check("listCalls", &bench.get(vendor, "/user/calls").await);
            if vendor == CURRENT {
                contract.check("getCall", &bench.get(vendor, &path).await);
            }
            advance(&bench, vendor, 7_000).await;
        }
        for (change, status) in [
            (json!({ "assistant_id": 1 }), 404),
            (json!({ "phone_number": "030 123" }), 400),
            (json!({ "phone_number": "+15550100108" }), 400),
            (json!({ "assistant_id": "1001" }), 422),
            (json!({ "input_variables": {} }), 422),
        ] {
            let refused = place(&bench, vendor, change.clone()).await;
            contract.check("placeCall", &refused);
            assert_eq!(refused.0, status, "{change}");
        }
        for status in [200, 404] {
            let erased = bench.delete(vendor, &path).await;
            contract.check("deleteCall", &erased);
            assert_eq!(erased.0, status);
        }
        assert_eq!(bench.get(vendor, &path).await.0, 404);
    }
}

#[tokio::test]
async fn a_call_is_read_with_its_results() {
    let bench = stage(CURRENT).await;
    let (_, placed) = place(&bench, CURRENT, json!({})).await;
    let path = format!("/user/calls/{}", placed["call_id"]);
    let call = async || bench.get(CURRENT, &path).await.1;
    let queued = call().await;
    assert_eq!((&queued["status"], &queued["transcript"]), (&json!("initiated"), &Value::Null));
    advance(&bench, CURRENT, 6_000).await;
    let ended = call().await;
    assert_eq!((&ended["status"], &ended["total_cost"]), (&json!("ended_by_assistant"), &Value::Null));
    advance(&bench, CURRENT, 1_000).await;
    let ready = call().await;
    let told = [
        "assistant_phone_number",
        "client_phone_number",
        "duration",
        "variables",
        "total_cost",
        "answered_by",
    ];
    let told = told.map(|name| ready[name].clone());
    let expected = json!(["+4930123401", "+15550100101", 4, { "order": "17" }, "0.0400", "human"]);
    assert_eq!(json!(told), expected);
    let first = json!({ "text": "Hello, this is the assistant.", "type": "transcript", "sender": "bot", "timestamp": 0.1 });
    assert_eq!((&ready["transcript"][0], ready["transcript"].as_array().map(Vec::len)), (&first, Some(3)));
    assert_eq!(open(&bench, ready["recording_url"].as_str().expect("a link")).await.0, 200);

    let options = json!({ "transcript": "lines", "evaluation": "object", "costs": "number", "times": "plain", "echo_variables": false });
    bench.set_options(CURRENT, json!({ "calls": options })).await;
    let other = call().await;
    assert!(
        other["transcript"]
            .as_str()
            .is_some_and(|text| text.starts_with("AI: Hello, this is the assistant.\nCustomer: "))
    );
    assert_eq!((&other["evaluation"]["status"], &other["total_cost"]), (&json!(true), &json!(0.04)));
    assert_eq!(other["created_at"].as_str().map(str::len), Some("2026-11-30 08:00:00".len()));
    assert_eq!(other["variables"], other["evaluation"]);
}

#[tokio::test]
async fn the_one_call_with_late_results_waits_a_minute() {
    let bench = stage(CURRENT).await;
    let (_, placed) = place(&bench, CURRENT, json!({ "phone_number": "+15550100109" })).await;
    let path = format!("/user/calls/{}", placed["call_id"]);
    advance(&bench, CURRENT, 65_999).await;
    assert_eq!(bench.get(CURRENT, &path).await.1["transcript"], Value::Null);
    advance(&bench, CURRENT, 1).await;
    assert!(bench.get(CURRENT, &path).await.1["transcript"].is_array());
}

#[tokio::test]
async fn the_list_has_filters_pages_an_order_and_a_lag() {
    let bench = stage(LEGACY).await;
    for number in ["+15550100101", "+15550100103", "+15550100107"] {
        place(&bench, LEGACY, json!({ "phone_number": number })).await;
        advance(&bench, LEGACY, 1).await;
    }
    plant(&bench, LEGACY, json!({ "direction": "inbound", "agent_id": "2", "number": "+15550100202" })).await;
    let ids = async |query: &str| {
        let (status, page) = bench.get(LEGACY, &format!("/user/calls{query}")).await;
        assert_eq!(status, 200, "{page}");
        let rows = page["data"].as_array().expect("rows").iter();
        rows.map(|row| row["id"].as_u64().expect("an id") - 480_000).collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, [4, 3, 2, 1]);
    assert_eq!(ids("?per_page=3&page=2").await, [1]);
    assert_eq!(ids("?type=inbound").await, [4]);
    assert_eq!(ids("?assistant_id=1001&phone_number=%2B15550100103").await, [2]);
    assert_eq!(ids("?date_from=2000-01-01&date_to=2000-01-02").await, [0; 0]);
    assert_eq!(ids("?date_from=2026-01-01&campaign_id=1").await, [0; 0]);
    advance(&bench, LEGACY, 5_000).await;
    assert_eq!(ids("?status=in-progress").await, [4, 3, 1]);
    bench.set_options(LEGACY, json!({ "calls": { "order": "oldest", "list_lag_ms": 5_001 } })).await;
    assert_eq!(ids("").await, [1, 2, 3]);
    assert_eq!(end(&bench, LEGACY, "480003", json!({})).await, 204);
    assert_eq!(ids("?status=ended_by_customer").await, [3]);
    assert_eq!(bench.get(LEGACY, "/user/calls?status=done").await.0, 422);
}
