//! The times of the last background passes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The end of each task's last pass, across configurations. A new configuration restarts the tasks; without this memory, a
/// task with a long interval would never run if configurations change often.
pub struct LastRuns {
    process_start: Instant,
    runs: Mutex<HashMap<&'static str, Instant>>,
}

impl LastRuns {
    /// Records that a task ran now.
    pub fn mark(&self, task: &'static str) {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner).insert(task, Instant::now());
    }

    /// Gives the time until `interval` has passed since the task's last run, or since the process started.
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
