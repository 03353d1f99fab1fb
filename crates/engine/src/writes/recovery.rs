//! Looking for a record that a vendor was asked to make without an answer that counts.

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
    /// The record, by the vendor's id, made as this revision asked.
    One(Box<Remote>, u64),
    /// Certainly nothing: it can be made.
    None,
    /// Undecided: the search proves neither.
    Undecided(VendorResult),
}

/// A creation that the vendor may have been asked for.
struct PossibleCreation<R> {
    revision: u64,
    desired: Desired<R>,
    /// The fields that the vendor would hold of it.
    report: Report,
}

impl Writer {
    /// Searches for the record among the vendor's records that no record here is bound to. Its absence counts only if two
    /// searches, some time apart, confirm it, and never if creating it twice costs money.
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
                    "{} records of {} may be the {} that it was asked to make.",
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

    /// Lists the creations that the vendor may have been asked for.
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
        let first = *attempted.spec.absent_since.get_or_insert_with(now);
        let seen_for = Duration::try_from(now().duration_since(first)).unwrap_or_default();
        if seen_for < self.settings.writes.absence {
            let detail = format!("{vendor} does not list the {}; it is looked for once more.", R::NAME);
            return SearchResult::Undecided(VendorResult::Later(
                self.settings.writes.absence - seen_for,
                outcome_unknown(detail),
            ));
        }
        if target.resource.creation_costs() && attempted.spec.kind != OperationKind::Delete {
            let detail = format!(
                "{vendor} was asked to make the {} and does not list it; asking again could cost twice.",
                R::NAME
            );
            return SearchResult::Undecided(VendorResult::Stuck(outcome_unknown(detail)));
        }
        attempted.spec.absent_since = None;
        attempted.uncertainty = Uncertainty::default();
        SearchResult::None
    }

    /// Lists the vendor's records with the name of one that is about to be made, if the vendor returns only names.
    ///
    /// # Errors
    /// Those of a conversation with the vendor.
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

/// Completes a listed record by fetching it, because a list may show less.
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
