//! The schedule by which claims check whether the clock was set back.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Minimum interval between checks of the clock.
const INTERVAL: Duration = Duration::from_secs(5);

/// The time of the latest check of the clock.
#[derive(Default)]
pub(super) struct ClockCheck(Mutex<Option<Instant>>);

impl ClockCheck {
    /// Returns true at most once in each `INTERVAL`. If the result is true, the claim must look for items that still
    /// wait because the clock was set back.
    pub(super) fn must_check(&self) -> bool {
        let mut checked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = checked.is_none_or(|checked| checked.elapsed() >= INTERVAL);
        if is_due {
            *checked = Some(Instant::now());
        }
        is_due
    }
}
