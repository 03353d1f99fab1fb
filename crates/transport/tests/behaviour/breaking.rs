//! The circuit: it opens after repeated failures, and lets one probe through at a time.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use switchboard_core::{
    error::{Kind, Outcome, Result},
    vendor::{Exchange, Method, Request},
};
use switchboard_transport::{Settings, State, Transport};
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{Instant, timeout},
};

use crate::{
    account::{exchange, once, pass, transport_with, verdict},
    vendor::{Act, Vendor, answer},
};

const SECOND: Duration = Duration::from_secs(1);
const LEFT_ALONE: (Kind, Outcome) = (Kind::VendorUnavailable, Outcome::NotSent);

fn say(status: u16) -> Act {
    Act::Answer(answer(status, "{}"))
}

/// Returns settings that open the circuit at the first failure.
fn touchy() -> Settings {
    Settings { breaker_failures: 1, ..once() }
}

async fn get(transport: &Transport) -> Result<u16> {
    transport.run(exchange(Method::Get)).await
}

/// Sends a read request from another task.
fn getting(transport: &Transport) -> JoinHandle<Result<u16>> {
    let transport = transport.clone();
    tokio::spawn(async move { get(&transport).await })
}

fn state(transport: &Transport) -> State {
    transport.health().state
}

#[tokio::test]
async fn five_failures_in_a_row_are_enough() {
    let vendor = Vendor::always(say(500)).await;
    let transport = transport_with(&vendor.url(), once());
    for _ in 0..5 {
        assert_eq!((state(&transport), transport.ready_in()), (State::Ok, None));
        assert_eq!(verdict(&get(&transport).await), (Kind::VendorUnavailable, Outcome::Ambiguous));
    }
    let begun = Instant::now();
    for method in [Method::Get, Method::Post, Method::Put] {
        let result = transport.run(exchange(method)).await;
        assert_eq!(verdict(&result), LEFT_ALONE);
        let wait = result.expect_err("the circuit is open").retry_after.expect("a time");
        assert!(wait <= SECOND && wait + begun.elapsed() >= SECOND.mul_f64(0.8), "{wait:?}");
    }
    let health = transport.health();
    assert_eq!((health.state, health.consecutive_failures, vendor.requests().len()), (State::Open, 5, 5));
    assert!(health.retry_in.is_some_and(|wait| wait <= SECOND));
    assert_eq!(health.last_error.expect("an error").kind, Kind::VendorUnavailable);
}

#[tokio::test]
async fn an_answer_ends_the_row_and_a_wish_for_less_does_not() {
    let row =
        [500, 500, 500, 500, 404, 500, 500, 500, 422, 402, 500, 500, 429, 500, 200, 500, 500, 500, 429, 500];
    let vendor = Vendor::acting(row.map(say)).await;
    let transport = transport_with(&vendor.url(), once());
    for status in row {
        assert_eq!(get(&transport).await.is_ok(), status == 200);
    }
    assert_eq!((state(&transport), vendor.requests().len()), (State::Ok, row.len()));
}

#[tokio::test]
async fn every_way_to_fail_counts() {
    let half = answer(200, "{}")[..30].to_vec();
    let garbage = Act::AnswerAndClose(b"hello\r\n\r\n".to_vec());
    let huge = Act::Answer(answer(200, &"\"a\"".repeat(100)));
    let vendor =
        Vendor::acting([Act::Reset, Act::AnswerAndClose(half), garbage, huge, say(307), Act::Hang]).await;
    let settings = Settings {
        attempt_timeout: Duration::from_millis(300),
        max_body: 100,
        breaker_failures: 6,
        ..once()
    };
    let transport = transport_with(&vendor.url(), settings);
    for failures in 1..=6 {
        get(&transport).await.expect_err("a failure");
        assert_eq!(transport.health().consecutive_failures, failures);
    }
    assert_eq!(state(&transport), State::Open);

    let closed_port = transport_with("http://127.0.0.1:1/api", touchy());
    get(&closed_port).await.expect_err("no server listens");
    assert_eq!(state(&closed_port), State::Open);
}

#[tokio::test]
async fn callers_in_a_hurry_say_nothing_of_the_vendor() {
    let vendor = Vendor::always(Act::Hang).await;
    let transport = transport_with(&vendor.url(), touchy());
    let soon = Duration::from_millis(50);
    let result = transport.run_within(exchange(Method::Get), Instant::now() + soon).await;
    assert_eq!(verdict(&result).0, Kind::VendorTimeout);
    assert_eq!(state(&transport), State::Ok);

    let transport = transport_with(&vendor.url(), Settings { total_timeout: soon, ..touchy() });
    get(&transport).await.expect_err("silence");
    assert_eq!(state(&transport), State::Open, "all the time there is was not enough");
}

#[tokio::test]
async fn one_request_tries_and_the_others_fail_meanwhile() {
    let release = Arc::new(Notify::new());
    let tried = Act::AnswerWhenNotified(release.clone(), answer(200, "{}"));
    let vendor = Vendor::acting([say(500), tried, say(200)]).await;
    let transport = transport_with(&vendor.url(), touchy());
    get(&transport).await.expect_err("a failure");
    let since = transport.health().since;
    assert_eq!(verdict(&get(&transport).await), LEFT_ALONE);

    pass(SECOND).await;
    assert_eq!(transport.ready_in(), None);
    let probe = getting(&transport);
    vendor.has_read(2).await;
    let health = transport.health();
    assert_eq!((health.state, health.since, health.in_flight), (State::Probing, since, 1));
    for _ in 0..3 {
        assert_eq!(verdict(&get(&transport).await), LEFT_ALONE);
    }
    assert!(transport.ready_in().is_some());
    release.notify_one();
    probe.await.expect("no panic").expect("an answer");

    let health = transport.health();
    assert_eq!((health.state, health.consecutive_failures, health.retry_in), (State::Ok, 0, None));
    assert!(health.since > since);
    get(&transport).await.expect("an answer");
    assert_eq!(vendor.requests().len(), 3);
}

#[tokio::test]
async fn a_try_that_is_given_up_makes_room_for_the_next() {
    let vendor = Vendor::acting([say(500), Act::Hang, say(200)]).await;
    let transport = transport_with(&vendor.url(), touchy());
    get(&transport).await.expect_err("a failure");
    pass(SECOND).await;
    let probe = getting(&transport);
    vendor.has_read(2).await;
    probe.abort();
    assert!(probe.await.expect_err("it was given up").is_cancelled());
    assert_eq!(
        (state(&transport), transport.ready_in()),
        (State::Open, None),
        "nothing is known, and the next may try"
    );
    get(&transport).await.expect("an answer");
    assert_eq!(state(&transport), State::Ok);
}

#[tokio::test]
async fn each_try_that_fails_doubles_the_time_up_to_the_longest() {
    let vendor = Vendor::acting([500, 500, 500, 500, 404, 500].map(say)).await;
    let transport = transport_with(&vendor.url(), Settings { breaker_longest: 4 * SECOND, ..touchy() });
    for (request, seconds) in [1.0, 2.0, 4.0, 4.0].into_iter().enumerate() {
        get(&transport).await.expect_err("a failure");
        let length = Duration::from_secs_f64(seconds);
        let wait = transport.ready_in().expect("a time");
        assert!(wait <= length && wait > length.mul_f64(0.75), "{wait:?} of {length:?}");
        assert_eq!(vendor.requests().len(), request + 1);
        pass(wait.mul_f64(0.5)).await;
        assert_eq!(verdict(&get(&transport).await), LEFT_ALONE);
        pass(length).await;
    }
    assert_eq!(verdict(&get(&transport).await).0, Kind::VendorRejected);
    assert_eq!(state(&transport), State::Ok, "a refusal is an answer");
    get(&transport).await.expect_err("a failure");
    assert!(transport.ready_in().is_some_and(|wait| wait <= SECOND), "it begins anew");
}

#[tokio::test]
async fn what_was_sent_before_it_opened_neither_closes_it_nor_keeps_it_open() {
    let (well, ill, later) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let vendor = Vendor::acting([
        Act::AnswerWhenNotified(well.clone(), answer(200, "{}")),
        Act::AnswerWhenNotified(ill.clone(), answer(500, "{}")),
        Act::AnswerWhenNotified(later.clone(), answer(500, "{}")),
        say(500),
        say(200),
    ])
    .await;
    let transport = transport_with(&vendor.url(), touchy());
    let mut early = Vec::new();
    for sent in 1..=3 {
        early.push(getting(&transport));
        vendor.has_read(sent).await;
    }
    get(&transport).await.expect_err("a failure");
    let wait = transport.ready_in().expect("a time");

    well.notify_one();
    early.remove(0).await.expect("no panic").expect("an answer");
    assert_eq!(state(&transport), State::Open);
    ill.notify_one();
    early.remove(0).await.expect("no panic").expect_err("a failure");
    let health = transport.health();
    assert_eq!((health.state, health.consecutive_failures), (State::Open, 1));
    assert!(health.retry_in.is_some_and(|now| now < wait));

    pass(SECOND).await;
    get(&transport).await.expect("an answer");
    later.notify_one();
    early.remove(0).await.expect("no panic").expect_err("a failure");
    assert_eq!((state(&transport), transport.health().consecutive_failures), (State::Ok, 0));
}

#[tokio::test]
async fn a_waiting_request_fails_immediately_when_the_circuit_opens() {
    let release = Arc::new(Notify::new());
    let vendor = Vendor::acting([Act::AnswerWhenNotified(release.clone(), answer(500, "{}"))]).await;
    let transport = transport_with(&vendor.url(), Settings { rate: Some(0.1), burst: 1, ..touchy() });
    let first = getting(&transport);
    vendor.has_read(1).await;
    let second = getting(&transport);
    release.notify_one();
    first.await.expect("no panic").expect_err("a failure");
    let result = timeout(5 * SECOND, second).await.expect("its turn would come in ten seconds");
    assert_eq!(verdict(&result.expect("no panic")), LEFT_ALONE);
    assert_eq!(vendor.requests().len(), 1);
}

#[tokio::test]
async fn a_second_step_that_is_not_sent_does_not_undo_the_first() {
    let release = Arc::new(Notify::new());
    let created = Act::AnswerWhenNotified(release.clone(), answer(201, r#"{"id": "a1"}"#));
    let vendor = Vendor::acting([created, say(500)]).await;
    let transport = transport_with(&vendor.url(), touchy());
    let create = Exchange::ask(Request::new("create", Method::Post, ["agents"]), |reply| {
        reply.document("an agent")?;
        let second = Request::new("name", Method::Put, ["agents", "a1"]);
        Ok(Exchange::send(second, |reply| reply.document("an agent")))
    });
    let conversation: JoinHandle<Result<Value>> = tokio::spawn({
        let transport = transport.clone();
        async move { transport.run(create).await }
    });
    vendor.has_read(1).await;
    get(&transport).await.expect_err("a failure");
    release.notify_one();
    let result = conversation.await.expect("no panic");
    assert_eq!(verdict(&result), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
    assert_eq!(vendor.requests().len(), 2);
}

/// Sends fifty requests per second, each with up to three attempts, until the vendor recovers.
#[tokio::test]
async fn through_an_outage_the_vendor_sees_tries_only() {
    let vendor = Vendor::acting([vec![say(503); 9], vec![say(200)]].concat()).await;
    let transport = transport_with(&vendor.url(), Settings::default());
    let begun = Instant::now();
    let mut offered = 1;
    while get(&transport).await.is_err() {
        offered += 1;
        pass(Duration::from_millis(20)).await;
    }
    assert_eq!(vendor.requests().len(), 5 + 5, "five that failed, then tries after 1, 3, 7, 15 and 30 s");
    assert!(begun.elapsed() >= 24 * SECOND, "a fifth less at most");
    assert!(begun.elapsed() < 45 * SECOND, "and not twice as long");
    assert!(offered > 10 * vendor.requests().len(), "{offered}");
}
