//! The loop that runs the background tasks.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::{
    Handles,
    last_run::LastRuns,
    task::{BackgroundTask, Next, Schedule},
};

/// The runner of background tasks. A panic ends only the pass in which it occurs. The task runs again after its retry pause.
pub struct Driver {
    tasks: Vec<Arc<dyn BackgroundTask>>,
    handles: Arc<Handles>,
}

impl Driver {
    /// Creates a driver for these tasks.
    pub fn new(tasks: Vec<Arc<dyn BackgroundTask>>, handles: Arc<Handles>) -> Self {
        Self { tasks, handles }
    }

    /// Returns the state that the tasks share with the components that wake them.
    pub fn handles(&self) -> &Arc<Handles> {
        &self.handles
    }

    /// Starts every task. The tasks run until the token `stop` is triggered. A task that the configuration disables, or
    /// that has done its work, ends earlier.
    pub fn spawn(&self, stop: &CancellationToken) {
        for task in &self.tasks {
            let (task, handles, stop) = (task.clone(), self.handles.clone(), stop.clone());
            let run = async move { drive(&*task, &handles.last_runs, &stop).await };
            self.handles.running.spawn(run);
        }
    }
}

/// Runs one task until it is stopped or needs no further pass.
async fn drive(task: &dyn BackgroundTask, last_runs: &LastRuns, stop: &CancellationToken) {
    let schedule = task.schedule();
    let mut pause = last_runs.time_until(task.name(), schedule.first);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = pause_or_wake(&schedule, pause) => {}
        }
        pause = match run_pass(task, stop).await {
            Some(Next::After(pause)) => {
                last_runs.mark(task.name());
                pause
            }
            Some(Next::Never) => return,
            None => schedule.retry,
        };
    }
}

/// Waits until the pause has elapsed. If the task's signal ends the pause early, also waits for the debounce time.
async fn pause_or_wake(schedule: &Schedule, pause: Duration) {
    match &schedule.wake {
        None => sleep(pause).await,
        Some(wake) => {
            if tokio::time::timeout(pause, wake.notified()).await.is_ok() {
                sleep(schedule.debounce).await;
            }
        }
    }
}

/// Runs one pass. If the pass fails or panics, logs this and returns `None`.
async fn run_pass(task: &dyn BackgroundTask, stop: &CancellationToken) -> Option<Next> {
    match AssertUnwindSafe(task.run(stop)).catch_unwind().await {
        Ok(Ok(next)) => Some(next),
        Ok(Err(failure)) => {
            warn!(task = task.name(), %failure, "background pass failed");
            None
        }
        Err(panic) => {
            let message = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let message = message.or_else(|| panic.downcast_ref::<String>().cloned());
            error!(task = task.name(), message, "background pass panicked");
            None
        }
    }
}
