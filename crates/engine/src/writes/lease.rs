//! The leases in the store by which the writes of all processes do a piece of work one after another: the search for what
//! earlier attempts created at a vendor, and the binding of an object.

use std::time::Duration;

use switchboard_core::error::{Error, Kind, Result};
use tokio::time::{Instant, sleep};
use tracing::warn;

use super::{Writer, result::AttemptResult};
use crate::{
    records::{Item, Managed, Turn},
    vendors::Target,
};

/// The pause between two tries to acquire a lease.
const LEASE_POLL: Duration = Duration::from_millis(100);

/// A lease, and its holder: the record. The next write of the record thus acquires the lease even if the process was
/// killed.
pub(super) struct Lease {
    name: String,
    holder: String,
    /// The right to do the work in this process. Writes of one process thus wait for each other without polling.
    _turn: Turn,
}

impl Writer {
    /// Waits for the turn to search at the vendor for what earlier attempts created, in this process and in all others. The
    /// turn prevents two operations from taking the same record or part. It lasts until [`Self::end_search`]. Does nothing
    /// if the attempt has the turn already.
    ///
    /// # Errors
    /// `vendor_unavailable` if the other searches take longer than the attempt may wait; the errors of the store.
    pub(super) async fn begin_search<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut AttemptResult,
    ) -> Result<()> {
        if attempted.search.is_some() {
            return Ok(());
        }
        let vendor = target.vendor.name();
        let turn = self.repository.attempt_turn(vendor, attempted.waits_until).await?;
        let lease = Lease { name: format!("search/{vendor}"), holder: item.id.clone(), _turn: turn };
        // The attempt may end while it waits. It then releases the lease, whether or not it was acquired.
        let lease = attempted.search.insert(lease);
        if self.acquire(lease, self.fleet.hold(), attempted.waits_until).await? {
            return Ok(());
        }
        let detail = format!("Another write searches at {vendor} for what it may have created.");
        Err(Error::new(Kind::VendorUnavailable, detail))
    }

    /// Ends the attempt's turn to search, if it has one.
    pub(super) async fn end_search(&self, attempted: &mut AttemptResult) {
        if let Some(lease) = attempted.search.take() {
            self.release(&lease).await;
        }
    }

    /// Waits for the turn to bind an object, and acquires its lease. `name` names the object. The lease lasts until the
    /// attempt has certainly ended and the vendor no longer applies a request whose answer was lost. Returns `None` if
    /// another write still has the lease when the attempt may no longer wait.
    pub(super) async fn lease_object<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        name: &str,
        until: Instant,
    ) -> Result<Option<Lease>> {
        let turn = self.repository.attempt_turn(name, until).await?;
        let lease = Lease { name: format!("binding/{name}"), holder: item.id.clone(), _turn: turn };
        let time = self.fleet.hold() + target.vendor.late();
        Ok(self.acquire(&lease, time, until).await?.then_some(lease))
    }

    /// Acquires a lease for the duration `time`. Returns false if another record still holds the lease at `until`.
    async fn acquire(&self, lease: &Lease, time: Duration, until: Instant) -> Result<bool> {
        while !self.repository.store().calls().acquire(&lease.name, &lease.holder, time).await? {
            if Instant::now() >= until {
                return Ok(false);
            }
            sleep(LEASE_POLL).await;
        }
        Ok(true)
    }

    /// Releases a lease. Does nothing if the record does not hold it.
    pub(super) async fn release(&self, lease: &Lease) {
        let Lease { name, holder, .. } = lease;
        if let Err(failure) = self.repository.store().calls().release(name, holder).await {
            warn!(lease = name, %failure, "failed to release a lease; it expires later");
        }
    }
}
