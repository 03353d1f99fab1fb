//! The calls of OpenCX.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::stage::{advance, dials, plant, stopped};
use crate::support::{Bench, Contract, opencx_purchase};

const OPENCX: Vendor = Vendor::OPENCX;
const LIST: &str = "/chat/sessions?channel_type=phone_voice";

/// Returns a sandbox with an agent, and the path that places a call.
async fn stage() -> (Bench, String) {
    let bench = stopped(OPENCX).await;
    let (_, bought) = bench.send(OPENCX, Method::POST, "/phone/buy", &opencx_purchase()).await;
    (bench, format!("/phone/{}/call", bought["id"].as_str().expect("an id")))
}

async fn place(bench: &Bench, path: &str, number: &str) -> (u16, Value) {
    let body = json!({ "contact": { "phone_number": number }, "options": { "initial_message": "Hi!", "voice_speed": 1.1 } });
    bench.send(OPENCX, Method::POST, path, &body).await
}

async fn items(bench: &Bench, path: &str) -> Vec<Value> {
    let (status, page) = bench.get(OPENCX, path).await;
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().cloned().expect("items")
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, path) = stage().await;
    let contract = Contract::for_vendor(OPENCX);
    let placed = place(&bench, &path, "+15550100110").await;
    contract.check("placeCall", &placed);
    assert_eq!(placed, (201, Value::Null), "there is no id");
    advance(&bench, OPENCX, 7_000).await;
    contract.check("listSessions", &bench.get(OPENCX, LIST).await);
    let session = items(&bench, LIST).await[0].clone();
    assert_eq!(
        (&session["status"], &session["handoff"]["sentiment"]),
        (&json!("closed_resolved"), &json!("neutral"))
    );
    assert_eq!(session["contact"]["phone_number"], "+15550100110");
    for id in [session["id"].as_str().expect("an id"), "00000000-0000-7000-8000-000000000000"] {
        contract.check("getSession", &bench.get(OPENCX, &format!("/chat/sessions/{id}")).await);
        contract
            .check("listSessionHistory", &bench.get(OPENCX, &format!("/chat/sessions/{id}/history")).await);
    }
}

#[tokio::test]
async fn a_wrong_dial_is_refused_and_places_nothing() {
    let (bench, path) = stage().await;
    for number in ["+15550100108", "030 12"] {
        assert_eq!(place(&bench, &path, number).await.0, 400, "{number}");
    }
    let unknown = "/phone/00000000-0000-7000-8000-000000000000/call";
    assert_eq!(place(&bench, unknown, "+15550100101").await.0, 404);
    for body in [
        json!({ "contact": { "phone_number": "+15550100101" }, "options": { "name": "x" } }),
        json!({ "contact": { "phone_number": "+15550100101" }, "variables": {} }),
        json!({ "contact": {} }),
    ] {
        let refused = bench.send(OPENCX, Method::POST, &path, &body).await;
        Contract::for_vendor(OPENCX).check("placeCall", &refused);
        assert_eq!(refused.0, 400, "{body}");
    }
    assert!(dials(&bench, OPENCX).await.is_empty());
}

#[tokio::test]
async fn a_call_becomes_a_conversation_when_it_is_answered() {
    let (bench, path) = stage().await;
    for number in ["+15550100101", "+15550100103"] {
        place(&bench, &path, number).await;
    }
    assert!(items(&bench, LIST).await.is_empty());
    advance(&bench, OPENCX, 2_000).await;
    let open = items(&bench, "/chat/sessions?status=open").await;
    assert_eq!((open.len(), &open[0]["contact"]["phone_number"]), (1, &json!("+15550100101")));
    let options = json!({ "session_for_unanswered": true, "session_lag_ms": 8_000 });
    bench.set_options(OPENCX, json!({ "calls": options })).await;
    assert!(items(&bench, LIST).await.is_empty());
    advance(&bench, OPENCX, 6_000).await;
    assert_eq!(items(&bench, LIST).await.len(), 2);
    assert_eq!(items(&bench, "/chat/sessions?status=closed_unresolved").await.len(), 1);
    assert_eq!(dials(&bench, OPENCX).await.len(), 2);
}

#[tokio::test]
async fn the_history_is_paged() {
    let (bench, path) = stage().await;
    place(&bench, &path, "+15550100110").await;
    advance(&bench, OPENCX, 7_000).await;
    bench.set_options(OPENCX, json!({ "calls": { "history_page_size": 3 } })).await;
    let history =
        format!("/chat/sessions/{}/history", items(&bench, LIST).await[0]["id"].as_str().expect("an id"));
    let (_, first) = bench.get(OPENCX, &history).await;
    let senders: Vec<_> = first["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| &item["event"]["sender"]["type"])
        .collect();
    assert_eq!((senders, &first["next"]), (vec![&json!("ai"), &json!("contact"), &json!("ai")], &json!("3")));
    let (_, second) = bench.get(OPENCX, &format!("{history}?cursor=3")).await;
    assert_eq!((&second["items"][0]["event"]["type"], &second["next"]), (&json!("handoff"), &Value::Null));
    assert_eq!(bench.get(OPENCX, &format!("{history}?cursor=x")).await.0, 400);
}

#[tokio::test]
async fn the_list_has_filters_pages_an_order_and_a_lag() {
    let (bench, _) = stage().await;
    for (number, age) in [("+15550100101", 30_000), ("+15550100107", 20_000), ("+15550100110", 10_000)] {
        plant(&bench, OPENCX, json!({ "agent_id": "x", "number": number, "age_ms": age })).await;
    }
    let numbers = async |path: &str| {
        let number =
            |item: &Value| item["contact"]["phone_number"].as_str().expect("a number")[10..].to_owned();
        items(&bench, path).await.iter().map(number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(LIST).await, ["10", "07", "01"]);
    assert!(numbers("/chat/sessions?channel_type=web").await.is_empty());
    assert_eq!(numbers("/chat/sessions?handed_off=true").await, ["10"]);
    bench.set_options(OPENCX, json!({ "page_size": 2, "calls": { "order": "oldest" } })).await;
    let (_, first) = bench.get(OPENCX, LIST).await;
    assert_eq!(numbers(LIST).await, ["01", "07"]);
    assert_eq!(
        numbers(&format!("{LIST}&cursor={}", first["next"].as_str().expect("a cursor"))).await,
        ["10"]
    );
    assert_eq!(bench.get(OPENCX, &format!("{LIST}&cursor=x")).await.0, 400);
    bench.set_options(OPENCX, json!({ "calls": { "list_lag_ms": 20_000 } })).await;
    assert_eq!(numbers(LIST).await, ["07", "01"]);
}
