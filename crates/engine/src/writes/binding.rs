//! The bindings of objects that the vendor stores beside records, such as phone numbers.
//!
//! A binding reads the object and then changes it, and no vendor offers both as one request. A lease in the store lets
//! only one write of all processes bind an object at a time. Otherwise, two writes could both read that the object is
//! free, and the second one would take it over.

use std::time::Duration;

use switchboard_core::{
    error::{Error, Kind, Result},
    plan::{PartState, VendorStep},
};
use tokio::time::{Instant, sleep};
use tracing::warn;

use super::{
    Writer,
    classify::{FailureClass, classify},
    result::AttemptResult,
};
use crate::{
    records::{Item, Managed, Turn},
    vendors::Target,
};

/// The pause between two attempts to acquire the lease of an object.
const LEASE_POLL: Duration = Duration::from_millis(100);

/// A binding of an object that is about to be requested.
pub(super) struct IntendedBinding {
    /// True if the parts of the record did not contain the binding yet.
    pub is_new: bool,
    /// The name of the lease, and its holder: the record. The next write of the record thus acquires the lease even if the
    /// process was killed, or the vendor may still apply the record's earlier request.
    lease: String,
    holder: String,
    /// The right to bind the object in this process. Writes of one process thus wait for each other without polling.
    _turn: Turn,
}

impl Writer {
    /// Prepares a step that binds an object. Stores the binding before it is requested, so that it is known even if the
    /// process is killed. The next attempt then reads the object and binds or unbinds it. Returns `None` for any other
    /// step.
    ///
    /// # Errors
    /// `vendor_unavailable` if another write is still binding the object; the errors of the store.
    pub(super) async fn intend_binding<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        step: &VendorStep,
        attempted: &mut AttemptResult,
    ) -> Result<Option<IntendedBinding>> {
        let object = step.item.as_ref().filter(|_| target.is_bound(step.part) && step.body().is_some());
        let Some(object) = object else { return Ok(None) };
        let key = step.key();
        let name = format!("{}/{key}", target.vendor.name());
        let deadline = Instant::now() + target.vendor.timeout();
        let turn = self.repository.attempt_turn(&name, target.vendor.timeout()).await?;
        let (lease, holder) = (format!("binding/{name}"), item.id.clone());
        self.lease_binding(target, &lease, &holder, object, deadline).await?;
        let is_new = attempted.parts.get(&key).is_none();
        let binding = IntendedBinding { is_new, lease, holder, _turn: turn };
        if is_new {
            attempted.parts.insert(&key, PartState::new(object.as_str()));
            if let Err(failure) = self.store_progress(item, attempted).await {
                self.release_binding(&binding, None).await;
                return Err(failure);
            }
        }
        Ok(Some(binding))
    }

    /// Acquires the lease of an object. The lease lasts until the attempt has certainly ended and the vendor no longer
    /// applies a request whose answer was lost. Waits until `deadline` at most.
    async fn lease_binding<R: Managed>(
        &self,
        target: &Target<'_, R>,
        lease: &str,
        holder: &str,
        object: &str,
        deadline: Instant,
    ) -> Result<()> {
        let (leases, vendor) = (self.repository.store().calls(), target.vendor);
        let time = self.fleet.hold() + vendor.late();
        while !leases.acquire(lease, holder, time).await? {
            if Instant::now() >= deadline {
                let detail = format!("Another write may be binding {object:?} at {}.", vendor.name());
                return Err(Error::new(Kind::VendorUnavailable, detail));
            }
            sleep(LEASE_POLL).await;
        }
        Ok(())
    }

    /// Releases the lease of an object after the request to bind it. Keeps the lease if the vendor may still apply the
    /// request.
    pub(super) async fn release_binding(&self, binding: &IntendedBinding, failure: Option<&Error>) {
        if failure.is_some_and(|failure| classify(failure) == FailureClass::Ambiguous) {
            return;
        }
        let IntendedBinding { lease, holder, .. } = binding;
        if let Err(failure) = self.repository.store().calls().release(lease, holder).await {
            warn!(lease, %failure, "failed to release the lease of an object; it expires later");
        }
    }
}
