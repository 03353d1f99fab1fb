//! The calls of Vapi.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::stage::{advance, dials, open, plant, stopped};
use crate::support::{Bench, Contract, with};

const VAPI: Vendor = Vendor::VAPI;
const NUMBER: &str = "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0302";
const INACTIVE: &str = "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0303";

async fn stage(assistant: Value) -> (Bench, Value) {
    let bench = stopped(VAPI).await;
    let (_, assistant) = bench.send(VAPI, Method::POST, "/assistant", &assistant).await;
    let dial = json!({
        "assistantId": assistant["id"], "phoneNumberId": NUMBER, "customer": { "number": "+15550100101", "name": "Ann" },
        "name": "call_01k", "assistantOverrides": { "variableValues": { "order": "17" }, "firstMessage": "Hi!" },
    });
    (bench, dial)
}

async fn place(bench: &Bench, dial: &Value) -> (u16, Value) {
    bench.send(VAPI, Method::POST, "/call", dial).await
}

fn path(call: &Value) -> String {
    format!("/call/{}", call["id"].as_str().expect("an id"))
}

fn to(dial: &Value, number: &str) -> Value {
    with(dial, json!({ "customer": { "number": number } }))
}

/// Sends the message that ends a call to its control URL, without a key.
async fn hang_up(bench: &Bench, url: &str) -> u16 {
    let request = bench.client.post(url).json(&json!({ "type": "end-call" }));
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, dial) = stage(json!({})).await;
    let contract = Contract::for_vendor(VAPI);
    let placed = place(&bench, &dial).await;
    contract.check("placeCall", &placed);
    let call = placed.1;
    assert_eq!((placed.0, &call["status"], &call["name"]), (201, &json!("queued"), &json!("call_01k")));
    assert_eq!(call["customer"], dial["customer"]);
    for _ in 0..4 {
        contract.check("getCall", &bench.get(VAPI, &path(&call)).await);
        contract.check("listCalls", &bench.get(VAPI, "/call").await);
        advance(&bench, VAPI, 2_500).await;
    }
    let (_, ended) = bench.get(VAPI, &path(&call)).await;
    assert_eq!((&ended["endedReason"], &ended["cost"]), (&json!("assistant-ended-call"), &json!(0.04)));
    assert!(ended["artifact"]["transcript"].as_str().is_some_and(|text| text.starts_with("AI: Hello")));
    assert_eq!(ended["artifact"]["variableValues"], json!({ "order": "17" }));
    for status in [200, 404] {
        let erased = bench.delete(VAPI, &path(&call)).await;
        contract.check("deleteCall", &erased);
        assert_eq!(erased.0, status);
    }
    contract.check("getCall", &bench.get(VAPI, &path(&call)).await);
}

#[tokio::test]
async fn a_dial_with_a_wrong_reference_or_member_is_refused_and_places_nothing() {
    let (bench, dial) = stage(json!({})).await;
    let wrong = [
        (json!({ "phoneNumberId": "x" }), "Couldn't Get Phone Number. `phoneNumberId` x Does Not Exist."),
        (
            json!({ "phoneNumberId": INACTIVE }),
            "Couldn't Use Phone Number. `phoneNumberId` b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0303 Is Not Active.",
        ),
        (json!({ "assistantId": "x" }), "Couldn't Get Assistant. `assistantId` x Does Not Exist."),
        (json!({ "customer": {} }), "Couldn't Get Customer. Need Either `customerId` Or `customer`."),
        (
            json!({ "customer": { "number": "+15550100108" } }),
            "Couldn't Call Customer. The Number Is Not Allowed.",
        ),
    ];
    for (change, message) in wrong {
        let refused = place(&bench, &with(&dial, change)).await;
        Contract::for_vendor(VAPI).check("placeCall", &refused);
        assert_eq!((refused.0, &refused.1["message"]), (400, &json!(message)));
    }
    let lists = [
        (
            json!({ "customer": { "number": "030 1234" } }),
            "customer.number must be a valid phone number in the E.164 format",
        ),
        (json!({ "agent": "x" }), "property agent should not exist"),
        (json!({ "name": "x".repeat(41) }), "name must be shorter than or equal to 40 characters"),
        (
            json!({ "assistantOverrides": { "silenceTimeoutSeconds": 1 } }),
            "assistantOverrides.silenceTimeoutSeconds must not be less than 10",
        ),
        (
            json!({ "assistantOverrides": { "greeting": "Hi" } }),
            "assistantOverrides.property greeting should not exist",
        ),
    ];
    for (change, sentence) in lists {
        let (status, refused) = place(&bench, &with(&dial, change)).await;
        assert_eq!((status, &refused["message"]), (400, &json!([sentence])));
    }
    assert!(dials(&bench, VAPI).await.is_empty());
}

#[tokio::test]
async fn a_live_call_is_ended_at_its_control_url_without_a_key() {
    let (bench, dial) = stage(json!({})).await;
    let (_, call) = place(&bench, &to(&dial, "+15550100107")).await;
    advance(&bench, VAPI, 3_000).await;
    let (_, live) = bench.get(VAPI, &path(&call)).await;
    assert_eq!(live["status"], "in-progress");
    let url = live["monitor"]["controlUrl"].as_str().expect("a URL");
    assert_eq!(hang_up(&bench, url).await, 200);
    let (_, ended) = bench.get(VAPI, &path(&call)).await;
    assert_eq!((&ended["endedReason"], ended.get("monitor")), (&json!("manually-canceled"), None));
    assert_eq!(hang_up(&bench, url).await, 404, "it is not live");
    let journal = bench.journal().await;
    let keys = journal
        .iter()
        .filter(|entry| entry["operation"] == "controlCall")
        .map(|entry| entry["has_key"] == true);
    assert_eq!(keys.collect::<Vec<_>>(), [false, false]);
    assert!(journal.iter().any(|entry| entry["has_key"] == true));
}

#[tokio::test]
async fn a_call_may_have_no_control_url_or_one_at_another_host() {
    let (bench, dial) = stage(json!({ "monitorPlan": { "controlEnabled": false } })).await;
    let (_, call) = place(&bench, &dial).await;
    assert_eq!(call.get("monitor"), None, "the assistant switches it off");
    let on = with(&dial, json!({ "assistantOverrides": { "monitorPlan": { "controlEnabled": true } } }));
    assert!(place(&bench, &on).await.1["monitor"]["controlUrl"].is_string());
    bench.set_options(VAPI, json!({ "calls": { "control": "elsewhere" } })).await;
    let (_, call) = place(&bench, &on).await;
    let url = call["monitor"]["controlUrl"].as_str().expect("a URL");
    assert!(url.starts_with("http://localhost:"), "{url}");
    bench.set_options(VAPI, json!({ "calls": { "control": "off" } })).await;
    assert_eq!(place(&bench, &on).await.1.get("monitor"), None);
}

#[tokio::test]
async fn a_recording_is_a_redirect_that_comes_late() {
    let (bench, dial) = stage(json!({})).await;
    bench.set_options(VAPI, json!({ "calls": { "recording_lag_ms": 3_000 } })).await;
    let (_, call) = place(&bench, &dial).await;
    let recording = format!("{}/mono-recording", path(&call));
    advance(&bench, VAPI, 8_999).await;
    assert_eq!(bench.get(VAPI, &recording).await.0, 404);
    assert_eq!(bench.get(VAPI, &path(&call)).await.1["artifact"].get("recording"), None);
    advance(&bench, VAPI, 1).await;
    let answer = bench.request(VAPI, Method::GET, &recording).send().await.expect("an answer");
    assert_eq!(answer.status(), 302);
    let target = answer.headers()["location"].to_str().expect("text").to_owned();
    assert_eq!(open(&bench, &target).await.0, 200);
    assert!(
        bench.get(VAPI, &path(&call)).await.1["artifact"]["recording"]["mono"]["combinedUrl"].is_string()
    );
}

#[tokio::test]
async fn the_list_has_time_filters_an_order_and_a_lag() {
    let (bench, dial) = stage(json!({})).await;
    let mut calls = Vec::new();
    for _ in 0..3 {
        calls.push(place(&bench, &dial).await.1);
        advance(&bench, VAPI, 1_000).await;
    }
    let inbound =
        json!({ "direction": "inbound", "agent_id": "x", "number": "+15550100777", "our_number": NUMBER });
    plant(&bench, VAPI, inbound).await;
    let listed = async |query: &str| {
        let (_, rows) = bench.get(VAPI, &format!("/call{query}")).await;
        let place = |row: &Value| calls.iter().position(|call| call["id"] == row["id"]);
        rows.as_array().expect("a list").iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(listed("").await, [None, Some(2), Some(1), Some(0)]);
    assert_eq!(listed("?limit=1").await, [None]);
    assert_eq!(
        listed(&format!("?assistantId={}", dial["assistantId"].as_str().expect("an id"))).await.len(),
        3
    );
    let second = calls[1]["createdAt"].as_str().expect("a time");
    assert_eq!(listed(&format!("?createdAtLt={second}")).await, [Some(0)]);
    assert_eq!(listed(&format!("?createdAtGe={second}&createdAtLe={second}")).await, [Some(1)]);
    bench.set_options(VAPI, json!({ "calls": { "order": "oldest", "list_lag_ms": 1_000 } })).await;
    assert_eq!(listed("").await, [Some(0), Some(1), Some(2)]);
}
