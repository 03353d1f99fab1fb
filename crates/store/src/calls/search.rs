//! Lists of calls: the conditions and the positions.

use std::fmt;

use jiff::Timestamp;

/// The conditions of a list of calls. A call matches if it meets every given condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallSearch {
    /// Id of the agent.
    pub agent: Option<String>,
    /// Name of the configured vendor.
    pub vendor: Option<String>,
    /// The status, as the engine names it.
    pub status: Option<String>,
    /// The direction, as the engine names it.
    pub direction: Option<String>,
    /// The origin, as the engine names it.
    pub origin: Option<String>,
    /// Keyed hash of the phone number of the other party.
    pub peer: Option<Vec<u8>>,
    /// The caller's own key of the call.
    pub external_ref: Option<String>,
    /// Selects only calls whose [`created_at`](crate::CallRow::created_at) is after this time.
    pub created_after: Option<Timestamp>,
    /// Selects only calls whose [`created_at`](crate::CallRow::created_at) is before this time.
    pub created_before: Option<Timestamp>,
}

/// A position in a list of calls. Calls are ordered by their time of creation; calls of the same time are ordered by
/// id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPosition {
    /// Time at which the call was stored, in microseconds since the Unix epoch. The time of a damaged call may be outside
    /// the range of timestamps.
    pub created_us: i64,
    /// Id of the call.
    pub id: String,
}

impl CallPosition {
    /// Reads a position. Returns `None` if the string does not have the format that [`Display`](fmt::Display) writes.
    pub fn read(text: &str) -> Option<Self> {
        let (id, time) = text.split_once(':')?;
        Some(Self { created_us: time.parse().ok()?, id: id.to_owned() })
    }
}

/// Writes `ID:MICROSECONDS`. No id has a colon.
impl fmt::Display for CallPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, self.created_us)
    }
}
