//! The clock of one simulated vendor, which can be advanced, accelerated and stopped.

use std::time::Instant;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The largest factor by which a clock may run faster than real time.
const MAX_PACE: u32 = 10_000;

/// The longest time by which one request may advance a clock, in milliseconds: 366 days.
const MAX_ADVANCE_MS: i64 = 366 * 24 * 60 * 60 * 1_000;

/// A clock that starts with the real time.
pub(crate) struct Clock {
    /// The real moment at which the clock was last set.
    anchor: Instant,
    /// The time of the clock at that moment, in milliseconds since 1970.
    time: i64,
    pace: u32,
}

/// A change to the clock.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ClockChange {
    /// The milliseconds by which the clock jumps forward, at most 366 days.
    advance_ms: i64,
    /// The number of seconds that the clock advances in one real second, at most 10,000; 0 stops the clock.
    pace: Option<u32>,
}

/// The time and the pace of a clock.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct ClockReading {
    now: Timestamp,
    pace: u32,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { anchor: Instant::now(), time: Timestamp::now().as_millisecond(), pace: 1 }
    }

    /// Returns the time in milliseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        let elapsed = i64::try_from(self.anchor.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.time.saturating_add(elapsed.saturating_mul(self.pace.into()))
    }

    /// Advances the clock and then sets its pace.
    ///
    /// # Errors
    ///
    /// A message about the member that is out of range. The clock does not change.
    pub(crate) fn set(&mut self, change: ClockChange) -> Result<(), String> {
        if !(0..=MAX_ADVANCE_MS).contains(&change.advance_ms) {
            return Err(format!("advance_ms is 0 to {MAX_ADVANCE_MS}"));
        }
        if change.pace.is_some_and(|pace| pace > MAX_PACE) {
            return Err(format!("pace is 0 to {MAX_PACE}"));
        }
        self.time = self.now().saturating_add(change.advance_ms);
        self.anchor = Instant::now();
        self.pace = change.pace.unwrap_or(self.pace);
        Ok(())
    }

    pub(crate) fn reading(&self) -> ClockReading {
        ClockReading { now: timestamp(self.now()), pace: self.pace }
    }
}

/// Converts milliseconds since 1970 to a timestamp: the nearest one if the time is out of range.
pub(crate) fn timestamp(ms: i64) -> Timestamp {
    let nearest = if ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(ms).unwrap_or(nearest)
}

/// Formats milliseconds since 1970 as ISO 8601 in UTC, with milliseconds: `2026-11-30T08:00:00.000Z`.
pub(crate) fn iso(ms: i64) -> String {
    format!("{:.3}", timestamp(ms))
}

/// Parses a time in ISO 8601 to milliseconds since 1970. Returns `None` if the text is not a time.
pub(crate) fn parse_iso(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}
