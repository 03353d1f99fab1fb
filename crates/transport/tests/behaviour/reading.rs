//! Responses: bodies, size limits, and `Retry-After`.

use std::{io::Write, time::Duration};

use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use switchboard_core::{
    error::{Error, Kind, Outcome},
    vendor::{Body, Exchange, Method},
};
use switchboard_transport::Settings;

use crate::{
    account::{exchange, once, outcome, request, transport, transport_with},
    vendor::{Act, Vendor, answer, answer_with},
};

const GZIP: &str = "Content-Encoding: gzip";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

async fn body_of(answer: Vec<u8>) -> Body {
    let vendor = Vendor::acting([Act::Answer(answer)]).await;
    let exchange = Exchange::send(request(Method::Get), |reply| Ok(reply.body));
    transport(&vendor.url()).run(exchange).await.expect("an answer")
}

async fn error_of(method: Method, act: Act, settings: Settings) -> Error {
    let vendor = Vendor::acting([act]).await;
    let result =
        transport_with(&vendor.url(), Settings { attempts: 1, ..settings }).run(exchange(method)).await;
    result.expect_err("a failure")
}

fn other(text: &str) -> Body {
    Body::Other(text.to_owned())
}

#[tokio::test]
async fn json_is_read_by_its_type_or_by_its_look() {
    let document = Body::Json(json!({ "id": 7 }));
    for media_type in ["application/json; charset=utf-8", "application/problem+JSON", "text/html", "nonsense"]
    {
        let header = format!("Content-Type: {media_type}");
        let answer = answer_with(200, &[&header], b" {\"id\": 7}\n");
        assert!(body_of(answer).await == document, "{media_type}");
    }
    assert!(body_of(answer_with(200, &[], b"[1]")).await == Body::Json(json!([1])));
    assert!(body_of(answer(200, "true")).await == Body::Json(json!(true)));
}

#[tokio::test]
async fn what_is_not_json_is_kept_as_text_and_cut() {
    assert!(body_of(answer_with(200, &[], b"true")).await == other("true"));
    assert!(body_of(answer(200, "<html>")).await == other("<html>"));
    assert!(body_of(answer(200, "{\"cut\": ")).await == other("{\"cut\":"));
    assert!(body_of(answer_with(200, &[], b"caf\xe9")).await == other("caf\u{fffd}"));
    assert!(body_of(answer_with(200, &[], "é".repeat(2000).as_bytes())).await == other(&"é".repeat(512)));
}

#[tokio::test]
async fn nothing_is_empty() {
    assert!(body_of(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()).await == Body::Empty);
    assert!(body_of(answer(200, "")).await == Body::Empty);
    assert!(body_of(answer(200, " \r\n")).await == Body::Empty);
}

#[tokio::test]
async fn gzip_is_unpacked() {
    let answer = answer_with(200, &[GZIP], &gzip(br#"{"id": 7}"#));
    assert!(body_of(answer).await == Body::Json(json!({ "id": 7 })));
}

#[tokio::test]
async fn a_body_of_the_largest_size_is_read_and_one_byte_more_is_not() {
    let settings = Settings { max_body: 1000, ..once() };
    let vendor = Vendor::acting([Act::Answer(answer(200, &format!("\"{}\"", "a".repeat(998))))]).await;
    transport_with(&vendor.url(), settings).run(exchange(Method::Get)).await.expect("the largest");

    let too_large = Act::Answer(answer(200, &format!("\"{}\"", "a".repeat(999))));
    let error = error_of(Method::Get, too_large.clone(), settings).await;
    assert_eq!(error.kind, Kind::VendorProtocolError);

    let error = error_of(Method::Post, too_large, settings).await;
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
}

#[tokio::test]
async fn a_gzip_bomb_stops_at_the_limit() {
    let head = format!("HTTP/1.1 200 OK\r\n{GZIP}\r\n\r\n").into_bytes();
    let vendor = Vendor::acting([Act::Pour(head, gzip(&vec![b' '; 8 << 20]))]).await;
    let settings = Settings {
        attempt_timeout: Duration::from_secs(60),
        total_timeout: Duration::from_secs(60),
        ..once()
    };
    let error = transport_with(&vendor.url(), settings).run(exchange(Method::Get)).await.expect_err("a bomb");
    assert_eq!(error.kind, Kind::VendorProtocolError);
    vendor.was_hung_up_on().await;
}

#[tokio::test]
async fn a_truncated_answer_is_a_broken_connection() {
    let whole = answer_with(200, &[GZIP], &gzip(br#"{"id": 7}"#));
    let cut_gzip = [b"HTTP/1.1 200 OK\r\n", GZIP.as_bytes(), b"\r\n\r\n", &gzip(b"[1, 2, 3]")[..15]].concat();
    for bytes in [whole[..whole.len() - 4].to_vec(), whole[..20].to_vec(), cut_gzip] {
        let error = error_of(Method::Get, Act::AnswerAndClose(bytes.clone()), once()).await;
        assert_eq!((error.kind, outcome(&error)), (Kind::VendorUnavailable, Outcome::Ambiguous));
        let error = error_of(Method::Post, Act::AnswerAndClose(bytes), once()).await;
        assert_eq!((error.kind, outcome(&error)), (Kind::VendorOutcomeUnknown, Outcome::Ambiguous));
    }
}

#[tokio::test]
async fn bytes_that_are_not_http_are_a_protocol_error() {
    let headers = "X-More: of the same\r\n".repeat(200);
    let long = format!("X-Long: {}\r\n", "a".repeat(1 << 20));
    for bytes in [
        b"220 mail.example.com ESMTP\r\n\r\n".to_vec(),
        format!("HTTP/1.1 200 OK\r\n{headers}\r\n").into_bytes(),
        format!("HTTP/1.1 200 OK\r\n{long}\r\n").into_bytes(),
        answer_with(200, &[GZIP], b"this was never packed"),
    ] {
        let start = String::from_utf8_lossy(&bytes[..20]).into_owned();
        let error = error_of(Method::Get, Act::AnswerAndClose(bytes), once()).await;
        assert_eq!(error.kind, Kind::VendorProtocolError, "{start}");
    }
}

async fn retry_after_of(headers: &[&str]) -> Option<Duration> {
    let error = error_of(Method::Get, Act::Answer(answer_with(429, headers, b"")), once()).await;
    error.retry_after
}

#[tokio::test]
async fn retry_after_is_seconds_or_a_date_and_never_more_than_an_hour() {
    const DATE: &str = "Date: Wed, 21 Oct 2015 07:28:00 GMT";
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(retry_after_of(&["Retry-After: 17"]).await, seconds(17));
    assert_eq!(retry_after_of(&["Retry-After: 999999999"]).await, seconds(3600));
    assert_eq!(retry_after_of(&[DATE, "Retry-After: Wed, 21 Oct 2015 07:28:41 GMT"]).await, seconds(41));
    assert_eq!(retry_after_of(&[DATE, "Retry-After: Wed, 21 Oct 2015 07:27:00 GMT"]).await, seconds(0));
    assert_eq!(retry_after_of(&["Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"]).await, seconds(3600));
    assert_eq!(
        retry_after_of(&["Retry-After: soon"]).await,
        seconds(5),
        "the default if the vendor sends none"
    );
}
