//! Failures of the vendor reads that precede a change.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::fault::AcceptedWrite;
use crate::{
    bodies::agent,
    harness::{Answer, Config, Harness},
    settling::{PATIENT, SWIFT},
};

#[tokio::test]
async fn a_change_that_cannot_be_based_on_the_vendors_record_waits_until_it_can() {
    let harness = Harness::with(Config { vendors: PATIENT.into(), ..Config::default() }).await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    for (fault, status, code) in [
        (json!({ "kind": "status", "status": 429 }), 503, "vendor_throttled"),
        (json!({ "kind": "status", "status": 500 }), 503, "vendor_unavailable"),
        (json!({ "kind": "reset" }), 503, "vendor_unavailable"),
        (json!({ "kind": "truncate" }), 503, "vendor_unavailable"),
        (json!({ "kind": "html" }), 503, "vendor_unavailable"),
        (json!({ "kind": "huge", "bytes": 5_000_000 }), 502, "vendor_protocol_error"),
        (json!({ "kind": "wrong_type" }), 502, "vendor_protocol_error"),
        (json!({ "kind": "html", "status": 200 }), 502, "vendor_protocol_error"),
        (json!({ "kind": "redirect", "location": "/" }), 502, "vendor_protocol_error"),
    ] {
        let written = harness.writes(Vendor::QCALL).await.len();
        harness.order(Vendor::QCALL, "getAssistant", 1000, &fault).await;
        let change = json!({ "name": format!("After {fault}") });
        // A plan fails immediately, because it does not continue in the background.
        let answer = harness.post(&format!("{}/plan", made.path), &change).await;
        assert_eq!(answer.header("retry-after").is_some(), status == 503, "{fault}");
        assert_eq!(answer.problem(status, code)["retryable"], status == 503, "{fault}");

        let kept = AcceptedWrite::from_answer(harness.patch(&made.path, &change).await);
        assert_eq!(kept.state().0, "retrying", "{fault}");
        assert_eq!(kept.state().1["code"], code, "{fault}");
        assert_eq!(harness.get(&made.path).await.expect(200)["name"], change["name"]);
        assert_eq!(harness.writes(Vendor::QCALL).await.len(), written, "{fault}");
        harness.clear_faults().await;
        // The next change does not wait for the pending change; it includes it.
        let changed =
            harness.patch(&made.path, &json!({ "prompt": { "goal": change["name"] } })).await.expect(200);
        assert_eq!(changed["sync"]["state"], "in_sync", "{fault}");
        let stored = harness.stored(Vendor::QCALL, "assistants").await;
        assert_eq!(stored[&made.remote_id]["name"], change["name"], "{fault}");
        let over = harness.get(&kept.operation).await.expect(200);
        assert!(["superseded", "succeeded"].contains(&over["state"].as_str().unwrap()), "{over}");
    }
}

#[tokio::test]
async fn a_change_is_refused_where_the_vendor_does_not_let_us_look() {
    let harness = Harness::with(Config { vendors: PATIENT.into(), ..Config::default() }).await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let written = harness.writes(Vendor::QCALL).await.len();
    for (status, code) in [(401, "vendor_auth_failed"), (402, "vendor_quota_exhausted")] {
        let fault = json!({ "kind": "status", "status": status });
        harness.order(Vendor::QCALL, "getAssistant", 2, &fault).await;
        let change = json!({ "name": "Changed" });
        harness.post(&format!("{}/plan", made.path), &change).await.problem(502, code);
        harness.patch(&made.path, &change).await.problem(502, code);
    }
    assert_eq!(harness.writes(Vendor::QCALL).await.len(), written);
    assert_eq!(harness.get(&made.path).await.expect(200), made.body);
}

#[tokio::test]
async fn a_read_that_fails_in_passing_is_tried_again() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    for fault in [json!({ "kind": "status", "status": 503 }), json!({ "kind": "reset" })] {
        harness.order(Vendor::QCALL, "getAssistant", 2, &fault).await;
        harness.patch(&made.path, &json!({ "name": fault.to_string() })).await.expect(200);
    }
}

#[tokio::test]
async fn a_vendor_that_does_not_answer_is_not_waited_for() {
    let vendors = format!("{PATIENT}timeout_s = 3\nattempt_timeout_s = 1\n");
    let harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let latency = |when: &str| json!({ "kind": "latency", "ms": 600_000, "when": when });

    harness.order(Vendor::QCALL, "getAssistant", 1000, &latency("before")).await;
    let change = json!({ "name": "Changed" });
    let plan = harness.post(&format!("{}/plan", made.path), &change).await.problem(504, "vendor_timeout");
    assert_eq!(plan["retryable"], true);
    let kept = AcceptedWrite::from_answer(harness.patch(&made.path, &change).await);
    assert_eq!((kept.state().0, &kept.state().1["code"]), (&json!("retrying"), &json!("vendor_timeout")));
    harness.clear_faults().await;
    assert_eq!(harness.settled(&made.path).await["name"], "Changed");

    // The vendor carries out the write but answers too late.
    harness.order(Vendor::QCALL, "updateAssistant", 1000, &latency("after")).await;
    let change = json!({ "name": "Changed again" });
    let kept = AcceptedWrite::from_answer(harness.patch(&made.path, &change).await);
    let (state, error) = kept.state();
    assert_eq!((state, &error["code"]), (&json!("unknown"), &json!("vendor_outcome_unknown")));
    assert_eq!(harness.get(&made.path).await.expect(200)["name"], "Changed again");
    let stored = harness.stored(Vendor::QCALL, "assistants").await;
    assert_eq!(stored[&made.remote_id]["name"], "Changed again");
    harness.clear_faults().await;
    harness.settled(&made.path).await;

    harness.order(Vendor::QCALL, "createAssistant", 1000, &latency("after")).await;
    let kept = AcceptedWrite::from_answer(harness.post("/v1/agents", &agent(Vendor::QCALL)).await);
    harness.clear_faults().await;
    harness.settled(&format!("/v1/agents/{}", kept.body["id"].as_str().unwrap())).await;
    let stored = harness.stored(Vendor::QCALL, "assistants").await;
    assert_eq!(stored.as_object().map(serde_json::Map::len), Some(2), "{stored}");
}

#[tokio::test]
async fn a_caller_says_how_long_to_wait() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.order(Vendor::QCALL, "updateAssistant", 1, &json!({ "kind": "hold" })).await;
    let request = harness.request(Method::PATCH, &made.path).header("prefer", "wait=0");
    let answer = Answer::to(request.json(&json!({ "name": "Changed" }))).await;
    assert_eq!(answer.header("preference-applied"), Some("wait=0"));
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let kept = AcceptedWrite::from_answer(answer);
    assert_eq!(kept.state(), (&json!("unknown"), &Value::Null));
    assert_eq!(kept.body["sync"]["observed_revision"], 1);
    harness.once_held(1).await;
    harness.operation(&kept.operation, "running").await;
    harness.release_held().await;
    assert_eq!(harness.settled(&made.path).await["name"], "Changed");
}

#[tokio::test]
async fn a_catalogue_that_cannot_be_read_is_asked_for_again() {
    let harness = Harness::with(Config { vendors: PATIENT.into(), ..Config::default() }).await;
    let path = "/v1/vendors/autocalls-2026/languages";
    let fault = json!({ "kind": "status", "status": 401 });
    harness.order(Vendor::AUTOCALLS_2026, "listLanguages", 9, &fault).await;
    harness.get(path).await.problem(502, "vendor_auth_failed");
    let new = agent(Vendor::AUTOCALLS_2026);
    harness.post("/v1/agents", &new).await.problem(502, "vendor_auth_failed");
    harness.clear_faults().await;
    assert_eq!(harness.get(path).await.header("age"), Some("0"));
    harness.create("/v1/agents", &new).await;
    // From here on, the catalogue is cached until a caller requests a refresh.
    let asked = harness.asked(Vendor::AUTOCALLS_2026, "listLanguages").await;
    harness.get(path).await.expect(200);
    assert_eq!(harness.asked(Vendor::AUTOCALLS_2026, "listLanguages").await, asked);
    harness.get(&format!("{path}?refresh=true")).await.expect(200);
    assert_eq!(harness.asked(Vendor::AUTOCALLS_2026, "listLanguages").await, asked + 1);
    let none = harness.get("/v1/vendors/opencx/models").await.problem(404, "not_found");
    assert_eq!(none["vendor"], Value::Null);
}
