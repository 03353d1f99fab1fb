//! Observed values, of which the latest applies.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A value with the time at which it was observed. Of two values with the same time, the greater one applies, so that
/// the result does not depend on the order in which values are added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Latest<T> {
    at: Timestamp,
    value: T,
}

/// Stores the value if none is held yet, if it was observed later than the held one, or if it was observed at the same
/// time and is greater.
pub(super) fn keep_latest<T: Ord>(held: &mut Option<Latest<T>>, at: Timestamp, value: T) {
    if held.as_ref().is_none_or(|held| (held.at, &held.value) < (at, &value)) {
        *held = Some(Latest { at, value });
    }
}

impl<T> Latest<T> {
    pub fn value(&self) -> &T {
        &self.value
    }

    pub fn at(&self) -> Timestamp {
        self.at
    }
}
