//! URLs that the vendor returned: the hosts to which they may lead, and the hosts that receive the credential.

use serde_json::json;
use switchboard_core::{
    error::{Error, Kind, Outcome},
    vendor::{AllowedHost, Exchange, GrantedUrl, Method, Request},
};
use switchboard_transport::{State, Transport};
use url::Url;

use crate::{
    account::{TOKEN, everything, outcome, transport_allowing},
    vendor::{Act, Vendor, answer, answer_with},
};

/// A path and a query by which a call is controlled.
const CONTROL: &str = "/calls/7/c0ntrol-5ecret?signature=5ecret-s1gnature&expires=60";

/// Returns the exchange that reads a call and then ends the call at its control URL.
fn hang_up() -> Exchange<u16> {
    Exchange::ask(Request::new("read call", Method::Get, ["calls", "7"]), |reply| {
        let call = reply.document("a call")?;
        let url = call["controlUrl"].as_str().and_then(GrantedUrl::parse).expect("an absolute URL");
        let request = Request::granted("end call", Method::Post, url).json(json!({ "type": "end-call" }));
        Ok(Exchange::send(request, |reply| Ok(reply.status)))
    })
}

fn call(control_url: &str) -> Act {
    Act::Answer(answer(200, &json!({ "controlUrl": control_url }).to_string()))
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

/// Tries to end a call whose control URL must not be used, and returns the error. Checks that the vendor read only one
/// request.
async fn refusal(hosts: &[AllowedHost], control_url: &str) -> Error {
    let vendor = Vendor::acting([call(control_url)]).await;
    let error = transport_allowing(&vendor.url(), hosts).run(hang_up()).await.expect_err(control_url);
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorProtocolError, Outcome::NotSent), "{control_url}");
    assert_eq!((vendor.requests().len(), vendor.connections()), (1, 1), "{control_url}");
    let shown = everything(&error);
    assert!(!shown.contains("5ecret") && !shown.contains("expires"), "{shown}");
    error
}

/// Starts a vendor that returns the control URL of a second server, which reacts to all requests alike.
async fn vendor_with(act: Act) -> (Vendor, Vendor) {
    let control = Vendor::always(act).await;
    let vendor = Vendor::always(call(&format!("{}{CONTROL}", control.url()))).await;
    (vendor, control)
}

fn allowing(vendor: &Vendor, control: &Vendor) -> Transport {
    transport_allowing(&vendor.url(), [AllowedHost::origin_of(url(&control.url()))])
}

#[tokio::test]
async fn an_allowed_host_gets_the_request_without_the_credential() {
    let (vendor, control) = vendor_with(Act::Answer(answer(200, "{}"))).await;
    let status = allowing(&vendor, &control).run(hang_up()).await.expect("an answer");
    assert_eq!(status, 200);
    assert!(vendor.request().contains(TOKEN));
    let request = control.request();
    assert!(request.starts_with(&format!("POST /api{CONTROL} HTTP/1.1\r\n")), "{request}");
    assert!(request.ends_with(r#"{"type":"end-call"}"#), "{request}");
    assert!(!request.contains(TOKEN) && !request.to_lowercase().contains("authorization"), "{request}");
}

#[tokio::test]
async fn a_host_that_the_operator_adds_gets_the_request_without_the_credential() {
    let (vendor, control) = vendor_with(Act::Answer(answer(200, "{}"))).await;
    let added = [AllowedHost::origin_of(url(&control.url()))];
    let transport = transport_allowing(&vendor.url(), []).allowing(&added);
    assert_eq!(transport.run(hang_up()).await.expect("an answer"), 200);
    assert!(!control.request().contains(TOKEN));
}

#[test]
fn an_operator_names_a_host_or_all_hosts_below_a_domain() {
    let read = |text: &str| text.parse::<AllowedHost>();
    assert_eq!(read("control.vapi.ai"), Ok(AllowedHost::exact("control.vapi.ai")));
    assert_eq!(read("*.vapi.ai"), Ok(AllowedHost::below("vapi.ai")));
    for wrong in [
        "",
        "*",
        "*.",
        "*.ai",
        "localhost",
        "Vapi.ai",
        "vapi.ai.",
        "https://vapi.ai",
        "vapi.ai:443",
        "a@vapi.ai",
        "vapi.ai/calls",
        "*.*.ai",
        "127.0.0.1",
        "2130706433.0",
        "[::1]",
        "two words.ai",
        "c\u{43e}ntrol.vapi.ai",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_signed_host_gets_the_credential() {
    let (vendor, control) = vendor_with(Act::Answer(answer(200, "{}"))).await;
    let host = AllowedHost::origin_of(url(&control.url())).signed();
    transport_allowing(&vendor.url(), [host]).run(hang_up()).await.expect("an answer");
    assert!(control.request().contains(&format!("authorization: Bearer {TOKEN}")));
}

#[tokio::test]
async fn no_other_host_gets_a_request() {
    let hosts = [AllowedHost::exact("control.vapi.ai"), AllowedHost::below("calls.vapi.ai").signed()];
    for host in [
        "evil.example",
        "evil-control.vapi.ai",
        "control.vapi.ai.evil.example",
        "evil-api.vapi.ai.example.com",
        "vapi.ai",
        "control.vapi.ai.",
        "control-vapi.ai",
        "a.control.vapi.ai",
        "calls.vapi.ai",
        "evil-calls.vapi.ai",
        "us.calls.vapi.ai.evil.example",
        "us.calls.vapi.ai.",
        "93.184.216.34",
        "127.0.0.1",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "c\u{43e}ntrol.vapi.ai",
    ] {
        let error = refusal(&hosts, &format!("https://{host}{CONTROL}")).await;
        assert!(error.detail.contains("is not one that the vendor's adapter allows"), "{host}: {error}");
    }
}

#[tokio::test]
async fn without_allowed_hosts_not_even_the_vendors_own_gets_a_request() {
    let vendor = Vendor::acting([]).await;
    let control_url = GrantedUrl::parse(&format!("{}{CONTROL}", vendor.url())).expect("a URL");
    let request = Request::granted("end call", Method::Post, control_url);
    let exchange = Exchange::send(request, |reply| Ok(reply.status));
    let error = transport_allowing(&vendor.url(), []).run(exchange).await.expect_err("a refusal");
    assert_eq!((error.kind, vendor.connections()), (Kind::VendorProtocolError, 0));
}

#[tokio::test]
async fn user_information_is_refused() {
    let hosts = [AllowedHost::exact("control.vapi.ai")];
    for user in ["5ecret@", "user:5ecret@", ":5ecret@", "control.vapi.ai:443@"] {
        let error = refusal(&hosts, &format!("https://{user}control.vapi.ai{CONTROL}")).await;
        assert!(error.detail.contains("it has user information"), "{error}");
    }
    let error = refusal(&hosts, &format!("https://control.vapi.ai@evil.example{CONTROL}")).await;
    assert!(error.detail.contains("it has user information"), "{error}");
}

#[tokio::test]
async fn other_schemes_and_ports_are_refused() {
    let loopback = Vendor::acting([]).await;
    let other = Vendor::acting([]).await;
    let hosts = [
        AllowedHost::exact("control.vapi.ai"),
        AllowedHost::origin_of(url(&loopback.url())),
        AllowedHost::origin_of(url("http://proxy.example")),
    ];
    for (control_url, reason) in [
        (format!("http://control.vapi.ai{CONTROL}"), "the scheme \"http\""),
        (format!("http://control.vapi.ai:443{CONTROL}"), "the scheme \"http\""),
        (format!("ftp://control.vapi.ai{CONTROL}"), "the scheme \"ftp\""),
        (format!("ws://control.vapi.ai{CONTROL}"), "the scheme \"ws\""),
        (format!("https://control.vapi.ai:8443{CONTROL}"), "the port 8443"),
        (format!("https://control.vapi.ai:80{CONTROL}"), "the port 80"),
        (format!("{}{CONTROL}", loopback.tls_url()), "the scheme \"https\""),
        (format!("{}{CONTROL}", other.url()), "the port "),
        (format!("http://proxy.example{CONTROL}"), "the scheme \"http\""),
    ] {
        let error = refusal(&hosts, &control_url).await;
        assert!(error.detail.contains(reason), "{control_url}: {error}");
    }
    assert_eq!((loopback.connections(), other.connections()), (0, 0));
}

#[tokio::test]
async fn a_refusal_after_a_write_leaves_it_open_what_the_vendor_has() {
    let vendor = Vendor::acting([call(&format!("https://evil.example{CONTROL}"))]).await;
    let exchange = Exchange::ask(Request::new("create call", Method::Post, ["calls"]), |reply| {
        let url = reply.document("a call")?["controlUrl"].as_str().and_then(GrantedUrl::parse);
        let request = Request::granted("read call", Method::Get, url.expect("a URL"));
        Ok(Exchange::send(request, |reply| Ok(reply.status)))
    });
    let error = transport_allowing(&vendor.url(), []).run(exchange).await.expect_err("a refusal");
    assert_eq!((error.kind, outcome(&error)), (Kind::VendorProtocolError, Outcome::Ambiguous));
}

#[tokio::test]
async fn a_redirect_of_a_granted_url_is_not_followed() {
    let elsewhere = Vendor::acting([]).await;
    let location = format!("Location: {}", elsewhere.url());
    let (vendor, control) = vendor_with(Act::Answer(answer_with(302, &[&location], b""))).await;
    let error = allowing(&vendor, &control).run(hang_up()).await.expect_err("a redirect");
    assert_eq!(error.kind, Kind::VendorProtocolError);
    assert_eq!((control.requests().len(), elsewhere.connections()), (1, 0));
}

#[tokio::test]
async fn a_granted_url_that_is_quoted_is_not_repeated() {
    let quotes = [
        format!("no such call: /api{CONTROL}"),
        "signature 5ecret-s1gnature is wrong".to_owned(),
        "signature=5ecret-s1gnature&expires=60 is wrong".to_owned(),
    ];
    for message in quotes {
        let refused = answer(404, &json!({ "message": message }).to_string());
        let (vendor, control) = vendor_with(Act::Answer(refused)).await;
        let error = allowing(&vendor, &control).run(hang_up()).await.expect_err("a refusal");
        let shown = everything(&error);
        assert!(shown.contains("[redacted]") && !shown.contains("5ecret"), "{shown}");
    }
}

#[tokio::test]
async fn failures_elsewhere_say_nothing_of_the_vendors_api() {
    for (act, kind) in [
        (Act::Answer(answer(401, "{}")), Kind::VendorRejected),
        (Act::Answer(answer(500, "{}")), Kind::VendorOutcomeUnknown),
        (Act::AnswerAndClose(answer_with(429, &["Retry-After: 30"], b"{}")), Kind::VendorThrottled),
        (Act::Reset, Kind::VendorOutcomeUnknown),
    ] {
        let (vendor, control) = vendor_with(act).await;
        let transport = allowing(&vendor, &control);
        for _ in 0..8 {
            let error = transport.run(hang_up()).await.expect_err("a failure");
            assert_eq!(error.kind, kind);
        }
        let health = transport.health();
        assert_eq!((health.state, health.consecutive_failures), (State::Ok, 0), "{kind:?}");
        assert_eq!(vendor.requests().len(), 8);
    }
}
