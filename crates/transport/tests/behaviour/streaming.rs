//! Recordings: bodies that are handed on piece by piece.

use std::{sync::Arc, time::Duration};

use switchboard_core::{
    error::{Kind, Outcome, Result},
    vendor::{AllowedHost, GrantedUrl, Method, Request},
};
use switchboard_transport::{Settings, State, Streamed, Transport};
use tokio::{sync::Notify, task::JoinHandle};
use url::Url;

use crate::{
    account::{TOKEN, everything, exchange, once, pass, transport_allowing, transport_with, verdict},
    vendor::{Act, Vendor, answer, answer_with},
};

const MAX_BYTES: u64 = 1_000_000;

pub fn recording() -> Request {
    Request::new("read recording", Method::Get, ["calls", "r1", "audio"]).accepting("audio/*")
}

async fn stream(vendor: &Vendor) -> Result<Streamed> {
    transport_with(&vendor.url(), once()).stream(recording(), MAX_BYTES).await
}

/// Reads the body to its end. Returns the media type and the bytes.
async fn whole(streamed: Streamed) -> Result<(String, Vec<u8>)> {
    let Streamed::Body(mut body) = streamed else { panic!("{streamed:?}") };
    let mut bytes = Vec::new();
    while let Some(piece) = body.next_piece().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok((body.media_type().to_owned(), bytes))
}

#[tokio::test]
async fn the_bytes_are_handed_on_with_their_type() {
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| n as u8).collect();
    let vendor = Vendor::acting([Act::Answer(answer_with(200, &["Content-Type: audio/mpeg"], &bytes))]).await;
    let (media_type, read) = whole(stream(&vendor).await.expect("a body")).await.expect("bytes");
    assert_eq!((media_type.as_str(), read == bytes), ("audio/mpeg", true));
    assert!(vendor.request().contains(TOKEN) && vendor.request().contains("accept: audio/*"));
}

#[tokio::test]
async fn anything_but_audio_has_a_neutral_type() {
    for header in ["Content-Type: video/mp4", "Content-Type: Binary/Octet-Stream; x=1", "X-Nothing: 1"] {
        let vendor = Vendor::acting([Act::Answer(answer_with(200, &[header], b"<script>"))]).await;
        let (media_type, _) = whole(stream(&vendor).await.expect("a body")).await.expect("bytes");
        assert_eq!(media_type, "application/octet-stream");
    }
}

#[tokio::test]
async fn a_redirect_is_a_link_that_is_not_followed() {
    let canary = Vendor::acting([]).await;
    let location = format!("Location: {}/recording.wav?signature=1", canary.url());
    let vendor = Vendor::acting([Act::Answer(answer_with(302, &[&location], b""))]).await;
    let Streamed::Link(link) = stream(&vendor).await.expect("a link") else { panic!("not a link") };
    assert_eq!(link.as_str(), format!("{}/recording.wav?signature=1", canary.url()));
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_anything_but_a_web_url_is_a_protocol_error() {
    for target in ["file:///etc/passwd", "https://user:pass@example.com/a.wav", "javascript:alert(1)"] {
        let location = format!("Location: {target}");
        let vendor = Vendor::acting([Act::Answer(answer_with(302, &[&location], b""))]).await;
        assert_eq!(verdict(&stream(&vendor).await).0, Kind::VendorProtocolError, "{target}");
    }
}

#[tokio::test]
async fn a_missing_recording_is_the_vendors_refusal() {
    let vendor = Vendor::acting([Act::Answer(answer(404, "{}"))]).await;
    assert_eq!(verdict(&stream(&vendor).await), (Kind::VendorRejected, Outcome::Rejected));
}

#[tokio::test]
async fn a_success_without_a_recording_is_a_protocol_error() {
    let audio = ["Content-Type: audio/mpeg"];
    for answer in [
        answer(200, "{}"),
        answer_with(200, &["Content-Type: text/html; charset=utf-8"], b"<html>"),
        answer_with(200, &["Content-Type: audio"], b"RIFF"),
        answer_with(202, &audio, b"RIFF"),
        answer_with(204, &audio, b""),
    ] {
        let vendor = Vendor::acting([Act::Answer(answer.clone())]).await;
        let transport = transport_with(&vendor.url(), Settings { breaker_failures: 1, ..once() });
        let result = transport.stream(recording(), MAX_BYTES).await;
        assert_eq!(verdict(&result).0, Kind::VendorProtocolError, "{}", String::from_utf8_lossy(&answer));
        assert_eq!(transport.health().state, State::Ok, "the vendor responds");
    }
}

/// Starts a read that occupies the only slot for 1.5 s, and a request for a recording that waits for the slot. Returns
/// when the vendor has received the latter.
async fn queued(vendor: &Vendor, transport: &Transport, first: &Notify) -> JoinHandle<Result<Streamed>> {
    let (reader, streamer) = (transport.clone(), transport.clone());
    tokio::spawn(async move { reader.run(exchange(Method::Get)).await });
    vendor.has_read(1).await;
    let streaming = tokio::spawn(async move { streamer.stream(recording(), MAX_BYTES).await });
    tokio::task::yield_now().await;
    pass(Duration::from_millis(1500)).await;
    first.notify_one();
    vendor.has_read(2).await;
    streaming
}

#[tokio::test]
async fn a_recording_has_its_whole_time_after_a_wait_for_a_slot() {
    let (first, second) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let audio = answer_with(200, &["Content-Type: audio/mpeg"], b"RIFF");
    let vendor = Vendor::acting([
        Act::AnswerWhenNotified(first.clone(), answer(200, "{}")),
        Act::AnswerWhenNotified(second.clone(), audio),
    ])
    .await;
    let settings = Settings { concurrency: 1, attempt_timeout: Duration::from_secs(2), ..once() };
    let transport = transport_with(&vendor.url(), settings);
    let streaming = queued(&vendor, &transport, &first).await;
    pass(Duration::from_secs(1)).await;
    second.notify_one();
    let streamed = streaming.await.expect("a task").expect("a body");
    assert_eq!(whole(streamed).await.expect("bytes").1, b"RIFF");
}

#[tokio::test]
async fn a_vendor_is_not_blamed_for_a_recording_that_had_too_little_time_left() {
    let first = Arc::new(Notify::new());
    let vendor = Vendor::acting([Act::AnswerWhenNotified(first.clone(), answer(200, "{}")), Act::Hang]).await;
    let two = Duration::from_secs(2);
    let settings =
        Settings { concurrency: 1, attempt_timeout: two, total_timeout: two, breaker_failures: 1, ..once() };
    let transport = transport_with(&vendor.url(), settings);
    let streaming = queued(&vendor, &transport, &first).await;
    pass(Duration::from_millis(600)).await;
    assert_eq!(verdict(&streaming.await.expect("a task")).0, Kind::VendorTimeout);
    assert_eq!(transport.health().state, State::Ok);
}

#[tokio::test]
async fn the_health_shows_no_secret_that_the_vendor_quotes() {
    let quoting = format!(r#"{{"message": "Bearer {TOKEN} failed"}}"#);
    let vendor = Vendor::acting([Act::Answer(answer(500, &quoting))]).await;
    let transport = transport_with(&vendor.url(), once());
    transport.stream(recording(), MAX_BYTES).await.expect_err("a failure");
    let health = transport.health();
    assert!(health.last_error.is_some());
    assert!(!serde_json::json!(health).to_string().contains(TOKEN), "{health:?}");
}

#[tokio::test]
async fn a_recording_that_is_announced_as_too_large_is_refused() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", MAX_BYTES + 1);
    let vendor = Vendor::acting([Act::AnswerAndClose(head.into_bytes())]).await;
    assert_eq!(verdict(&stream(&vendor).await).0, Kind::VendorProtocolError);
}

#[tokio::test]
async fn a_recording_that_grows_too_large_is_cut_off() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let piece = [b"1000\r\n".as_slice(), &[7; 0x1000], b"\r\n"].concat();
    let vendor = Vendor::acting([Act::Pour(head, piece)]).await;
    let error = whole(stream(&vendor).await.expect("a body")).await.expect_err("too large");
    assert_eq!(error.kind, Kind::VendorProtocolError);
    vendor.was_hung_up_on().await;
}

#[tokio::test]
async fn a_body_that_stops_or_ends_early_is_an_error() {
    let begun = answer_with(200, &["Content-Type: audio/mpeg"], &[7; 1000])[..500].to_vec();
    let vendor = Vendor::acting([Act::AnswerAndClose(begun.clone())]).await;
    let error = whole(stream(&vendor).await.expect("a body")).await.expect_err("an early end");
    assert_eq!(error.kind, Kind::VendorUnavailable);

    let never = Arc::new(Notify::new());
    let silent = Vendor::acting([Act::Answer(begun), Act::AnswerWhenNotified(never, Vec::new())]).await;
    let settings = Settings { attempt_timeout: Duration::from_millis(300), ..once() };
    let opened = transport_with(&silent.url(), settings).stream(recording(), MAX_BYTES).await;
    let error = whole(opened.expect("a body")).await.expect_err("silence");
    assert_eq!(error.kind, Kind::VendorTimeout);
}

#[tokio::test]
async fn a_granted_url_gets_no_credential_and_must_be_allowed() {
    let files = Vendor::always(Act::Answer(answer_with(200, &["Content-Type: audio/wav"], b"RIFF"))).await;
    let url = format!("{}/a.wav?signature=5ecret-s1gnature", files.url());
    let request = || {
        let granted = GrantedUrl::parse(&url).expect("a URL");
        Request::granted("read recording", Method::Get, granted).accepting("audio/*")
    };
    let allowing =
        |hosts: Vec<AllowedHost>| -> Transport { transport_allowing("http://127.0.0.1:9/api", hosts) };
    let refused = allowing(Vec::new()).stream(request(), MAX_BYTES).await;
    assert_eq!(verdict(&refused), (Kind::VendorProtocolError, Outcome::NotSent));
    assert!(!everything(&refused.expect_err("a refusal")).contains("5ecret"));
    assert_eq!(files.connections(), 0);

    let host = AllowedHost::origin_of(Url::parse(&files.url()).expect("a URL"));
    let streamed = allowing(vec![host]).stream(request(), MAX_BYTES).await.expect("a body");
    assert_eq!(whole(streamed).await.expect("bytes").1, b"RIFF");
    assert!(!files.request().contains(TOKEN));
}
