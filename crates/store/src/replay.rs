//! Replays: requests with idempotency keys, stored so that a repeated request gets the first answer.

use jiff::Timestamp;

/// A request that carried an idempotency key, with the answer to the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Owner of the idempotency key: the name of the API key of the caller that sent the request. Empty if the gateway
    /// has no API keys.
    pub scope: String,
    /// The idempotency key. For one write of a batch, the key of the batch and the position of the write.
    pub key: String,
    /// Hash of the request.
    pub fingerprint: Vec<u8>,
    /// Id of the operation or call that the request began. `None` if the request began neither.
    pub operation: Option<String>,
    /// The stored answer. `None` until the request is answered.
    pub reply: Option<Vec<u8>>,
    /// Time of the first request, truncated to microseconds.
    pub created_at: Timestamp,
}
