//! A key dials once.

use std::{fs, time::Duration};

use serde_json::json;
use switchboard_core::error::Kind;
use switchboard_engine::{Outcome, calls::CallResolution};

use crate::{
    process::{NUMBER, Site, WAIT, body, call_of, context, keyed},
    server::Treatment,
};

#[tokio::test]
async fn a_call_is_placed_and_a_repetition_gets_the_same_answer() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({ "variables": { "shop": "Northwind", "name": "nobody" } })).await;
    let mut body = body(&agent);
    body["variables"] = json!({ "name": "Ann" });
    body["external_ref"] = json!("crm-99");
    let first = process.place(&body, "key-1", WAIT).await.unwrap();
    assert!(matches!(first.outcome, Outcome::CallPlaced { .. }), "{first:?}");
    let (id, call) = call_of(&first);
    assert_eq!(call["id"], id.as_str());
    assert_eq!(call["status"], "queued", "{call}");
    assert_eq!(call["remote_id"], "remote-1", "{call}");
    assert_eq!(call["match"], "answered", "{call}");
    assert_eq!(call["to"]["phone_number"], NUMBER, "{call}");
    assert_eq!(call["from"]["phone_number_id"], "number-7", "{call}");
    assert_eq!(call["variables"], json!({ "name": "Ann" }), "{call}");
    assert_eq!(call["undisclosed"], json!(["/cost"]), "{call}");
    let dial = site.vendor.stored().dials[0].clone();
    assert_eq!(dial["variables"], json!({ "name": "Ann", "shop": "Northwind" }));
    assert_eq!((&dial["from"], &dial["marker"]), (&json!("number-7"), &json!(id)));
    let again = process.place(&body, "key-1", WAIT).await.unwrap();
    assert!(again.replayed);
    assert_eq!((again.outcome, again.body), (first.outcome, first.body));
    assert_eq!((site.asked(), process.stored().await), (1, 1));
    let other = process.place(&crate::process::body(&agent), "key-1", WAIT).await.unwrap_err();
    assert_eq!(other.kind, Kind::IdempotencyKeyReused);
    body["to"]["phone_number"] = json!("+15550100124");
    let taken = process.place(&body, "key-2", WAIT).await.unwrap_err();
    assert_eq!(taken.kind, Kind::AlreadyExists, "{taken:?}");
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn a_request_without_a_key_is_refused() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    let refused = process.engine.dialer().place(context("request-1", WAIT), &body(&agent)).await.unwrap_err();
    assert_eq!(refused.kind, Kind::IdempotencyKeyRequired);
    assert_eq!(site.asked(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_twenty_times_at_once_dials_once() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    site.vendor.treat([Treatment::Wait]);
    let requests: Vec<_> = (0..20)
        .map(|_| {
            let (process, agent) = (process.clone(), agent.clone());
            tokio::spawn(async move { process.call(&agent, "key-1").await })
        })
        .collect();
    site.vendor.once_asked(1).await;
    // All other requests are answered while the first one waits for the vendor.
    let late = process.call(&agent, "key-1").await.unwrap_err();
    assert_eq!(late.kind, Kind::IdempotencyInProgress);
    site.vendor.permits.add_permits(1);
    let mut bodies = Vec::new();
    for request in requests {
        match request.await.unwrap() {
            Ok(answer) => bodies.push(answer.body),
            Err(error) => assert_eq!(error.kind, Kind::IdempotencyInProgress, "{error:?}"),
        }
    }
    assert!(!bodies.is_empty());
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
    assert_eq!((site.asked(), process.stored().await), (1, 1));
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_stop_the_dial() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    site.vendor.treat([Treatment::Wait]);
    let request = {
        let (process, agent) = (process.clone(), agent.clone());
        tokio::spawn(async move { process.call(&agent, "key-1").await })
    };
    site.vendor.once_asked(1).await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    site.vendor.permits.add_permits(1);
    process.idle().await;
    let replayed = process.call(&agent, "key-1").await.unwrap();
    assert!(replayed.replayed);
    assert_eq!(call_of(&replayed).1["status"], "queued");
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn a_caller_that_does_not_wait_gets_the_call_as_it_is_placed() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    site.vendor.treat([Treatment::Wait, Treatment::WaitAndRefuse]);
    for (key, number, status, reason) in
        [("key-1", NUMBER, "queued", json!(null)), ("key-2", "+15550100124", "ended", json!("not_placed"))]
    {
        let mut body = body(&agent);
        body["to"]["phone_number"] = json!(number);
        let request = keyed(key, Duration::ZERO, &body);
        let answer = process.engine.dialer().place(request, &body).await.unwrap();
        assert!(matches!(answer.outcome, Outcome::CallAccepted { .. }), "{answer:?}");
        let (id, call) = call_of(&answer);
        assert_eq!(call["status"], "placing", "{call}");
        site.vendor.permits.add_permits(1);
        process.idle().await;
        let call = process.shown(&id).await;
        assert_eq!((&call["status"], &call["ended_reason"]), (&json!(status), &reason), "{call}");
        assert_eq!(call["error"].is_null(), status == "queued", "{call}");
        let replayed = process.place(&body, key, WAIT).await.unwrap();
        assert_eq!(replayed.body, answer.body);
    }
    assert_eq!((site.asked(), site.dials()), (2, 1));
}

#[tokio::test]
async fn no_personal_data_is_in_clear_in_the_store() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    let mut body = body(&agent);
    body["variables"] = json!({ "name": "Canary Person" });
    body["metadata"] = json!({ "note": "canary-note" });
    process.place(&body, "key-1", WAIT).await.unwrap();
    site.vendor.treat([Treatment::Answer(422, "", "{\"error\":\"bad number 15550100124\"}")]);
    body["to"]["phone_number"] = json!("+15550100124");
    let refused = process.place(&body, "key-2", WAIT).await.unwrap_err();
    assert!(!refused.detail.contains("0100124"), "{refused}");
    for file in fs::read_dir(site.dir.path()).unwrap() {
        let path = file.unwrap().path();
        let content = fs::read(&path).unwrap();
        for canary in ["5550100123", "5550100124", "Canary Person", "canary-note"] {
            let is_clear = content.windows(canary.len()).any(|bytes| bytes == canary.as_bytes());
            assert!(!is_clear, "{canary} is in clear in {}", path.display());
        }
    }
}

#[tokio::test]
async fn a_key_of_an_erased_call_states_that_the_call_was_sent() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    site.vendor.treat([Treatment::PlaceAndHangUp]);
    let (id, _) = call_of(&process.call(&agent, "key-1").await.unwrap());
    let resolution = CallResolution { remote_id: None, not_placed: Some(true) };
    process.engine.follower().resolve(&id, &resolution).await.unwrap();
    process.engine.follower().erase(&id).await.unwrap();
    let replayed = process.call(&agent, "key-1").await.unwrap_err();
    assert_eq!(replayed.kind, Kind::StateConflict, "{replayed:?}");
    assert!(replayed.detail.contains(&id), "{replayed}");
    // The statement of the caller does not free the number for another dial.
    let mut body = body(&agent);
    body["to"]["phone_number"] = json!("+15550100124");
    site.vendor.treat([Treatment::PlaceAndHangUp]);
    let (id, _) = call_of(&process.place(&body, "key-2", WAIT).await.unwrap());
    process.engine.follower().resolve(&id, &resolution).await.unwrap();
    let second = process.place(&body, "key-3", WAIT).await.unwrap_err();
    assert_eq!(second.kind, Kind::CallInProgress, "{second:?}");
    assert_eq!(site.asked(), 2);
}
