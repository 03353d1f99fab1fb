//! The reading of the vendor's record after a write, and of a record that may already have the desired state.

use serde_json::Value;
use switchboard_core::{
    plan::{Desired, Parts, Plan},
    rule::{Comparison, Report},
};
use tracing::warn;

use super::{
    Writer,
    result::{Applied, AttemptResult, FailedAt},
};
use crate::{
    records::{Item, Managed, Visibility},
    vendors::Target,
};

/// The translation of a write that the vendor has accepted.
pub(super) struct Written {
    /// The translation report of the written state.
    pub report: Report,
    /// The fields that the write changed.
    pub changed: Vec<String>,
    /// True if, after the attempt began, the vendor may have applied an earlier request for another revision.
    pub contested: bool,
}

impl Writer {
    /// Checks that the vendor's record has the desired value in every field that an earlier request may have changed.
    /// Returns `None` if such a field differs or cannot be verified, if the record consists of other parts, or if it
    /// has unpublished changes. Also returns `None` if there is no document to compare: the configuration disables
    /// reading back, or the vendor returns only names or no longer has the record. After `None`, the caller sends the
    /// desired state again.
    pub(super) async fn confirm<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        plan: &Plan,
        attempted: &AttemptResult,
    ) -> Result<Option<Applied>, FailedAt> {
        if !target.vendor.reads_back() {
            return Ok(None);
        }
        let parts = attempted.known_parts(target);
        let Some(remote) =
            target.find_if_readable(&parts).await?.filter(|remote| target.is_whole(&parts, remote))
        else {
            return Ok(None);
        };
        let Comparison { drift, regained } =
            target.translator().compare(desired, &item.report, &remote.document);
        let unverifiable = target.unverifiable(&item.body.desired)?;
        let mut unsure = drift.iter().map(|row| &row.field).chain(&unverifiable);
        if unsure.any(|field| plan.changed.contains(field)) {
            return Ok(None);
        }
        let mut report = item.report.clone();
        report.mark_persisted(&regained);
        Ok(Some(Applied { report, unverifiable, drift: target.in_own_ids(drift).await? }))
    }

    /// Reads the vendor's record after a write, and compares the record with the desired state. `seen` is the vendor's
    /// document, if the response to the write contained it. Otherwise, a standby is always read, and any other record
    /// only if the configuration enables this and the vendor can return the record. A failure to read a standby is an
    /// error, because an agent is about to move to the standby. For any other record, the failure is only logged.
    pub(super) async fn read_back<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        Written { mut report, changed, contested }: Written,
        parts: &Parts,
        seen: Option<Value>,
    ) -> Result<Applied, FailedAt> {
        let seen = match seen {
            None if item.visibility == Visibility::Standby => target.document(parts).await?,
            None if target.vendor.reads_back() => {
                target.document_if_readable(parts).await.unwrap_or_else(|error| {
                    warn!(record = item.id, %error, "failed to read a record back after it was written");
                    None
                })
            }
            seen => seen,
        };
        let compared = seen.map(|document| target.translator().compare(desired, &report, &document));
        let Comparison { drift, regained } = compared.unwrap_or_default();
        // If a field that this write changed differs, the vendor did not persist it. This is not certain if the vendor
        // may have applied an earlier request meanwhile; a later check then decides. The other differing fields were
        // changed by another party before the write.
        let (unkept, drift): (Vec<_>, _) = drift.into_iter().partition(|row| changed.contains(&row.field));
        report.mark_persisted(&regained);
        if !contested {
            report.mark_not_persisted(&unkept);
        }
        let drift = target.in_own_ids(drift).await.map_err(FailedAt::AfterSend)?;
        Ok(Applied { report, unverifiable: target.unverifiable(&item.body.desired)?, drift })
    }
}
