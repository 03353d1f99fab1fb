//! The task for operations. It attempts operations that are due, and operations whose attempt was interrupted.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use switchboard_core::error::Result;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, error, info_span};

use super::{BackgroundTask, Handles, Next, Schedule};
use crate::{records::Repository, vendors::Fleet, writes::Writer};

/// The longest pause between two claims. Another process may add operations, or may be killed during an attempt, without
/// a signal to this process.
const MAX_PAUSE: Duration = Duration::from_secs(1);
/// The shortest pause after a pass that claimed no operation. Another process may hold the due operation for a short
/// time.
const MIN_PAUSE: Duration = Duration::from_millis(20);

/// The task that claims operations and attempts up to 32 of them concurrently.
pub struct OperationsTask {
    /// The repository of the operations.
    pub repository: Arc<Repository>,
    /// The configured vendors.
    pub fleet: Arc<Fleet>,
    /// The component that attempts operations.
    pub writer: Arc<Writer>,
    /// The permits for attempts, and the tracker of running attempts.
    pub handles: Arc<Handles>,
}

#[async_trait]
impl BackgroundTask for OperationsTask {
    fn name(&self) -> &'static str {
        "operations"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            first: Duration::ZERO,
            retry: MAX_PAUSE,
            wake: Some(self.handles.operations.clone()),
            debounce: Duration::ZERO,
        }
    }

    async fn run(&self, _shutdown: &CancellationToken) -> Result<Next> {
        let (unavailable, soonest) = self.unavailable_vendors();
        let permits = &self.handles.attempt_permits;
        let free = u32::try_from(permits.available_permits()).unwrap_or(u32::MAX);
        if free == 0 {
            return Ok(Next::After(MAX_PAUSE));
        }
        // The permits are taken before the claim, because the previous configuration's task may still be running.
        let Ok(mut permits) = permits.clone().try_acquire_many_owned(free) else {
            return Ok(Next::After(MIN_PAUSE));
        };
        let store = self.repository.store();
        let claimed = store.claim(self.fleet.hold(), &unavailable, free).await?;
        let none = claimed.is_empty();
        for operation in claimed {
            let permit = permits.split(1);
            let (writer, handles) = (self.writer.clone(), self.handles.clone());
            let span = info_span!("operation", id = operation.id);
            let attempt = async move {
                let id = operation.id.clone();
                if let Err(failure) = writer.attempt_claimed(operation).await {
                    error!(operation = id, %failure, "failed to attempt an operation");
                }
                drop(permit);
                handles.operations.send();
            };
            self.handles.running.spawn(attempt.instrument(span));
        }
        if !none {
            return Ok(Next::After(Duration::ZERO));
        }
        let due = store.next_due(&unavailable).await?;
        let pause = [due, soonest].into_iter().flatten().min().unwrap_or(MAX_PAUSE);
        Ok(Next::After(pause.clamp(MIN_PAUSE, MAX_PAUSE)))
    }
}

impl OperationsTask {
    /// Lists the vendors to which no requests are permitted now. Also returns the shortest time until requests to one of
    /// these vendors are permitted.
    fn unavailable_vendors(&self) -> (Vec<String>, Option<Duration>) {
        let unavailable = self.fleet.vendors().filter_map(|vendor| Some((vendor, vendor.ready_in()?)));
        let (names, waits): (Vec<_>, Vec<_>) =
            unavailable.map(|(vendor, wait)| (vendor.name().to_owned(), wait)).unzip();
        (names, waits.into_iter().min())
    }
}
