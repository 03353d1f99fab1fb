//! Pauses: after a refused credential, and on the vendor's request.

use std::time::Duration;

use serde_json::json;
use switchboard_core::{
    error::{Kind, Outcome},
    vendor::Method,
};
use switchboard_transport::{Settings, State, Transport};
use tokio::{task::JoinSet, time::Instant};

use crate::{
    account::{TOKEN, exchange, once, pass, transport_with, verdict},
    vendor::{Act, Vendor, answer, answer_with},
};

const SECOND: Duration = Duration::from_secs(1);

fn say(status: u16) -> Act {
    Act::Answer(answer(status, "{}"))
}

fn throttle(seconds: u64) -> Act {
    Act::Answer(answer_with(429, &[&format!("Retry-After: {seconds}")], b""))
}

#[tokio::test]
async fn a_refused_credential_pauses_the_vendor_longer_each_time() {
    let acts = [vec![say(401); 6], vec![say(200), say(401)]].concat();
    let vendor = Vendor::acting(acts).await;
    let transport = transport_with(&vendor.url(), once());
    for (request, seconds) in [30, 60, 120, 240, 480, 600].into_iter().enumerate() {
        let result = transport.run(exchange(Method::Get)).await;
        assert_eq!(verdict(&result), (Kind::VendorAuthFailed, Outcome::Rejected));
        assert_eq!(transport.health().state, State::Paused);
        let longest = Duration::from_secs(seconds);
        let result = transport.run(exchange(Method::Post)).await;
        assert_eq!(verdict(&result), (Kind::VendorAuthFailed, Outcome::NotSent));
        let wait = result.expect_err("a pause").retry_after.expect("a time");
        assert!(wait <= longest && wait > longest.mul_f64(0.75), "{wait:?} of {longest:?}");
        assert_eq!(vendor.requests().len(), request + 1);
        pass(longest).await;
    }
    transport.run(exchange(Method::Get)).await.expect("an answer");
    assert_eq!(transport.health().state, State::Ok);
    transport.run(exchange(Method::Get)).await.expect_err("refused again");
    assert!(transport.ready_in().is_some_and(|wait| wait <= 30 * SECOND), "it begins anew");
}

#[tokio::test]
async fn a_failure_while_paused_is_no_word_on_the_credential_but_one_on_the_vendor() {
    let vendor = Vendor::acting([say(401), say(500), say(401), say(429), say(404)]).await;
    let transport = transport_with(&vendor.url(), once());
    let mut states = Vec::new();
    for _ in 0..5 {
        transport.run(exchange(Method::Get)).await.expect_err("a failure");
        states.push(transport.health().state);
        pass(30 * SECOND).await;
    }
    assert_eq!(states, [State::Paused, State::Open, State::Paused, State::Paused, State::Ok]);
}

#[tokio::test]
async fn a_refusal_that_concerns_one_request_pauses_nothing_else() {
    let throttled = answer(429, r#"{"message":"this number"}"#);
    let vendor = Vendor::acting([say(403), Act::Answer(throttled), say(200)]).await;
    let transport = transport_with(&vendor.url(), once());
    let denied = transport.run(exchange(Method::Post)).await;
    assert_eq!(verdict(&denied), (Kind::VendorAuthFailed, Outcome::Rejected));
    let throttled = transport.run(exchange(Method::Post)).await;
    assert_eq!(verdict(&throttled), (Kind::VendorThrottled, Outcome::Throttled));
    assert_eq!(throttled.expect_err("a wait").retry_after, Some(10 * SECOND));
    assert_eq!((transport.health().state, transport.ready_in()), (State::Ok, None));
    transport.run(exchange(Method::Get)).await.expect("an answer");
}

#[tokio::test]
async fn an_empty_account_does_not_pause_the_vendor() {
    let vendor = Vendor::acting([say(402), say(200)]).await;
    let transport = transport_with(&vendor.url(), once());
    let result = transport.run(exchange(Method::Post)).await;
    assert_eq!(verdict(&result), (Kind::VendorQuotaExhausted, Outcome::Rejected));
    transport.run(exchange(Method::Get)).await.expect("an answer");
}

#[tokio::test]
async fn without_a_pause_one_request_at_a_time_tries() {
    let vendor = Vendor::acting([say(401), say(401), Act::Hang]).await;
    let transport = transport_with(&vendor.url(), Settings { auth_pause: Duration::ZERO, ..once() });
    for _ in 0..2 {
        let result = transport.run(exchange(Method::Get)).await;
        assert_eq!(verdict(&result).1, Outcome::Rejected);
    }
    let probe = tokio::spawn({
        let transport = transport.clone();
        async move { transport.run(exchange(Method::Get)).await }
    });
    vendor.has_read(3).await;
    let result = transport.run(exchange(Method::Get)).await;
    assert_eq!(verdict(&result), (Kind::VendorAuthFailed, Outcome::NotSent));
    probe.abort();
}

#[tokio::test]
async fn a_vendor_that_asks_for_rest_gets_it() {
    let vendor = Vendor::acting([throttle(10), say(200)]).await;
    let transport = transport_with(&vendor.url(), once());
    let result = transport.run(exchange(Method::Get)).await;
    assert_eq!(verdict(&result), (Kind::VendorThrottled, Outcome::Throttled));
    let health = transport.health();
    assert_eq!((health.state, health.consecutive_failures), (State::Throttled, 0));
    assert_eq!(health.last_error.expect("an error").kind, Kind::VendorThrottled);

    let begun = Instant::now();
    let result = transport.run_within(exchange(Method::Post), begun + 5 * SECOND).await;
    assert_eq!(verdict(&result), (Kind::VendorThrottled, Outcome::NotSent));
    let wait = result.expect_err("too long").retry_after.expect("a time");
    assert!(wait <= 10 * SECOND && begun.elapsed() < 3 * SECOND, "{wait:?}");

    let patient = tokio::spawn({
        let transport = transport.clone();
        async move { transport.run(exchange(Method::Post)).await }
    });
    pass(5 * SECOND).await;
    assert_eq!(vendor.requests().len(), 1);
    pass(5 * SECOND).await;
    assert_eq!(patient.await.expect("no panic").expect("an answer"), 200);
    assert_eq!((transport.health().state, transport.ready_in()), (State::Ok, None));
}

#[tokio::test]
async fn a_shorter_wish_does_not_end_a_longer_one() {
    let vendor = Vendor::acting([throttle(20), throttle(2)]).await;
    let transport = transport_with(&vendor.url(), once());
    let read = |transport: Transport| async move { transport.run(exchange(Method::Get)).await };
    let both: JoinSet<_> = (0..2).map(|_| read(transport.clone())).collect();
    assert!(both.join_all().await.iter().all(Result::is_err));
    assert!(transport.ready_in().is_some_and(|wait| wait > 15 * SECOND));
}

#[tokio::test]
async fn health_contains_no_secrets() {
    let complaint = json!({ "message": format!("token {TOKEN} is not known") }).to_string();
    let vendor = Vendor::acting([Act::Answer(answer(401, &complaint))]).await;
    let transport = transport_with(&vendor.url(), once());
    assert_eq!(json!(transport.health())["last_error"], json!(null));
    transport.run(exchange(Method::Get)).await.expect_err("refused");

    let mut health = json!(transport.health());
    let wait = health["retry_in_s"].take().as_f64().expect("seconds");
    assert!((20.0..=30.0).contains(&wait), "{wait}");
    let times = [health["since"].take(), health["last_error"]["at"].take()];
    assert!(times.iter().all(|time| time.as_str().is_some_and(|time| time.ends_with('Z'))), "{times:?}");
    let expected = json!({
        "state": "paused", "since": null, "retry_in_s": null, "consecutive_failures": 0, "in_flight": 0,
        "concurrency": 32,
        "last_error": {
            "code": "vendor_auth_failed", "at": null,
            "detail": "The vendor answered: token [redacted] is not known",
        },
    });
    assert_eq!(health, expected);
}
