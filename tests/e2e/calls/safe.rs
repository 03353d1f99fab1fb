//! At most one dial for each key, whatever the vendor's answer.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::{ANSWERED, site, to};

const BLAND: Vendor = Vendor::BLAND;

#[tokio::test]
async fn a_repetition_gets_the_first_answer_and_dials_nothing() {
    let harness = site().await;
    let agent = harness.caller(BLAND).await;
    let first = harness.dial("one", &to(&agent, ANSWERED)).await;
    // The order of the members in a body does not matter.
    let turned = json!({ "to": { "phone_number": ANSWERED }, "agent_id": agent });
    for body in [to(&agent, ANSWERED), turned] {
        let again = harness.dial("one", &body).await;
        assert_eq!((first.status, &first.text), (again.status, &again.text));
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
    }
    assert_eq!(harness.dials(BLAND).await, 1);
    let other = to(&agent, "+14155550102");
    harness.dial("one", &other).await.problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_the_call_is_found() {
    let harness = site().await;
    let agent = harness.caller(BLAND).await;
    harness.order(BLAND, "placeCall", 1, &json!({ "kind": "reset", "when": "after" })).await;
    let answer = harness.dial("lost", &to(&agent, ANSWERED)).await;
    assert!(answer.header("retry-after").is_some(), "{}", answer.text);
    let path = answer.header("location").unwrap().to_owned();
    let call = answer.expect(202);
    assert_eq!((&call["status"], &call["match"]), (&json!("unknown"), &json!("pending")), "{call}");
    let call = harness.once(&path, |call| call["status"] == "ended").await;
    assert_eq!(call["match"], "marked", "{call}");
    assert_eq!(harness.dials(BLAND).await, 1);
}

#[tokio::test]
async fn a_refused_number_is_refused_again_and_a_busy_vendor_can_be_asked_again() {
    let harness = site().await;
    let agent = harness.caller(BLAND).await;
    let refused = to(&agent, "+14155550108");
    harness.dial("refused", &refused).await.problem(422, "vendor_rejected");
    let again = harness.dial("refused", &refused).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.expect(422)["code"], "vendor_rejected");
    // This case needs another vendor, because Bland also returns 429 for a blocked number.
    let busy = json!({ "kind": "status", "status": 429, "body": { "message": "Too many requests." } });
    harness.order(Vendor::RETELL, "placeCall", 1, &busy).await;
    let body = to(&harness.caller(Vendor::RETELL).await, ANSWERED);
    let answer = harness.dial("busy", &body).await;
    assert!(answer.header("retry-after").is_some(), "{}", answer.text);
    answer.problem(503, "vendor_throttled");
    let path = loop {
        let answer = harness.dial("busy", &body).await;
        if answer.status == 201 {
            break answer.header("location").unwrap().to_owned();
        }
        assert_eq!(answer.status, 503, "{}", answer.text);
        tokio::task::yield_now().await;
    };
    assert_eq!(harness.dials(Vendor::RETELL).await, 1);
    harness.once(&path, |call| call["status"] == "ended").await;
}

/// Checks that a dial that the vendor did not receive does not hide the calls of other dials whose answers were lost.
#[tokio::test]
async fn lost_answers_are_told_apart_although_another_dial_is_never_found() {
    let harness = site().await;
    for vendor in [BLAND, Vendor::VAPI, Vendor::ELEVENLABS] {
        let agent = harness.caller(vendor).await;
        harness.order(vendor, "placeCall", 1, &json!({ "kind": "reset", "when": "before" })).await;
        let nowhere = harness.dial(&format!("{vendor}-0"), &to(&agent, "+14155550199")).await.expect(202);
        assert_eq!(nowhere["status"], "unknown", "{nowhere}");
        let mut lost = Vec::new();
        for number in ["+14155550111", "+14155550121", "+14155550131"] {
            harness.order(vendor, "placeCall", 1, &json!({ "kind": "reset", "when": "after" })).await;
            let answer = harness.dial(&format!("{vendor}-{number}"), &to(&agent, number)).await;
            lost.push((answer.header("location").unwrap().to_owned(), number));
            answer.expect(202);
        }
        for (path, number) in lost {
            let call = harness.once(&path, |call| call["status"] == "ended").await;
            assert_eq!(
                (&call["match"], &call["to"]["phone_number"]),
                (&json!("marked"), &json!(number)),
                "{call}"
            );
        }
        assert_eq!(harness.dials(vendor).await, 3);
        let path = format!("/v1/calls/{}", nowhere["id"].as_str().unwrap());
        assert_eq!(harness.get(&path).await.expect(200)["status"], "unknown");
    }
}
