//! The calls of ElevenLabs.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::stage::{advance, dials, plant, stopped};
use crate::support::{Bench, Contract, with};

const ELEVENLABS: Vendor = Vendor::ELEVENLABS;
const TWILIO: &str = "/v1/convai/twilio/outbound-call";
const SIP: &str = "/v1/convai/sip-trunk/outbound-call";
const LIST: &str = "/v1/convai/conversations";

/// Returns a sandbox with an agent, and a request that places a call.
async fn stage() -> (Bench, Value) {
    let bench = stopped(ELEVENLABS).await;
    let agent = json!({
        "name": "Desk",
        "conversation_config": { "agent": { "first_message": "Hello {{name}}!", "language": "en" } },
        "platform_settings": { "overrides": { "conversation_config_override": { "agent": { "language": true } } } },
    });
    let (status, agent) = bench.send(ELEVENLABS, Method::POST, "/v1/convai/agents/create", &agent).await;
    assert_eq!(status, 200, "{agent}");
    let client = json!({ "dynamic_variables": { "name": "Ann" }, "user_id": "call_01k" });
    let dial = json!({
        "agent_id": agent["agent_id"], "agent_phone_number_id": "phnum_0401k2", "to_number": "+15550100101",
        "conversation_initiation_client_data": client,
    });
    (bench, dial)
}

async fn place(bench: &Bench, path: &str, dial: &Value) -> (u16, Value) {
    bench.send(ELEVENLABS, Method::POST, path, dial).await
}

/// Returns the dial with other values of `conversation_initiation_client_data`.
fn client(dial: &Value, changes: Value) -> Value {
    let client = with(&dial["conversation_initiation_client_data"], changes);
    with(dial, json!({ "conversation_initiation_client_data": client }))
}

fn path(placed: &Value) -> String {
    format!("{LIST}/{}", placed["conversation_id"].as_str().expect("an id"))
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, dial) = stage().await;
    let contract = Contract::for_vendor(ELEVENLABS);
    let placed = place(&bench, TWILIO, &dial).await;
    contract.check("placeCall", &placed);
    assert_eq!((placed.0, &placed.1["success"]), (200, &json!(true)));
    for status in ["initiated", "in-progress", "processing", "done"] {
        let read = bench.get(ELEVENLABS, &path(&placed.1)).await;
        contract.check("getConversation", &read);
        assert_eq!(read.1["status"], status);
        contract.check("listConversations", &bench.get(ELEVENLABS, LIST).await);
        advance(&bench, ELEVENLABS, if status == "in-progress" { 3_500 } else { 2_500 }).await;
    }
    let (_, done) = bench.get(ELEVENLABS, &path(&placed.1)).await;
    assert_eq!((&done["user_id"], &done["metadata"]["cost_fiat"]), (&json!("call_01k"), &json!(0.04)));
    let phone = &done["metadata"]["phone_call"];
    assert_eq!(
        (&phone["external_number"], &phone["call_result"]),
        (&json!("+15550100101"), &json!("answered"))
    );
    assert_eq!(
        (&done["transcript"][1]["role"], &done["analysis"]["call_successful"]),
        (&json!("user"), &json!("success"))
    );
    for status in [200, 404] {
        let erased = bench.delete(ELEVENLABS, &path(&placed.1)).await;
        contract.check("deleteConversation", &erased);
        assert_eq!(erased.0, status);
    }
    contract.check("getConversation", &bench.get(ELEVENLABS, &path(&placed.1)).await);
}

#[tokio::test]
async fn a_wrong_dial_is_refused_and_places_nothing() {
    let (bench, dial) = stage().await;
    let contract = Contract::for_vendor(ELEVENLABS);
    let sip = with(&dial, json!({ "agent_phone_number_id": "phnum_0402k2" }));
    for (path, dial, status) in [
        (SIP, dial.clone(), 400),
        (TWILIO, sip.clone(), 400),
        ("/v1/convai/telnyx/outbound-call", dial.clone(), 404),
        (TWILIO, with(&dial, json!({ "agent_id": "agent_x" })), 404),
        (TWILIO, with(&dial, json!({ "agent_phone_number_id": "phnum_x" })), 404),
        (TWILIO, with(&dial, json!({ "to_number": 1 })), 422),
    ] {
        let refused = place(&bench, path, &dial).await;
        assert_eq!(refused.0, status, "{path} {dial}");
        if status != 404 {
            contract.check("placeCall", &refused);
        }
    }
    for (path, dial, id) in [(TWILIO, dial, "callSid"), (SIP, sip, "sip_call_id")] {
        let refused = place(&bench, path, &with(&dial, json!({ "to_number": "+15550100108" }))).await;
        contract.check("placeCall", &refused);
        let expected = json!({ "success": false, "message": "The carrier refused the call.", "conversation_id": null, id: null });
        assert_eq!(refused, (200, expected));
    }
    assert!(dials(&bench, ELEVENLABS).await.is_empty());
}

#[tokio::test]
async fn an_override_that_the_agent_does_not_allow_fails_the_call_after_it_was_placed() {
    let (bench, dial) = stage().await;
    let overriding =
        |agent: Value| client(&dial, json!({ "conversation_config_override": { "agent": agent } }));
    let outcome = async |dial: &Value| {
        let (status, placed) = place(&bench, TWILIO, dial).await;
        assert_eq!((status, &placed["success"]), (200, &json!(true)));
        advance(&bench, ELEVENLABS, 7_000).await;
        let (_, read) = bench.get(ELEVENLABS, &path(&placed)).await;
        (read["status"].clone(), read["metadata"]["error"]["reason"].clone())
    };
    assert_eq!(outcome(&overriding(json!({ "language": "de" }))).await, (json!("done"), Value::Null));
    let message = overriding(json!({ "first_message": "Hi!" }));
    let refused = "Override for field 'first_message' is not allowed by config.";
    assert_eq!(outcome(&message).await, (json!("failed"), json!(refused)));
    bench.set_options(ELEVENLABS, json!({ "calls": { "overrides_allowed": true } })).await;
    assert_eq!(outcome(&message).await, (json!("done"), Value::Null));
    let missing = "Missing required dynamic variables in first message: name";
    assert_eq!(
        outcome(&client(&dial, json!({ "dynamic_variables": {} }))).await,
        (json!("failed"), json!(missing))
    );
    assert_eq!(dials(&bench, ELEVENLABS).await.len(), 4);
}

#[tokio::test]
async fn the_result_of_a_call_that_was_not_answered_may_be_missing() {
    let (bench, dial) = stage().await;
    let (_, placed) = place(&bench, TWILIO, &with(&dial, json!({ "to_number": "+15550100104" }))).await;
    advance(&bench, ELEVENLABS, 2_000).await;
    let result = async || {
        let (_, read) = bench.get(ELEVENLABS, &path(&placed)).await;
        (read["status"].clone(), read["metadata"]["phone_call"].get("call_result").cloned())
    };
    assert_eq!(result().await, (json!("failed"), Some(json!("busy"))));
    bench.set_options(ELEVENLABS, json!({ "calls": { "call_result": false } })).await;
    assert_eq!(result().await, (json!("failed"), None));
}

#[tokio::test]
async fn the_recording_needs_the_key() {
    let (bench, dial) = stage().await;
    let (_, placed) = place(&bench, TWILIO, &dial).await;
    let audio = format!("{}/audio", path(&placed));
    assert_eq!(bench.get(ELEVENLABS, &audio).await.0, 404);
    advance(&bench, ELEVENLABS, 7_000).await;
    let answer = bench.request(ELEVENLABS, Method::GET, &audio).send().await.expect("an answer");
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"audio/mpeg".parse().expect("a type"))
    );
    assert_eq!(answer.bytes().await.expect("bytes").len(), 39 * 417);
    let url = format!("{}{audio}", bench.sandbox.base_url(ELEVENLABS));
    assert_eq!(bench.client.get(url).send().await.expect("an answer").status(), 401);
}

#[tokio::test]
async fn the_list_has_filters_pages_an_order_and_a_lag() {
    let (bench, dial) = stage().await;
    let mut ids = Vec::new();
    for user in ["a", "b", "c"] {
        let (_, placed) = place(&bench, TWILIO, &client(&dial, json!({ "user_id": user }))).await;
        ids.push(placed["conversation_id"].clone());
        advance(&bench, ELEVENLABS, 10_000).await;
    }
    let inbound = json!({ "direction": "inbound", "agent_id": "x", "number": "+15550100207", "our_number": "phnum_0402k2" });
    ids.push(json!(plant(&bench, ELEVENLABS, inbound).await));
    let found = async |query: &str| {
        let (status, page) = bench.get(ELEVENLABS, &format!("{LIST}?{query}")).await;
        assert_eq!(status, 200, "{page}");
        let place = |row: &Value| {
            ids.iter().position(|id| *id == row["conversation_id"]).expect("a call of this test")
        };
        let rows = page["conversations"].as_array().expect("rows").iter().map(place).collect::<Vec<_>>();
        (rows, page)
    };
    let (first, page) = found("page_size=3").await;
    assert_eq!((first, &page["has_more"]), (vec![3, 2, 1], &json!(true)));
    assert_eq!(found(&format!("cursor={}", page["next_cursor"].as_str().expect("a cursor"))).await.0, [0]);
    assert_eq!(found("user_id=b&sort_direction=asc").await.0, [1]);
    assert_eq!(found("call_successful=success").await.0, [2, 1, 0]);
    let (_, all) = found("").await;
    let second = all["conversations"][2]["start_time_unix_secs"].as_i64().expect("a time");
    assert_eq!(found(&format!("call_start_after_unix={second}")).await.0, [3, 2, 1]);
    assert_eq!(found(&format!("call_start_before_unix={}", second - 1)).await.0, [0]);
    assert_eq!(bench.get(ELEVENLABS, &format!("{LIST}?cursor=x")).await.0, 400);
    bench.set_options(ELEVENLABS, json!({ "calls": { "order": "oldest", "list_lag_ms": 10_000 } })).await;
    assert_eq!(found("").await.0, [0, 1, 2]);
}

#[tokio::test]
async fn a_call_needs_a_number_that_the_workspace_has_now() {
    let (bench, dial) = stage().await;
    let planted = json!({ "phone_number": "+15550100453", "label": "New", "provider": "twilio" });
    let place_of = |id: &str| format!("/elevenlabs/records/phone_numbers/{id}");
    bench.control(Method::PUT, &place_of("phnum_new"), Some(&planted)).await;
    let new = with(&dial, json!({ "agent_phone_number_id": "phnum_new" }));
    let (status, placed) = place(&bench, TWILIO, &new).await;
    assert_eq!((status, &placed["success"]), (200, &json!(true)), "{placed}");
    let (_, call) = bench.get(ELEVENLABS, &path(&placed)).await;
    assert_eq!(call["metadata"]["phone_call"]["agent_number"], "+15550100453");
    bench.control(Method::DELETE, &place_of("phnum_0401k2"), None).await;
    assert_eq!(place(&bench, TWILIO, &dial).await.0, 404);
}
