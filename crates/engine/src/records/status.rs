//! The state of a record: its visibility, its placement, its sync state, and the uncertainty about its vendor.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::{
    error::{Error, Kind},
    model::Described,
    plan::Parts,
    rule::{Comparison, Drift},
};
use utoipa::ToSchema;

/// The visibility of a record in the API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// A record whose creation is not accepted yet. Not shown.
    #[serde(rename = "not_yet")]
    Pending,
    /// A record that the API shows.
    #[default]
    #[serde(rename = "yes")]
    Listed,
    /// A hidden placement of another record at a vendor, for a move or for the way back. Never shown.
    #[serde(rename = "beside")]
    Standby,
    /// A record whose deletion is accepted. No longer shown.
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

/// The placement of a record, and its reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The configured vendor.
    pub vendor: String,
    /// The vendor's adapter.
    pub adapter: String,
    /// The reason: `agent.vendor`, `routing.rules[N]`, `routing.default`, `import`, `migration`.
    pub because: String,
    /// The preferred vendors that were passed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
    /// The vendor's id of the record, or `None` until the vendor has returned it.
    pub remote_id: Option<String>,
    /// Every part of it there, at a vendor that keeps a record in several objects. Secrets are not among what is stored.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub parts: Parts,
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
    /// Returns true if a write is in progress or waits for an operator's decision.
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
    /// The gateway cannot find out without an operator; the operation has the details.
    NeedsAttention,
    /// The vendor refused; `last_error` has the reason.
    Failed,
}

/// The facts about the vendor that an ambiguous failure left uncertain.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Uncertainty {
    /// The revisions besides the observed one that the vendor may hold, entirely or in part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<u64>,
    /// The time of a creation request without a conclusive answer.
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
    /// Records an error with the present time.
    pub fn now(error: &Error) -> Self {
        Self { code: error.kind, detail: error.detail.clone(), at: now() }
    }
}

/// Returns the present time in whole microseconds, the precision of the store, so that every later answer is the same.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// The record that a vendor was observed to hold.
#[derive(Debug)]
pub enum Observation {
    /// The vendor holds the record, with these differences.
    Record(Comparison),
    /// The vendor does not have the record.
    Missing,
}
