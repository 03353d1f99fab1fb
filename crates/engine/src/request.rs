//! The properties of a request that a write needs.

use std::time::Duration;

use switchboard_core::plan::Handling;

/// The properties of a request that a write needs.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The treatment of losses.
    pub handling: Handling,
    /// The time that the caller waits for the vendor; the write continues without the caller afterwards. With zero, the caller
    /// is answered before any vendor, however fast.
    pub wait: Duration,
    /// The id of the request.
    pub request_id: String,
    /// The idempotency key under which the answer is stored, if the caller gave one.
    pub key: Option<IdempotencyKey>,
    /// The value of `Preference-Applied` in the answer.
    pub preference_applied: Option<String>,
}

/// A key that the caller sends with a request, so that it can repeat the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The namespace of the key, separate for each caller.
    pub scope: String,
    /// The key.
    pub key: String,
    /// The hash of the request.
    pub fingerprint: Vec<u8>,
}
