//! Looking at every vendor's records from time to time: what was changed behind our back is told, and nothing else done.

use std::{sync::Arc, time::Duration};

use switchboard_core::{Agent, Handling, Kind, ReadBack, Result, Trunk};
use switchboard_store::{Filter, Mutation};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{
    Item, Managed, Service, Vendor, shared_listing::Records, target::Target, vendor_time::run_to_completion,
};

/// Records that are read from the store at once.
const PAGE_SIZE: u32 = 100;

impl Service {
    /// Looks at all vendors every `every` or so, until it is told to stop.
    pub async fn poll(self: Arc<Self>, every: Duration, stop: CancellationToken) {
        loop {
            // Several processes should not all look at the same moment.
            let wait = self.last_poll.time_until(every.mul_f64(0.5 + fastrand::f64()));
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(wait) => {}
            }
            for vendor in self.vendors.values() {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.poll_vendor(vendor) => {}
                }
            }
            self.last_poll.mark();
        }
    }

    async fn poll_vendor(self: &Arc<Self>, vendor: &Vendor) {
        let looks = [self.poll_records::<Agent>(vendor).await, self.poll_records::<Trunk>(vendor).await];
        for failure in looks.into_iter().filter_map(Result::err) {
            // That a vendor has no such thing is no failure, and one that is down is told elsewhere.
            if failure.kind != Kind::CapabilityLoss {
                warn!(vendor = vendor.name(), %failure, "A vendor's records could not be looked at");
            }
        }
    }

    async fn poll_records<R: Managed>(self: &Arc<Self>, vendor: &Vendor) -> Result<()> {
        if vendor.ready_in().is_some() || vendor.resource::<R>().is_err() {
            return Ok(());
        }
        let filter = Filter { vendor: Some(vendor.name().to_owned()), external_ref: None };
        let mut after: Option<String> = None;
        let mut listed = None;
        loop {
            let rows = self.store.list(R::COLLECTION, &filter, after.as_deref(), PAGE_SIZE).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(last.id.clone());
            let target = self.target::<R>(vendor, Handling::Lenient).await?;
            if listed.is_none() && target.read_back() != ReadBack::One {
                listed = Some(vendor.records(target.resource).await?);
            }
            for row in rows {
                self.poll_record(&target, Item::<R>::from_row(row)?, listed.as_ref()).await?;
            }
        }
    }

    /// Compares one record; one that was written since it was read is left for the next time.
    async fn poll_record<R: Managed>(
        self: &Arc<Self>,
        target: &Target<'_, R>,
        item: Item<R>,
        listed: Option<&Records>,
    ) -> Result<()> {
        let Some(remote_id) = item.placement.remote_id.as_ref().filter(|_| !item.sync.is_pending()) else {
            return Ok(());
        };
        if let Some(listed) = listed {
            let seen = self.compare(target, &item, listed.get(remote_id))?;
            if item.with_observation(&seen) == item {
                return Ok(());
            }
            // The list may be older than the record: only what is seen after it was read counts.
        }
        let remote = target.fetch(remote_id).await?;
        let changed = item.with_observation(&self.compare(target, &item, remote.as_ref())?);
        if changed == item {
            return Ok(());
        }
        info!(record = item.id, state = ?changed.sync.state, "A vendor's record was changed by somebody else");
        // Begun, a commit goes to its end, also where the looking stops.
        let (service, mutations) = (self.clone(), vec![Mutation::Update(changed.row())]);
        match run_to_completion(&self.writes, async move { service.commit(mutations).await }).await {
            Err(written) if matches!(written.kind, Kind::PreconditionFailed | Kind::NotFound) => {
                debug!(record = item.id, "written meanwhile");
                Ok(())
            }
            result => result.map(drop),
        }
    }
}
