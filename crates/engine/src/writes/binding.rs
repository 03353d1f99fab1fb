//! The bindings of objects that the vendor stores beside records, such as phone numbers.
//!
//! A binding reads the object and then changes it, and no vendor offers both as one request. A lease in the store lets
//! only one write of all processes bind an object at a time. Otherwise, two writes could both read that the object is
//! free, and the second one would take it over.

use switchboard_core::{
    error::{Error, Kind, Result},
    plan::{PartState, VendorStep},
};

use super::{
    Writer,
    classify::{FailureClass, classify},
    lease::Lease,
    result::AttemptResult,
};
use crate::{
    records::{Item, Managed},
    vendors::Target,
};

/// A binding of an object that is about to be requested.
pub(super) struct IntendedBinding {
    /// True if the parts of the record did not contain the binding yet.
    pub is_new: bool,
    /// The lease of the object. The next write of the record acquires it even if the vendor may still apply the record's
    /// earlier request.
    lease: Lease,
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
        let (key, vendor) = (step.key(), target.vendor.name());
        let name = format!("{vendor}/{key}");
        let Some(lease) = self.lease_object(target, item, &name, attempted.waits_until).await? else {
            let detail = format!("Another write may be binding {object:?} at {vendor}.");
            return Err(Error::new(Kind::VendorUnavailable, detail));
        };
        let is_new = attempted.parts.get(&key).is_none();
        let binding = IntendedBinding { is_new, lease };
        if is_new {
            attempted.parts.insert(&key, PartState::new(object.as_str()));
            if let Err(failure) = self.store_progress(item, attempted).await {
                self.release_binding(&binding, None).await;
                return Err(failure);
            }
        }
        Ok(Some(binding))
    }

    /// Releases the lease of an object after the request to bind it. Keeps the lease if the vendor may still apply the
    /// request.
    pub(super) async fn release_binding(&self, binding: &IntendedBinding, failure: Option<&Error>) {
        if failure.is_none_or(|failure| classify(failure) != FailureClass::Ambiguous) {
            self.release(&binding.lease).await;
        }
    }
}
