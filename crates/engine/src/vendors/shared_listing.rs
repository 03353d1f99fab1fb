//! One list for many: who wants to see one record of a vendor that only lists all of them shares the list with others.

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
use switchboard_core::{Error, Exchange, Remote, Result};
use switchboard_transport::Transport;

/// A vendor's records, by its own ids.
pub type Records = Arc<HashMap<String, Remote>>;

type ListingFuture = Shared<BoxFuture<'static, Result<Records, Arc<Error>>>>;

/// The lists of one kind of record that are being read. One is at a time, and one at most waits for it to end: a list that
/// began before somebody came may be older than what they want to see.
#[derive(Default)]
pub struct SharedListing(Mutex<Option<PendingListing>>);

/// The list that will begin last.
#[derive(Clone)]
struct PendingListing {
    begun: Arc<AtomicBool>,
    reading: ListingFuture,
}

impl SharedListing {
    /// The vendor's records as they are at a moment after this call.
    ///
    /// # Errors
    /// Those of the conversation.
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
        // What is kept is whole whoever panicked beside it: it is replaced at once.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = last.as_ref().filter(|last| !last.begun.load(Ordering::Acquire)) {
            return waiting.clone();
        }
        let (before, transport, exchange) = (last.take(), transport.clone(), list());
        let begun = Arc::new(AtomicBool::new(false));
        let begins = begun.clone();
        let reading = async move {
            if let Some(before) = before {
                // Whether it failed is for those who wanted it.
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

    /// Lets go of a list that was read, unless another one took its place.
    fn forget(&self, read: &PendingListing) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.take_if(|last| Arc::ptr_eq(&last.begun, &read.begun));
    }
}
