//! Calls from the dial to their end, with their transcript and recording.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{ANSWERED, ENDLESS, UNANSWERED, callers, site};
use crate::harness::{Answer, Harness};

#[tokio::test]
async fn a_call_is_followed_to_its_end_at_each_vendor() {
    let harness = site().await;
    let vendors = callers(&harness).await;
    assert!(vendors.len() >= 8, "{vendors:?}");
    for vendor in vendors {
        let agent = harness.caller(vendor).await;
        let path = harness.call(&agent, ANSWERED).await;
        let call = harness.once(&path, |call| call["status"] == "ended").await;
        assert_eq!((&call["direction"], &call["origin"]), (&json!("outbound"), &json!("api")), "{call}");
        assert_eq!((&call["agent_id"], &call["vendor"]), (&json!(agent), &json!(vendor)), "{call}");
        assert_eq!(call["to"]["phone_number"], ANSWERED, "{call}");
        assert!(call["remote_id"].is_string() && call["undisclosed"].is_array(), "{call}");
        let call = harness.once(&path, |call| call["transcript"]["state"] == "available").await;
        let transcript = harness.get(&format!("{path}/transcript")).await.expect(200);
        assert_eq!((&transcript["call_id"], &transcript["state"]), (&call["id"], &json!("available")));
        assert!(transcript["text"].as_str().is_some_and(|text| !text.is_empty()), "{vendor}: {transcript}");
        assert_eq!(harness.dials(vendor).await, 1, "{vendor}");
    }
}

#[tokio::test]
async fn a_call_that_is_not_answered_ends_with_the_reason() {
    let harness = site().await;
    for vendor in callers(&harness).await {
        // OpenCX lists no call that was not answered.
        if vendor == Vendor::OPENCX {
            continue;
        }
        let agent = harness.caller(vendor).await;
        let path = harness.call(&agent, UNANSWERED).await;
        let call = harness.once(&path, |call| call["status"] == "ended").await;
        assert_eq!(call["ended_reason"], "no_answer", "{vendor}: {call}");
    }
}

#[tokio::test]
async fn a_recording_is_a_link_or_comes_through_the_gateway() {
    let harness = site().await;
    for vendor in callers(&harness).await {
        let about = harness.get(&format!("/v1/vendors/{vendor}")).await.expect(200);
        let agent = harness.caller(vendor).await;
        let path = harness.call(&agent, ANSWERED).await;
        let access = about["calls"]["recording"].as_str().unwrap();
        let is_ready = |call: &Value| access == "none" || call["recording"]["state"] == "available";
        harness.once(&path, |call| call["status"] == "ended" && is_ready(call)).await;
        let answer = harness.get(&format!("{path}/recording")).await;
        match access {
            "none" => drop(answer.problem(404, "not_found")),
            "link" => assert_eq!(answer.status, 307, "{vendor}: {}", answer.text),
            _ => assert!(matches!(answer.status, 200 | 307), "{vendor}: {}", answer.text),
        }
    }
}

#[tokio::test]
async fn a_live_call_is_hung_up_where_the_vendor_can() {
    let harness = site().await;
    for vendor in callers(&harness).await {
        let about = harness.get(&format!("/v1/vendors/{vendor}")).await.expect(200);
        let agent = harness.caller(vendor).await;
        let path = harness.call(&agent, ENDLESS).await;
        harness.once(&path, |call| call["status"] == "in_progress").await;
        let hang_up = order(&harness, &format!("{path}/hangup")).await;
        if about["calls"]["hang_up"] == false {
            hang_up.problem(422, "capability_loss");
            continue;
        }
        hang_up.expect(202);
        let ended = harness.once(&path, |call| call["status"] == "ended").await;
        assert_eq!(ended["origin"], "api", "{ended}");
        assert_eq!(ended["ended_reason"], "canceled", "{vendor}: {ended}");
        order(&harness, &format!("{path}/hangup")).await.expect(200);
    }
}

#[tokio::test]
async fn an_ended_call_is_erased_and_a_live_one_is_not() {
    let harness = site().await;
    for vendor in callers(&harness).await {
        let about = harness.get(&format!("/v1/vendors/{vendor}")).await.expect(200);
        let agent = harness.caller(vendor).await;
        let live = harness.call(&agent, ENDLESS).await;
        harness.delete(&live).await.problem(409, "state_conflict");
        let path = harness.call(&agent, ANSWERED).await;
        harness.once(&path, |call| call["transcript"]["state"] == "available").await;
        let erased = harness.delete(&path).await;
        assert!(matches!(erased.status, 200 | 202), "{vendor}: {}", erased.text);
        assert_eq!(erased.body["here"], "erased");
        let can_erase = about["calls"]["erase"] == true;
        assert_eq!(erased.body["vendor"] == "unsupported", !can_erase, "{vendor}: {}", erased.text);
        let call = harness.get(&path).await.expect(200);
        assert!(call["erased_at"].is_string() && call["peer"].is_null(), "{call}");
        assert!(!call.to_string().contains(ANSWERED), "{call}");
        let transcript = harness.get(&format!("{path}/transcript")).await.expect(200);
        assert_eq!((&transcript["state"], &transcript["text"]), (&json!("erased"), &Value::Null));
    }
}

#[tokio::test]
async fn a_look_on_request_reads_the_vendor_at_that_moment() {
    let harness = site().await;
    let vendor = callers(&harness).await[0];
    let agent = harness.caller(vendor).await;
    let path = harness.call(&agent, ANSWERED).await;
    harness.once(&path, |call| call["status"] == "ended").await;
    harness.forget_requests().await;
    order(&harness, &format!("{path}/sync")).await.expect(200);
    assert!(!harness.seen(vendor).await.is_empty());
    order(&harness, "/v1/calls/call_nobody/sync").await.problem(404, "not_found");
}

/// Sends a POST request without a body.
async fn order(harness: &Harness, path: &str) -> Answer {
    Answer::to(harness.request(Method::POST, path)).await
}
