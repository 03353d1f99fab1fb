//! Replays: requests with idempotency keys, stored so that a repeated request gets the first answer.

use jiff::Timestamp;

/// A request that carried an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Owner of the key: the name of the API key that sent the request.
    pub scope: String,
    /// The idempotency key.
    pub key: String,
    /// Hash of the request.
    pub fingerprint: Vec<u8>,
    /// Id of the operation that answers the request, if it began one.
    pub operation: Option<String>,
    /// The answer, once known.
    pub reply: Option<Vec<u8>>,
    /// Time of the first request, in whole microseconds.
    pub created_at: Timestamp,
}
