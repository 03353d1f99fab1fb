//! Bodies of bytes: sent and read as they are, within the limits of every body.

use serde_json::json;
use switchboard_core::{
    error::{Error, Kind},
    vendor::{Binary, Body, Exchange, Method, Request},
};
use switchboard_transport::Settings;

use crate::{
    account::{TOKEN, everything, once, transport, transport_with},
    vendor::{Act, Vendor, answer, answer_with},
};

const MP3: &str = "Content-Type: audio/mpeg";

fn recording() -> Request {
    Request::new("read recording", Method::Get, ["calls", "7", "recording"]).accepting("audio/*")
}

fn upload(media_type: &str) -> Request {
    let form = Binary::new(media_type, "--x\r\n\r\nhello\r\n--x--\r\n");
    Request::new("upload file", Method::Post, ["files"]).bytes(form)
}

async fn body_of(answer: Vec<u8>) -> Body {
    let vendor = Vendor::acting([Act::Answer(answer)]).await;
    let exchange = Exchange::send(recording(), |reply| Ok(reply.body));
    transport(&vendor.url()).run(exchange).await.expect("an answer")
}

async fn error_of(request: Request, answer: Vec<u8>, settings: Settings) -> Error {
    let vendor = Vendor::acting([Act::Answer(answer)]).await;
    let exchange = Exchange::send(request, |reply| reply.bytes("a recording"));
    transport_with(&vendor.url(), settings).run(exchange).await.expect_err("a failure")
}

fn bytes(media_type: &str, bytes: &[u8]) -> Body {
    Body::Bytes(Binary::new(media_type, bytes))
}

#[tokio::test]
async fn bytes_are_read_whole_with_their_media_type() {
    for sound in [b"\xff\xfb\x00\r\n".as_slice(), b" {\"looks\": \"like JSON\"} ", b"\n\n"] {
        assert!(body_of(answer_with(200, &[MP3], sound)).await == bytes("audio/mpeg", sound));
    }
    let wave = answer_with(206, &["Content-Type: audio/l16; rate=8000"], b"\x00\x01");
    assert!(body_of(wave).await == bytes("audio/l16; rate=8000", b"\x00\x01"));
    assert!(body_of(answer_with(200, &[], b"RIFF")).await == bytes("application/octet-stream", b"RIFF"));
    assert!(body_of(answer_with(200, &[MP3], b"")).await == Body::Empty);
}

#[tokio::test]
async fn json_stays_json_where_bytes_are_accepted() {
    assert!(body_of(answer(200, r#"{"error": "none"}"#)).await == Body::Json(json!({ "error": "none" })));
    let error = error_of(recording(), answer(404, r#"{"message": "no such call"}"#), once()).await;
    assert_eq!(error.kind, Kind::VendorRejected);
    assert!(error.detail.contains("no such call"), "{error}");
    let error = error_of(recording(), answer(200, "{}"), once()).await;
    assert_eq!(error.kind, Kind::VendorProtocolError);
    assert!(error.detail.contains("a recording"), "{error}");
}

#[tokio::test]
async fn a_failure_is_never_bytes() {
    let page = answer_with(502, &["Content-Type: text/html"], b"<h1>Bad gateway</h1>");
    let error = error_of(recording(), page, once()).await;
    assert!(error.vendor.expect("a failure").message.expect("a message").contains("Bad gateway"));
}

#[tokio::test]
async fn bytes_have_the_limit_of_every_body() {
    let settings = Settings { max_body: 1000, ..once() };
    let vendor = Vendor::acting([Act::Answer(answer_with(200, &[MP3], &[7; 1000]))]).await;
    let exchange = Exchange::send(recording(), |reply| reply.bytes("a recording"));
    let read = transport_with(&vendor.url(), settings).run(exchange).await.expect("the largest");
    assert_eq!(read.bytes.len(), 1000);

    let error = error_of(recording(), answer_with(200, &[MP3], &[7; 1001]), settings).await;
    assert_eq!(error.kind, Kind::VendorProtocolError);
}

#[tokio::test]
async fn a_body_of_bytes_is_sent_as_it_is() {
    let vendor = Vendor::acting([Act::Answer(answer(201, "{}"))]).await;
    let exchange =
        Exchange::send(upload("multipart/form-data; boundary=x"), |reply| reply.document("a file"));
    transport(&vendor.url()).run(exchange).await.expect("an answer");
    let request = vendor.request();
    for line in ["accept: application/json", "content-type: multipart/form-data; boundary=x"] {
        assert!(request.lines().any(|found| found == line), "{line} is not in {request}");
    }
    assert!(request.ends_with("\r\n\r\n--x\r\n\r\nhello\r\n--x--\r\n"), "{request}");
}

#[tokio::test]
async fn the_accepted_media_types_are_sent() {
    let vendor = Vendor::acting([Act::Answer(answer_with(200, &[MP3], b"7"))]).await;
    transport(&vendor.url()).run(Exchange::send(recording(), |reply| Ok(reply.status))).await.expect("audio");
    assert!(vendor.request().lines().any(|line| line == "accept: audio/*"), "{}", vendor.request());
}

#[tokio::test]
async fn a_media_type_that_http_cannot_hold_is_refused() {
    let vendor = Vendor::acting([]).await;
    let exchange = Exchange::send(upload("audio/mpeg\r\nX-Evil: 1"), |reply| Ok(reply.status));
    let error = transport(&vendor.url()).run(exchange).await.expect_err("no such media type");
    assert_eq!((error.kind, vendor.connections()), (Kind::Internal, 0));
}

#[tokio::test]
async fn the_credential_of_a_request_with_bytes_is_masked() {
    let quoted = format!("token {TOKEN} refused");
    for request in [recording(), upload("audio/mpeg")] {
        let shown = everything(&error_of(request, answer_with(401, &[], quoted.as_bytes()), once()).await);
        assert!(shown.contains("token [redacted] refused") && !shown.contains(TOKEN), "{shown}");
    }
}
