//! Waiting for the background work that follows an answer.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::task::JoinHandle;

use crate::{
    bodies::agent,
    harness::{Answer, Harness, TIMEOUT},
};

/// The interval at which a test polls.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Settings for vendors that may fail as often as a test orders, without one failure hiding the next kind of
/// failure.
pub const PATIENT: &str = "breaker_failures = 1000\nauth_pause_s = 0\n";

/// Settings that end an exchange after two seconds. The vendor may apply its request up to two seconds later. A
/// creation whose answer was lost is then repeated soon.
pub const SOON: &str = "timeout_s = 2\nattempt_timeout_s = 2\nlate_s = 2\n";

/// Settings for operations without pauses. The vendors must list new records immediately.
pub const SWIFT: &str = "[writes]\nabsence_s = 0\nlongest_retry_s = 0.1\n";

impl Harness {
    /// Waits until the document at a path satisfies the condition, and returns the document.
    #[track_caller]
    pub fn once(&self, path: &str, is_so: impl Fn(&Value) -> bool) -> impl Future<Output = Value> {
        let begun = Instant::now();
        async move {
            loop {
                let body = self.get(path).await.expect(200);
                if is_so(&body) {
                    return body;
                }
                assert!(begun.elapsed() < TIMEOUT, "{path} is still {body}");
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        }
    }

    /// Waits until a record has no open operation, and returns the record.
    pub async fn settled(&self, path: &str) -> Value {
        let settled = self.once(path, |record| record["sync"]["operation_id"].is_null()).await;
        assert_eq!(settled["sync"]["state"], "in_sync", "{settled}");
        assert_eq!(settled["sync"]["observed_revision"], settled["revision"], "{settled}");
        assert_eq!(settled["sync"]["last_error"], Value::Null, "{settled}");
        settled
    }

    /// Waits until an operation has this state, and returns the operation.
    pub async fn operation(&self, path: &str, state: &str) -> Value {
        self.once(path, |operation| operation["state"] == state).await
    }

    /// Waits until no operation is open.
    pub async fn idle(&self) {
        let goes_on =
            |operation: &Value| ["running", "waiting"].contains(&operation["state"].as_str().unwrap());
        self.once("/v1/operations?limit=200", |list| !list["data"].as_array().unwrap().iter().any(goes_on))
            .await;
    }

    /// Waits until the vendors hold `count` requests.
    pub async fn once_held(&self, count: usize) {
        let begun = Instant::now();
        while self.held().await != count {
            assert!(begun.elapsed() < TIMEOUT, "the vendors hold {} requests", self.held().await);
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until a vendor has received more than `count` requests for an operation.
    pub async fn once_asked(&self, vendor: Vendor, operation: &str, count: usize) {
        let begun = Instant::now();
        while self.asked(vendor, operation).await <= count {
            assert!(begun.elapsed() < TIMEOUT, "{vendor} receives no further {operation}");
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until a record has no open operation, and returns the record. If the operation needs attention,
    /// first resolves it by stating that the vendor does not have the record.
    pub async fn helped(&self, path: &str) -> Value {
        let stands = |record: &Value| {
            let sync = &record["sync"];
            sync["operation_id"].is_null() || sync["state"] == "needs_attention"
        };
        let record = self.once(path, stands).await;
        if let Some(operation) = record["sync"]["operation_id"].as_str() {
            let path = format!("/v1/operations/{operation}/resolve");
            self.post(&path, &json!({ "action": "retry" })).await.expect(200);
        }
        self.settled(path).await
    }

    /// Starts the creation of an agent at QCall, which delays its answer.
    pub async fn in_flight(&self) -> JoinHandle<Answer> {
        let slow = json!({ "kind": "latency", "ms": 1000, "when": "before" });
        self.order(Vendor::QCALL, "createAssistant", 1, &slow).await;
        let request = self.request(Method::POST, "/v1/agents").json(&agent(Vendor::QCALL));
        let in_flight = tokio::spawn(Answer::to(request));
        let begun = Instant::now();
        while self.asked(Vendor::QCALL, "createAssistant").await == 0 {
            assert!(begun.elapsed() < TIMEOUT, "the vendor is never asked");
        }
        in_flight
    }
}
