//! Parsing of vendors' timestamps.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::Value;

/// The largest offset of any time zone from UTC (IANA time zone database: +14 hours in Pacific/Kiritimati).
const MAX_OFFSET: SignedDuration = SignedDuration::from_hours(14);

/// A time that a vendor returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VendorTime {
    /// The time, read as UTC if the vendor returned no offset.
    at: Timestamp,
    /// True if the vendor returned the offset from UTC.
    has_offset: bool,
}

impl VendorTime {
    /// Returns the latest time that the vendor may mean. A time without an offset may be a local time in any zone.
    pub fn latest(self) -> Timestamp {
        match self.has_offset {
            true => self.at,
            false => self.at.checked_add(MAX_OFFSET).unwrap_or(Timestamp::MAX),
        }
    }

    /// Returns the time if the vendor returned its offset from UTC.
    pub fn exact(self) -> Option<Timestamp> {
        self.has_offset.then_some(self.at)
    }
}

impl From<Timestamp> for VendorTime {
    fn from(at: Timestamp) -> Self {
        Self { at, has_offset: true }
    }
}

/// Reads a vendor's timestamp that is a whole number of seconds since 1970. Returns `None` for anything else.
pub fn parse_unix_seconds(wire: &Value) -> Option<VendorTime> {
    Timestamp::from_second(wire.as_i64()?).ok().map(VendorTime::from)
}

/// Reads a vendor's timestamp: RFC 3339, or a date and a time without an offset. Returns `None` for anything else,
/// including a date without a time.
pub fn parse_timestamp(wire: &Value) -> Option<VendorTime> {
    let text = wire.as_str().filter(|text| text.contains(':'))?;
    let local = || {
        let at = text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(VendorTime { at, has_offset: false })
    };
    text.parse().ok().map(|at: Timestamp| at.into()).or_else(local)
}
