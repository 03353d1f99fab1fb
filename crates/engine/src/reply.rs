//! Answers to writes, as they are sent and as they are remembered: whoever repeats a request gets the same bytes.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_core::Error;

use super::{Item, Managed, operation::Operation};

/// Makes the problem document of an error, for the request of this id.
pub type Refuse = fn(&Error, &str) -> Reply;

/// An answer to a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The revision, for `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// `Location`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Duration>,
    /// `Preference-Applied`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference_applied: Option<String>,
    /// The JSON document, empty where there is none.
    pub body: String,
    /// Whether it was given before.
    #[serde(skip)]
    pub replayed: bool,
}

impl Reply {
    /// Of this status, with a JSON document.
    pub fn new(status: u16, body: &Value) -> Self {
        Self { body: body.to_string(), ..Self::empty(status) }
    }

    /// Of this status, without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            revision: None,
            location: None,
            retry_after: None,
            preference_applied: None,
            body: String::new(),
            replayed: false,
        }
    }

    /// The same, saying where more is told of it.
    pub fn with_location(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// A record as it is now.
    pub fn record<R: Managed>(status: u16, item: &Item<R>) -> Self {
        Self { revision: Some(item.revision), body: item.json(), ..Self::empty(status) }
    }

    /// A record that was made.
    pub fn created<R: Managed>(item: &Item<R>) -> Self {
        Self { location: Some(format!("/v1/{}s/{}", R::NAME, item.id)), ..Self::record(201, item) }
    }

    /// A record whose write goes on without the caller.
    pub fn accepted<R: Managed>(item: &Item<R>, operation: &str, retry_after: Duration) -> Self {
        Self::record(202, item).pending(operation, retry_after)
    }

    /// A deletion that goes on without the caller.
    pub fn accepted_deletion(operation: &Operation, retry_after: Duration) -> Self {
        Self::new(202, &operation.answer()).pending(&operation.id, retry_after)
    }

    fn pending(self, operation: &str, retry_after: Duration) -> Self {
        let location = Some(format!("/v1/operations/{operation}"));
        Self { location, retry_after: Some(retry_after), ..self }
    }

    /// The same, saying which of the caller's preferences were followed.
    pub fn with_preference_applied(self, preference_applied: Option<String>) -> Self {
        Self { preference_applied, ..self }
    }

    /// As it is remembered.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// As it was remembered.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let reply: Self = serde_json::from_slice(bytes).ok()?;
        Some(Self { replayed: true, ..reply })
    }
}
