//! Creating, changing and deleting records, at the vendor first and then here.

use serde_json::Value;
use switchboard_core::{Creation, Error, Handling, Kind, Remote, Result, Violation};
use tracing::error;

use super::{
    Filter, Item, Managed, Placement, Service, Vendor, body::Body, members, merge, plan::Target,
    vendor::is_gone,
};

/// What a write expects of the revision it changes.
pub type Expected<'a> = &'a (dyn Fn(u64) -> Result<()> + Send + Sync);

impl Service {
    /// Makes a record at the vendor that its route leads to.
    ///
    /// # Errors
    /// Everything that is wrong with the body, what the vendor cannot carry, and the vendor's refusals and failures.
    /// Nothing is kept where one is answered.
    pub async fn create<R: Managed>(&self, document: &Value, handling: Handling) -> Result<Item<R>> {
        let body = self.read_body::<R>(document)?;
        let route = self.route(&body)?;
        let target = self.target::<R>(self.named_vendor(&route.vendor)?, handling).await?;
        let resolved = self.aliases.resolve(&body.desired, target.vendor)?;
        let plan = target.creation(&resolved)?;
        self.check_unique::<R>(&body, None).await?;
        let bound = self.store.remote_ids(R::COLLECTION, target.vendor.name()).await?;
        let exchange = target.resource.create(plan.body, Creation { bound });
        let remote = target.vendor.run::<R, _>(exchange).await?;
        let placement = placement(&target, route.because, &remote);
        let unverifiable = target.unverifiable(&body.desired);
        let item = Item::new(body, placement, plan.report, unverifiable);
        if let Err(error) = self.store.insert(&item.row()).await {
            self.take_back(&target, &remote).await;
            return Err(error);
        }
        Ok(item)
    }

    /// Applies a merge patch (RFC 7396).
    ///
    /// # Errors
    /// As for a creation; `precondition_failed` where `expected` refuses the revision.
    pub async fn patch<R: Managed>(
        &self,
        id: &str,
        patch: &Value,
        expected: Expected<'_>,
        handling: Handling,
    ) -> Result<Item<R>> {
        let _lock = self.locks.hold(id).await;
        let item = self.get::<R>(id).await?;
        expected(item.revision)?;
        let body = self.patched_body(&item, patch)?;
        self.change(item, body, handling).await
    }

    /// Replaces all that callers can set.
    ///
    /// # Errors
    /// As for a patch.
    pub async fn replace<R: Managed>(
        &self,
        id: &str,
        document: &Value,
        expected: Expected<'_>,
        handling: Handling,
    ) -> Result<Item<R>> {
        let _lock = self.locks.hold(id).await;
        let item = self.get::<R>(id).await?;
        expected(item.revision)?;
        let mut whole = document.clone();
        merge::keep_secrets(&item.body.desired.record, document, &mut whole);
        let body = self.read_body::<R>(&whole)?;
        self.change(item, body, handling).await
    }

    /// Removes a record, at the vendor too unless it is to stay there.
    ///
    /// # Errors
    /// `not_found`, `precondition_failed`, and the vendor's refusals and failures; the record is kept then.
    pub async fn delete<R: Managed>(
        &self,
        id: &str,
        expected: Expected<'_>,
        keep_remote: bool,
    ) -> Result<()> {
        let _lock = self.locks.hold(id).await;
        let item = self.get::<R>(id).await?;
        expected(item.revision)?;
        if !keep_remote {
            let vendor = self.placed(&item)?;
            let exchange = vendor.resource::<R>()?.delete(&item.placement.remote_id);
            gone_is_deleted(vendor.run::<R, _>(exchange).await)?;
        }
        self.store.delete(R::COLLECTION, id, item.revision).await
    }

    /// The next state of a record under a merge patch.
    pub(super) fn patched_body<R: Managed>(&self, item: &Item<R>, patch: &Value) -> Result<Body<R>> {
        members(patch)?;
        let mut document = merge::patched(&item.body, patch);
        merge::keep_secrets(&item.body.desired.record, patch, &mut document);
        self.read_body(&document)
    }

    /// The vendor a record runs at.
    pub(super) fn placed<R: Managed>(&self, item: &Item<R>) -> Result<&Vendor> {
        self.vendors.get(&item.placement.vendor).ok_or_else(|| {
            let detail = format!(
                "The {} runs at {:?}, which is no longer configured.",
                R::NAME,
                item.placement.vendor
            );
            Error::new(Kind::StateConflict, detail)
        })
    }

    async fn change<R: Managed>(&self, item: Item<R>, body: Body<R>, handling: Handling) -> Result<Item<R>> {
        if body == item.body {
            return Ok(item);
        }
        if let Some(pin) = body.envelope.vendor.as_deref().filter(|pin| *pin != item.placement.vendor) {
            let detail = format!(
                "The {} runs at {:?}; an update does not move it to {pin:?}.",
                R::NAME,
                item.placement.vendor
            );
            return Err(Error::invalid(vec![Violation::at("/vendor", Kind::ValidationFailed, detail)]));
        }
        self.check_unique(&body, Some(&item.id)).await?;
        let (report, unverifiable) = if body.desired == item.body.desired {
            (item.report.clone(), item.sync.unverifiable.clone())
        } else {
            let target = self.target::<R>(self.placed(&item)?, handling).await?;
            let plan = self.update_plan(&target, &item, &body).await?;
            if plan.sends {
                target.send(&item.placement.remote_id, plan.body).await?;
            }
            (plan.report, target.unverifiable(&body.desired))
        };
        let next = item.next(body, report, unverifiable);
        self.store.update(&next.row(), item.revision).await?;
        Ok(next)
    }

    /// Refuses a caller's key that another record has, before a vendor is asked for anything.
    pub(super) async fn check_unique<R: Managed>(&self, body: &Body<R>, own: Option<&str>) -> Result<()> {
        let Some(key) = &body.envelope.external_ref else { return Ok(()) };
        let filter = Filter { external_ref: Some(key.clone()), ..Filter::default() };
        let rows = self.store.list(R::COLLECTION, &filter, None, 1).await?;
        match rows.iter().find(|row| Some(row.id.as_str()) != own) {
            None => Ok(()),
            Some(_) => {
                let detail = format!("Another {} has the external_ref {key:?}.", R::NAME);
                Err(Error::invalid(vec![Violation::at("/external_ref", Kind::AlreadyExists, detail)]))
            }
        }
    }

    /// Removes what a vendor made and the store did not keep, so that a caller that tries again does not make two.
    async fn take_back<R: Managed>(&self, target: &Target<'_, R>, remote: &Remote) {
        let deleted = target.vendor.run::<R, _>(target.resource.delete(&remote.id)).await;
        if let Err(failure) = gone_is_deleted(deleted) {
            error!(
                vendor = target.vendor.name(), kind = R::NAME, remote_id = remote.id, error = %failure,
                "The vendor has a record that the store did not keep and that could not be removed again"
            );
        }
    }
}

pub(super) fn placement<R: Managed>(target: &Target<'_, R>, because: String, remote: &Remote) -> Placement {
    Placement {
        vendor: target.vendor.name().to_owned(),
        adapter: target.adapter.to_owned(),
        because,
        remote_id: remote.id.clone(),
    }
}

/// What the vendor no longer has is as good as deleted.
fn gone_is_deleted(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if is_gone(&error) => Ok(()),
        result => result,
    }
}
