//! Requests as they are sent: URL, headers, body and recipient.

use std::process::Command;

use secrecy::SecretString;
use serde_json::json;
use switchboard_core::{
    error::Kind,
    vendor::{Exchange, Method, Request},
};

use crate::{
    account::{TOKEN, document, everything, exchange, request, transport},
    vendor::{Act, Vendor, answer},
};

async fn target_of(path: &[&str]) -> String {
    let vendor = Vendor::acting([Act::Answer(answer(200, "{}"))]).await;
    let path = path.iter().map(|segment| (*segment).to_owned());
    transport(&vendor.url()).run(document(Request::new("get", Method::Get, path))).await.expect("an answer");
    vendor.target()
}

#[tokio::test]
async fn each_id_stays_one_segment() {
    assert_eq!(target_of(&["agents", "a/b"]).await, "/api/agents/a%2Fb");
    assert_eq!(target_of(&["agents", "a?b#c"]).await, "/api/agents/a%3Fb%23c");
    assert_eq!(target_of(&["agents", "a%2fb"]).await, "/api/agents/a%252fb");
    assert_eq!(target_of(&["agents", r"a\b"]).await, "/api/agents/a%5Cb");
    assert_eq!(target_of(&["agents", "%2e%2e"]).await, "/api/agents/%252e%252e");
    assert_eq!(target_of(&["agents", "...", "é 1"]).await, "/api/agents/.../%C3%A9%201");
}

#[tokio::test]
async fn an_id_that_could_lead_elsewhere_is_refused_before_anything_is_sent() {
    let vendor = Vendor::acting([]).await;
    let transport = transport(&vendor.url());
    for id in ["", ".", "..", ".\t.", "a\nb", "\u{0}"] {
        let request = Request::new("get", Method::Get, ["agents".to_owned(), id.to_owned()]);
        let error = transport.run(document(request)).await.expect_err("no such id");
        assert_eq!(error.kind, Kind::ParameterInvalid, "{id:?}");
    }
    assert_eq!(vendor.connections(), 0);
}

#[tokio::test]
async fn a_base_url_may_end_in_a_slash() {
    let vendor = Vendor::acting([Act::Answer(answer(200, "{}"))]).await;
    let transport = transport(&format!("{}/v1/", vendor.url()));
    transport.run(exchange(Method::Get)).await.expect("an answer");
    assert_eq!(vendor.target(), "/api/v1/agents/7");
}

#[tokio::test]
async fn the_query_is_encoded() {
    let vendor = Vendor::acting([Act::Answer(answer(200, "{}"))]).await;
    let request = request(Method::Get).query("page", 2).query("q", "a&b=c ü#");
    transport(&vendor.url()).run(document(request)).await.expect("an answer");
    assert_eq!(vendor.target(), "/api/agents/7?page=2&q=a%26b%3Dc+%C3%BC%23");
}

#[tokio::test]
async fn a_write_is_signed_json_of_this_program() {
    let vendor = Vendor::acting([Act::Answer(answer(201, "{}"))]).await;
    transport(&vendor.url()).run(exchange(Method::Post)).await.expect("an answer");
    let request = vendor.request();
    assert!(request.starts_with("POST /api/agents/7 HTTP/1.1\r\n"), "{request}");
    for line in [
        "accept: application/json",
        "content-type: application/json",
        concat!("user-agent: switchboard/", env!("CARGO_PKG_VERSION")),
        &format!("authorization: Bearer {TOKEN}"),
    ] {
        assert!(request.lines().any(|found| found == line), "{line} is not in {request}");
    }
    assert!(request.ends_with(r#"{"name":"Ada"}"#), "{request}");
}

#[tokio::test]
async fn a_read_has_no_body_and_no_content_type() {
    let vendor = Vendor::acting([Act::Answer(answer(200, "{}"))]).await;
    transport(&vendor.url()).run(exchange(Method::Get)).await.expect("an answer");
    let request = vendor.request();
    assert!(request.ends_with("\r\n\r\n") && !request.contains("content-type"), "{request}");
}

#[tokio::test]
async fn every_method_is_sent_as_itself() {
    for method in [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete] {
        let vendor = Vendor::acting([Act::Answer(answer(200, "{}"))]).await;
        transport(&vendor.url()).run(exchange(method)).await.expect("an answer");
        assert!(vendor.request().starts_with(&format!("{} /", method.as_str())));
    }
}

#[tokio::test]
async fn a_header_that_http_cannot_hold_is_refused_and_not_shown() {
    let vendor = Vendor::acting([]).await;
    let mut request = request(Method::Get);
    request.headers.push(("X-Key", SecretString::from("line\r\nbreak-5ecret")));
    let error = transport(&vendor.url()).run(document(request)).await.expect_err("no such header");
    assert_eq!(error.kind, Kind::Internal);
    assert!(!everything(&error).contains("5ecret"));
    assert_eq!(vendor.connections(), 0);
}

#[tokio::test]
async fn secrets_that_the_vendor_quotes_are_not_repeated() {
    let complaint = json!({ "message": format!("token {TOKEN} and password hunter2-hunter2 refused") });
    let vendor = Vendor::acting([Act::Answer(answer(401, &complaint.to_string()))]).await;
    let body = json!({ "auth": { "password": "hunter2-hunter2" } });
    let request = Request::new("create", Method::Post, ["trunks"]).json(body).hiding(["/auth/password"]);
    let error = transport(&vendor.url()).run(document(request)).await.expect_err("a refusal");
    assert!(vendor.request().contains(TOKEN), "it was signed");
    let shown = everything(&error);
    assert!(shown.contains("token [redacted] and password [redacted] refused"), "{shown}");
    assert!(!shown.contains(TOKEN) && !shown.contains("hunter2"), "{shown}");
}

#[tokio::test]
async fn short_and_encoded_secrets_are_not_repeated_either() {
    let cases = [
        ("pw12", "password pw12 is too short"),
        ("pw12", "password 'PW12' is too short"),
        ("7", "the password 7 is too short"),
        ("a&b \"c\"/d", "bad value a%26b%20%22c%22%2Fd"),
        ("a&b \"c\"/d", "bad value a%26b+%22c%22%2fd"),
        ("a&b \"c\"/d", r#"bad body {"password":"a&b \"c\"\/d"}"#),
        ("a&b \"c\"/d", "bad value a&amp;b &quot;c&#34;&#x2f;d"),
        ("pässword-é", r"bad value p\u00e4ssword-\u00e9"),
        ("hunter2-hunter2", "bad header Basic dXNlcjpodW50ZXIyLWh1bnRlcjI="),
        ("hunter2-hunter2", "bad header Basic dXNlcjpodW50ZXIyLWh1bnRlcjI"),
        ("hunter2-hunter2", "bad bytes 68756e746572322d68756e74657232"),
        ("hunter2-hunter2", &format!("{}hunter2-hunter2", ".".repeat(500))),
    ];
    for (secret, message) in cases {
        let complaint = json!({ "message": message });
        let vendor = Vendor::acting([Act::Answer(answer(400, &complaint.to_string()))]).await;
        let body = json!({ "auth": { "password": secret } });
        let request = Request::new("create", Method::Post, ["trunks"]).json(body).hiding(["/auth/password"]);
        let error = transport(&vendor.url()).run(document(request)).await.expect_err("a refusal");
        let shown = error.vendor.expect("a failure").message.expect("a message");
        assert_eq!(shown, "[withheld, because it contains a secret of the request]", "{message}");
        assert!(!error.detail.contains(message), "{message}: {}", error.detail);
    }
}

#[tokio::test]
async fn a_message_without_a_secret_is_kept() {
    let message = r"The name Ada%20L & \u00e9 is taken; see dGhpcyBpcyBmaW5l, 68656c6c6f and 100%.";
    let complaint = json!({ "message": message });
    let vendor = Vendor::acting([Act::Answer(answer(400, &complaint.to_string()))]).await;
    let body = json!({ "auth": { "password": "hunter2-hunter2" } });
    let request = Request::new("create", Method::Post, ["trunks"]).json(body).hiding(["/auth/password"]);
    let error = transport(&vendor.url()).run(document(request)).await.expect_err("a refusal");
    assert_eq!(error.vendor.expect("a failure").message.as_deref(), Some(message));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Vendor::acting([]).await;
        let location = format!("Location: {}", elsewhere.url());
        let redirect = crate::vendor::answer_with(status, &[&location], b"");
        let vendor = Vendor::acting([Act::Answer(redirect)]).await;
        let error = transport(&vendor.url()).run(exchange(Method::Get)).await.expect_err("a redirect");
        assert_eq!(error.kind, Kind::VendorProtocolError);
        assert_eq!(error.vendor.expect("a failure").status, Some(status));
        assert_eq!((vendor.requests().len(), elsewhere.connections()), (1, 0));
    }
}

#[tokio::test]
async fn goes_straight_to_the_vendor() {
    let vendor = Vendor::acting([Act::Answer(answer(200, "{}"))]).await;
    transport(&vendor.url()).run(exchange(Method::Get)).await.expect("an answer");
    assert_eq!(vendor.target(), "/api/agents/7", "a proxy would get an absolute URL");
}

/// Runs the previous test in a process whose environment names a proxy that refuses connections.
#[test]
fn ignores_the_proxies_of_the_environment() {
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args(["--exact", "sending::goes_straight_to_the_vendor"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, "http://127.0.0.1:1");
    }
    let output = child.env_remove("NO_PROXY").env_remove("no_proxy").output().expect("a run");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
async fn connections_are_kept() {
    let vendor = Vendor::always(Act::Answer(answer(200, "{}"))).await;
    let transport = transport(&vendor.url());
    for _ in 0..3 {
        transport.clone().run(exchange(Method::Get)).await.expect("an answer");
    }
    assert_eq!((vendor.requests().len(), vendor.connections()), (3, 1));
}

#[tokio::test]
async fn a_finished_exchange_sends_nothing() {
    let vendor = Vendor::acting([]).await;
    let done = transport(&vendor.url()).run(Exchange::Done(7)).await.expect("a value");
    assert_eq!((done, vendor.connections()), (7, 0));
}
