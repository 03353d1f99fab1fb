//! Shared list requests: concurrent reads of single records at a vendor without a get-by-id request share one request for
//! the whole list.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use switchboard_core::{
    error::{Error, Result},
    vendor::{Exchange, Remote},
};
use switchboard_transport::Transport;

/// A vendor's records, by the vendor's ids.
pub type Records = Arc<HashMap<String, Remote>>;

type ListingFuture = Shared<BoxFuture<'static, Result<Records, Arc<Error>>>>;

/// The list requests for one kind of record. One runs at a time, and at most one waits for it to end: a list that began
/// before a reader arrived may be older than the reader needs.
#[derive(Default)]
pub struct SharedListing(Mutex<Option<PendingListing>>);

/// The latest list request.
#[derive(Clone)]
struct PendingListing {
    begun: Arc<AtomicBool>,
    reading: ListingFuture,
}

impl SharedListing {
    /// Reads the vendor's records, as of a moment after this call.
    ///
    /// # Errors
    /// The errors of the vendor.
    pub async fn read(
        &self,
        transport: &Transport,
        list: impl FnOnce() -> Exchange<Vec<Remote>>,
    ) -> Result<Records> {
        let last = self.join(transport, list);
        let records = last.reading.clone().await;
        self.forget(&last);
        records.map_err(|error| error.without_source())
    }

    fn join(&self, transport: &Transport, list: impl FnOnce() -> Exchange<Vec<Remote>>) -> PendingListing {
        // Every change is one assignment, so a panic elsewhere cannot leave it half-written.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = last.as_ref().filter(|last| !last.begun.load(Ordering::Acquire)) {
            return waiting.clone();
        }
        let (before, transport, exchange) = (last.take(), transport.clone(), list());
        let begun = Arc::new(AtomicBool::new(false));
        let begins = begun.clone();
        let reading = async move {
            if let Some(before) = before {
                // The waiters of that request handle its failure.
                let _ = before.reading.await;
            }
            begins.store(true, Ordering::Release);
            let remotes = transport.run(exchange).await.map_err(Arc::new)?;
            Ok(Arc::new(remotes.into_iter().map(|remote| (remote.id.clone(), remote)).collect()))
        };
        let next = PendingListing { begun, reading: reading.boxed().shared() };
        *last = Some(next.clone());
        next
    }

    /// Drops a completed list, unless another one has replaced it.
    fn forget(&self, read: &PendingListing) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.take_if(|last| Arc::ptr_eq(&last.begun, &read.begun));
    }
}
