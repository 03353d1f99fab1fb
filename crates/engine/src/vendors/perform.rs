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
    /// The errors of the exchange, of the store, of [`Self::confirm_gone`] and of `explain_gone`; the error of
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
            Err(error) if error.means_gone() && (bound.is_some() || !creates) => {
                let id = bound.as_deref().map_or_else(|| parts.id(&key), Ok)?;
                if deletes {
                    self.confirm_gone(part, id).await?;
                    return Ok(Performed::new(PartState::new(id)));
                }
                Err(self.explain_gone(error, part, &key, id, parts).await?)
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

    /// Finds the object that the vendor lacks if it refuses a change because an object does not exist. A request names
    /// further objects besides the changed one, such as a tool or a document, so the vendor's lists decide. `part`, `key` and
    /// `id` identify the changed part. Returns the error of the step: the vendor no longer has the record or the part, does
    /// not have the object to bind, or refuses the change because of another object.
    ///
    /// # Errors
    /// The errors of reading the list.
    async fn explain_gone(
        &self,
        refusal: Error,
        part: &'static str,
        key: &str,
        id: &str,
        parts: &Parts,
    ) -> Result<Error> {
        let (main, is_bound) = (self.main_part(), self.is_bound(part));
        if is_bound && !self.lists(part, id).await? {
            let unknown = Error::unknown_object(part, id).with_vendor_name(self.vendor.name());
            return Ok(self.translator().map_vendor_fields(unknown));
        }
        if let Some(record) = parts.get(main)
            && !self.lists(main, &record.id).await?
        {
            return Ok(self.removed());
        }
        if !is_bound && part != main && !self.lists(part, id).await? {
            return Ok(self.removed_part(key));
        }
        Ok(refusal.about_another_object())
    }

    /// Checks that the vendor no longer has an object that it has reported as missing. `part` is the name of the
    /// object's part, and `id` the object's id.
    ///
    /// # Errors
    /// `vendor_unavailable` if the vendor's list contains the object; the errors of reading the list.
    pub async fn confirm_gone(&self, part: &str, id: &str) -> Result<()> {
        if !self.lists(part, id).await? {
            return Ok(());
        }
        let vendor = self.vendor.name();
        Err(self.doubtful(format!("{vendor} answers that it does not have the {}, but lists it.", R::NAME)))
    }

    /// Returns true if the vendor's list contains an object that the vendor has reported as missing. `part` is the name of
    /// the object's part, and `id` the object's id. The status 404 alone proves nothing, because every request fails with
    /// this status if the path in `base_url` is wrong. The vendor must therefore also return a list.
    ///
    /// # Errors
    /// `vendor_unavailable` if the vendor has no such list; the errors of reading the list.
    async fn lists(&self, part: &str, id: &str) -> Result<bool> {
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
        match listed {
            Err(error) if error.means_gone() => Err(self.doubtful(format!(
                "{vendor} answers that it has neither the {} nor a list of {0}s: check base_url.",
                R::NAME
            ))),
            listed => listed,
        }
    }

    /// Builds the error for an answer that reports an object as missing without proof.
    fn doubtful(&self, why: String) -> Error {
        let failure = VendorFailure::new(Outcome::Rejected);
        Error::vendor(Kind::VendorUnavailable, failure).with_vendor_name(self.vendor.name()).with_detail(why)
    }

    /// Builds the error for a part that the vendor no longer has, although it has the record. `key` is the key of the part.
    fn removed_part(&self, key: &str) -> Error {
        let vendor = self.vendor.name();
        let failure = VendorFailure::new(Outcome::Rejected);
        Error::vendor(Kind::StateConflict, failure).with_vendor_name(vendor).with_detail(format!(
            "{vendor} has the {}, but no longer its part {key:?}, which was removed at the vendor. Sync the {0} with on_drift \
             \"overwrite\": the gateway then creates the part again.",
            R::NAME
        ))
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
