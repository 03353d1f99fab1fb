//! The state of a record: its visibility, its placement, and its sync state.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::{
    error::{Error, Kind},
    model::Described,
    plan::Parts,
    rule::{Comparison, Drift},
};
use utoipa::ToSchema;

use super::Managed;

/// The visibility of a record in the API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// A record whose creation is not accepted yet. The API does not show the record.
    #[serde(rename = "not_yet")]
    Pending,
    /// A record that the API shows.
    #[default]
    #[serde(rename = "yes")]
    Listed,
    /// A successor or standby of another record. The API does not show the record.
    #[serde(rename = "beside")]
    Standby,
    /// A record whose deletion is accepted, or a leftover or standby that the gateway is removing. The API does not
    /// show the record.
    #[serde(rename = "no_more")]
    Deleted,
}

/// A vendor that a routing rule preferred but that does not meet the rule's requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PassedOver {
    /// The routing rule that preferred the vendor, as `routing.rules[N]`. N counts from 0.
    pub because: String,
    /// The configured vendor that was passed over.
    pub vendor: String,
    /// The reason why the vendor does not meet the rule's requirement.
    pub why: String,
}

/// The placement of a record, and the reason for the choice of the vendor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The configured vendor that runs the record.
    pub vendor: String,
    /// The vendor's adapter.
    pub adapter: String,
    /// The entry that decided the choice: `agent.vendor`, `trunk.vendor`, `routing.rules[N]`, `routing.default`,
    /// `import` or `migration`.
    pub because: String,
    /// The vendors that routing rules preferred but that do not meet the rules' requirements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
    /// The vendor's id of the record, or `None` until the vendor has returned it.
    pub remote_id: Option<String>,
    /// The parts of the record at the vendor, if records there have parts besides the main part. The stored form
    /// contains no secrets of parts.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub parts: Parts,
}

impl Placement {
    /// Appends the reason for the placement to the detail of a vendor's refusal.
    pub fn explain<R: Managed>(&self, refusal: Error) -> Error {
        let Self { vendor, because, .. } = self;
        let stop = if refusal.detail.ends_with(['.', '!', '?']) { "" } else { "." };
        let detail =
            format!("{}{stop} The {} was sent to {vendor} because of {because}.", refusal.detail, R::NAME);
        refusal.with_detail(detail)
    }
}

/// The synchronization of the vendor's record with the latest accepted revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sync {
    /// The sync state of the record.
    #[schema(inline)]
    pub state: SyncState,
    /// The latest revision that the vendor is known to have. Null if no such revision is known.
    #[serde(default)]
    #[schema(required, minimum = 1)]
    pub observed_revision: Option<u64>,
    /// The fields, as JSON pointers, that the vendor stores but cannot return. The gateway cannot detect drift in these
    /// fields.
    pub unverifiable: Vec<String>,
    /// The fields whose last observed value at the vendor differs from the value that was sent.
    #[serde(default)]
    #[schema(required)]
    pub drift: Vec<Drift>,
    /// The latest error that explains the sync state. Null if there is no such error.
    #[serde(default)]
    #[schema(required)]
    pub last_error: Option<RecordedError>,
    /// The id of the operation that sends the latest revision to the vendor, that failed to send it, or that checks the
    /// vendor's record at `settles_at`. Null if there is no such operation.
    #[serde(default)]
    #[schema(required)]
    pub operation_id: Option<String>,
    /// The time at which the gateway checks the vendor's record again. Present only if the vendor has accepted the
    /// latest revision and may still apply an earlier request whose answer was lost. Until this time, `state` is
    /// `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, nullable = false)]
    pub settles_at: Option<Timestamp>,
}

impl Sync {
    /// Returns true if the sync state is not final: a write is in progress, waits for another attempt or needs an
    /// operator, or the vendor may still apply an earlier request.
    pub fn is_pending(&self) -> bool {
        matches!(self.state, SyncState::Retrying | SyncState::Unknown | SyncState::NeedsAttention)
    }

    /// Returns true if the vendor's record is missing and was not missing in `before`, or if it has drift other than
    /// that of `before`.
    pub fn has_drifted_since(&self, before: &Self) -> bool {
        let missing = self.state == SyncState::Missing && before.state != SyncState::Missing;
        missing || !self.drift.is_empty() && self.drift != before.drift
    }
}

/// The state of the vendor's record, compared with the latest accepted revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// The vendor has the latest revision.
    InSync,
    /// The vendor's record differs from the latest revision. The differing fields are in `drift`.
    Drifted,
    /// The vendor no longer has the record.
    Missing,
    /// The vendor does not have the latest revision yet. The gateway will try again to send that revision.
    Retrying,
    /// The vendor may or may not have the latest revision, because a write is in progress, a response was lost, or the vendor
    /// may still apply an earlier request (see `settles_at`).
    Unknown,
    /// The gateway cannot determine the state without an operator. The details are in the operation `operation_id`.
    NeedsAttention,
    /// The vendor refused the latest revision, the gateway could not translate the revision for the vendor, or an
    /// operator abandoned the operation that sends the revision. The reason is in `last_error`.
    Failed,
}

/// An error that the gateway recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordedError)]
pub struct RecordedError {
    /// The stable code of the error, as in problem documents.
    #[schema(value_type = String)]
    pub code: Kind,
    /// The error, in one sentence without secrets. The sentence may contain the vendor's own message.
    pub detail: String,
    /// The time at which the error occurred.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl RecordedError {
    /// Records an error with the present time.
    pub fn now(error: &Error) -> Self {
        Self { code: error.kind, detail: error.detail.clone(), at: now() }
    }
}

/// Returns the present time, truncated to microseconds, the precision of the store. A time is therefore the same in the first
/// answer and in later ones.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// Returns the time at which a wait that starts now ends. If that time is out of range, returns the latest possible
/// timestamp.
pub fn in_future(wait: Duration) -> Timestamp {
    now().checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// The result of reading a record at its vendor.
#[derive(Debug)]
pub enum Observation {
    /// The vendor has the record, with these differences.
    Record(Comparison),
    /// The vendor does not have the record.
    Missing,
}
