//! Points in time, as vendors write them.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::Value;

/// Reads a vendor's point in time: RFC 3339, or a date and a time without an offset, which are
/// taken for UTC. `None` for anything else, as a date without a time.
pub fn parse_timestamp(wire: &Value) -> Option<Timestamp> {
    let text = wire.as_str().filter(|text| text.contains(':'))?;
    let in_utc = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| in_utc().map(|zoned| zoned.timestamp()))
}
