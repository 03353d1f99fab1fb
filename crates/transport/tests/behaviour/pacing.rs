//! Rate limits for requests to a vendor, and for the retries among them.

use std::time::Duration;

use switchboard_core::{
    error::{Kind, Outcome, Result},
    vendor::Method,
};
use switchboard_transport::{Settings, Transport};
use tokio::{task::JoinSet, time::Instant};

use crate::{
    account::{account, exchange, once, pass, transport_with, verdict},
    vendor::{Act, Vendor, answer},
};

const SECOND: Duration = Duration::from_secs(1);

fn ok() -> Act {
    Act::Answer(answer(200, "{}"))
}

fn paced(rate: f64, burst: u32) -> Settings {
    Settings { rate: Some(rate), burst, ..once() }
}

/// Sends this number of concurrent reads.
fn reads(transport: &Transport, count: usize, deadline: Instant) -> JoinSet<Result<u16>> {
    let read =
        |transport: Transport| async move { transport.run_within(exchange(Method::Get), deadline).await };
    (0..count).map(|_| read(transport.clone())).collect()
}

#[tokio::test]
async fn requests_begin_at_the_rate_after_a_burst() {
    let vendor = Vendor::always(ok()).await;
    let transport = transport_with(&vendor.url(), paced(20.0, 2));
    let begun = Instant::now();
    let answers = reads(&transport, 6, begun + 10 * SECOND).join_all().await;
    assert!(answers.iter().all(Result::is_ok) && vendor.requests().len() == 6);
    let fastest = Duration::from_millis(4 * 50);
    assert!(begun.elapsed() >= fastest, "two together, four with 50 ms before each: {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_turn_after_the_deadline_is_not_waited_for() {
    let vendor = Vendor::always(ok()).await;
    let transport = transport_with(&vendor.url(), paced(0.1, 1));
    transport.run(exchange(Method::Get)).await.expect("an answer");

    let begun = Instant::now();
    let result = transport.run_within(exchange(Method::Post), begun + 5 * SECOND).await;
    assert_eq!(verdict(&result), (Kind::VendorUnavailable, Outcome::NotSent));
    assert!(begun.elapsed() < 3 * SECOND);
    assert_eq!(vendor.requests().len(), 1);

    pass(10 * SECOND).await;
    transport.run(exchange(Method::Post)).await.expect("an answer");
}

#[tokio::test]
async fn a_request_whose_turn_comes_too_late_fails_immediately() {
    let vendor = Vendor::always(ok()).await;
    let transport = transport_with(&vendor.url(), paced(0.1, 1));
    let begun = Instant::now();
    let mut reads = reads(&transport, 10, begun + 25 * SECOND);
    let mut refused = 0;
    for _ in 0..8 {
        let result = reads.join_next().await.expect("a read").expect("no panic");
        refused += usize::from(result.is_err());
    }
    assert_eq!((refused, vendor.requests().len()), (7, 1));
    assert!(begun.elapsed() < 5 * SECOND, "the next turn comes after ten seconds");
    pass(10 * SECOND).await;
    reads.join_next().await.expect("a read").expect("no panic").expect("an answer");
    assert_eq!(vendor.requests().len(), 2);
    pass(10 * SECOND).await;
    reads.join_next().await.expect("a read").expect("no panic").expect("an answer");
}

#[tokio::test]
async fn an_abandoned_request_does_not_block_the_queue() {
    let vendor = Vendor::always(ok()).await;
    let transport = transport_with(&vendor.url(), paced(0.1, 1));
    transport.run(exchange(Method::Get)).await.expect("an answer");
    let far = Instant::now() + 100 * SECOND;
    drop(reads(&transport, 5, far));
    let mut reads = reads(&transport, 1, far);
    pass(10 * SECOND).await;
    reads.join_next().await.expect("a read").expect("no panic").expect("an answer");
}

#[test]
fn a_rate_is_above_nothing() {
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let refused = Transport::new(account("http://127.0.0.1:1/"), "acme", paced(rate, 1));
        assert!(refused.is_err_and(|error| error.kind == Kind::Internal), "{rate}");
    }
}

#[tokio::test]
async fn a_fifth_of_the_requests_may_be_repeated() {
    let vendor = Vendor::acting(vec![Act::Answer(answer(500, "{}")); 400]).await;
    let settings = Settings { breaker_failures: 1000, ..Settings::default() };
    let transport = transport_with(&vendor.url(), settings);
    let answers = reads(&transport, 100, Instant::now() + 20 * SECOND).join_all().await;
    assert!(answers.iter().all(|answer| verdict(answer) == (Kind::VendorUnavailable, Outcome::Ambiguous)));
    // The budget always permits ten retries within ten seconds.
    let asked = vendor.requests().len();
    assert!((121..=130).contains(&asked), "{asked}");
}
