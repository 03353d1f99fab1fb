//! The search for a record of a lost creation.

use std::time::Duration;

use switchboard_core::{
    error::{Error, Kind, Outcome as VendorOutcome, Result, VendorFailure},
    plan::{Desired, Parts},
    rule::Report,
    vendor::{LostCreation, ReadBack, Remote},
};

use super::{
    Writer,
    result::{AttemptResult, VendorResult},
};
use crate::{
    records::{Candidate, Item, Managed, OperationKind, Uncertainty, now},
    vendors::Target,
};

/// The result of a search.
pub(super) enum SearchResult {
    /// The vendor's record, and the revision from which it was created.
    One(Box<Remote>, u64),
    /// The vendor does not have the record, so it can be created.
    None,
    /// The search proved neither the record nor its absence.
    Undecided(VendorResult),
}

/// A creation request that may have been sent to the vendor.
struct PossibleCreation<R> {
    revision: u64,
    desired: Desired<R>,
    /// The translation report of the creation.
    report: Report,
}

impl Writer {
    /// Searches for the record among the vendor's records that no record of the gateway uses. Two searches, at least
    /// `writes.absence` apart, must miss the record before it counts as absent. If a second creation would cost money, an
    /// operator has to decide instead, except for a deletion.
    pub(super) async fn search<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut AttemptResult,
    ) -> Result<SearchResult> {
        let since = attempted.uncertainty.creation_requested_at.unwrap_or(item.created_at);
        let bound = self.repository.store().remote_ids(R::COLLECTION, target.vendor.name()).await?;
        let known = attempted.spec.before.clone().unwrap_or_default();
        let listed = target.vendor.run::<R, _>(target.resource.list()).await?;
        let unbound =
            listed.into_iter().filter(|remote| !bound.contains(&remote.id) && !known.contains(&remote.id));
        let mut found = Vec::new();
        let sought = self.possible_creations(target, item, attempted).await?;
        for remote in unbound.filter(|remote| {
            sought.iter().any(|sought| remote.name.as_deref() == sought.desired.record.label())
        }) {
            let Some(remote) = complete(target, remote).await? else { continue };
            let fits = |sought: &&PossibleCreation<R>| {
                let PossibleCreation { desired, report, .. } = sought;
                let attempt = LostCreation { desired, report, sent_at: since, bound: &bound };
                target.translator().matches_creation(&attempt, &remote)
            };
            if let Some(sought) = sought.iter().find(fits) {
                found.push((remote, sought.revision));
            }
        }
        attempted.spec.candidates.clear();
        if found.is_empty() {
            return Ok(self.confirm_absent(target, attempted));
        }
        let several = found.len() > 1;
        Ok(match found.pop() {
            Some((one, revision)) if !several => {
                attempted.spec.absent_since = None;
                SearchResult::One(Box::new(one), revision)
            }
            last => {
                found.extend(last);
                let detail = format!(
                    "{} records at {} may be the {} whose creation the gateway requested.",
                    found.len(),
                    target.vendor.name(),
                    R::NAME
                );
                let candidate =
                    |(remote, _): (Remote, u64)| Candidate { remote_id: remote.id, name: remote.name };
                attempted.spec.candidates = found.into_iter().map(candidate).collect();
                SearchResult::Undecided(VendorResult::Stuck(outcome_unknown(detail)))
            }
        })
    }

    /// Lists the creation requests that may have been sent to the vendor.
    async fn possible_creations<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &AttemptResult,
    ) -> Result<Vec<PossibleCreation<R>>> {
        let mut sought = Vec::new();
        for number in &attempted.uncertainty.revisions {
            let body = match *number == item.revision {
                true => Some(item.body.clone()),
                false => self.repository.revision::<R>(&item.id, *number).await?.map(|known| known.body),
            };
            if let Some(body) = body {
                let desired = target.resolve(&body.desired)?;
                let report = target.plan_resolved(&desired, &Parts::NONE)?.report;
                sought.push(PossibleCreation { revision: *number, desired, report });
            }
        }
        Ok(sought)
    }

    pub(super) fn confirm_absent<R: Managed>(
        &self,
        target: &Target<'_, R>,
        attempted: &mut AttemptResult,
    ) -> SearchResult {
        let vendor = target.vendor.name();
        let now = now();
        if let Some(until) = attempted.uncertainty.open_until(now) {
            // The vendor may create the record after this search.
            attempted.spec.absent_since = None;
            let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            let detail = format!(
                "{vendor} does not list the {}, and may still create it until {until}; the gateway searches for it again.",
                R::NAME
            );
            let wait = left.min(self.settings.writes.longest_retry);
            return SearchResult::Undecided(VendorResult::Later(wait, outcome_unknown(detail)));
        }
        let absence = self.settings.writes.absence;
        if attempted.spec.absent_since.is_none() && !absence.is_zero() {
            // The clock of the store measures the pause between the two searches, because another process may make the second
            // one. The operation is not attempted before the end of the pause.
            attempted.spec.absent_since = Some(now);
            let detail = format!("{vendor} does not list the {}. The gateway checks once more.", R::NAME);
            return SearchResult::Undecided(VendorResult::Later(absence, outcome_unknown(detail)));
        }
        if target.resource.creation_costs() && attempted.spec.kind != OperationKind::Delete {
            let detail = format!(
                "{vendor} does not list the {} whose creation the gateway requested. A second request could incur a second charge.",
                R::NAME
            );
            return SearchResult::Undecided(VendorResult::Stuck(outcome_unknown(detail)));
        }
        attempted.spec.absent_since = None;
        attempted.uncertainty = Uncertainty::default();
        SearchResult::None
    }

    /// Lists the ids of the vendor's records with the name of the record to create. Returns `None` unless the vendor returns
    /// only names.
    ///
    /// # Errors
    /// The errors of [`Vendor::run`](crate::vendors::Vendor::run).
    pub(super) async fn find_by_name<R: Managed>(
        &self,
        target: &Target<'_, R>,
        desired: &Desired<R>,
    ) -> Result<Option<Vec<String>>> {
        if target.read_back() != ReadBack::NameOnly {
            return Ok(None);
        }
        let listed = target.vendor.run::<R, _>(target.resource.list()).await?;
        let wanted = desired.record.label();
        Ok(Some(
            listed
                .into_iter()
                .filter(|remote| remote.name.as_deref() == wanted)
                .map(|remote| remote.id)
                .collect(),
        ))
    }
}

/// Fetches a listed record if the list shows only a portion of it.
async fn complete<R: Managed>(target: &Target<'_, R>, listed: Remote) -> Result<Option<Remote>> {
    if listed.is_whole() || target.read_back() == ReadBack::NameOnly {
        Ok(Some(listed))
    } else {
        target.fetch(&target.parts(Some(&listed.id), &listed.parts)).await
    }
}

pub(super) fn outcome_unknown(detail: String) -> Error {
    Error::vendor(Kind::VendorOutcomeUnknown, VendorFailure::new(VendorOutcome::Ambiguous))
        .with_detail(detail)
}
