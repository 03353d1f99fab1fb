//! Faults, and how a write that meets one is answered.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::harness::{Answer, Harness};

/// A fault to order, and the answer to a write that meets it.
pub struct Case {
    pub fault: Value,
    status: u16,
    code: &'static str,
    outcome: &'static str,
    retry_after: Option<&'static str>,
}

/// Longer than a conversation may take, so that nobody waits for it.
const LONG: &str = "60";

fn case(fault: Value, (status, code, outcome): (u16, &'static str, &'static str)) -> Case {
    Case { fault, status, code, outcome, retry_after: None }
}

fn again(after: &'static str, case: Case) -> Case {
    Case { retry_after: Some(after), ..case }
}

/// Every way for a write to go wrong.
pub fn of_writes() -> Vec<Case> {
    const REJECTED: (u16, &str, &str) = (422, "vendor_rejected", "rejected");
    const DENIED: (u16, &str, &str) = (502, "vendor_auth_failed", "rejected");
    const EXHAUSTED: (u16, &str, &str) = (502, "vendor_quota_exhausted", "rejected");
    const THROTTLED: (u16, &str, &str) = (503, "vendor_throttled", "throttled");
    const CLOSED: (u16, &str, &str) = (503, "vendor_unavailable", "throttled");
    const UNKNOWN: (u16, &str, &str) = (504, "vendor_outcome_unknown", "ambiguous");
    const GARBLED: (u16, &str, &str) = (502, "vendor_protocol_error", "ambiguous");
    let status = |status: u16| json!({ "kind": "status", "status": status });
    let closed = |status: u16| json!({ "kind": "status", "status": status, "retry_after": 60 });
    // Without a word of when.
    let throttled = json!({ "kind": "status", "status": 429, "body": { "message": "Too many requests." } });
    vec![
        case(status(400), REJECTED),
        case(status(401), DENIED),
        case(status(403), DENIED),
        case(status(402), EXHAUSTED),
        again("5", case(throttled, THROTTLED)),
        again(LONG, case(closed(429), THROTTLED)),
        again(LONG, case(closed(503), CLOSED)),
        // A vendor that fails may have begun.
        case(status(500), UNKNOWN),
        case(json!({ "kind": "status", "status": 500, "when": "after" }), UNKNOWN),
        case(status(503), UNKNOWN),
        case(json!({ "kind": "reset" }), UNKNOWN),
        case(json!({ "kind": "reset", "when": "after" }), UNKNOWN),
        case(json!({ "kind": "truncate" }), UNKNOWN),
        case(json!({ "kind": "huge", "bytes": 5_000_000 }), UNKNOWN),
        case(json!({ "kind": "html" }), UNKNOWN),
        case(json!({ "kind": "html", "status": 200 }), GARBLED),
        case(json!({ "kind": "redirect", "location": "http://127.0.0.1:9/" }), GARBLED),
    ]
}

impl Case {
    /// Holds the answer against what this fault means.
    pub fn check(&self, vendor: Vendor, answer: Answer) {
        let told = format!("{vendor}, {}: {}", self.fault, answer.text);
        assert_eq!(answer.status, self.status, "{told}");
        assert_eq!(answer.header("retry-after"), self.retry_after, "{told}");
        let problem = answer.problem(self.status, self.code);
        assert_eq!(problem["vendor"]["name"], vendor.name(), "{told}");
        assert_eq!(problem["vendor"]["outcome"], self.outcome, "{told}");
        // Only what is known to have changed nothing may be sent again.
        assert_eq!(problem["retryable"], self.retry_after.is_some(), "{told}");
    }
}

impl Harness {
    /// How often the vendor was asked for an operation.
    pub async fn asked(&self, vendor: Vendor, operation: &str) -> usize {
        self.seen(vendor).await.iter().filter(|seen| seen.operation == operation).count()
    }
}
