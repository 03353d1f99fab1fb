//! Requests that are remembered, so that whoever repeats one gets the first answer.

use jiff::Timestamp;

/// A request that carried an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Whose key it is: the name of the API key that sent it.
    pub scope: String,
    /// The key.
    pub key: String,
    /// What the request was, as a hash.
    pub fingerprint: Vec<u8>,
    /// The operation that answers it, if it began one.
    pub operation: Option<String>,
    /// The answer, once there is one.
    pub reply: Option<Vec<u8>>,
    /// When the request was first made, in whole microseconds.
    pub created_at: Timestamp,
}
