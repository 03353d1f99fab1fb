//! Vendors that do not respond, and the meaning of each failure for the vendor's state.

use std::time::Duration;

use switchboard_core::{
    error::{Error, Kind, Outcome},
    vendor::Method,
};
use switchboard_transport::Settings;
use tokio::{net::TcpSocket, time::Instant};

use crate::{
    account::{TOKEN, document, everything, exchange, once, outcome, request, transport, transport_with},
    vendor::{Act, Vendor, answer},
};

const BRIEF: Duration = Duration::from_millis(300);

fn verdict(error: &Error) -> (Kind, Outcome) {
    (error.kind, outcome(error))
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    // The socket is bound but does not listen, so the port belongs to the test and refuses connections.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let url = format!("http://{}/api", socket.local_addr().expect("an address"));
    for method in [Method::Get, Method::Post] {
        let request = request(method).query("q", "private-value");
        let error = transport(&url).run(document(request)).await.expect_err("no server listens");
        assert_eq!(verdict(&error), (Kind::VendorUnavailable, Outcome::NotSent));
        assert_eq!(error.retry_after, Some(Duration::from_secs(5)));
        let shown = everything(&error);
        assert!(shown.contains("refused"), "the cause is kept: {shown}");
        assert!(!shown.contains(TOKEN) && !shown.contains("private-value"), "{shown}");
    }
}

#[tokio::test]
async fn a_name_that_does_not_resolve_sent_nothing() {
    // The resolver refuses a label of 64 characters without sending a query.
    let transport = transport_with(&format!("http://{}.invalid/api", "a".repeat(64)), once());
    let error = transport.run(exchange(Method::Post)).await.expect_err("no such host");
    assert_eq!(verdict(&error), (Kind::VendorUnavailable, Outcome::NotSent));
}

#[tokio::test]
async fn a_failed_tls_handshake_sent_nothing_and_is_tried_again_even_for_a_create() {
    let vendor = Vendor::always(Act::Hang).await;
    let settings = Settings { connect_timeout: BRIEF, ..Settings::default() };
    let error =
        transport_with(&vendor.tls_url(), settings).run(exchange(Method::Post)).await.expect_err("no TLS");
    assert_eq!(verdict(&error), (Kind::VendorUnavailable, Outcome::NotSent));
    vendor.has_accepted(3).await;
    assert_eq!(vendor.connections(), 3);
}

#[tokio::test]
async fn connecting_never_takes_the_whole_attempt() {
    let vendor = Vendor::always(Act::Hang).await;
    let settings = Settings { attempt_timeout: BRIEF, ..once() };
    let error =
        transport_with(&vendor.tls_url(), settings).run(exchange(Method::Post)).await.expect_err("no TLS");
    assert_eq!(outcome(&error), Outcome::NotSent);
}

#[tokio::test]
async fn a_reset_leaves_a_write_unknown_and_a_read_unavailable() {
    for act in [Act::Reset, Act::AnswerAndClose(Vec::new())] {
        let vendor = Vendor::always(act).await;
        let transport = transport_with(&vendor.url(), once());
        let error = transport.run(exchange(Method::Get)).await.expect_err("a reset");
        assert_eq!(verdict(&error), (Kind::VendorUnavailable, Outcome::Ambiguous));
        for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
            let error = transport.run(exchange(method)).await.expect_err("a reset");
            assert_eq!(verdict(&error), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
        }
    }
}

#[tokio::test]
async fn silence_times_an_attempt_out() {
    let vendor = Vendor::always(Act::Hang).await;
    let transport = transport_with(&vendor.url(), Settings { attempt_timeout: BRIEF, ..once() });
    let begun = Instant::now();
    let error = transport.run(exchange(Method::Get)).await.expect_err("silence");
    assert!(begun.elapsed() < Duration::from_secs(5), "a conversation may take 30 s");
    assert_eq!(verdict(&error), (Kind::VendorTimeout, Outcome::Ambiguous));
    let error = transport.run(exchange(Method::Post)).await.expect_err("silence");
    assert_eq!(verdict(&error), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
    vendor.was_hung_up_on().await;
}

#[tokio::test]
async fn an_answer_that_stops_midway_times_out_too() {
    let mut bytes = answer(200, r#"{"id": 7}"#);
    bytes.truncate(bytes.len() - 3);
    let vendor = Vendor::acting([Act::Answer(bytes)]).await;
    let transport = transport_with(&vendor.url(), Settings { attempt_timeout: BRIEF, ..once() });
    let error = transport.run(exchange(Method::Get)).await.expect_err("half an answer");
    assert_eq!(error.kind, Kind::VendorTimeout);
}

#[tokio::test]
async fn the_total_deadline_ends_an_attempt() {
    let vendor = Vendor::always(Act::Hang).await;
    let transport = transport_with(&vendor.url(), Settings { total_timeout: BRIEF, ..Settings::default() });
    let begun = Instant::now();
    let error = transport.run(exchange(Method::Post)).await.expect_err("silence");
    assert_eq!(verdict(&error), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
    assert!(begun.elapsed() < Duration::from_secs(5), "an attempt alone may take 10 s");
    vendor.has_read(1).await;
    assert_eq!(vendor.requests().len(), 1);
}

#[tokio::test]
async fn after_the_deadline_nothing_is_sent() {
    let vendor = Vendor::acting([]).await;
    let result = transport(&vendor.url()).run_within(exchange(Method::Post), Instant::now()).await;
    let error = result.expect_err("no time");
    assert_eq!(verdict(&error), (Kind::VendorUnavailable, Outcome::NotSent));
    assert_eq!(vendor.connections(), 0);
}

#[tokio::test]
async fn waiting_for_a_place_in_flight_sends_nothing() {
    let vendor = Vendor::always(Act::Hang).await;
    let transport = transport_with(&vendor.url(), Settings { concurrency: 1, ..once() });
    let first = tokio::spawn({
        let transport = transport.clone();
        async move { transport.run(exchange(Method::Get)).await }
    });
    vendor.has_read(1).await;

    let result = transport.run_within(exchange(Method::Post), Instant::now() + BRIEF).await;
    assert_eq!(verdict(&result.expect_err("no place")), (Kind::VendorUnavailable, Outcome::NotSent));
    assert_eq!(vendor.requests().len(), 1);

    first.abort();
    assert!(first.await.expect_err("it was given up").is_cancelled());
    vendor.was_hung_up_on().await;
    let third = tokio::spawn(async move { transport.run(exchange(Method::Get)).await });
    vendor.has_read(2).await;
    third.abort();
}
