//! The rows of calls.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use switchboard_core::error::Result;

use super::CallPosition;
use crate::Document;

/// A stored phone call. `Debug` redacts the personal data.
#[derive(Debug, Clone)]
pub struct CallRow {
    /// The call's id.
    pub id: String,
    /// Name of the configured vendor that runs the call. Never changes.
    pub vendor: String,
    /// Id of the agent that talks in the call. `None` if it is not known.
    pub agent: Option<String>,
    /// The vendor's id of the call, unique for each vendor. `None` until it is known.
    pub remote_id: Option<String>,
    /// Progress of the gateway's work on the call.
    pub progress: CallProgress,
    /// The status, as the engine names it.
    pub status: String,
    /// The direction, as the engine names it. `None` if it is not known.
    pub direction: Option<String>,
    /// The origin, as the engine names it. Never changes.
    pub origin: String,
    /// The caller's own key of the call, unique among all calls. `None` if the caller gave no key.
    pub external_ref: Option<String>,
    /// Keyed hash of the phone number of the other party. `None` if the number is not known, or if it was erased and no
    /// longer counts against a cap.
    pub peer: Option<Vec<u8>>,
    /// True while no other dial to the same peer may begin at the vendor. The engine sets it for a dial whose remote id
    /// is not known yet.
    pub dialling: bool,
    /// True if the call counts against the caps. The engine sets it for its own dials, and clears it if a dial was not
    /// made.
    pub counted: bool,
    /// Version of the row, counted from 1. `MarkSent` and `Update` raise it; a claim and `Release` do not. An update
    /// must pass the stored version.
    pub version: u64,
    /// Fence of the call: 1 when the call is added, and raised by each claim. `MarkSent`, `Update`, `Release` and
    /// `Drop` with an outdated fence are refused.
    pub fence: u64,
    /// End of the hold while a process works on the call, otherwise the time of the next look. `None` if the call is
    /// not due again. A call that is intended or sent always has a due time.
    pub due_at: Option<Timestamp>,
    /// Time at which the dial was marked as sent, by the store's clock. `None` if it was not marked.
    pub sent_at: Option<Timestamp>,
    /// The engine's data about the call, without personal data. The store neither parses nor encrypts it.
    pub document: Document,
    /// The personal data of the call, encrypted at rest and bound to this row. The store does not parse it.
    pub personal: Option<SecretString>,
    /// Time at which the call was stored, by the store's clock.
    pub created_at: Timestamp,
    /// Time of the last change to the row, by the store's clock. A claim and a release are changes.
    pub updated_at: Timestamp,
}

/// A call in a list. A damaged call does not make the list fail.
#[derive(Debug)]
pub struct FoundCall {
    /// The position of the call in lists.
    pub position: CallPosition,
    /// The stored call, or `internal` if it is damaged.
    pub row: Result<CallRow>,
}

/// A call that is dialling a peer, with durations that the store has measured by its clock.
#[derive(Debug)]
pub struct DiallingCall {
    /// The stored call.
    pub call: CallRow,
    /// Time since the dial was marked as sent or, if it was not marked, since the call was stored.
    pub since: Duration,
    /// Time until the call is due, zero if it is overdue. `None` if the call is not due again.
    pub due: Option<Duration>,
}

/// A call that has expired. It may be damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiredCall {
    /// The call's id.
    pub id: String,
    /// The version of the row.
    pub version: u64,
    /// The fence of the latest hold.
    pub fence: u64,
}

impl CallRow {
    /// Returns the position of the call in lists.
    pub fn position(&self) -> CallPosition {
        CallPosition { created_us: self.created_at.as_microsecond(), id: self.id.clone() }
    }
}

/// Progress of the gateway's work on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallProgress {
    /// To be dialled; no byte of the dial has been sent.
    Intended,
    /// Marked as sent, with no outcome yet: the vendor may or may not have the dial.
    Sent,
    /// Not ended yet, as far as the gateway knows.
    Live,
    /// Ended, but the vendor may still add data such as the transcript or the cost.
    Settling,
    /// Ended, and nothing more is expected.
    Over,
}

impl CallProgress {
    /// All values.
    pub const ALL: [Self; 5] = [Self::Intended, Self::Sent, Self::Live, Self::Settling, Self::Over];

    /// Returns the stored name: `intended`, `sent`, `live`, `settling` or `over`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Sent => "sent",
            Self::Live => "live",
            Self::Settling => "settling",
            Self::Over => "over",
        }
    }

    /// Returns true if the call has not ended: it is intended, sent or live.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Intended | Self::Sent | Self::Live)
    }
}

/// The number of calls of one vendor with one progress. Calls that are over are not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallCount {
    /// Name of the configured vendor.
    pub vendor: String,
    /// The progress: intended, sent, live or settling.
    pub progress: CallProgress,
    /// Number of calls, at least 1.
    pub calls: u64,
    /// Number of those calls that have no remote id.
    pub unmatched: u64,
}
