//! Effects, such as dials: at most one request of which a byte may have left.

use std::time::Duration;

use serde_json::json;
use switchboard_core::{
    error::{Error, Kind, Outcome, VendorFailure},
    vendor::{Exchange, Method, Request},
};
use switchboard_transport::Settings;
use tokio::{net::TcpListener, time::Instant};

use crate::{
    account::{outcome, pass, transport, transport_with, verdict},
    vendor::{Act, Vendor, answer, answer_with},
};

fn request() -> Request {
    Request::new("place call", Method::Post, ["calls"]).json(json!({ "to": "+15550100123" })).effect()
}

fn dial() -> Exchange<String> {
    Exchange::send(request(), |reply| {
        let call = reply.document("a call")?;
        let id = call["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| Error::unreadable(200, "a call with an id"))
    })
}

/// Sends a dial to a vendor that reacts to the first request with `act`, and would accept a second one. Returns the error
/// and the number of requests that the vendor read.
async fn failing(act: Act) -> (Error, usize) {
    let vendor = Vendor::acting([act, Act::Answer(answer(200, r#"{"id":"r1"}"#))]).await;
    let error = transport(&vendor.url()).run(dial()).await.expect_err("a failure");
    (error, vendor.requests().len())
}

#[tokio::test]
async fn an_accepted_dial_is_sent_once() {
    let vendor = Vendor::acting([Act::Answer(answer(201, r#"{"id":"r1"}"#))]).await;
    assert_eq!(transport(&vendor.url()).run(dial()).await.expect("an id"), "r1");
    assert_eq!(vendor.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_leaves_the_outcome_open_is_ambiguous_whatever_its_headers() {
    let dated = "Retry-After: 1";
    for status in [301, 302, 307, 408, 425, 500, 502, 503, 504, 599] {
        for headers in [&["Location: /elsewhere", dated][..], &[]] {
            let (error, requests) = failing(Act::Answer(answer_with(status, headers, b""))).await;
            assert_eq!(outcome(&error), Outcome::Ambiguous, "{status}");
            assert!(matches!(error.kind, Kind::VendorOutcomeUnknown | Kind::VendorProtocolError), "{status}");
            assert_eq!((error.retry_after, requests), (None, 1), "{status}");
        }
    }
}

#[tokio::test]
async fn a_lost_or_unreadable_answer_is_ambiguous() {
    let acts = [
        Act::Reset,
        Act::AnswerAndClose(answer(200, r#"{"id":"r1"}"#)[..30].to_vec()),
        Act::AnswerAndClose(b"hello\r\n\r\n".to_vec()),
        Act::Answer(answer(200, "<html>")),
        Act::Answer(answer(200, "")),
        Act::Answer(answer(200, r#"{"id":null}"#)),
    ];
    for act in acts {
        let (error, requests) = failing(act).await;
        assert_eq!((outcome(&error), requests), (Outcome::Ambiguous, 1), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_is_no_ambiguity() {
    for (status, kind) in [
        (400, Kind::VendorRejected),
        (401, Kind::VendorAuthFailed),
        (402, Kind::VendorQuotaExhausted),
        (404, Kind::VendorRejected),
        (422, Kind::VendorRejected),
    ] {
        let (error, requests) = failing(Act::Answer(answer(status, "{}"))).await;
        assert_eq!((error.kind, outcome(&error), requests), (kind, Outcome::Rejected, 1));
    }
}

#[tokio::test]
async fn a_reader_can_refuse_but_cannot_call_an_answered_dial_unsent() {
    for (stated, expected) in [(Outcome::Rejected, Outcome::Rejected), (Outcome::NotSent, Outcome::Ambiguous)]
    {
        let vendor = Vendor::acting([Act::Answer(answer(200, r#"{"success":false}"#))]).await;
        let exchange = Exchange::<()>::send(request(), move |_| {
            Err(Error::vendor(Kind::VendorRejected, VendorFailure::new(stated)))
        });
        let error = transport(&vendor.url()).run(exchange).await.expect_err("a failure");
        assert_eq!(outcome(&error), expected);
    }
    let vendor = Vendor::acting([Act::Answer(answer(200, "{}"))]).await;
    let exchange = Exchange::<()>::send(request(), |_| Err(Error::new(Kind::Internal, "A fault.")));
    let error = transport(&vendor.url()).run(exchange).await.expect_err("a failure");
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
}

#[tokio::test]
async fn a_throttled_dial_is_not_repeated() {
    for headers in [&["Retry-After: 1"][..], &[]] {
        let (error, requests) = failing(Act::Answer(answer_with(429, headers, b""))).await;
        let expected = (Kind::VendorThrottled, Outcome::Throttled, 1);
        assert_eq!((error.kind, outcome(&error), requests), expected);
    }
}

#[tokio::test]
async fn a_dial_without_a_connection_is_repeated_and_counts_as_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/api", listener.local_addr().expect("an address"));
    drop(listener);
    let result = transport(&url).run(dial()).await;
    assert_eq!(verdict(&result), (Kind::VendorUnavailable, Outcome::NotSent));
}

#[tokio::test]
async fn a_dial_whose_turn_comes_after_the_deadline_is_not_sent() {
    let vendor = Vendor::always(Act::Answer(answer(200, r#"{"id":"r1"}"#))).await;
    let transport = transport(&vendor.url());
    let result = transport.run_within(dial(), Instant::now()).await;
    assert_eq!(verdict(&result), (Kind::VendorUnavailable, Outcome::NotSent));
    assert_eq!(vendor.connections(), 0);
}

#[tokio::test]
async fn a_dial_that_waits_for_a_slot_past_the_deadline_is_not_sent() {
    let vendor = Vendor::acting([Act::Hang, Act::Answer(answer(200, r#"{"id":"r1"}"#))]).await;
    let settings = Settings { concurrency: 1, attempts: 1, ..Settings::default() };
    let transport = transport_with(&vendor.url(), settings);
    let busy = tokio::spawn({
        let transport = transport.clone();
        async move { transport.run(dial()).await }
    });
    vendor.has_read(1).await;
    let waiting = tokio::spawn({
        let transport = transport.clone();
        let deadline = Instant::now() + Duration::from_secs(2);
        async move { transport.run_within(dial(), deadline).await }
    });
    tokio::task::yield_now().await;
    pass(Duration::from_secs(3)).await;
    let result = waiting.await.expect("a result");
    assert_eq!(verdict(&result), (Kind::VendorUnavailable, Outcome::NotSent));
    busy.abort();
    assert_eq!(vendor.requests().len(), 1);
}

#[tokio::test]
async fn a_dial_that_is_answered_too_late_is_ambiguous() {
    let vendor = Vendor::acting([Act::Hang]).await;
    let settings =
        Settings { attempt_timeout: Duration::from_millis(200), attempts: 3, ..Settings::default() };
    let result = transport_with(&vendor.url(), settings).run(dial()).await;
    assert_eq!(verdict(&result), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
    assert_eq!(vendor.requests().len(), 1);
}
