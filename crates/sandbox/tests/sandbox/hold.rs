//! Requests that are held until they are released.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::task::JoinHandle;

use crate::support::{Bench, eventually, opencx_purchase, qcall_assistant};

const QCALL: Vendor = Vendor::QCALL;

async fn order(bench: &Bench, vendor: Vendor, fault: Value) {
    bench.order(json!({ "vendor": vendor, "fault": fault })).await;
}

fn create(bench: &Bench) -> JoinHandle<reqwest::Result<Response>> {
    let request = bench.request(QCALL, Method::POST, "/user/createAssistant");
    tokio::spawn(request.json(&qcall_assistant()).send())
}

async fn held(bench: &Bench) -> Vec<Value> {
    let (_, held) = bench.control(Method::GET, "/held", None).await;
    held.as_array().cloned().expect("a list")
}

async fn count(bench: &Bench) -> usize {
    bench.count(QCALL, "assistants").await
}

#[tokio::test]
async fn a_held_request_goes_on_when_it_is_released() {
    let bench = Bench::new().await;
    for (when, created) in [("before", 0), ("after", 2)] {
        order(&bench, QCALL, json!({ "kind": "hold", "when": when })).await;
        let waiting = create(&bench);
        eventually(async || !held(&bench).await.is_empty()).await;
        let told = held(&bench).await;
        assert_eq!(
            (told.len(), &told[0]["vendor"], &told[0]["operation"], &told[0]["when"]),
            (1, &json!("qcall"), &json!("createAssistant"), &json!(when))
        );
        assert_eq!(count(&bench).await, created, "{when}");
        assert!(!waiting.is_finished());

        bench.control(Method::DELETE, "/held", None).await;
        assert!(held(&bench).await.is_empty());
        assert_eq!(waiting.await.expect("a task").expect("an answer").status(), 200);
        assert_eq!(count(&bench).await, if when == "before" { 1 } else { 2 });
    }
}

#[tokio::test]
async fn as_many_are_held_as_ordered_and_released_by_vendor() {
    let bench = Bench::new().await;
    bench.order(json!({ "vendor": "qcall", "times": 3, "fault": { "kind": "hold" } })).await;
    order(&bench, Vendor::OPENCX, json!({ "kind": "hold" })).await;
    let waiting = [create(&bench), create(&bench), create(&bench)];
    let request = bench.request(Vendor::OPENCX, Method::POST, "/phone/buy").json(&opencx_purchase());
    let other = tokio::spawn(request.send());
    eventually(async || held(&bench).await.len() == 4).await;
    assert_eq!(create(&bench).await.expect("a task").expect("an answer").status(), 200);

    bench.control(Method::DELETE, "/held?vendor=qcall", None).await;
    for task in waiting {
        assert_eq!(task.await.expect("a task").expect("an answer").status(), 200);
    }
    assert_eq!(count(&bench).await, 4);
    let (_, left) = bench.control(Method::GET, "/held?vendor=opencx", None).await;
    assert_eq!(left.as_array().map(Vec::len), Some(1));
    bench.control(Method::DELETE, "/held", None).await;
    assert_eq!(other.await.expect("a task").expect("an answer").status(), 201);
}

#[tokio::test]
async fn a_hold_ends_by_itself() {
    let bench = Bench::new().await;
    order(&bench, QCALL, json!({ "kind": "hold", "ms": 20 })).await;
    assert_eq!(create(&bench).await.expect("a task").expect("an answer").status(), 200);
    assert_eq!(count(&bench).await, 1);
    assert!(held(&bench).await.is_empty());
}

#[tokio::test]
async fn a_caller_that_hangs_up_is_held_no_more() {
    let bench = Bench::new().await;
    for (when, created) in [("before", 0), ("after", 1)] {
        order(&bench, QCALL, json!({ "kind": "hold", "when": when })).await;
        let waiting = create(&bench);
        eventually(async || !held(&bench).await.is_empty()).await;
        waiting.abort();
        eventually(async || held(&bench).await.is_empty()).await;
        assert_eq!(count(&bench).await, created, "{when}");
    }
}

#[tokio::test]
async fn a_reset_ends_what_is_held() {
    let bench = Bench::new().await;
    order(&bench, QCALL, json!({ "kind": "hold" })).await;
    let waiting = create(&bench);
    eventually(async || !held(&bench).await.is_empty()).await;
    bench.control(Method::POST, "/reset", None).await;
    assert!(waiting.await.expect("a task").is_err());
    assert_eq!(count(&bench).await, 0);
}

#[tokio::test]
async fn a_late_request_is_carried_out_after_its_caller_hung_up() {
    let bench = Bench::new().await;
    order(&bench, QCALL, json!({ "kind": "late", "ms": 600_000 })).await;
    let waiting = create(&bench);
    eventually(async || bench.journal().await.len() == 1).await;
    waiting.abort();
    assert_eq!(count(&bench).await, 0);
    bench.control(Method::POST, "/late", None).await;
    eventually(async || count(&bench).await == 1).await;
}
