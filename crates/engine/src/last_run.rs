//! When something was last done that is done from time to time.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// When something was last done, whichever configuration it was done under: with each new one the background begins
/// anew, and would never get round to it where they come often.
pub struct LastRun(Mutex<Instant>);

impl LastRun {
    /// It was done now.
    pub fn mark(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// How long it is until `every` has passed since.
    pub fn time_until(&self, every: Duration) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        every.saturating_sub(last.elapsed())
    }
}

impl Default for LastRun {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}
