//! Faults, and the answers to writes that they strike.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::harness::{Answer, Harness};

/// A fault to order, and the expected answer to a write that it strikes.
pub struct Case {
    pub fault: Value,
    answer: Expected,
}

#[derive(Clone, Copy)]
enum Expected {
    /// The write is answered with a problem, and is not stored.
    Refused(u16, &'static str),
    /// The write is accepted; the record has this state, for this reason.
    Accepted(&'static str, &'static str),
}

use Expected::{Accepted, Refused};

/// Lists every failure of a write, except throttling with a wait.
pub fn write_faults() -> Vec<Case> {
    const REJECTED: Expected = Refused(422, "vendor_rejected");
    const DENIED: Expected = Refused(502, "vendor_auth_failed");
    const EXHAUSTED: Expected = Refused(502, "vendor_quota_exhausted");
    const THROTTLED: Expected = Accepted("retrying", "vendor_throttled");
    const UNKNOWN: Expected = Accepted("unknown", "vendor_outcome_unknown");
    const GARBLED: Expected = Accepted("unknown", "vendor_protocol_error");
    let status = |status: u16| json!({ "kind": "status", "status": status });
    let throttled = json!({ "kind": "status", "status": 429, "body": { "message": "Too many requests." } });
    let cases = [
        (status(400), REJECTED),
        (status(401), DENIED),
        (status(403), DENIED),
        (status(402), EXHAUSTED),
        (throttled, THROTTLED),
        // A vendor that fails may have carried out the write.
        (status(500), UNKNOWN),
        (json!({ "kind": "status", "status": 500, "when": "after" }), UNKNOWN),
        (status(503), UNKNOWN),
        (json!({ "kind": "reset" }), UNKNOWN),
        (json!({ "kind": "reset", "when": "after" }), UNKNOWN),
        (json!({ "kind": "truncate" }), UNKNOWN),
        (json!({ "kind": "huge", "bytes": 5_000_000 }), UNKNOWN),
        (json!({ "kind": "html" }), UNKNOWN),
        (json!({ "kind": "html", "status": 200 }), GARBLED),
        (json!({ "kind": "redirect", "location": "http://127.0.0.1:9/" }), GARBLED),
    ];
    cases.map(|(fault, answer)| Case { fault, answer }).into()
}

impl Case {
    /// Checks the answer to a write that the fault strikes. Returns the write if it was accepted.
    pub fn check(&self, vendor: Vendor, answer: Answer) -> Option<AcceptedWrite> {
        let told = format!("{vendor}, {}: {}", self.fault, answer.text);
        match self.answer {
            Refused(status, code) => {
                assert_eq!(answer.status, status, "{told}");
                assert_eq!(answer.header("retry-after"), None, "{told}");
                let problem = answer.problem(status, code);
                assert_eq!(problem["vendor"]["name"], vendor.name(), "{told}");
                assert_eq!(problem["vendor"]["outcome"], "rejected", "{told}");
                assert_eq!(problem["retryable"], false, "{told}");
                None
            }
            Accepted(state, code) => {
                let kept = AcceptedWrite::from_answer(answer);
                let (found, error) = kept.state();
                let state = if kept.body.get("kind").is_some() { "waiting" } else { state };
                assert_eq!((found, &error["code"]), (&json!(state), &json!(code)), "{told}");
                Some(kept)
            }
        }
    }
}

/// A write that was accepted and continues in the background.
pub struct AcceptedWrite {
    /// The path of the write's operation.
    pub operation: String,
    /// The record, or the operation if the record is deleted.
    pub body: Value,
}

impl AcceptedWrite {
    #[track_caller]
    pub fn from_answer(answer: Answer) -> Self {
        assert_eq!(answer.status, 202, "{}", answer.text);
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!(wait >= 1, "{wait} s: {}", answer.text);
        let operation = answer.header("location").unwrap().to_owned();
        let id = operation.strip_prefix("/v1/operations/").unwrap();
        let named = answer.body.pointer("/sync/operation_id").unwrap_or(&answer.body["id"]);
        assert_eq!(named, id, "{}", answer.text);
        Self { operation, body: answer.body }
    }

    /// Returns the state of the record or of the operation, and the last error.
    pub fn state(&self) -> (&Value, &Value) {
        let of = self.body.get("sync").unwrap_or(&self.body);
        (&of["state"], &of["last_error"])
    }
}

impl Harness {
    /// Returns the number of requests of one operation that the vendor has received.
    pub async fn asked(&self, vendor: Vendor, operation: &str) -> usize {
        self.seen(vendor).await.iter().filter(|seen| seen.operation == operation).count()
    }
}
