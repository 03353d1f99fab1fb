//! Retries: their conditions, their number and their timing.

use std::time::Duration;

use serde_json::json;
use switchboard_core::{
    error::{Error, Kind, Outcome},
    vendor::Method,
};
use switchboard_transport::Settings;
use tokio::time::Instant;

use crate::{
    account::{document, exchange, outcome, request, transport, transport_with},
    vendor::{Act, Vendor, answer, answer_with},
};

fn ok() -> Act {
    Act::Answer(answer(200, "{}"))
}

fn refusing(status: u16) -> Act {
    Act::Answer(answer(status, "{}"))
}

fn refusing_for(status: u16, seconds: u64) -> Act {
    Act::Answer(answer_with(status, &[&format!("Retry-After: {seconds}")], b""))
}

/// Runs one request against these acts. Returns its result and the number of requests that the vendor
/// received.
async fn run(method: Method, acts: impl IntoIterator<Item = Act>) -> (Result<u16, Error>, usize) {
    let vendor = Vendor::acting(acts).await;
    let result = transport(&vendor.url()).run(exchange(method)).await;
    (result, vendor.requests().len())
}

#[tokio::test]
async fn reads_and_deletions_survive_a_reset() {
    for method in [Method::Get, Method::Delete] {
        let (result, asked) = run(method, [Act::Reset, ok()]).await;
        assert_eq!((result.expect("the second answer"), asked), (200, 2));
    }
}

#[tokio::test]
async fn a_write_with_an_unknown_outcome_is_never_repeated() {
    for method in [Method::Post, Method::Put, Method::Patch] {
        for act in
            [Act::Reset, Act::AnswerAndClose(answer(200, "{}")[..30].to_vec()), refusing(500), refusing(503)]
        {
            let (result, asked) = run(method, [act, ok()]).await;
            let error = result.expect_err("no second try");
            assert_eq!((outcome(&error), asked), (Outcome::Ambiguous, 1));
            // A caller that is asked to retry would create a second record, or undo a newer update.
            assert_eq!((error.kind, error.retry_after), (Kind::VendorOutcomeUnknown, None));
        }
    }
}

#[tokio::test]
async fn a_creation_that_is_marked_as_repeatable_is_repeated() {
    let vendor = Vendor::acting([Act::Reset, ok()]).await;
    let mut request = request(Method::Post);
    request.repeatable = true;
    let result = transport(&vendor.url()).run(document(request)).await;
    assert_eq!(result.expect("the second answer"), json!({}));
}

#[tokio::test]
async fn a_post_that_reads_is_repeated_and_leaves_nothing_unknown() {
    for (act, kind) in [
        (Act::Reset, Kind::VendorUnavailable),
        (refusing(503), Kind::VendorUnavailable),
        (refusing(429), Kind::VendorThrottled),
    ] {
        let vendor = Vendor::acting([refusing(500), act.clone(), act]).await;
        let read = document(request(Method::Post).reading());
        let error = transport(&vendor.url()).run(read).await.expect_err("a failure");
        assert_eq!(error.kind, kind);
        assert!(error.retry_after.is_some(), "a caller may try again");
    }
    let vendor = Vendor::acting([refusing(503), Act::Reset, ok()]).await;
    let read = document(request(Method::Post).reading());
    assert_eq!(transport(&vendor.url()).run(read).await.expect("the third answer"), json!({}));
}

#[tokio::test]
async fn server_errors_of_reads_are_tried_again_up_to_the_limit() {
    let (result, asked) = run(Method::Get, [refusing(500), refusing(502), ok()]).await;
    assert_eq!((result.expect("the third answer"), asked), (200, 3));

    let (result, asked) = run(Method::Get, vec![refusing(500); 9]).await;
    let error = result.expect_err("three failures");
    assert_eq!((error.kind, asked), (Kind::VendorUnavailable, 3));
    assert_eq!(error.vendor.expect("a failure").status, Some(500));
}

#[tokio::test]
async fn refusals_and_garbage_are_not_tried_again() {
    for act in [refusing(404), refusing(422), Act::AnswerAndClose(b"hello\r\n\r\n".to_vec())] {
        let (result, asked) = run(Method::Get, [act, ok()]).await;
        assert!(result.is_err() && asked == 1);
    }
}

#[tokio::test]
async fn no_attempts_count_as_one() {
    let vendor = Vendor::always(refusing(500)).await;
    let settings = Settings { attempts: 0, ..Settings::default() };
    transport_with(&vendor.url(), settings).run(exchange(Method::Get)).await.expect_err("a failure");
    assert_eq!(vendor.requests().len(), 1);
}

#[tokio::test]
async fn a_vendor_that_says_when_is_asked_again_then_even_for_a_create() {
    for status in [429, 503] {
        let begun = Instant::now();
        let (result, asked) = run(Method::Post, [refusing_for(status, 1), ok()]).await;
        assert_eq!((result.expect("the second answer"), asked), (200, 2));
        assert!(begun.elapsed() >= Duration::from_secs(1), "not before the vendor said");
    }
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let begun = Instant::now();
    let (result, asked) = run(Method::Post, [refusing_for(429, 60), ok()]).await;
    let error = result.expect_err("throttled");
    assert_eq!((error.kind, outcome(&error), asked), (Kind::VendorThrottled, Outcome::Throttled, 1));
    assert_eq!(error.retry_after, Some(Duration::from_secs(60)));
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_vendor_that_throttles_without_saying_when_is_left_alone() {
    let (result, asked) = run(Method::Get, [refusing(429), ok()]).await;
    let error = result.expect_err("throttled");
    assert_eq!((error.retry_after, asked), (Some(Duration::from_secs(5)), 1));
}

#[tokio::test]
async fn a_write_that_may_have_happened_is_not_called_harmless_by_a_later_attempt() {
    let (result, asked) = run(Method::Delete, [Act::Reset, refusing(429)]).await;
    let error = result.expect_err("throttled in the end");
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
    assert_eq!(asked, 2);

    let (result, _) = run(Method::Get, [Act::Reset, refusing(429)]).await;
    assert_eq!(result.expect_err("throttled").kind, Kind::VendorThrottled, "a read changes nothing");
}

#[tokio::test]
async fn a_delete_that_finds_nothing_the_second_time_tells_so() {
    let (result, asked) = run(Method::Delete, [Act::Reset, refusing(404)]).await;
    let error = result.expect_err("gone");
    assert_eq!((error.kind, asked), (Kind::VendorRejected, 2));
    assert_eq!(error.vendor.expect("a failure").status, Some(404));
}

#[tokio::test]
async fn timeouts_of_reads_are_tried_again_within_the_deadline() {
    let vendor = Vendor::acting([Act::Hang, ok()]).await;
    let settings = Settings { attempt_timeout: Duration::from_secs(1), ..Settings::default() };
    let result = transport_with(&vendor.url(), settings).run(exchange(Method::Get)).await;
    assert_eq!(result.expect("the second answer"), 200);
}
