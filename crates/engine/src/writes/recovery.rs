//! The search for the record of a lost creation.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_core::{
    error::{Error, Kind, Outcome as VendorOutcome, Result, VendorFailure},
    plan::{Desired, Parts},
    rule::Report,
    vendor::{LostCreation, ReadBack, ReadScope, Remote},
};

use tokio::time::timeout;

use super::{
    Writer,
    result::{AttemptResult, VendorResult},
};
use crate::{
    records::{Candidate, Item, Managed, OperationKind, Uncertainty, now},
    vendors::Target,
};

/// The shortest pause before the next attempt while another write is about to end.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The result of a search.
pub(super) enum SearchResult {
    /// The vendor has the record. The value is the revision from which the record was created.
    Found(u64),
    /// The vendor does not have the record.
    None,
    /// The search could not determine whether the vendor has the record. The value is the result of the attempt.
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
    /// Searches for the record among the vendor's records that no record of the gateway uses. The record counts as
    /// absent only after the vendor can no longer apply the creation request and two further searches, `writes.absence`
    /// apart, have not found the record. If `writes.absence` is zero, one further search suffices. If a second creation
    /// would cost money, an operator decides whether the record is absent, unless the operation is a deletion.
    pub(super) async fn search<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut AttemptResult,
    ) -> Result<SearchResult> {
        let found = self.search_list(target, item, attempted).await;
        self.end_search(attempted).await;
        found
    }

    async fn search_list<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut AttemptResult,
    ) -> Result<SearchResult> {
        let since = attempted.uncertainty.creation_requested_at.unwrap_or(item.created_at);
        let sought = self.possible_creations(target, item, attempted).await?;
        let needed = *attempted.spec.searching_since.get_or_insert_with(now);
        let reading = target.vendor.steady_list::<R>(target.resource, needed);
        let Ok(listed) = timeout(target.vendor.timeout(), reading).await else {
            let detail = format!("The gateway still reads {}'s list of {}s.", target.vendor.name(), R::NAME);
            return Ok(self.search_again(Duration::ZERO, detail));
        };
        let listed = listed?;
        attempted.spec.searching_since = None;
        // The turn prevents two operations from choosing the same record.
        self.begin_search(target, item, attempted).await?;
        let bound = self.repository.store().remote_ids(R::COLLECTION, target.vendor.name()).await?;
        let known = attempted.spec.before.clone().unwrap_or_default();
        let mut found = Vec::new();
        for remote in listed.in_order().filter(|remote| {
            !bound.contains(&remote.id)
                && !known.contains(&remote.id)
                && sought.iter().any(|sought| remote.name.as_deref() == sought.desired.record.label())
        }) {
            let Some(remote) = complete(target, remote.clone(), &attempted.parts).await? else { continue };
            if has_other_parts(&remote, &attempted.parts) {
                continue;
            }
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
        if found.is_empty() && !listed.steady {
            let detail = format!("{}'s list changed while the gateway read it.", target.vendor.name());
            return Ok(self.search_again(self.settings.writes.longest_retry, detail));
        }
        if found.is_empty() {
            return Ok(self.confirm_absent(target, listed.begun, attempted));
        }
        self.choose(target, item, &sought, found, attempted).await
    }

    /// Chooses one of the found records and stores its id. Several records may have been found because the creations of
    /// several equal records were lost; any assignment is then correct. If there are more records than lost creations,
    /// lists the records as candidates for an operator instead. If another operation is creating an equal record now,
    /// chooses none, and a later attempt searches again.
    async fn choose<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        sought: &[PossibleCreation<R>],
        mut found: Vec<(Remote, u64)>,
        attempted: &mut AttemptResult,
    ) -> Result<SearchResult> {
        let wanted: Vec<_> = sought.iter().map(|sought| &sought.desired).collect();
        if self.is_creating_equal(target, item, &wanted).await? {
            let detail = format!("The gateway is creating another {} that is equal.", R::NAME);
            return Ok(self.search_again(self.rival_pause(attempted), detail));
        }
        // An operation that ended after the search read the bound ids has stored the id of its record.
        let bound = self.repository.store().remote_ids(R::COLLECTION, target.vendor.name()).await?;
        found.retain(|(remote, _)| !bound.contains(&remote.id));
        if found.is_empty() {
            let detail = format!("The gateway has created another {} that is equal.", R::NAME);
            return Ok(self.search_again(self.rival_pause(attempted), detail));
        }
        if !self.has_equal_lost_creations(target, item, &wanted, found.len() - 1).await? {
            let detail = format!(
                "{} records at {} may be the {} whose creation the gateway requested.",
                found.len(),
                target.vendor.name(),
                R::NAME
            );
            let candidate =
                |(remote, _): (Remote, u64)| Candidate { remote_id: remote.id, name: remote.name };
            attempted.spec.candidates = found.into_iter().map(candidate).collect();
            return Ok(SearchResult::Undecided(VendorResult::Stuck(outcome_unknown(detail))));
        }
        let (remote, revision) = found.remove(0);
        attempted.spec.absent_since = None;
        attempted.found(target, remote)?;
        self.store_progress(item, attempted).await?;
        Ok(SearchResult::Found(revision))
    }

    /// Returns the pause before the next search while an equal record or part is being created: the backoff of the attempt,
    /// and at least 200 ms.
    pub(super) fn rival_pause(&self, attempted: &AttemptResult) -> Duration {
        self.backoff(attempted.spec.attempts).max(FIRST_PAUSE)
    }

    fn search_again(&self, wait: Duration, detail: String) -> SearchResult {
        SearchResult::Undecided(VendorResult::Later(wait, outcome_unknown(detail)))
    }

    /// Lists the creation requests that may have been sent to the vendor. Omits expired revisions.
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
                let desired = target.resolve_known(&body.desired).await?;
                let report = target.plan_resolved(&desired, &Parts::NONE)?.report;
                sought.push(PossibleCreation { revision: *number, desired, report });
            }
        }
        Ok(sought)
    }

    /// Decides whether the vendor certainly does not have the record or part. A reading of the vendor's list that began
    /// at `seen_at` did not contain the record or part. The result is undecided if the absence is not certain yet, or
    /// if an operator has to decide because a second creation would cost money.
    pub(super) fn confirm_absent<R: Managed>(
        &self,
        target: &Target<'_, R>,
        seen_at: Timestamp,
        attempted: &mut AttemptResult,
    ) -> SearchResult {
        let vendor = target.vendor.name();
        if let Some(until) = attempted.uncertainty.open_until(seen_at) {
            // The vendor may create the record after this search.
            attempted.spec.absent_since = None;
            let left = Duration::try_from(until.duration_since(seen_at)).unwrap_or_default();
            let detail = format!(
                "{vendor} does not list the {}, and may still create it until {until}; the gateway searches for it again.",
                R::NAME
            );
            return self.search_again(left.min(self.settings.writes.longest_retry), detail);
        }
        let absence = self.settings.writes.absence;
        if attempted.spec.absent_since.is_none() && !absence.is_zero() {
            // The clock of the store measures the pause between the two searches, because another process may make the second
            // one. The operation is not attempted before the end of the pause.
            attempted.spec.absent_since = Some(seen_at);
            let detail = format!("{vendor} does not list the {}. The gateway checks once more.", R::NAME);
            return self.search_again(absence, detail);
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

/// Fetches the whole record if the list shows only a portion of it. `made` contains the parts that the creation made
/// before the main part. The fetched record shows which of these parts belong to it. Does not look for bound objects,
/// because a creation binds them after its other steps. If the vendor returns only names, returns the listed record
/// unchanged. Returns `None` if the vendor no longer has the record.
async fn complete<R: Managed>(
    target: &Target<'_, R>,
    listed: Remote,
    made: &Parts,
) -> Result<Option<Remote>> {
    if listed.is_whole() || target.read_back() == ReadBack::NameOnly {
        Ok(Some(listed))
    } else {
        let mut parts = made.clone();
        listed.parts.iter().for_each(|(part, state)| parts.insert(part, state.clone()));
        target.fetch(&target.parts(Some(&listed.id), &parts), ReadScope::Owned).await
    }
}

/// Returns true if the vendor's record consists of other parts than those that the creation made, so another creation made
/// the record.
fn has_other_parts(remote: &Remote, made: &Parts) -> bool {
    made.iter().any(|(key, made)| remote.parts.get(key).is_some_and(|part| part.id != made.id))
}

pub(super) fn outcome_unknown(detail: String) -> Error {
    Error::vendor(Kind::VendorOutcomeUnknown, VendorFailure::new(VendorOutcome::Ambiguous))
        .with_detail(detail)
}
