//! Caps: limits on the number of dials.

use std::time::Duration;

/// The limits on dials. Only calls that are marked as [`counted`](crate::CallRow::counted) count. The time of a call is
/// the time at which the store added it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallCaps {
    /// Maximum number of the vendor's calls that have not ended.
    pub max_live: u32,
    /// Maximum number of the vendor's calls in the last 60 seconds.
    pub per_minute: u32,
    /// Maximum number of the vendor's calls in the last 24 hours.
    pub per_day: u32,
    /// Maximum number of calls to the peer in the last 24 hours, at all vendors. Does not limit a call without a peer,
    /// and does not count a call without one.
    pub per_number_per_day: u32,
}

/// One of the [`CallCaps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallCap {
    /// [`max_live`](CallCaps::max_live).
    MaxLive,
    /// [`per_minute`](CallCaps::per_minute).
    PerMinute,
    /// [`per_day`](CallCaps::per_day).
    PerDay,
    /// [`per_number_per_day`](CallCaps::per_number_per_day).
    PerNumberPerDay,
}

impl CallCap {
    /// All caps.
    pub const ALL: [Self; 4] = [Self::MaxLive, Self::PerMinute, Self::PerDay, Self::PerNumberPerDay];

    /// Returns the name: `max_live`, `per_minute`, `per_day` or `per_number_per_day`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MaxLive => "max_live",
            Self::PerMinute => "per_minute",
            Self::PerDay => "per_day",
            Self::PerNumberPerDay => "per_number_per_day",
        }
    }
}

/// The use of one cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapUsage {
    /// The cap.
    pub cap: CallCap,
    /// Maximum number of calls.
    pub limit: u32,
    /// Number of calls that count now.
    pub calls: u64,
    /// Time until one more call is within the limit, if no other call is added before that. Zero if one more call is
    /// within the limit now. `None` if the time is not known, because it depends on the end of a call, or if the limit
    /// is 0.
    pub wait: Option<Duration>,
}

impl CapUsage {
    /// Returns true if one more call would exceed the limit.
    pub fn is_reached(&self) -> bool {
        self.calls >= self.limit.into()
    }
}
