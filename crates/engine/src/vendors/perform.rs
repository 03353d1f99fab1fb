//! The execution of one step of a write, and the check of its result.

use switchboard_core::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    plan::{PartState, Parts, StepAction, VendorStep},
    vendor::{OperationKey, Performed, StepAnswer, is_addressable},
};
use switchboard_store::Store;

use super::Target;
use crate::records::Managed;

/// The maximum number of characters of an unusable id that an error message shows.
const SHOWN_ID_CHARS: usize = 80;

/// Returns true if a write failed because the vendor no longer has the record to be changed.
pub fn is_lost_record(error: &Error) -> bool {
    error.kind == Kind::StateConflict && error.means_gone()
}

impl<R: Managed> Target<'_, R> {
    /// Performs one step of a write. A deletion also succeeds if the vendor no longer has the object. If the vendor's
    /// response to a creation has no id, searches for the created object among the vendor's objects that no record in
    /// the store uses.
    ///
    /// # Errors
    /// The errors of the exchange, of the store and of [`Self::confirm_gone`]; `state_conflict` if the vendor no longer
    /// has the object that the step changes; `vendor_rejected` if the vendor does not have an object to bind; the error of
    /// [`Self::check_id`] for a created object.
    pub async fn perform(
        &self,
        step: VendorStep,
        parts: &Parts,
        operation: OperationKey,
        store: &dyn Store,
    ) -> Result<Performed> {
        let (part, key) = (step.part, step.key());
        let bound = step.item.clone().filter(|_| self.is_bound(part));
        let creates = matches!(step.action, StepAction::Create(_));
        let deletes = matches!(step.action, StepAction::Delete);
        let exchange = self.resource.perform(step, parts, operation)?;
        let performed = match self.run(exchange).await {
            Ok(StepAnswer::Performed(performed)) => Ok(performed),
            Ok(StepAnswer::Unidentified(find)) => {
                let bound = store.remote_ids(R::COLLECTION, self.vendor.name()).await;
                let bound = bound.map_err(Error::unsettled)?;
                self.vendor.run::<R, _>(find(bound)).await.map_err(Error::unsettled)
            }
            Err(error) => Err(error),
        };
        match performed {
            Ok(performed) if creates => {
                self.check_id(&performed.state.id)?;
                Ok(performed)
            }
            Err(error) if let Some(id) = bound.filter(|_| error.means_gone()) => {
                self.confirm_gone(part, &id).await?;
                let unknown = || Error::unknown_object(part, &id).with_vendor_name(self.vendor.name());
                match deletes {
                    true => Ok(Performed::new(PartState::new(id))),
                    false => Err(self.translator().map_vendor_fields(unknown())),
                }
            }
            Err(error) if error.means_gone() && !creates => {
                let id = parts.id(&key)?;
                self.confirm_gone(part, id).await?;
                if deletes { Ok(Performed::new(PartState::new(id))) } else { Err(self.removed()) }
            }
            result => result,
        }
    }

    /// Checks that requests can address an object that the vendor has created.
    ///
    /// # Errors
    /// `vendor_protocol_error`, which names the id of the object. Only an operator can remove the object. The write is
    /// not repeated, because another creation would leave another such object.
    pub fn check_id(&self, id: &str) -> Result<()> {
        if is_addressable(id) {
            return Ok(());
        }
        let shown: String = id.chars().take(SHOWN_ID_CHARS).collect();
        let cut = if shown.len() < id.len() { "…" } else { "" };
        let detail = format!(
            "{vendor} has created the {} under the id {shown:?}{cut}, which no request can address: remove it in the console of \
             {vendor}.",
            R::NAME,
            vendor = self.vendor.name(),
        );
        Err(Error::new(Kind::VendorProtocolError, detail))
    }

    /// Checks that the vendor no longer has an object that it has reported as missing. `part` is the name of the
    /// object's part, and `id` the object's id. The status 404 alone proves nothing, because every request fails with
    /// this status if the path in `base_url` is wrong. The vendor must therefore also return a list, and the object
    /// must not be in that list.
    ///
    /// # Errors
    /// `vendor_unavailable` if the vendor has no such list, or if its list contains the object; the errors of reading
    /// the list.
    pub async fn confirm_gone(&self, part: &str, id: &str) -> Result<()> {
        let vendor = self.vendor.name();
        let listed = match self.resource.find(part) {
            Some(exchange) => {
                let found = self.vendor.run::<R, _>(exchange).await;
                found.map(|found| found.iter().any(|found| found.state.id == id))
            }
            // `find` returns `None` for the main part, and for parts that the vendor cannot list. In both cases, a
            // readable list of records proves that `base_url` is right. The object is then gone, unless it is a main
            // part that the list contains.
            None => self
                .vendor
                .records(self.resource)
                .await
                .map(|records| part == self.main_part() && records.contains_key(id)),
        };
        let doubtful = |why: String| {
            let failure = VendorFailure::new(Outcome::Rejected);
            Err(Error::vendor(Kind::VendorUnavailable, failure).with_vendor_name(vendor).with_detail(why))
        };
        match listed {
            Ok(false) => Ok(()),
            Ok(true) => {
                doubtful(format!("{vendor} answers that it does not have the {}, but lists it.", R::NAME))
            }
            Err(error) if error.means_gone() => doubtful(format!(
                "{vendor} answers that it has neither the {} nor a list of {0}s: check base_url.",
                R::NAME
            )),
            Err(failure) => Err(failure),
        }
    }

    /// Builds the error for a record that the vendor no longer has.
    pub(super) fn removed(&self) -> Error {
        let vendor = self.vendor.name();
        let failure = VendorFailure::new(Outcome::Rejected).gone();
        Error::vendor(Kind::StateConflict, failure).with_vendor_name(vendor).with_detail(format!(
            "{vendor} no longer has the {}, because it was removed at the vendor.",
            R::NAME
        ))
    }
}
