//! Shared list requests. Concurrent readers of a vendor's records share one request for the whole list.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use futures::{
    FutureExt, TryFutureExt,
    future::{BoxFuture, Shared},
};
use jiff::Timestamp;
use switchboard_core::{
    error::{Error, Kind, Result},
    vendor::{Exchange, Remote},
};
use switchboard_transport::Transport;
use tracing::Instrument;

use crate::records::now;

/// The maximum number of times that a list is read to obtain two successive readings that agree.
const MAX_READINGS: usize = 4;

/// A vendor's records, by the vendor's ids.
pub type Records = Arc<HashMap<String, Remote>>;

/// The list of a vendor's records.
#[derive(Clone)]
pub struct Listed {
    /// The records.
    pub records: Records,
    /// The ids of the records in the vendor's order.
    order: Arc<[String]>,
    /// The time at which the first reading began.
    pub begun: Timestamp,
    /// True if the last two readings contain the same ids. A vendor returns a long list page by page, so a reading may
    /// miss records if other records are deleted meanwhile. The next reading then differs, and the list is not steady.
    pub steady: bool,
}

impl Listed {
    /// Returns the records in the vendor's order.
    pub fn in_order(&self) -> impl Iterator<Item = &Remote> {
        self.order.iter().filter_map(|id| self.records.get(id))
    }
}

type ListingFuture = Shared<BoxFuture<'static, Result<Listed, Arc<Error>>>>;

/// The list requests for one kind of record. The requests run one after another, and concurrent callers share them.
#[derive(Default)]
pub struct SharedListing(Mutex<Option<PendingListing>>);

/// The latest list request, running or waiting for an earlier one. The request completes even if all callers stop
/// waiting.
#[derive(Clone)]
struct PendingListing {
    begun: Arc<OnceLock<Timestamp>>,
    steady: bool,
    reading: ListingFuture,
}

impl PendingListing {
    /// Returns true if the request can serve a caller that needs the records as of `since` or later. If `steady` is
    /// true, the caller also needs two successive readings that agree.
    fn serves(&self, since: Timestamp, steady: bool) -> bool {
        (self.steady || !steady) && self.begun.get().is_none_or(|begun| *begun >= since)
    }
}

impl SharedListing {
    /// Reads the vendor's records, as of `since` or later. If `steady` is true, reads the list until two successive
    /// readings agree, at most [`MAX_READINGS`] times. [`Listed::steady`] is true if they agreed.
    ///
    /// # Errors
    /// The errors of the vendor.
    pub async fn read(
        &self,
        transport: &Transport,
        list: impl Fn() -> Exchange<Vec<Remote>>,
        since: Timestamp,
        steady: bool,
    ) -> Result<Listed> {
        let last = self.join(transport, list, since, steady);
        let listed = last.reading.clone().await;
        self.forget(&last);
        listed.map_err(|error| error.without_source())
    }

    fn join(
        &self,
        transport: &Transport,
        list: impl Fn() -> Exchange<Vec<Remote>>,
        since: Timestamp,
        steady: bool,
    ) -> PendingListing {
        // Ignore poisoning: every change is one assignment, so a panic while the lock is held cannot leave the listing
        // half-written.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(serving) = last.as_ref().filter(|last| last.serves(since, steady)) {
            return serving.clone();
        }
        let (before, transport) = (last.take(), transport.clone());
        let readings: Vec<_> = (0..if steady { MAX_READINGS } else { 1 }).map(|_| list()).collect();
        let begun = Arc::new(OnceLock::new());
        let begins = begun.clone();
        let reading = async move {
            if let Some(before) = before {
                // The callers that wait for that request handle its failure.
                let _ = before.reading.await;
            }
            read(&transport, readings, *begins.get_or_init(now)).await
        };
        let running = tokio::spawn(reading.in_current_span());
        let ended = |broken| {
            let error = Error::new(Kind::Internal, "Reading the vendor's list was interrupted.");
            Err(Arc::new(error.caused_by(broken)))
        };
        let reading = running.unwrap_or_else(ended).boxed().shared();
        let next = PendingListing { begun, steady, reading };
        *last = Some(next.clone());
        next
    }

    /// Drops a completed list request, unless a newer request has replaced it.
    fn forget(&self, read: &PendingListing) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.take_if(|last| Arc::ptr_eq(&last.begun, &read.begun));
    }
}

/// Runs the list requests `readings` until two successive results have the same ids, or all requests are done.
async fn read(
    transport: &Transport,
    readings: Vec<Exchange<Vec<Remote>>>,
    begun: Timestamp,
) -> Result<Listed, Arc<Error>> {
    let (mut records, mut order, mut steady) = (HashMap::new(), Vec::new(), false);
    for (number, exchange) in readings.into_iter().enumerate() {
        let remotes = transport.run_list(exchange).await?;
        order = remotes.iter().map(|remote| remote.id.clone()).collect();
        let read: HashMap<_, _> = remotes.into_iter().map(|remote| (remote.id.clone(), remote)).collect();
        steady = number > 0 && read.len() == records.len() && read.keys().all(|id| records.contains_key(id));
        records = read;
        if steady {
            break;
        }
    }
    Ok(Listed { records: Arc::new(records), order: order.into(), begun, steady })
}
