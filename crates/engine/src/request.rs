//! The request properties that a write uses.

use std::time::Duration;

use switchboard_core::plan::Handling;

/// The request properties that a write uses.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The handling of losses that the caller requests, strict or lenient.
    pub handling: Handling,
    /// The longest time that the caller waits for the vendor. Afterwards, the write continues in the background. With zero, a
    /// write that needs the vendor is answered with 202 even if the vendor replies immediately.
    pub wait: Duration,
    /// The id of the request.
    pub request_id: String,
    /// The idempotency key under which the answer is stored. `None` if the caller sent no key.
    pub key: Option<IdempotencyKey>,
    /// The value of the `Preference-Applied` header in the answer.
    pub preference_applied: Option<String>,
}

/// A key that a caller sends with a write to be able to repeat the request safely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The namespace of the key, separate for each caller.
    pub scope: String,
    /// The key that the caller sent.
    pub key: String,
    /// The hash of the request.
    pub fingerprint: Vec<u8>,
}
