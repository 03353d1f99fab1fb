//! The background: operations that wait, and those whose attempt broke off, are taken up until they are over.

use std::{sync::Arc, time::Duration};

use switchboard_core::{Agent, Error, Kind, Result, Trunk};
use switchboard_store::{self as store, Collection, Ending, Mutation, Next};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, error, info_span, warn};

use super::HeldWrite;
use crate::{
    Item, Managed, Service, Visibility,
    operation::{Operation, OperationKind},
    state::RecordedError,
};

/// How long it is waited at most until the store is asked for work again: other processes may have left some.
const MAX_PAUSE: Duration = Duration::from_secs(1);
/// How long it is waited at least where nothing could be taken up: what is due may be somebody else's for a moment.
const MIN_PAUSE: Duration = Duration::from_millis(20);

impl Service {
    /// Takes up operations until it is told to stop.
    pub async fn reconcile(self: Arc<Self>, stop: CancellationToken) {
        loop {
            let wait = match self.claim_due().await {
                Ok(wait) => wait,
                Err(failure) => {
                    warn!(%failure, "Waiting operations could not be taken up");
                    MAX_PAUSE
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(wait.min(MAX_PAUSE)) => {}
                () = self.wake.notified() => {}
            }
        }
    }

    /// Takes up what is due; says how long it is until there is more.
    async fn claim_due(self: &Arc<Self>) -> Result<Duration> {
        let (resting, soonest) = self.unavailable_vendors();
        let free = u32::try_from(self.attempt_permits.available_permits()).unwrap_or(u32::MAX);
        if free == 0 {
            return Ok(MAX_PAUSE);
        }
        // Taken before anything is claimed: the background of the configuration before may not have ended yet.
        let Ok(mut permits) = self.attempt_permits.clone().try_acquire_many_owned(free) else {
            return Ok(MIN_PAUSE);
        };
        let claimed = self.store.claim(self.hold, &resting, free).await?;
        let none = claimed.is_empty();
        for operation in claimed {
            let permit = permits.split(1);
            let (service, span) = (self.clone(), info_span!("operation", id = operation.id));
            let attempt = async move {
                let id = operation.id.clone();
                if let Err(failure) = service.attempt_claimed(operation).await {
                    error!(operation = id, %failure, "An operation could not be taken up");
                }
                drop(permit);
                service.wake.notify_one();
            };
            self.writes.spawn(attempt.instrument(span));
        }
        if !none {
            return Ok(Duration::ZERO);
        }
        let due = self.store.next_due(&resting).await?;
        Ok([due, soonest].into_iter().flatten().min().unwrap_or(MAX_PAUSE).max(MIN_PAUSE))
    }

    /// The vendors that are not to be asked now, and when the first of them may be.
    fn unavailable_vendors(&self) -> (Vec<String>, Option<Duration>) {
        let resting = self.vendors.values().filter_map(|vendor| Some((vendor, vendor.ready_in()?)));
        let (names, waits): (Vec<_>, Vec<_>) =
            resting.map(|(vendor, wait)| (vendor.name().to_owned(), wait)).unzip();
        (names, waits.into_iter().min())
    }

    async fn attempt_claimed(&self, operation: store::Operation) -> Result<()> {
        let operation = Operation::from_stored(operation)?;
        if !self.vendors.contains_key(&operation.vendor) {
            return self.defer(operation).await;
        }
        match operation.collection {
            Collection::Agents => self.continue_operation::<Agent>(operation).await,
            Collection::Trunks => self.continue_operation::<Trunk>(operation).await,
        }
    }

    async fn continue_operation<R: Managed>(&self, mut operation: Operation) -> Result<()> {
        let mut item = match self.stored::<R>(&operation.record).await {
            Ok(item) => item,
            Err(gone) if gone.kind == Kind::NotFound => return self.end_orphaned(operation).await,
            Err(failure) => return Err(failure),
        };
        let held = match operation.spec.kind {
            OperationKind::Delete => {
                let accepted = item.visibility == Visibility::Deleted;
                HeldWrite { operation, item, accepted }
            }
            _ if matches!(item.visibility, Visibility::Listed | Visibility::Standby)
                && item.revision >= operation.spec.revision =>
            {
                // Whatever was asked meanwhile is what counts, but the vendor may have seen what was asked then.
                if operation.was_interrupted()
                    && !item.uncertainty.revisions.contains(&operation.spec.revision)
                {
                    item.uncertainty.revisions.push(operation.spec.revision);
                }
                operation.spec.revision = item.revision;
                HeldWrite { operation, item, accepted: true }
            }
            _ => match self.proposed(item, operation.spec.revision).await? {
                Some(item) => HeldWrite { operation, item, accepted: false },
                None => return self.end_orphaned(operation).await,
            },
        };
        let attempted = self.attempt(&held, None).await;
        let settled = self.settle(&held, held.accepted, attempted).await.map(drop);
        self.move_waker.wake_agent(held.item.owner.unwrap_or(held.item.id));
        settled
    }

    /// The item as a write that was not accepted yet wants it; nothing where its revision is not there.
    async fn proposed<R: Managed>(&self, item: Item<R>, revision: u64) -> Result<Option<Item<R>>> {
        if item.revision == revision {
            return Ok(Some(item));
        }
        let Some(body) = self.revision_body::<R>(&item.id, revision).await? else { return Ok(None) };
        let (report, unverifiable) = (item.report.clone(), item.sync.unverifiable.clone());
        Ok(Some(Item { revision, ..item.next(body, report, unverifiable) }))
    }

    /// Lets an operation wait whose vendor is not configured here: it may be where another process is, or under the next
    /// configuration.
    async fn defer(&self, mut operation: Operation) -> Result<()> {
        let detail = format!("The vendor {:?} is not configured.", operation.vendor);
        warn!(vendor = operation.vendor, "An operation waits for a vendor that is not configured");
        // Whether the attempt before broke off stays as it was.
        operation.spec.settled += 1;
        operation.spec.last_error = Some(RecordedError::now(&Error::new(Kind::VendorUnavailable, detail)));
        let next = Next::Later(self.settings.longest_retry);
        self.commit(vec![Mutation::Settle { operation: operation.stored(), next }]).await.map(drop)
    }

    /// Ends an operation whose record is no longer there.
    async fn end_orphaned(&self, mut operation: Operation) -> Result<()> {
        operation.spec.settled = operation.fence;
        let next = Next::End(Ending::Superseded);
        self.commit(vec![Mutation::Settle { operation: operation.stored(), next }]).await.map(drop)
    }
}
