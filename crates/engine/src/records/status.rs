//! How a record stands: where it is, how far its vendor is, and what nobody knows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::{Comparison, Drift, Error, Kind, Parts};

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

/// A vendor that a rule led to and that does not hold what the rule demands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// What led there: `routing.rules[N]`.
    pub because: String,
    /// The vendor's configured name.
    pub vendor: String,
    /// What is missing there.
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
    /// Every part of it there, at a vendor that keeps a record in several objects. Secrets are not among what is stored.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub parts: Parts,
}

/// How far the vendor is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sync {
    /// Whether the vendor has what was last accepted.
    pub state: SyncState,
    /// The revision that the vendor has for certain; none before it has any.
    #[serde(default)]
    pub observed_revision: Option<u64>,
    /// The fields that the vendor holds and cannot say back.
    pub unverifiable: Vec<String>,
    /// The fields of which the vendor was seen to hold something else than it was sent.
    #[serde(default)]
    pub drift: Vec<Drift>,
    /// Why the vendor does not have what was last accepted.
    #[serde(default)]
    pub last_error: Option<RecordedError>,
    /// The operation that brings it there.
    #[serde(default)]
    pub operation_id: Option<String>,
}

impl Sync {
    /// Whether a write is on its way to the vendor, or waits for somebody to say what to do.
    pub fn is_pending(&self) -> bool {
        matches!(self.state, SyncState::Retrying | SyncState::Unknown | SyncState::NeedsAttention)
    }
}

/// Whether the vendor has what was last accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// It has.
    InSync,
    /// It had, and was seen to hold something else since.
    Drifted,
    /// It was seen to have the record no longer.
    Missing,
    /// It has not, and will be asked again.
    Retrying,
    /// It may have: it has been asked, and has not said yet.
    Unknown,
    /// It has not, and nobody knows without help whether it has the record at all.
    NeedsAttention,
    /// It refused.
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

/// An error as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedError {
    /// The stable code.
    pub code: Kind,
    /// One sentence.
    pub detail: String,
    /// When it happened.
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
