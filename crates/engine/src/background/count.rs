//! The task that counts the contents of the store for the gauges, so that reading the metrics does not query the store.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use switchboard_core::{
    error::{Error, Kind, Result},
    model::Seconds,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{
    BackgroundTask, Handles, Next, Schedule,
    gauges::{Observed, StoredCounts},
};
use crate::{records::Repository, vendors::Fleet};

/// The pause between two counts.
const INTERVAL: Duration = Duration::from_secs(10);
/// The maximum duration of a check of the store, and of a count.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The task that counts operations, records and calls.
pub struct CountTask {
    /// The repository of the records and operations.
    pub repository: Arc<Repository>,
    /// The configured vendors.
    pub fleet: Arc<Fleet>,
    /// The shared state, which contains the gauges.
    pub handles: Arc<Handles>,
}

#[async_trait]
impl BackgroundTask for CountTask {
    fn name(&self) -> &'static str {
        "count"
    }

    fn schedule(&self) -> Schedule {
        Schedule { first: Duration::ZERO, retry: INTERVAL, wake: None, debounce: Duration::ZERO }
    }

    async fn run(&self, _shutdown: &CancellationToken) -> Result<Next> {
        let checked = timeout(TIMEOUT, self.repository.store().check()).await;
        let is_store_up = matches!(checked, Ok(Ok(())));
        let counted = match checked.unwrap_or_else(|_| Err(too_slow())) {
            Ok(()) => timeout(TIMEOUT, self.count()).await.unwrap_or_else(|_| Err(too_slow())),
            Err(failure) => Err(failure),
        };
        let (stored, result) = match counted {
            Ok(stored) => (Some(stored), Ok(Next::After(INTERVAL))),
            Err(failure) => (None, Err(failure)),
        };
        self.handles.gauges.replace(Observed { fleet: self.fleet.clone(), is_store_up, stored });
        result
    }
}

impl CountTask {
    async fn count(&self) -> Result<StoredCounts> {
        let store = self.repository.store();
        let operations = store.count_operations().await?;
        let calls = store.calls().count().await?;
        Ok(StoredCounts { operations, rows: store.count_rows().await?, calls })
    }
}

fn too_slow() -> Error {
    let detail = format!("The store did not respond within {} s.", Seconds(TIMEOUT));
    Error::new(Kind::StorageUnavailable, detail)
}
