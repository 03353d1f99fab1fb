//! The component that follows calls.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use switchboard_config::calls::{Calls as Settings, FollowedCalls};
use switchboard_core::{
    error::{Error, Kind, Result},
    vendor::Calls,
};
use switchboard_store::{CallPosition, FoundCall};
use tracing::error;

use super::{
    look::{Look, all},
    schedule,
};
use crate::{
    background::Handles,
    calls::{CallBook, CallRecord},
    records::Repository,
    vendors::{Fleet, Vendor},
};

/// The number of calls per query of the store.
const PAGE_SIZE: u32 = 200;

/// The component that follows calls to their end, and that ends, reads and erases calls on request.
///
/// It never dials. Only a [`Dialer`](crate::calls::Dialer) can dial.
pub struct Follower {
    pub(super) book: Arc<CallBook>,
    pub(super) repository: Arc<Repository>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) settings: Settings,
    pub(super) handles: Arc<Handles>,
}

impl Follower {
    /// Creates the component.
    pub fn new(
        book: Arc<CallBook>,
        repository: Arc<Repository>,
        fleet: Arc<Fleet>,
        settings: Settings,
        handles: Arc<Handles>,
    ) -> Self {
        Self { book, repository, fleet, settings, handles }
    }

    /// Returns the configured vendor of a call, with the vendor's rules and exchanges for calls.
    ///
    /// # Errors
    /// `state_conflict` if the vendor is no longer configured, or if its adapter does not support calls.
    pub(super) fn vendor_of(&self, call: &CallRecord) -> Result<(&Vendor, &dyn Calls)> {
        let vendor = self.fleet.vendor(&call.vendor).ok();
        let found = vendor.and_then(|vendor| Some((vendor, vendor.adapter().calls()?)));
        found.ok_or_else(|| {
            let detail =
                format!("The call runs at {:?}, which is no longer configured for calls.", call.vendor);
            Error::new(Kind::StateConflict, detail)
        })
    }

    /// Looks once at the calls of a vendor: recovers interrupted dials, and follows the other calls, which must be due.
    /// `at` is the time of the look.
    ///
    /// If the gateway follows all calls of the vendor, a look that reads the vendor's list also stores calls that the
    /// gateway did not place. `sweeps` makes such a look read the list even if no due call needs it.
    ///
    /// If no requests to the vendor are permitted now, or if its adapter does not support calls, only recovers dials
    /// and makes the other calls due again later.
    ///
    /// # Errors
    /// `not_found` if no such vendor is configured; the errors of the store and of reading the vendor's list.
    pub async fn look_at(
        &self,
        vendor: &str,
        calls: Vec<CallRecord>,
        at: Timestamp,
        sweeps: bool,
    ) -> Result<()> {
        let calls = self.recover(calls).await?;
        let vendor = self.fleet.vendor(vendor)?;
        let (Some(contract), None) = (vendor.adapter().calls(), vendor.ready_in()) else {
            let pause = vendor.ready_in().unwrap_or(schedule::LONG_PAUSE).max(self.settings.follow);
            return all(calls.iter().map(|call| self.put_off(call, pause, at)).collect()).await;
        };
        let (erasures, calls): (Vec<_>, Vec<_>) =
            calls.into_iter().partition(|call| call.following.erasure.is_some());
        all(erasures.into_iter().map(|call| self.continue_erasure(call, at)).collect()).await?;
        let discovers = self.follows_all(vendor).then_some(sweeps);
        Look::new(self, vendor, contract, at).run(calls, discovers).await
    }

    /// Returns true if the gateway also follows calls at this vendor that it did not place.
    pub(super) fn follows_all(&self, vendor: &Vendor) -> bool {
        vendor.configured().calls.follow == FollowedCalls::All
    }

    /// Lists the calls at a vendor that are not over and for which the vendor's id is not known.
    pub(super) async fn unmatched(&self, vendor: &str) -> Result<Vec<CallRecord>> {
        let (mut all, mut after): (Vec<CallRecord>, Option<CallPosition>) = (Vec::new(), None);
        loop {
            let rows = self.book.store().unmatched(vendor, after.as_ref(), PAGE_SIZE).await?;
            let Some(last) = rows.last() else { return Ok(all) };
            after = Some(last.position.clone());
            all.extend(rows.into_iter().filter_map(|found| self.readable(found)));
        }
    }

    /// Reads a stored call. Returns `None` for a damaged call, which is logged once.
    pub(super) fn readable(&self, found: FoundCall) -> Option<CallRecord> {
        let id = found.position.id;
        let read = found.row.and_then(CallRecord::from_row);
        read.inspect_err(|failure| {
            if self.handles.damage.is_new("calls", &id, failure) {
                error!(call = id, %failure, "failed to read a stored call");
            }
        })
        .ok()
    }
}

/// Returns the duration between two times, or zero if the second one is earlier.
pub(super) fn since(from: Timestamp, to: Timestamp) -> std::time::Duration {
    to.duration_since(from).max(SignedDuration::ZERO).unsigned_abs()
}
