//! The log entries of a request, and the contents that they must omit.

use std::{
    io::{self, Write},
    sync::{Arc, LazyLock, Mutex},
};

use axum::{Router, body::Body};
use http::Request;
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use crate::app::{KEY, Setup, app, send};

/// The log of all tests of this process.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    tracing_subscriber::fmt().json().with_max_level(tracing::Level::DEBUG).with_writer(log.clone()).init();
    log
});

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Returns the events of one request, each with its target.
async fn logged(app: &Router, id: &str, mut request: Request<Body>) -> Vec<(String, Value)> {
    let log = LazyLock::force(&LOG);
    request.headers_mut().insert("x-request-id", id.parse().unwrap());
    request.headers_mut().insert("authorization", format!("Bearer {KEY}").parse().unwrap());
    send(app, request).await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines = text.lines().filter(|line| line.contains(id));
    let events: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    events.into_iter().map(|event| (event["target"].as_str().unwrap().to_owned(), event)).collect()
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_request_is_logged_once_without_its_contents() {
    let app = app(Setup { keys: vec![KEY], ..Setup::default() });
    let request = Request::post("/v1/echo?token=query-value")
        .header("content-type", "application/json")
        .header("x-other", "header-value")
        .body(Body::from(r#"{"prompt":"body-value"}"#))
        .unwrap();
    let events = logged(&app, "log-test-echo", request).await;
    let [(target, event)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(target, "switchboard::access");
    assert_eq!(event["level"], "INFO");
    assert_eq!(event["fields"]["status"], 200);
    let elapsed = event["fields"]["elapsed_ms"].as_f64().unwrap().to_string();
    assert!(elapsed.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 3), "{elapsed}");
    assert_eq!(event["span"]["method"], "POST");
    assert_eq!(event["span"]["route"], "/v1/echo");
    let text = event.to_string();
    for value in ["query-value", "header-value", "body-value", KEY] {
        assert!(!text.contains(value), "{text}");
    }
}

#[tokio::test]
async fn the_route_is_logged_and_not_the_path() {
    let app = app(Setup { keys: vec![KEY], ..Setup::default() });
    let events = logged(&app, "log-test-route", get("/v1/number/4915112345678")).await;
    assert!(events.iter().all(|(_, event)| event["span"]["route"] == "/v1/number/{number}"), "{events:?}");
    assert!(events.iter().all(|(_, event)| !event.to_string().contains("4915112345678")), "{events:?}");
    let unknown = logged(&app, "log-test-unknown", get("/v1/secret-in-a-path")).await;
    assert!(unknown.iter().all(|(_, event)| !event.to_string().contains("secret-in-a-path")), "{unknown:?}");
}

#[tokio::test]
async fn a_failure_is_logged_once_and_as_loudly_as_it_deserves() {
    let app = app(Setup { keys: vec![KEY], ..Setup::default() });
    let cases =
        [("validation_failed", "DEBUG"), ("vendor_unavailable", "WARN"), ("storage_unavailable", "ERROR")];
    for (code, level) in cases {
        let events = logged(&app, &format!("log-test-{code}"), get(&format!("/v1/fail/{code}"))).await;
        let failures: Vec<_> = events.iter().filter(|(target, _)| target == "switchboard::failure").collect();
        let [(_, failure)] = failures.as_slice() else { panic!("{events:?}") };
        assert_eq!(
            (failure["level"].as_str(), failure["fields"]["code"].as_str()),
            (Some(level), Some(code))
        );
        assert_eq!(failure["fields"]["cause"], "a cause that stays in the log");
    }
}

#[tokio::test]
async fn a_panic_is_logged_with_its_message() {
    let app = app(Setup { keys: vec![KEY], ..Setup::default() });
    let events = logged(&app, "log-test-panic", get("/v1/panic")).await;
    let words = |event: &Value| {
        event["fields"]["detail"].as_str().is_some_and(|d| d.contains("a handler's own words"))
    };
    assert!(events.iter().any(|(_, event)| event["level"] == "ERROR" && words(event)), "{events:?}");
}
