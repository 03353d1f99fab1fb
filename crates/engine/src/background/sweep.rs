//! The task that deletes expired rows.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use switchboard_config::writes::Writes;
use switchboard_core::error::Result;
use switchboard_store::Retention;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::{BackgroundTask, Next, Schedule};
use crate::records::Repository;

/// The pause before the first sweep, and after a sweep that failed or deleted no rows.
const SWEEP_INTERVAL: Duration = Duration::from_secs(600);
/// The pause after a sweep that deleted rows. More expired rows may remain.
const BATCH_PAUSE: Duration = Duration::from_millis(100);

/// The task that deletes expired answers, operations, plans, migrations and revisions.
pub struct SweepTask {
    repository: Arc<Repository>,
    retention: Retention,
}

impl SweepTask {
    /// Creates the task for the configured retention.
    pub fn new(repository: Arc<Repository>, settings: &Writes) -> Self {
        let retention = Retention {
            replays: settings.keep_answers,
            operations: settings.keep_operations,
            migrations: settings.keep_operations,
            plans: settings.keep_answers,
            revisions: u32::try_from(settings.keep_revisions).unwrap_or(u32::MAX),
        };
        Self { repository, retention }
    }
}

#[async_trait]
impl BackgroundTask for SweepTask {
    fn name(&self) -> &'static str {
        "sweep"
    }

    fn schedule(&self) -> Schedule {
        Schedule { first: SWEEP_INTERVAL, retry: SWEEP_INTERVAL, wake: None, debounce: Duration::ZERO }
    }

    async fn run(&self, _shutdown: &CancellationToken) -> Result<Next> {
        match self.repository.store().sweep(&self.retention).await? {
            0 => Ok(Next::After(SWEEP_INTERVAL)),
            rows => {
                debug!(rows, "deleted expired rows");
                Ok(Next::After(BATCH_PAUSE))
            }
        }
    }
}
