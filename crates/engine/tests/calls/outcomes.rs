//! The answer and the effect of each outcome of a dial.

use serde_json::json;
use switchboard_core::error::Kind;
use switchboard_engine::Outcome;

use crate::{
    process::{Site, call_of},
    server::Treatment,
};

#[tokio::test]
async fn a_refusal_of_the_vendor_is_replayed() {
    for (status, kind) in
        [(422, Kind::VendorRejected), (404, Kind::VendorRejected), (401, Kind::VendorAuthFailed)]
    {
        let site = Site::start().await;
        let process = site.standard().await;
        let agent = process.agent(json!({})).await;
        site.vendor.treat([Treatment::Answer(status, "", "{}")]);
        let refused = process.call(&agent, "key-1").await.unwrap_err();
        assert_eq!(refused.kind, kind, "{status}");
        let replayed = process.call(&agent, "key-1").await.unwrap();
        assert!(matches!(replayed.outcome, Outcome::Refused { kind: replayed, .. } if replayed == kind));
        assert_eq!((site.asked(), site.dials(), process.stored().await), (1, 0, 0), "{status}");
    }
}

#[tokio::test]
async fn a_dial_that_was_not_sent_frees_its_key() {
    let mut site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    site.listening = None;
    let failed = process.call(&agent, "key-1").await.unwrap_err();
    assert_eq!(failed.kind, Kind::VendorUnavailable, "{failed:?}");
    assert!(failed.retry_after.is_some());
    assert_eq!(process.stored().await, 0);
    site.listening = Some(site.vendor.listen(Some(site.address)).await.0);
    let placed = process.call(&agent, "key-1").await.unwrap();
    assert!(matches!(placed.outcome, Outcome::CallPlaced { .. }) && !placed.replayed);
    assert_eq!((site.asked(), process.stored().await), (1, 1));
}

#[tokio::test]
async fn a_throttled_dial_frees_its_key() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    site.vendor.treat([Treatment::Answer(429, "", "{}")]);
    let failed = process.call(&agent, "key-1").await.unwrap_err();
    assert_eq!(failed.kind, Kind::VendorThrottled, "{failed:?}");
    assert!(failed.retry_after.is_some());
    assert_eq!((site.asked(), process.stored().await), (1, 0));
    process.call(&agent, "key-1").await.unwrap();
    assert_eq!((site.asked(), site.dials()), (2, 1));
}

#[tokio::test]
async fn any_other_answer_leaves_the_outcome_unknown_and_is_never_sent_again() {
    for treatment in [
        Treatment::PlaceAndHangUp,
        Treatment::PlaceAndMumble,
        Treatment::Answer(500, "", "{}"),
        Treatment::Answer(502, "", "<html>"),
        Treatment::Answer(503, "retry-after: 1\r\n", "{}"),
        Treatment::Answer(302, "location: /elsewhere\r\n", ""),
        Treatment::Answer(408, "", "{}"),
        Treatment::Answer(425, "", "{}"),
        Treatment::Answer(200, "", ""),
    ] {
        let site = Site::start().await;
        let process = site.standard().await;
        let agent = process.agent(json!({})).await;
        site.vendor.treat([treatment.clone()]);
        let answer = process.call(&agent, "key-1").await.unwrap();
        assert!(matches!(answer.outcome, Outcome::CallAccepted { .. }), "{treatment:?}: {answer:?}");
        let (id, call) = call_of(&answer);
        assert_eq!(call["status"], "unknown", "{treatment:?}: {call}");
        assert_eq!(call["match"], "pending", "{treatment:?}: {call}");
        assert_eq!(process.shown(&id).await["status"], "unknown");
        let replayed = process.call(&agent, "key-1").await.unwrap();
        assert_eq!(replayed.body, answer.body, "{treatment:?}");
        assert_eq!(site.asked(), 1, "{treatment:?}");
    }
}

#[tokio::test]
async fn a_dial_without_an_id_waits_for_its_match() {
    let site = Site::with("toy-blind").await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    site.vendor.stored().calls.extend([
        json!({ "id": "earlier", "to": crate::process::NUMBER }),
        json!({ "id": "other", "to": "+15550100999" }),
    ]);
    let (id, call) = call_of(&process.call(&agent, "key-1").await.unwrap());
    assert_eq!((&call["status"], &call["match"]), (&json!("queued"), &json!("pending")), "{call}");
    let record = process.engine.calls().get(&id).await.unwrap();
    assert_eq!(record.placing.unwrap().before, ["earlier"]);
    assert!(record.is_dialling);
    // A second dial to the same number would make the match undecidable.
    let second = process.call(&agent, "key-2").await.unwrap_err();
    assert_eq!(second.kind, Kind::CallInProgress, "{second:?}");
    assert!(second.detail.contains(&id) && second.retry_after.is_some(), "{second:?}");
    assert_eq!((site.dials(), process.stored().await), (1, 1));
    // The key of the refused request is free.
    let again = process.call(&agent, "key-2").await.unwrap_err();
    assert_eq!(again.kind, Kind::CallInProgress);
}

#[tokio::test]
async fn a_second_dial_to_the_number_may_follow_after_the_gap() {
    let site = Site::with("toy-blind").await;
    let process = site.process("[calls]\nprefixes = [\"+1555\"]\ndial_gap_s = 1\n").await;
    let agent = process.agent(json!({})).await;
    let (first, _) = call_of(&process.call(&agent, "key-1").await.unwrap());
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
    let second = loop {
        match process.call(&agent, "key-2").await {
            Ok(answer) => break answer,
            Err(error) => assert_eq!(error.kind, Kind::CallInProgress),
        }
        assert!(tokio::time::Instant::now() < deadline, "the number was not released");
    };
    assert_eq!(call_of(&second).1["status"], "queued");
    assert!(!process.engine.calls().get(&first).await.unwrap().is_dialling);
    assert_eq!(site.dials(), 2);
}
