//! Forgetting what is kept no longer.

use std::{sync::Arc, time::Duration};

use switchboard_store::Retention;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::Service;

/// How long it is waited after everything is tidy, and between two parts where it is not.
const SWEEP_INTERVAL: Duration = Duration::from_secs(600);
const BATCH_PAUSE: Duration = Duration::from_millis(100);

impl Service {
    /// Forgets answers, operations and revisions that are kept no longer, until it is told to stop.
    pub(super) async fn sweep_expired(self: Arc<Self>, stop: CancellationToken) {
        let settings = &self.settings;
        let retention = Retention {
            replays: settings.keep_answers,
            operations: settings.keep_operations,
            migrations: settings.keep_operations,
            plans: settings.keep_answers,
            revisions: u32::try_from(settings.keep_revisions).unwrap_or(u32::MAX),
        };
        let mut wait = self.last_sweep.time_until(SWEEP_INTERVAL);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(wait) => {}
            }
            wait = match self.store.sweep(&retention).await {
                Ok(0) => {
                    self.last_sweep.mark();
                    SWEEP_INTERVAL
                }
                Ok(forgotten) => {
                    debug!(forgotten, "what is kept no longer was forgotten");
                    BATCH_PAUSE
                }
                Err(failure) => {
                    warn!(%failure, "What is kept no longer could not be forgotten");
                    SWEEP_INTERVAL
                }
            };
        }
    }
}
