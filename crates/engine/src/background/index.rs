//! The tasks that maintain the search index. One adds the entries that an earlier version of the gateway did not store.
//! The other updates the indexed routes after a change to the routing or to a catalogue.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use switchboard_core::{
    error::Result,
    model::{Agent, Trunk},
};
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{BackgroundTask, Next, Schedule};
use crate::{planning::Planner, records::Repository};

/// The pause after a failed pass, and the pause of [`RoutesTask`] while the index is incomplete.
const RETRY_DELAY: Duration = Duration::from_secs(5);
/// The pause between two checks of the routes. A check uses only the catalogues that earlier requests have put into the
/// cache. A new configuration starts a check immediately.
const CHECK_INTERVAL: Duration = Duration::from_secs(60);

const IMMEDIATELY: Schedule =
    Schedule { first: Duration::ZERO, retry: RETRY_DELAY, wake: None, debounce: Duration::ZERO };

/// The task that completes the search index of a database from an earlier version of the gateway.
pub struct IndexTask {
    /// The stored records.
    pub repository: Arc<Repository>,
}

#[async_trait]
impl BackgroundTask for IndexTask {
    fn name(&self) -> &'static str {
        "index"
    }

    fn schedule(&self) -> Schedule {
        IMMEDIATELY
    }

    async fn run(&self, shutdown: &CancellationToken) -> Result<Next> {
        // A process of an older version adds no entries, so an upgrade beside running processes can leave entries out
        // although the index is complete.
        let is_complete = self.repository.is_indexed().await?;
        if !is_complete {
            info!("indexing the stored records");
        }
        self.repository.index_missing::<Agent>(shutdown).await?;
        self.repository.index_missing::<Trunk>(shutdown).await?;
        if !is_complete && !shutdown.is_cancelled() {
            self.repository.complete_index().await?;
            info!("indexed the stored records");
        }
        Ok(Next::Never)
    }
}

/// The task that routes records again after a change to the routing or to a catalogue.
pub struct RoutesTask {
    /// The stored records.
    pub repository: Arc<Repository>,
    /// The component that decides routes.
    pub planner: Arc<Planner>,
}

#[async_trait]
impl BackgroundTask for RoutesTask {
    fn name(&self) -> &'static str {
        "routes"
    }

    fn schedule(&self) -> Schedule {
        IMMEDIATELY
    }

    async fn run(&self, shutdown: &CancellationToken) -> Result<Next> {
        if !self.repository.is_indexed().await? {
            return Ok(Next::After(RETRY_DELAY));
        }
        self.planner.route_all::<Agent>(shutdown).await?;
        self.planner.route_all::<Trunk>(shutdown).await?;
        Ok(Next::After(CHECK_INTERVAL))
    }
}
