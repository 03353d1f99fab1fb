//! The update of indexed routes that were decided by an earlier routing.

use jiff::Timestamp;
use switchboard_core::error::Result;
use switchboard_store::{IndexedRoute, SearchChange};
use tokio_util::sync::CancellationToken;

use super::Planner;
use crate::records::{Batch, Item, Managed, now};

/// The maximum number of records whose routes one commit stores.
const PAGE_SIZE: u32 = 100;
/// The maximum number of pages that are routed for one list request or for the planning of one migration.
const LIST_PAGES: usize = 5;

impl Planner {
    /// Routes up to 500 records of a kind whose indexed route has another fingerprint than the current routing. Returns
    /// a time at which every indexed route followed the current routing, or `None` if further records may have to be
    /// routed.
    ///
    /// # Errors
    /// `storage_unavailable`, and the errors of reading the catalogues that are needed to check a rule's requirement.
    pub async fn check_routes<R: Managed>(&self) -> Result<Option<Timestamp>> {
        let routed_by = self.routes.current_fingerprint(&self.fleet).await?;
        for _ in 0..LIST_PAGES {
            let checked_at = now();
            if self.route_page::<R>(routed_by).await? == 0 {
                return Ok(Some(checked_at));
            }
        }
        Ok(None)
    }

    /// Routes all records of a kind whose indexed route has another fingerprint than the current routing. Does nothing
    /// if a catalogue that is needed to check a rule's requirement is not cached. Returns early if the token `shutdown`
    /// is triggered.
    ///
    /// # Errors
    /// The errors of [`Self::check_routes`].
    pub async fn route_all<R: Managed>(&self, shutdown: &CancellationToken) -> Result<()> {
        let Some(routed_by) = self.routes.cached_fingerprint(&self.fleet).await else { return Ok(()) };
        while !shutdown.is_cancelled() && self.route_page::<R>(routed_by).await? > 0 {}
        Ok(())
    }

    /// Routes one page of records. Returns the number of records on the page.
    async fn route_page<R: Managed>(&self, routed_by: i64) -> Result<usize> {
        let unrouted = self.repository.store().unrouted(R::COLLECTION, routed_by, PAGE_SIZE).await?;
        let count = unrouted.len();
        let mut batch = Batch::new();
        for found in unrouted {
            let (id, seen) = (found.row.id.clone(), found.routed_by);
            let route = match Item::<R>::from_row(found.row) {
                Ok(item) => {
                    let vendor = self.route_of(&item).await?.map(|route| route.vendor);
                    let stale = vendor.as_ref().is_some_and(|vendor| *vendor != item.placement.vendor);
                    IndexedRoute { vendor, stale, routed_by }
                }
                // The route of an unreadable record cannot be decided. `stale` puts the record into the list of
                // misplaced records, which reports it as unreadable.
                Err(_) => IndexedRoute { vendor: None, stale: true, routed_by },
            };
            batch.change_index(SearchChange::Route { collection: R::COLLECTION, id, seen, route });
        }
        if count > 0 {
            self.repository.commit(batch).await?;
        }
        Ok(count)
    }
}
