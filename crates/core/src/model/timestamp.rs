//! Parsing of vendors' timestamps.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::Value;

/// Reads a vendor's timestamp: an RFC 3339 timestamp, or a date and time without an offset, read as UTC.
/// Returns `None` for anything else, including a date without a time.
pub fn parse_timestamp(wire: &Value) -> Option<Timestamp> {
    let text = wire.as_str().filter(|text| text.contains(':'))?;
    let in_utc = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| in_utc().map(|zoned| zoned.timestamp()))
}
