//! Telemetry at a collector: traces, metrics and logs of the real binary.

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind};
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Answer, Collector, Config, Harness, attribute},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// Starts a gateway that sends telemetry to the collector.
async fn sending_to(url: &str, more: &str) -> Harness {
    let telemetry = format!("otlp_endpoint = \"{url}\"\n{more}");
    Harness::with(Config { telemetry, log: "info".to_owned(), ..Config::default() }).await
}

/// Stops the gateway, which sends the rest of its telemetry.
async fn stop(harness: &mut Harness) {
    harness.gateway.terminate();
    assert!(harness.gateway.ended().await.success(), "{}", harness.gateway.log());
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn kind(span: &Span) -> SpanKind {
    SpanKind::try_from(span.kind).unwrap()
}

#[tokio::test]
async fn a_write_continues_the_trace_of_its_caller() {
    let collector = Collector::start().await;
    let mut harness = sending_to(&collector.url, "").await;
    let request = harness.request(Method::POST, "/v1/agents").json(&agent(Vendor::QCALL));
    let request = request.header("traceparent", format!("00-{TRACE}-{CALLER}-01"));
    Answer::to(request).await.expect(201);
    stop(&mut harness).await;

    let spans = collector.spans();
    let ours: Vec<_> = spans.iter().filter(|span| hex(&span.trace_id) == TRACE).collect();
    let server = ours.iter().find(|span| kind(span) == SpanKind::Server).expect("a server span");
    assert_eq!(server.name, "POST /v1/agents");
    assert_eq!(hex(&server.parent_span_id), CALLER);
    assert_eq!(attribute(&server.attributes, "http.request.method"), Some("POST"));
    assert_eq!(attribute(&server.attributes, "http.route"), Some("/v1/agents"));
    let named = |name: &str| ours.iter().filter(|span| span.name == name).count();
    assert!(named("vendor attempt") >= 1 && named("commit") >= 2, "{ours:#?}");
    let clients = ours.iter().filter(|span| ["vendor attempt", "commit"].contains(&span.name.as_str()));
    assert!(clients.clone().all(|span| kind(span) == SpanKind::Client));
    let posts = |span: &&&Span| attribute(&span.attributes, "http.request.method") == Some("POST");
    let sent = ours.iter().filter(|span| span.name == "vendor attempt").find(posts).expect("a creation");
    assert_eq!(attribute(&sent.attributes, "server.address"), Some("127.0.0.1"));
    // Every other span has its parent in the trace.
    let ids: BTreeSet<_> = ours.iter().map(|span| span.span_id.clone()).collect();
    assert!(ours.iter().filter(|span| *span != server).all(|span| ids.contains(&span.parent_span_id)));
}

#[tokio::test]
async fn a_trace_that_its_caller_does_not_sample_is_not_sent() {
    let collector = Collector::start().await;
    let mut harness = sending_to(&collector.url, "").await;
    let request = harness.request(Method::GET, "/v1/agents");
    let request = request.header("traceparent", format!("00-{TRACE}-{CALLER}-00"));
    Answer::to(request).await.expect(200);
    stop(&mut harness).await;
    assert!(collector.spans().iter().all(|span| hex(&span.trace_id) != TRACE));
}

#[tokio::test]
async fn background_work_has_its_own_trace_and_links_to_its_request() {
    let collector = Collector::start().await;
    let mut harness = sending_to(&collector.url, "").await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let refusal = json!({ "kind": "status", "status": 503 });
    harness.order(Vendor::QCALL, "updateAssistant", 3, &refusal).await;
    let request = harness.request(Method::PATCH, &made.path).json(&json!({ "name": "Renamed" }));
    let request = request.header("traceparent", format!("00-{TRACE}-{CALLER}-01"));
    Answer::to(request).await.expect(202);
    harness.settled(&made.path).await;
    stop(&mut harness).await;

    let spans = collector.spans();
    let work: Vec<_> = spans.iter().filter(|span| span.name == "operation").collect();
    assert!(!work.is_empty());
    for span in work {
        assert_ne!(hex(&span.trace_id), TRACE);
        assert_eq!(span.parent_span_id, Vec::<u8>::new());
        let linked: Vec<_> = span.links.iter().map(|link| hex(&link.trace_id)).collect();
        assert_eq!(linked, [TRACE], "{span:#?}");
    }
}

#[tokio::test]
async fn metrics_and_logs_reach_the_collector_with_its_key() {
    let collector = Collector::start().await;
    let mut harness = sending_to(&collector.url, "otlp_headers = { authorization = \"env:KEY\" }").await;
    harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    stop(&mut harness).await;

    let metrics = collector.metrics();
    let names: BTreeSet<_> = metrics.iter().map(|metric| metric.name.as_str()).collect();
    for name in
        ["http.server.request.duration", "http.client.request.duration", "switchboard.operations_ended"]
    {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
    let logs = collector.logs();
    let answered: Vec<_> =
        logs.iter().filter(|log| format!("{:?}", log.body).contains("request answered")).collect();
    assert!(!answered.is_empty() && answered.iter().all(|log| log.trace_id.len() == 16), "{answered:?}");
    let keys = collector.keys();
    assert!(!keys.is_empty() && keys.iter().all(|key| key == crate::harness::KEY), "{keys:?}");
    assert!(!harness.gateway.log().contains(crate::harness::KEY));
}

#[tokio::test]
async fn the_log_has_the_ids_of_traces() {
    let collector = Collector::start().await;
    let mut harness = sending_to(&collector.url, "otlp_signals = [\"traces\"]").await;
    let request = harness.request(Method::GET, "/v1/agents");
    let request = request.header("traceparent", format!("00-{TRACE}-{CALLER}-01"));
    Answer::to(request).await.expect(200);
    stop(&mut harness).await;

    let log = harness.gateway.log();
    let events: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered = events.iter().find(|event| event["message"] == "request answered").unwrap();
    assert_eq!(answered["trace_id"], TRACE, "{answered}");
    let spans = collector.spans();
    let span = spans.iter().find(|span| kind(span) == SpanKind::Server).unwrap();
    assert_eq!(answered["span_id"], hex(&span.span_id));
    let started = events.iter().find(|event| event["message"] == "serving the API").unwrap();
    assert!(started["trace_id"].is_null());
    assert!(collector.metrics().is_empty() && collector.logs().is_empty());
}

#[tokio::test]
async fn a_collector_that_is_down_loses_telemetry_and_no_request() {
    // Nothing listens there.
    let mut harness = sending_to("http://127.0.0.1:9", "").await;
    harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    // Each request is a span and a log event: more than may wait for the collector.
    for _ in 0..2_500 {
        harness.get("/v1/agents/agt_unknown").await.expect(404);
    }
    let metrics = harness.metrics().await;
    for signal in ["traces", "logs"] {
        let dropped = metrics.value("switchboard_telemetry_dropped_total", &[("signal", signal)]);
        assert!(dropped.is_some_and(|dropped| dropped > 0.0), "{signal}: {dropped:?}");
    }
    stop(&mut harness).await;
    let log = harness.gateway.log();
    let warnings = log.lines().filter(|line| line.contains("failed to send telemetry")).count();
    // Each of the three kinds warns at most once a minute.
    assert!((1..=3).contains(&warnings), "{warnings}: {log}");
}

#[tokio::test]
async fn the_log_does_not_repeat_the_method_of_a_stranger() {
    let harness = Harness::start().await;
    let method = Method::from_bytes(b"WEIRD").unwrap();
    let url = format!("{}/v1/agents", harness.gateway.url);
    assert!(!Answer::to(harness.client.request(method, url)).await.text.is_empty());
    let log = harness.gateway.log();
    assert!(log.contains("\"_OTHER\"") && !log.contains("WEIRD"), "{log}");
}
