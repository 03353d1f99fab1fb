//! How a record stands: where it is, how far its vendor is, and what nobody knows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::{Comparison, Described, Drift, Error, Kind};
use utoipa::ToSchema;

/// Whether the API has a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Not yet: its creation is not accepted.
    #[serde(rename = "not_yet")]
    Pending,
    /// It has.
    #[default]
    #[serde(rename = "yes")]
    Listed,
    /// Never: it is the place of another record at a vendor, where that one is to go, or may go back to.
    #[serde(rename = "beside")]
    Standby,
    /// No more: its deletion was accepted.
    #[serde(rename = "no_more")]
    Deleted,
}

/// A vendor that a routing rule led to and that does not hold the fields that the rule demands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PassedOver {
    /// The rule that led there: `routing.rules[N]`.
    pub because: String,
    /// The configured vendor.
    pub vendor: String,
    /// The field that is missing there.
    pub why: String,
}

/// Where a record runs, and why there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The configured vendor.
    pub vendor: String,
    /// The adapter that speaks to it.
    pub adapter: String,
    /// What decided: `agent.vendor`, `routing.rules[N]`, `routing.default`, `import`, `migration`.
    pub because: String,
    /// Where the route would have led first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
    /// The vendor's id of it; none as long as the vendor has not said that it made it.
    pub remote_id: Option<String>,
}

/// The state of the vendor against the latest accepted revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sync {
    /// The state of the vendor.
    #[schema(inline)]
    pub state: SyncState,
    /// The revision that the vendor is known to hold; null before it holds any.
    #[serde(default)]
    #[schema(required, minimum = 1)]
    pub observed_revision: Option<u64>,
    /// The fields that the vendor stores and cannot return, as JSON pointers.
    pub unverifiable: Vec<String>,
    /// The fields of which the vendor was last seen to hold a different value than it was sent.
    #[serde(default)]
    #[schema(required)]
    pub drift: Vec<Drift>,
    /// The reason why the vendor does not hold the latest revision.
    #[serde(default)]
    #[schema(required)]
    pub last_error: Option<RecordedError>,
    /// The operation that brings the latest revision to the vendor, or that failed to.
    #[serde(default)]
    #[schema(required)]
    pub operation_id: Option<String>,
}

impl Sync {
    /// Whether a write is on its way to the vendor, or waits for somebody to say what to do.
    pub fn is_pending(&self) -> bool {
        matches!(self.state, SyncState::Retrying | SyncState::Unknown | SyncState::NeedsAttention)
    }
}

/// The state of a vendor against the latest accepted revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// The vendor holds the latest revision.
    InSync,
    /// The vendor was seen to hold something else; `drift` lists it.
    Drifted,
    /// The vendor was seen not to have the record any more.
    Missing,
    /// The vendor does not hold it yet, and the gateway asks again.
    Retrying,
    /// The gateway asked the vendor, and has no answer yet.
    Unknown,
    /// The gateway cannot find out without help; the operation says more.
    NeedsAttention,
    /// The vendor refused; `last_error` says why.
    Failed,
}

/// What is not certain about the vendor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Uncertainty {
    /// Revisions, beside the observed one, that the vendor may hold, or parts of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<u64>,
    /// When the vendor was asked to make the record without an answer that counts.
    #[serde(default, rename = "asked_to_make", skip_serializing_if = "Option::is_none")]
    pub creation_requested_at: Option<Timestamp>,
}

/// An error that the gateway recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ToldError)]
pub struct RecordedError {
    /// The stable code, as in problem documents.
    #[schema(value_type = String)]
    pub code: Kind,
    /// The error, in one sentence without secrets. It may hold the vendor's own message.
    pub detail: String,
    /// The time of the error.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl RecordedError {
    /// An error of this moment.
    pub fn now(error: &Error) -> Self {
        Self { code: error.kind, detail: error.detail.clone(), at: now() }
    }
}

/// The present, in whole microseconds: what the store keeps, so that every later answer says the same.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// What a vendor was seen to hold of a record.
#[derive(Debug)]
pub enum Observation {
    /// The record, with these differences.
    Record(Comparison),
    /// Nothing.
    Missing,
}
