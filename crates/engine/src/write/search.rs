//! Looking for a record that a vendor was asked to make without an answer that counts.

use std::time::Duration;

use serde_json::Value;
use switchboard_core::{
    Attempt, Desired, Error, Kind, Outcome as VendorOutcome, ReadBack, Remote, Report, Result, VendorFailure,
    matches,
};

use super::attempt::{Attempted, Outcome};
use crate::{
    Doubt, Item, Managed, Service,
    operation::{Candidate, OperationKind},
    state::now,
    target::Target,
};

/// What a search found.
pub(super) enum Found {
    /// The record, by the vendor's id, made as this revision asked.
    One(String, u64),
    /// Certainly nothing: it can be made.
    None,
    /// Nothing that decides it.
    Undecided(Outcome),
}

/// What the vendor may have been asked to make.
struct Sought<R> {
    revision: u64,
    desired: Desired<R>,
    /// What it would hold of that.
    report: Report,
}

impl Service {
    /// Looks for the record among those that nobody has here. That it is not there has to be seen twice, some time
    /// apart, before it counts; and never counts where making it twice costs money.
    pub(super) async fn search<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut Attempted,
    ) -> Result<Found> {
        let since = attempted.doubt.asked_to_make.unwrap_or(item.created_at);
        let bound = self.store.remote_ids(R::COLLECTION, target.vendor.name()).await?;
        let known = attempted.course.before.clone().unwrap_or_default();
        let listed = target.vendor.run::<R, _>(target.resource.list()).await?;
        let unbound =
            listed.into_iter().filter(|remote| !bound.contains(&remote.id) && !known.contains(&remote.id));
        let mut found = Vec::new();
        let sought = self.sought(target, item, attempted).await?;
        for remote in
            unbound.filter(|remote| sought.iter().any(|sought| remote.name == name(&sought.desired)))
        {
            let Some(remote) = whole(target, remote).await? else { continue };
            let fits = |sought: &&Sought<R>| {
                let Sought { desired, report, .. } = sought;
                let attempt = Attempt { desired, report, sent_at: since, bound: &bound };
                matches(target.resource, target.adapter, &attempt, &remote, &target.facts)
            };
            if let Some(sought) = sought.iter().find(fits) {
                let candidate = Candidate { remote_id: remote.id.clone(), name: remote.name.clone() };
                found.push((candidate, sought.revision));
            }
        }
        attempted.course.candidates.clear();
        Ok(match found.as_slice() {
            [(one, revision)] => {
                attempted.course.absent_since = None;
                Found::One(one.remote_id.clone(), *revision)
            }
            [] => self.absent(target, attempted),
            _ => {
                let detail = format!(
                    "{} records of {} may be the {} that it was asked to make.",
                    found.len(),
                    target.vendor.name(),
                    R::NAME
                );
                attempted.course.candidates = found.into_iter().map(|(candidate, _)| candidate).collect();
                Found::Undecided(Outcome::Stuck(untold(detail)))
            }
        })
    }

    /// What the vendor may have been asked to make.
    async fn sought<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &Attempted,
    ) -> Result<Vec<Sought<R>>> {
        let mut sought = Vec::new();
        for number in &attempted.doubt.revisions {
            let body = match *number == item.revision {
                true => Some(item.body.clone()),
                false => self.revision_body::<R>(&item.id, *number).await?,
            };
            if let Some(body) = body {
                let desired = self.aliases.resolve(&body.desired, target.vendor)?;
                let report = target.creation(&desired)?.report;
                sought.push(Sought { revision: *number, desired, report });
            }
        }
        Ok(sought)
    }

    fn absent<R: Managed>(&self, target: &Target<'_, R>, attempted: &mut Attempted) -> Found {
        let vendor = target.vendor.name();
        let first = *attempted.course.absent_since.get_or_insert_with(now);
        let seen_for = Duration::try_from(now().duration_since(first)).unwrap_or_default();
        if seen_for < self.settings.absence {
            let detail = format!("{vendor} does not list the {}; it is looked for once more.", R::NAME);
            return Found::Undecided(Outcome::Later(self.settings.absence - seen_for, untold(detail)));
        }
        if target.resource.creation_costs() && attempted.course.kind != OperationKind::Delete {
            let detail = format!(
                "{vendor} was asked to make the {} and does not list it; asking again could cost twice.",
                R::NAME
            );
            return Found::Undecided(Outcome::Stuck(untold(detail)));
        }
        attempted.course.absent_since = None;
        attempted.doubt = Doubt::default();
        Found::None
    }

    /// The vendor's records that have the name of one that is about to be made, where only names can be told apart.
    ///
    /// # Errors
    /// Those of a conversation with the vendor.
    pub(super) async fn namesakes<R: Managed>(
        &self,
        target: &Target<'_, R>,
        desired: &Desired<R>,
    ) -> Result<Option<Vec<String>>> {
        if target.read_back() != ReadBack::NameOnly {
            return Ok(None);
        }
        let listed = target.vendor.run::<R, _>(target.resource.list()).await?;
        let wanted = name(desired);
        Ok(Some(listed.into_iter().filter(|remote| remote.name == wanted).map(|remote| remote.id).collect()))
    }
}

/// A record with all that the vendor says of it: a list may show less.
async fn whole<R: Managed>(target: &Target<'_, R>, listed: Remote) -> Result<Option<Remote>> {
    match listed.whole || target.read_back() == ReadBack::NameOnly {
        true => Ok(Some(listed)),
        false => target.fetch(&listed.id).await,
    }
}

fn name<R: Managed>(desired: &Desired<R>) -> Option<String> {
    let record = serde_json::to_value(&desired.record).unwrap_or_default();
    record.get("name").and_then(Value::as_str).map(ToOwned::to_owned)
}

fn untold(detail: String) -> Error {
    Error::vendor(Kind::VendorOutcomeUnknown, VendorFailure::new(VendorOutcome::Ambiguous)).saying(detail)
}
