//! The times of the last successful background passes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The time of each task's last successful pass, preserved across changes to the configuration. A new configuration
/// restarts the tasks. Without these times, a task with a long interval would never run if the configuration changed
/// often.
pub struct LastRuns {
    process_start: Instant,
    runs: Mutex<HashMap<&'static str, Instant>>,
}

impl LastRuns {
    /// Records that a task has successfully completed a pass now.
    pub fn mark(&self, task: &'static str) {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner).insert(task, Instant::now());
    }

    /// Returns the time until `interval` has passed since the task's last successful pass. If there is no such pass, the
    /// interval counts from the start of the process.
    pub fn time_until(&self, task: &'static str, interval: Duration) -> Duration {
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let last = runs.get(task).copied().unwrap_or(self.process_start);
        interval.saturating_sub(last.elapsed())
    }
}

impl Default for LastRuns {
    fn default() -> Self {
        Self { process_start: Instant::now(), runs: Mutex::default() }
    }
}
