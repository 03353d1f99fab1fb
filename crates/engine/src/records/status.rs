//! The state of a record: its visibility, its placement, its sync state, and the uncertainty about its vendor.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::{Comparison, Drift, Error, Kind, Parts};

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

/// A vendor that routing preferred and that does not hold what the rule requires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// The rule: `routing.rules[N]`.
    pub because: String,
    /// The vendor's configured name.
    pub vendor: String,
    /// The unmet requirement.
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

/// The progress of a record at its vendor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sync {
    /// The sync state.
    pub state: SyncState,
    /// The revision that the vendor is known to hold, or `None` before the first one.
    #[serde(default)]
    pub observed_revision: Option<u64>,
    /// The fields that the vendor stores and cannot return.
    pub unverifiable: Vec<String>,
    /// The fields whose observed value differs from the value that was sent.
    #[serde(default)]
    pub drift: Vec<Drift>,
    /// The reason why the vendor does not have the accepted revision.
    #[serde(default)]
    pub last_error: Option<RecordedError>,
    /// The operation that sends the accepted revision.
    #[serde(default)]
    pub operation_id: Option<String>,
}

impl Sync {
    /// Returns true if a write is in progress or waits for an operator's decision.
    pub fn is_pending(&self) -> bool {
        matches!(self.state, SyncState::Retrying | SyncState::Unknown | SyncState::NeedsAttention)
    }
}

/// The state of the accepted revision at the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// The vendor has the accepted revision.
    InSync,
    /// The vendor had it, but a read showed other values since.
    Drifted,
    /// A read showed that the vendor no longer has the record.
    Missing,
    /// The vendor does not have it. The gateway will send it again.
    Retrying,
    /// The vendor may have it: the gateway sent it and has no answer yet.
    Unknown,
    /// The vendor does not have it, and only an operator can find out if the vendor has the record at all.
    NeedsAttention,
    /// The vendor refused it.
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

/// A recorded error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedError {
    /// The stable code.
    pub code: Kind,
    /// The explanation, one sentence.
    pub detail: String,
    /// The time of the error.
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
