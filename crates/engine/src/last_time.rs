//! When something was last done that is done from time to time.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// When something was last done, whichever configuration it was done under: with each new one the background begins
/// anew, and would never get round to it where they come often.
pub struct LastTime(Mutex<Instant>);

impl LastTime {
    /// It was done now.
    pub fn is_now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// How long it is until `every` has passed since.
    pub fn until(&self, every: Duration) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        every.saturating_sub(last.elapsed())
    }
}

impl Default for LastTime {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}
