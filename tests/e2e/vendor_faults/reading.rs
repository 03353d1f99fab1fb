//! What has to be read before a change, and cannot be.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Config, Harness},
};

#[tokio::test]
async fn a_change_that_cannot_be_based_on_the_vendors_record_is_not_made() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::Qcall)).await;
    let written = harness.writes(Vendor::Qcall).await.len();
    for (fault, status, code) in [
        (json!({ "kind": "status", "status": 401 }), 502, "vendor_auth_failed"),
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
        harness.order(Vendor::Qcall, "getAssistant", 9, &fault).await;
        for path in [made.path.clone(), format!("{}/plan", made.path)] {
            let change = json!({ "name": "Changed" });
            let answer = match path.ends_with("/plan") {
                true => harness.post(&path, &change).await,
                false => harness.patch(&path, &change).await,
            };
            assert_eq!(answer.header("retry-after").is_some(), status == 503, "{fault}");
            assert_eq!(answer.problem(status, code)["retryable"], status == 503, "{fault}");
        }
        harness.clear_faults().await;
    }
    assert_eq!(harness.writes(Vendor::Qcall).await.len(), written);
    assert_eq!(harness.get(&made.path).await.expect(200), made.body);
}

#[tokio::test]
async fn a_read_that_fails_in_passing_is_tried_again() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::Qcall)).await;
    for fault in [json!({ "kind": "status", "status": 503 }), json!({ "kind": "reset" })] {
        harness.order(Vendor::Qcall, "getAssistant", 2, &fault).await;
        harness.patch(&made.path, &json!({ "name": fault.to_string() })).await.expect(200);
    }
}

#[tokio::test]
async fn a_vendor_that_does_not_answer_is_not_waited_for() {
    let limits = "timeout_s = 3\nattempt_timeout_s = 1\n".to_owned();
    let harness = Harness::with(Config { vendors: limits, ..Config::default() }).await;
    let made = harness.create("/v1/agents", &agent(Vendor::Qcall)).await;
    let latency = |when: &str| json!({ "kind": "latency", "ms": 600_000, "when": when });

    harness.order(Vendor::Qcall, "getAssistant", 9, &latency("before")).await;
    let change = json!({ "name": "Changed" });
    let problem = harness.patch(&made.path, &change).await.problem(504, "vendor_timeout");
    assert_eq!(problem["retryable"], true);
    harness.clear_faults().await;

    // The vendor carries it out, and says so too late.
    harness.order(Vendor::Qcall, "updateAssistant", 9, &latency("after")).await;
    let problem = harness.patch(&made.path, &change).await.problem(504, "vendor_outcome_unknown");
    assert_eq!(problem["retryable"], false);
    harness.clear_faults().await;
    assert_eq!(harness.get(&made.path).await.expect(200), made.body);
    let stored = harness.stored(Vendor::Qcall, "assistants").await;
    assert_eq!(stored[&made.remote_id]["name"], "Changed");
    // What is there already is put right by the same change again.
    assert_eq!(harness.patch(&made.path, &change).await.expect(200)["name"], "Changed");

    harness.order(Vendor::Qcall, "createAssistant", 9, &latency("after")).await;
    let new = agent(Vendor::Qcall);
    harness.post("/v1/agents", &new).await.problem(504, "vendor_outcome_unknown");
    let listed = harness.get("/v1/agents").await.expect(200);
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_catalogue_that_cannot_be_read_is_asked_for_again() {
    let harness = Harness::start().await;
    let path = "/v1/vendors/autocalls-2026/languages";
    let fault = json!({ "kind": "status", "status": 401 });
    harness.order(Vendor::Autocalls2026, "listLanguages", 9, &fault).await;
    harness.get(path).await.problem(502, "vendor_auth_failed");
    let new = agent(Vendor::Autocalls2026);
    harness.post("/v1/agents", &new).await.problem(502, "vendor_auth_failed");
    harness.clear_faults().await;
    assert_eq!(harness.get(path).await.header("age"), Some("0"));
    harness.create("/v1/agents", &new).await;
    // From here on it is kept, until somebody asks for a new one.
    let asked = harness.asked(Vendor::Autocalls2026, "listLanguages").await;
    harness.get(path).await.expect(200);
    assert_eq!(harness.asked(Vendor::Autocalls2026, "listLanguages").await, asked);
    harness.get(&format!("{path}?refresh=true")).await.expect(200);
    assert_eq!(harness.asked(Vendor::Autocalls2026, "listLanguages").await, asked + 1);
    let none = harness.get("/v1/vendors/opencx/models").await.problem(404, "not_found");
    assert_eq!(none["vendor"], Value::Null);
}
