//! The task for polling. It compares the vendors' records with the values that were sent, and records the drift. It
//! changes nothing at a vendor.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use switchboard_core::{
    error::{Kind, Result},
    model::{Agent, Trunk},
    plan::Handling,
    vendor::{ReadBack, ReadScope},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::{BackgroundTask, Handles, Next, Schedule};
use crate::{
    records::{Batch, Filter, Item, Managed, Repository, api_word},
    vendors::{Fleet, Records, Target, Vendor, timing::run_to_completion},
};

/// The number of records per store query.
const PAGE_SIZE: u32 = 100;

/// The task that polls all vendors.
pub struct PollTask {
    /// The stored records.
    pub repository: Arc<Repository>,
    /// The configured vendors.
    pub fleet: Arc<Fleet>,
    /// The tracker of running commits.
    pub handles: Arc<Handles>,
    /// The average interval between two passes. Zero disables polling.
    pub interval: Duration,
}

#[async_trait]
impl BackgroundTask for PollTask {
    fn name(&self) -> &'static str {
        "poll"
    }

    fn schedule(&self) -> Schedule {
        Schedule { first: self.pause(), retry: self.interval, wake: None, debounce: Duration::ZERO }
    }

    async fn run(&self, shutdown: &CancellationToken) -> Result<Next> {
        if self.interval.is_zero() {
            return Ok(Next::Never);
        }
        for vendor in self.fleet.vendors() {
            if shutdown.run_until_cancelled(self.poll_vendor(vendor)).await.is_none() {
                break;
            }
        }
        Ok(Next::After(self.pause()))
    }
}

impl PollTask {
    /// Returns a random pause of 0.5 to 1.5 intervals, so that several processes do not poll simultaneously.
    fn pause(&self) -> Duration {
        self.interval.mul_f64(0.5 + fastrand::f64())
    }

    async fn poll_vendor(&self, vendor: &Vendor) {
        let results = [self.poll_records::<Agent>(vendor).await, self.poll_records::<Trunk>(vendor).await];
        for failure in results.into_iter().filter_map(Result::err) {
            warn!(vendor = vendor.name(), %failure, "failed to poll the records of a vendor");
        }
    }

    /// Polls the records of one kind. Logs the first record that cannot be compared, and continues after each such
    /// record.
    ///
    /// # Errors
    /// The errors of the store and of reading the vendor's lists; the failure of a record if it shows that the vendor
    /// accepts no requests now.
    async fn poll_records<R: Managed>(&self, vendor: &Vendor) -> Result<()> {
        // It is not a failure if a vendor does not have this kind of record.
        if vendor.ready_in().is_some() || vendor.resource::<R>().is_err() {
            return Ok(());
        }
        let filter = Filter { vendor: Some(vendor.name().to_owned()), external_ref: None };
        let mut after: Option<String> = None;
        let mut listed = None;
        let mut has_failed = false;
        loop {
            let store = self.repository.store();
            let rows = store.list(R::COLLECTION, &filter, after.as_deref(), PAGE_SIZE).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(last.id.clone());
            let target = self.fleet.target::<R>(vendor, Handling::Lenient).await?;
            if listed.is_none() && target.read_back() != ReadBack::One {
                listed = Some(vendor.records(target.resource).await?);
            }
            for row in rows {
                let record = row.id.clone();
                let item = match Item::<R>::from_row(row) {
                    Ok(item) => item,
                    Err(failure) => {
                        error!(record, %failure, "failed to read a stored record for polling");
                        continue;
                    }
                };
                let Err(failure) = self.poll_record(&target, item, listed.as_ref()).await else { continue };
                if failure.kind == Kind::StorageUnavailable || vendor.ready_in().is_some() {
                    return Err(failure);
                }
                if !has_failed {
                    warn!(vendor = vendor.name(), record, %failure, "failed to poll a record, the first one of this pass");
                }
                has_failed = true;
            }
        }
    }

    /// Compares one record with the vendor's record, and stores the result. Skips a record whose sync state is not
    /// final, and a record whose id the vendor has not returned. If the record has been written since it was read, the
    /// result is dropped.
    async fn poll_record<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: Item<R>,
        listed: Option<&Records>,
    ) -> Result<()> {
        let Some(remote_id) = item.placement.remote_id.as_ref().filter(|_| !item.sync.is_pending()) else {
            return Ok(());
        };
        if let Some(listed) = listed {
            let seen = target.compare(&item, listed.get(remote_id)).await?;
            if item.with_observation(&seen) == item {
                return Ok(());
            }
            // The list may be older than the record. A difference counts only if it is still there when the vendor's record
            // is fetched.
        }
        let remote = target.fetch(&target.placed_parts(&item.placement), ReadScope::Bound).await?;
        let changed = item.with_observation(&target.compare(&item, remote.as_ref()).await?);
        if changed == item {
            return Ok(());
        }
        info!(record = item.id, state = api_word(changed.sync.state), "record was changed at its vendor");
        let (repository, mut batch) = (self.repository.clone(), Batch::new());
        if changed.sync.has_drifted_since(&item.sync) {
            batch.tally().drift_found(target.vendor.name());
        }
        batch.update(&changed);
        // A commit that has begun is completed, even if polling stops.
        let commit = async move { repository.commit(batch).await };
        match run_to_completion(&self.handles.running, commit).await {
            Err(conflict) if matches!(conflict.kind, Kind::PreconditionFailed | Kind::NotFound) => {
                debug!(record = item.id, "the record changed during the poll");
                Ok(())
            }
            result => result.map(drop),
        }
    }
}
