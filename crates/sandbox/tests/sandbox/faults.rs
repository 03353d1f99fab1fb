//! Every kind of fault, and whether the vendor has carried out the request.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::support::{Bench, eventually, promised_length, qcall_assistant, raw};

const QCALL: Vendor = Vendor::QCALL;

async fn order(bench: &Bench, fault: Value) {
    bench.order(json!({ "vendor": "qcall", "operation": "createAssistant", "fault": fault })).await;
}

async fn create(bench: &Bench) -> reqwest::Result<reqwest::Response> {
    let request = bench.request(QCALL, Method::POST, "/user/createAssistant");
    request.json(&qcall_assistant()).send().await
}

async fn count(bench: &Bench) -> usize {
    bench.count(QCALL, "assistants").await
}

async fn raw_create(bench: &Bench) -> String {
    raw(bench, QCALL, "POST /user/createAssistant", &qcall_assistant()).await
}

#[tokio::test]
async fn a_fault_strikes_as_often_as_ordered_and_only_where_it_fits() {
    let bench = Bench::new().await;
    let fault = json!({ "kind": "status", "status": 429, "retry_after": 2 });
    bench
        .order(json!({ "vendor": "qcall", "operation": "createAssistant", "times": 2, "fault": fault }))
        .await;
    let (status, _) = bench.get(QCALL, "/user/listAssistant").await;
    assert_eq!(status, 200);
    for left in [1, 0] {
        let response = create(&bench).await.expect("an answer");
        assert_eq!(
            (response.status().as_u16(), &response.headers()["retry-after"]),
            (429, &"2".parse().expect(""))
        );
        let (_, pending) = bench.control(Method::GET, "/faults", None).await;
        assert_eq!(pending.as_array().map(Vec::len), Some(usize::from(left > 0)));
    }
    assert_eq!(count(&bench).await, 0);
    assert_eq!(create(&bench).await.expect("an answer").status(), 200);
    assert_eq!(count(&bench).await, 1);
}

#[tokio::test]
async fn a_status_has_the_vendors_body_or_the_ordered_one() {
    let bench = Bench::new().await;
    order(&bench, json!({ "kind": "status", "status": 503 })).await;
    let response = create(&bench).await.expect("an answer");
    assert_eq!(response.status(), 503);
    let body: Value = response.json().await.expect("JSON");
    assert_eq!((&body["success"], &body["status"]), (&json!(false), &json!(503)));

    order(&bench, json!({ "kind": "status", "status": 500, "body": { "oops": 1 }, "when": "after" })).await;
    let response = create(&bench).await.expect("an answer");
    assert_eq!(response.status(), 500);
    assert_eq!(response.json::<Value>().await.expect("JSON"), json!({ "oops": 1 }));
    assert_eq!(count(&bench).await, 1, "the vendor created before it failed");
}

#[tokio::test]
async fn a_reset_closes_the_connection_without_an_answer() {
    let bench = Bench::new().await;
    for (when, created) in [("before", 0), ("after", 1)] {
        order(&bench, json!({ "kind": "reset", "when": when })).await;
        assert_eq!(raw_create(&bench).await, "");
        assert_eq!(count(&bench).await, created, "{when}");
    }
    order(&bench, json!({ "kind": "reset" })).await;
    assert!(create(&bench).await.is_err());
    let journal = bench.journal().await;
    assert_eq!(journal.len(), 3);
    assert!(journal.iter().all(|entry| entry["status"].is_null() && entry["valid"] == json!(true)));
}

#[tokio::test]
async fn a_truncated_answer_promises_more_than_comes() {
    let bench = Bench::new().await;
    order(&bench, json!({ "kind": "truncate" })).await;
    let received = raw_create(&bench).await;
    let (head, body) = received.split_once("\r\n\r\n").expect("a head");
    let promised = promised_length(head);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(!body.is_empty() && body.len() == promised / 2, "{received}");
    assert_eq!(count(&bench).await, 1);
}

#[tokio::test]
async fn a_huge_answer_is_streamed() {
    let bench = Bench::new().await;
    order(&bench, json!({ "kind": "huge", "bytes": 5_000_001 })).await;
    let response = create(&bench).await.expect("an answer");
    assert_eq!(response.content_length(), None);
    let body = response.bytes().await.expect("a body");
    assert_eq!(body.len(), 5_000_001);
    assert!(serde_json::from_slice::<String>(&body).is_ok());
}

#[tokio::test]
async fn answers_can_be_of_the_wrong_kind() {
    let bench = Bench::new().await;
    order(&bench, json!({ "kind": "wrong_type" })).await;
    let response = create(&bench).await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert!(response.json::<Value>().await.expect("JSON").is_string());
    assert_eq!(count(&bench).await, 1);

    for (fault, status) in [(json!({ "kind": "html" }), 502), (json!({ "kind": "html", "status": 200 }), 200)]
    {
        order(&bench, fault).await;
        let response = create(&bench).await.expect("an answer");
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        assert!(response.text().await.expect("text").starts_with("<!doctype html>"));
    }

    order(&bench, json!({ "kind": "redirect", "location": "http://127.0.0.1:9/elsewhere" })).await;
    let response = create(&bench).await.expect("an answer");
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "http://127.0.0.1:9/elsewhere");
    assert_eq!(count(&bench).await, 1);
}

#[tokio::test]
async fn latency_delays_the_right_answer() {
    let bench = Bench::new().await;
    order(&bench, json!({ "kind": "latency", "ms": 150 })).await;
    let asked = Instant::now();
    let response = create(&bench).await.expect("an answer");
    assert!(asked.elapsed() >= Duration::from_millis(150));
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_caller_that_hangs_up_while_waiting_finds_the_change_made_or_not() {
    let bench = Bench::new().await;
    for (when, created) in [("before", 0), ("after", 1)] {
        order(&bench, json!({ "kind": "latency", "ms": 600_000, "when": when })).await;
        bench.control(Method::DELETE, "/requests", None).await;
        let request = bench.request(QCALL, Method::POST, "/user/createAssistant").json(&qcall_assistant());
        let waiting = tokio::spawn(request.send());
        eventually(async || !bench.journal().await.is_empty()).await;
        eventually(async || count(&bench).await == created).await;
        waiting.abort();
        assert!(waiting.await.expect_err("no answer yet").is_cancelled());
        assert_eq!(count(&bench).await, created, "{when}");
        assert_eq!(bench.journal().await[0]["status"], Value::Null);
    }
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused() {
    let bench = Bench::new().await;
    let reset = json!({ "kind": "reset" });
    for order in [
        json!({ "vendor": "nobody", "fault": reset }),
        json!({ "vendor": "qcall", "operation": "createBanana", "fault": reset }),
        json!({ "vendor": "qcall", "times": 0, "fault": reset }),
        json!({ "vendor": "qcall", "fault": { "kind": "explode" } }),
        json!({ "vendor": "qcall", "fault": { "kind": "reset", "wen": "after" } }),
        json!({ "vendor": "qcall", "fault": { "kind": "status", "status": 99 } }),
        json!({ "vendor": "qcall", "fault": { "kind": "latency", "ms": 600_001 } }),
        json!({ "vendor": "qcall", "fault": { "kind": "truncate", "when": "before" } }),
        json!({ "vendor": "qcall", "fault": { "kind": "hold", "ms": 60_001 } }),
        json!({ "vendor": "qcall", "fault": { "kind": "forget", "fields": [] } }),
        json!({ "vendor": "qcall", "fault": { "kind": "forget", "fields": [""] } }),
        json!({ "vendor": "qcall", "fault": { "kind": "forget", "fields": ["name"] } }),
    ] {
        let (status, _) = bench.control(Method::POST, "/faults", Some(&order)).await;
        assert_eq!(status, 422, "{order}");
    }
    let (_, pending) = bench.control(Method::GET, "/faults", None).await;
    assert_eq!(pending, json!([]));
}
