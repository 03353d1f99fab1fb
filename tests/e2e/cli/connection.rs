//! The address of the gateway, and the errors if the gateway cannot be reached.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    http::{StatusCode, header::HeaderName},
    response::{IntoResponse as _, Response},
};
use serde_json::json;
use tokio::net::TcpListener;

use super::start;
use crate::harness::KEY;

/// Starts a server whose answer to a request depends on the number of earlier requests. Returns its URL and
/// the number of requests so far.
async fn stand_in(
    answer: impl Fn(usize) -> Response + Clone + Send + Sync + 'static,
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let routes = Router::new().fallback(move || async move { answer(count.fetch_add(1, Ordering::Relaxed)) });
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (url, asked)
}

fn refusal(status: StatusCode, retryable: bool, headers: &[(&'static str, &str)]) -> Response {
    let problem = json!({
        "type": "/problems/overloaded", "title": "Busy", "status": status.as_u16(), "code": "overloaded",
        "detail": "Later.", "request_id": "request-1", "retryable": retryable,
    });
    let mut response = (status, problem.to_string()).into_response();
    for (name, value) in headers {
        response.headers_mut().insert(HeaderName::from_static(name), value.parse().unwrap());
    }
    response
}

#[tokio::test]
async fn a_key_is_in_the_environment_or_in_a_file_and_never_shown() {
    let harness = start().await;
    harness.write_agent("a", json!({}));
    harness.write("key", format!("{KEY}\n"));
    harness.write("empty", "\n");
    let url = harness.gateway.url.clone();
    let diff = ["diff", "-f", "agents"];
    for (key, more, code) in [
        (KEY, &[][..], 2),
        ("", &["--key-file", "key"], 2),
        ("a-key-that-is-not-one", &["--key-file", "key"], 2),
        ("", &[], 1),
        ("a-key-that-is-not-one", &[], 1),
        (KEY, &["--key-file", "empty"], 1),
        (KEY, &["--key-file", "none"], 1),
        ("a-key\nof-two-lines", &[], 1),
    ] {
        let said = harness.cli_at(&url, key, &[&diff, more].concat()).await;
        assert_eq!(said.code, code, "{key:?} {more:?}: {said:?}");
        for shown in [&said.out, &said.err] {
            assert!(!shown.contains("a-key"), "{shown}");
        }
    }
    let said = harness.cli_at(&url, "a-key-that-is-not-one", &diff).await;
    assert!(said.err.contains("401 unauthenticated"), "{}", said.err);
}

#[tokio::test]
async fn a_refused_key_is_reported_with_its_source() {
    let harness = start().await;
    harness.write("key", "a-key-that-is-not-one");
    let url = harness.gateway.url.clone();
    for (key, options, said) in [
        ("", &[][..], "No API key was sent: set SWITCHBOARD_KEY or pass --key-file FILE."),
        ("a-key-that-is-not-one", &[], "The key was read from SWITCHBOARD_KEY; is it a key of this gateway?"),
        (
            "",
            &["--key-file", "key"],
            "The key was read from the file key (--key-file); is it a key of this gateway?",
        ),
    ] {
        let told = harness.cli_at(&url, key, &[&["agents", "list"], options].concat()).await;
        assert!(told.code == 1 && told.err.contains(said), "{options:?}: {told:?}");
        let told =
            harness.cli_at(&url, key, &[&["agents", "list", "--json"], options].concat()).await.json(1);
        assert!(told["error"].as_str().unwrap().contains(said), "{told}");
        assert_eq!(told["problem"]["code"], "unauthenticated");
    }
}

#[tokio::test]
async fn an_address_without_a_gateway_is_reported() {
    let harness = start().await;
    harness.write_agent("a", json!({}));
    let admin = harness.gateway.admin_url.clone();
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, said) in [
        (format!("http://{address}"), "Connection refused"),
        (admin, "404"),
        (format!("{}/below", harness.gateway.url), "404"),
        ("ftp://127.0.0.1".to_owned(), "not an http"),
        ("http://user:word@127.0.0.1".to_owned(), "user name"),
    ] {
        let told = harness.cli_at(&url, KEY, &["plan", "-f", "agents"]).await;
        assert_eq!((told.code, told.out.as_str()), (1, ""), "{url}");
        assert!(told.err.contains(said) && !told.err.contains("word@"), "{url}: {}", told.err);
        let told = harness.cli_at(&url, KEY, &["plan", "-f", "agents", "--json"]).await.json(1);
        assert!(told["error"].as_str().unwrap().contains(said), "{told}");
    }
}

#[tokio::test]
async fn what_may_pass_is_asked_again_when_the_gateway_says() {
    let harness = start().await;
    harness.write_agent("a", json!({}));
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    let none = json!({ "data": [], "next_cursor": null }).to_string();
    let (url, asked) = stand_in(move |before| match before {
        0 => refusal(unavailable, true, &[("retry-after", "1")]),
        1 => refusal(unavailable, true, &[]),
        _ => none.clone().into_response(),
    })
    .await;
    let told = harness.cli_at(&url, KEY, &["diff", "-f", "agents"]).await.expect(2);
    assert!(told.contains("+ create a"), "{told}");
    assert_eq!(asked.load(Ordering::Relaxed), 3);

    // The command does not wait for an hour, and it does not repeat an error that a retry cannot fix. It
    // reports both.
    for (retryable, headers) in [(true, &[("retry-after", "3600")][..]), (false, &[])] {
        let (url, asked) = stand_in(move |_| refusal(unavailable, retryable, headers)).await;
        let told = harness.cli_at(&url, KEY, &["diff", "-f", "agents"]).await;
        assert!(
            told.code == 1 && told.err.contains("503 overloaded: Later.\n  request id: request-1"),
            "{told:?}"
        );
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn what_is_in_between_is_not_taken_for_a_gateway() {
    let harness = start().await;
    harness.write_agent("a", json!({}));
    for (status, headers, said) in [
        (
            StatusCode::PERMANENT_REDIRECT,
            &[("location", "http://elsewhere.test/")][..],
            "redirects are not followed",
        ),
        (StatusCode::BAD_GATEWAY, &[], "not a gateway's problem document"),
        (StatusCode::OK, &[], "the answer is not JSON"),
    ] {
        let page = move |_| {
            let mut response = (status, "<html>").into_response();
            for (name, value) in headers {
                response.headers_mut().insert(HeaderName::from_static(name), value.parse().unwrap());
            }
            response
        };
        let (url, asked) = stand_in(page).await;
        let told = harness.cli_at(&url, KEY, &["diff", "-f", "agents"]).await;
        assert!(told.code == 1 && told.err.contains(said), "{status}: {told:?}");
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
