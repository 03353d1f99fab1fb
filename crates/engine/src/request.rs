//! What a write needs to know of the request that asks for it.

use std::time::Duration;

use switchboard_core::Handling;

/// What a write needs to know of the request that asks for it.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// What to do about loss.
    pub handling: Handling,
    /// How long the caller waits for the vendor; then the write goes on without. With zero, not even for one that is fast.
    pub wait: Duration,
    /// The id of the request.
    pub request_id: String,
    /// Under which key the answer is remembered, if the caller gave one.
    pub key: Option<IdempotencyKey>,
    /// What to answer of the caller's preferences.
    pub preference_applied: Option<String>,
}

/// A key that the caller gave to a request, so that it can be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Whose key it is.
    pub scope: String,
    /// The key.
    pub key: String,
    /// What the request is, as a hash.
    pub fingerprint: Vec<u8>,
}
