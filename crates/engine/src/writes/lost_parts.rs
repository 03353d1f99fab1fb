//! The search for the parts that an earlier attempt of a write may have created, and whose ids were lost.

use std::collections::BTreeSet;

use switchboard_core::{
    error::{Kind, Result},
    plan::{Handling, PartState, Parts, StepAction, VendorStep},
    vendor::{FoundPart, OperationKey},
};

use super::{
    Writer,
    recovery::{SearchResult, outcome_unknown},
    result::{AttemptResult, FailedAt, VendorResult},
};
use crate::{
    records::{Item, Managed, now},
    vendors::Target,
};

/// The result of the search for a part that an earlier attempt may have created.
pub(super) enum LostPart {
    /// The part that an earlier attempt created.
    Found(PartState),
    /// There is no part to reuse, so the step is sent.
    None,
    /// The search cannot determine yet whether an earlier attempt created the part.
    Undecided(VendorResult),
}

/// The vendor's objects that an earlier attempt may have created as a part of a record.
enum Candidates {
    /// The vendor cannot list such objects.
    Unlisted,
    /// Another operation may have created one of the objects, and has not stored its id yet.
    Contested,
    /// The objects that no other record of the gateway uses.
    Free(Vec<FoundPart>),
}

impl Writer {
    /// Searches for the part that a step would create, if an earlier attempt may have created it. Removes the found
    /// objects that cannot be used: those with the contents of an earlier revision, and all of them if only the lost
    /// response contained the part's secret.
    pub(super) async fn find_part<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        step: &VendorStep,
        attempted: &mut AttemptResult,
    ) -> Result<LostPart, FailedAt> {
        let makes = matches!(step.action, StepAction::Create(_))
            && step.part != target.main_part()
            && !target.is_bound(step.part);
        if !makes || attempted.lost_revisions.is_empty() {
            return Ok(LostPart::None);
        }
        let seen_at = now();
        let made = match self.lost_parts(target, item, step, attempted).await? {
            Candidates::Free(made) => made,
            Candidates::Contested => return Ok(LostPart::Undecided(self.contested(target, attempted))),
            Candidates::Unlisted => {
                let vendor = target.vendor.name();
                let detail = format!(
                    "{vendor} may have created a part of the {}, and cannot list such parts.",
                    R::NAME
                );
                return Ok(LostPart::Undecided(VendorResult::Stuck(outcome_unknown(detail))));
            }
        };
        let part = target.resource.parts().iter().find(|part| part.name == step.part);
        let reveals_secret = part.is_some_and(|part| part.reveals_secret);
        let (usable, unusable): (Vec<_>, Vec<_>) =
            made.into_iter().partition(|found| !reveals_secret && step.may_have_made(found, attempted.since));
        for lost in unusable {
            let parts = Parts::NONE.with(&step.key(), lost.state);
            attempted.has_sent = true;
            let removal = VendorStep::new(step.part, StepAction::Delete).for_item(step.item.clone());
            let removed =
                target.perform(removal, &parts, OperationKey::default(), self.repository.store()).await;
            removed.map_err(FailedAt::AfterSend)?;
            attempted.absence_proved = true;
        }
        if let Some(found) = usable.into_iter().next() {
            return Ok(LostPart::Found(found.state));
        }
        if !attempted.absence_proved
            && let SearchResult::Undecided(outcome) = self.confirm_absent(target, seen_at, attempted)
        {
            return Ok(LostPart::Undecided(outcome));
        }
        attempted.absence_proved = true;
        Ok(LostPart::None)
    }

    /// Adds to the known parts those that an interrupted creation may have created, so that they are deleted with the
    /// record, and stores their ids. Adds at most one object for each part. Returns the reason to search again later, if
    /// there is one.
    pub(super) async fn find_lost_parts<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut AttemptResult,
    ) -> Result<Option<VendorResult>, FailedAt> {
        if attempted.lost_revisions.is_empty() || !target.has_several_parts() {
            return Ok(None);
        }
        self.begin_search(target, item, attempted).await?;
        // Planning the creations again needs the catalogues, which the target of a deletion lacks.
        let target = self.fleet.target::<R>(target.vendor, Handling::Lenient).await?;
        let mut found = false;
        for step in self.sent_creations(&target, item, &attempted.lost_revisions).await? {
            if attempted.parts.get(&step.key()).is_some() || target.is_bound(step.part) {
                continue;
            }
            match self.lost_parts(&target, item, &step, attempted).await? {
                Candidates::Contested => return Ok(Some(self.contested(&target, attempted))),
                Candidates::Unlisted => {}
                Candidates::Free(made) => {
                    if let Some(made) = made.into_iter().next() {
                        attempted.parts.insert(&step.key(), made.state);
                        found = true;
                    }
                }
            }
        }
        if found {
            // The next search must see that these parts belong to this record.
            self.store_progress(item, attempted).await?;
        }
        Ok(None)
    }

    /// Lists the vendor's objects that an earlier attempt may have created as a part of the record.
    async fn lost_parts<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        step: &VendorStep,
        attempted: &AttemptResult,
    ) -> Result<Candidates> {
        if attempted.lost_revisions.is_empty() || step.part == target.main_part() {
            return Ok(Candidates::Free(Vec::new()));
        }
        let Some(exchange) = target.resource.find(step.part) else { return Ok(Candidates::Unlisted) };
        let mut made = target.vendor.run::<R, _>(exchange).await?;
        let sent = self.sent_creations(target, item, &attempted.lost_revisions).await?;
        made.retain(|found| {
            let may_have_made =
                |sent: &VendorStep| sent.key() == step.key() && sent.may_have_made(found, attempted.since);
            sent.iter().any(may_have_made)
        });
        self.omit_bound(target, step, &mut made).await?;
        if made.is_empty() {
            return Ok(Candidates::Free(made));
        }
        if self.is_creating_part(target, item, step, &made, attempted.since).await? {
            return Ok(Candidates::Contested);
        }
        // The operations that were running when the vendor listed the objects have stored their ids by now.
        self.omit_bound(target, step, &mut made).await?;
        Ok(Candidates::Free(made))
    }

    /// Builds the result of a search that waits for another operation to store the parts that it creates. The next attempt
    /// searches again, even if this one has proved that the record does not exist.
    fn contested<R: Managed>(&self, target: &Target<'_, R>, attempted: &mut AttemptResult) -> VendorResult {
        for revision in &attempted.lost_revisions {
            attempted.uncertainty.note_revision(*revision);
        }
        let vendor = target.vendor.name();
        let detail = format!("The gateway is creating another {} with an equal part at {vendor}.", R::NAME);
        VendorResult::Later(self.rival_pause(attempted), outcome_unknown(detail))
    }

    /// Lists the steps that create a part, planned for the desired state of each of these revisions. Skips expired revisions.
    pub(super) async fn sent_creations<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        revisions: &[u64],
    ) -> Result<Vec<VendorStep>> {
        let mut sent = Vec::new();
        for number in revisions {
            let body = match *number == item.revision {
                true => Some(item.body.clone()),
                false => self.repository.revision::<R>(&item.id, *number).await?.map(|known| known.body),
            };
            let Some(body) = body else { continue };
            let plan = target.plan_resolved(&target.resolve_known(&body.desired).await?, &Parts::NONE)?;
            sent.extend(plan.steps.into_iter().filter(|step| matches!(step.action, StepAction::Create(_))));
        }
        Ok(sent)
    }

    /// Removes from a list the objects that the gateway's records at this vendor use as the part of a step. Considers
    /// records that are still being created.
    async fn omit_bound<R: Managed>(
        &self,
        target: &Target<'_, R>,
        step: &VendorStep,
        objects: &mut Vec<FoundPart>,
    ) -> Result<()> {
        let vendor = target.vendor.name();
        let mut records = BTreeSet::new();
        let mut open = self.repository.open_operations(vendor, &[]);
        while let Some(page) = open.next_page::<R>().await? {
            records.extend(page.into_iter().map(|operation| operation.record));
        }
        // Read second, because an operation that ends meanwhile has stored the vendor's id of its record.
        let bound = self.repository.store().bound_ids(R::COLLECTION, vendor).await?;
        records.extend(bound.into_iter().map(|bound| bound.id));
        for record in records {
            if objects.is_empty() {
                break;
            }
            match self.repository.load::<R>(&record).await {
                Ok(item) => {
                    let parts = &item.placement.parts;
                    let items = parts.items(step.part).map(|(_, state)| state);
                    let used: Vec<_> = parts.get(step.part).into_iter().chain(items).collect();
                    objects.retain(|object| !used.iter().any(|state| state.id == object.state.id));
                }
                Err(gone) if gone.kind == Kind::NotFound => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }
}
