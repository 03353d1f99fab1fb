//! The background: operations that wait, and those whose attempt broke off, are taken up until they are over.

use std::{sync::Arc, time::Duration};

use switchboard_core::{Agent, Error, Kind, Result, Trunk};
use switchboard_store::{self as store, Collection, Ending, Next, Step};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, error, info_span, warn};

use super::Work;
use crate::{
    Item, Managed, Service, Shown,
    operation::{Operation, OperationKind},
    state::Told,
};

/// How long it is waited at most until the store is asked for work again: other processes may have left some.
const ROUND: Duration = Duration::from_secs(1);
/// How long it is waited at least where nothing could be taken up: what is due may be somebody else's for a moment.
const BREATH: Duration = Duration::from_millis(20);

impl Service {
    /// Takes up operations until it is told to stop.
    pub async fn reconcile(self: Arc<Self>, stop: CancellationToken) {
        loop {
            let wait = match self.round().await {
                Ok(wait) => wait,
                Err(failure) => {
                    warn!(%failure, "Waiting operations could not be taken up");
                    ROUND
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(wait.min(ROUND)) => {}
                () = self.wake.notified() => {}
            }
        }
    }

    /// Takes up what is due; says how long it is until there is more.
    async fn round(self: &Arc<Self>) -> Result<Duration> {
        let (resting, soonest) = self.resting();
        let free = u32::try_from(self.room.available_permits()).unwrap_or(u32::MAX);
        if free == 0 {
            return Ok(ROUND);
        }
        // Taken before anything is claimed: the background of the configuration before may not have ended yet.
        let Ok(mut places) = self.room.clone().try_acquire_many_owned(free) else { return Ok(BREATH) };
        let claimed = self.store.claim(self.hold, &resting, free).await?;
        let none = claimed.is_empty();
        for operation in claimed {
            let place = places.split(1);
            let (service, span) = (self.clone(), info_span!("operation", id = operation.id));
            let work = async move {
                let id = operation.id.clone();
                if let Err(failure) = service.take_up(operation).await {
                    error!(operation = id, %failure, "An operation could not be taken up");
                }
                drop(place);
                service.wake.notify_one();
            };
            self.writes.spawn(work.instrument(span));
        }
        if !none {
            return Ok(Duration::ZERO);
        }
        let due = self.store.next_due(&resting).await?;
        Ok([due, soonest].into_iter().flatten().min().unwrap_or(ROUND).max(BREATH))
    }

    /// The vendors that are not to be asked now, and when the first of them may be.
    fn resting(&self) -> (Vec<String>, Option<Duration>) {
        let resting = self.vendors.values().filter_map(|vendor| Some((vendor, vendor.ready_in()?)));
        let (names, waits): (Vec<_>, Vec<_>) =
            resting.map(|(vendor, wait)| (vendor.name().to_owned(), wait)).unzip();
        (names, waits.into_iter().min())
    }

    async fn take_up(&self, operation: store::Operation) -> Result<()> {
        let operation = Operation::of(operation)?;
        if !self.vendors.contains_key(&operation.vendor) {
            return self.put_back(operation).await;
        }
        match operation.collection {
            Collection::Agents => self.go_on::<Agent>(operation).await,
            Collection::Trunks => self.go_on::<Trunk>(operation).await,
        }
    }

    async fn go_on<R: Managed>(&self, mut operation: Operation) -> Result<()> {
        let mut item = match self.stored::<R>(&operation.record).await {
            Ok(item) => item,
            Err(gone) if gone.kind == Kind::NotFound => return self.end(operation).await,
            Err(failure) => return Err(failure),
        };
        let work = match operation.course.kind {
            OperationKind::Delete => {
                let accepted = item.shown == Shown::NoMore;
                Work { operation, item, accepted }
            }
            _ if matches!(item.shown, Shown::Yes | Shown::Beside)
                && item.revision >= operation.course.revision =>
            {
                // Whatever was asked meanwhile is what counts, but the vendor may have seen what was asked then.
                if operation.broke_off() && !item.doubt.revisions.contains(&operation.course.revision) {
                    item.doubt.revisions.push(operation.course.revision);
                }
                operation.course.revision = item.revision;
                Work { operation, item, accepted: true }
            }
            _ => match self.proposed(item, operation.course.revision).await? {
                Some(item) => Work { operation, item, accepted: false },
                None => return self.end(operation).await,
            },
        };
        let attempted = self.attempt(&work, None).await;
        let settled = self.settle(&work, work.accepted, attempted).await.map(drop);
        self.moves.ring_for(work.item.belongs_to.unwrap_or(work.item.id));
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
    async fn put_back(&self, mut operation: Operation) -> Result<()> {
        let detail = format!("The vendor {:?} is not configured.", operation.vendor);
        warn!(vendor = operation.vendor, "An operation waits for a vendor that is not configured");
        // Whether the attempt before broke off stays as it was.
        operation.course.settled += 1;
        operation.course.last_error = Some(Told::now(&Error::new(Kind::VendorUnavailable, detail)));
        let next = Next::Later(self.settings.longest_retry);
        self.commit(vec![Step::Settle { operation: operation.stored(), next }]).await.map(drop)
    }

    /// Ends an operation whose record is no longer there.
    async fn end(&self, mut operation: Operation) -> Result<()> {
        operation.course.settled = operation.fence;
        let next = Next::End(Ending::Superseded);
        self.commit(vec![Step::Settle { operation: operation.stored(), next }]).await.map(drop)
    }
}
