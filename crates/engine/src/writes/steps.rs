//! The steps of a plan, sent one after another: the result of each is stored before the next one is sent.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result},
    plan::{PartState, Parts, StepAction, Steps, VendorStep},
    vendor::StepContext,
};
use switchboard_store::{OperationFilter, OperationState};
use tokio::time::Instant;

use super::{
    Writer,
    classify::{FailureClass, classify},
    recovery::{SearchResult, outcome_unknown},
    result::{AttemptResult, FailedAt, VendorResult},
};
use crate::{
    records::{Batch, Item, Managed, Visibility},
    vendors::Target,
};

/// The greatest number of tries to store the progress of a write, if other writes of the record interfere.
const MAX_TRIES: u32 = 20;
/// The longest wait of a write for others that look for lost parts at the same vendor.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(30);

/// The end of a sequence of steps.
pub(super) enum Sent {
    /// The vendor performed all of them; with its whole document, if the answer to the only step has it.
    All(Option<Value>),
    /// Undecided: an earlier attempt may have performed one of the steps.
    Undecided(VendorResult),
}

/// The answer to the question whether an earlier attempt made a part.
enum LostPart {
    /// An earlier attempt made the part, and this is it.
    Found(PartState),
    /// No earlier attempt made the part.
    None,
    /// That is not known yet.
    Undecided(VendorResult),
}

impl Writer {
    /// Sends steps one after another, and stores the result of each before the next one is sent.
    pub(super) async fn send_steps<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        steps: Vec<VendorStep>,
        bound: Vec<String>,
        attempted: &mut AttemptResult,
    ) -> Result<Sent, FailedAt> {
        // Two records that look for alike parts do not find the same one.
        let _search = match attempted.lost_revisions.is_empty() || !target.has_several_parts() {
            true => None,
            false => Some(self.repository.turn(target.vendor.name(), Instant::now() + SEARCH_TIMEOUT).await?),
        };
        let mut steps = Steps::new(steps, attempted.known_parts(target));
        let mut seen = None;
        while let Some(step) = steps.next_step() {
            let state = match self.find_part(target, item, &step, attempted).await? {
                LostPart::Found(state) => state,
                LostPart::Undecided(outcome) => return Ok(Sent::Undecided(outcome)),
                LostPart::None => {
                    let context = StepContext { key: attempted.key.clone(), bound: bound.clone() };
                    match target.perform(step, steps.parts(), context).await {
                        Ok(performed) => {
                            let state = performed.state.clone();
                            seen = performed.whole();
                            state
                        }
                        Err(error) => return Err(self.abandon_parts(target, item, attempted, error).await),
                    }
                }
            };
            let parts = steps.advance(state);
            attempted.step_finished(target, parts);
            if !steps.is_finished() {
                // What cannot be stored now is stored with the result of the attempt.
                self.store_progress(item, attempted).await.map_err(FailedAt::AfterSend)?;
            }
        }
        // The answer to one of several steps shows no more than its part.
        Ok(Sent::All(seen.filter(|_| !target.has_several_parts())))
    }

    /// Removes the parts of a record whose creation the vendor refuses; gives the failure to report.
    async fn abandon_parts<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut AttemptResult,
        refusal: Error,
    ) -> FailedAt {
        let refused = matches!(classify(&refusal), FailureClass::Refused | FailureClass::NotAllowed);
        // A record that was never listed is dropped with the refusal, also after its main part was made.
        let creates = attempted.remote_id.is_none() || item.visibility == Visibility::Pending;
        if !creates || attempted.parts.is_empty() || !refused {
            return FailedAt::AfterSend(refusal);
        }
        for step in target.translator().with_parts(&attempted.parts.clone()).plan_deletion() {
            let part = step.part;
            match target.perform(step, &attempted.parts, StepContext::default()).await {
                Ok(_) => {
                    attempted.parts.remove(part);
                    attempted.remote_id.take_if(|_| part == target.main_part());
                }
                // The part stays stored, so the next attempt finds it.
                Err(failure) => return FailedAt::AfterSend(failure),
            }
        }
        FailedAt::AfterSend(refusal)
    }

    /// Stores the parts that the vendor has after a step of several.
    async fn store_progress<R: Managed>(&self, item: &Item<R>, attempted: &AttemptResult) -> Result<()> {
        let mut tries = 0;
        loop {
            let mut present = self.repository.load::<R>(&item.id).await?;
            present.placement.remote_id.clone_from(&attempted.remote_id);
            present.placement.parts.clone_from(&attempted.parts);
            let mut batch = Batch::new();
            batch.update(&present);
            tries += 1;
            match self.repository.commit(batch).await {
                Err(changed) if changed.kind == Kind::PreconditionFailed && tries < MAX_TRIES => {}
                result => return result.map(drop),
            }
        }
    }

    /// Finds the part that a step would make, if an earlier attempt may have made it.
    async fn find_part<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        step: &VendorStep,
        attempted: &mut AttemptResult,
    ) -> Result<LostPart, FailedAt> {
        let makes = matches!(step.action, StepAction::Create(_)) && step.part != target.main_part();
        if !makes || attempted.lost_revisions.is_empty() {
            return Ok(LostPart::None);
        }
        let Some(mut made) = self.lost_parts(target, item, step.part, attempted).await? else {
            let vendor = target.vendor.name();
            let detail = format!("{vendor} may have made a part of the {} and cannot list it.", R::NAME);
            return Ok(LostPart::Undecided(VendorResult::Stuck(outcome_unknown(detail))));
        };
        let part = target.resource.parts().iter().find(|part| part.name == step.part);
        if part.is_some_and(|part| part.reveals_secret) {
            // The secret was in the answer that was lost, so the objects are of no use.
            for lost in made.drain(..) {
                let parts = Parts::NONE.with(step.part, lost);
                let removal = VendorStep::new(step.part, StepAction::Delete);
                let removed = target.perform(removal, &parts, StepContext::default()).await;
                removed.map_err(FailedAt::AfterSend)?;
                attempted.absence_proved = true;
            }
        }
        if let Some(state) = made.into_iter().next() {
            return Ok(LostPart::Found(state));
        }
        if !attempted.absence_proved
            && let SearchResult::Undecided(outcome) = self.confirm_absent(target, attempted)
        {
            return Ok(LostPart::Undecided(outcome));
        }
        attempted.absence_proved = true;
        Ok(LostPart::None)
    }

    /// Notes the parts that an interrupted creation may have made, so that they are deleted with the record.
    pub(super) async fn find_lost_parts<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut AttemptResult,
    ) -> Result<(), FailedAt> {
        for part in target.resource.parts() {
            if attempted.parts.get(part.name).is_none() {
                let made = self.lost_parts(target, item, part.name, attempted).await?;
                made.into_iter().flatten().take(1).for_each(|state| attempted.parts.insert(part.name, state));
            }
        }
        Ok(())
    }

    /// Lists the vendor's objects that an earlier attempt may have made as a part of the record, and that belong to no other
    /// record of ours; nothing at a vendor that does not list them.
    async fn lost_parts<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        part: &str,
        attempted: &AttemptResult,
    ) -> Result<Option<Vec<PartState>>> {
        if attempted.lost_revisions.is_empty() || part == target.main_part() {
            return Ok(Some(Vec::new()));
        }
        let Some(exchange) = target.resource.find(part) else { return Ok(None) };
        let found = target.vendor.run::<R, _>(exchange).await?;
        let sent = self.sent_creations(target, item, part, &attempted.lost_revisions).await?;
        let bound = self.bound_parts::<R>(target.vendor.name(), part).await?;
        let made = found.into_iter().filter(|found| {
            !bound.contains(&found.state.id)
                && sent.iter().any(|step| step.may_have_made(found, attempted.since))
        });
        Ok(Some(made.map(|found| found.state).collect()))
    }

    /// Lists the steps that would make a part as these revisions asked.
    async fn sent_creations<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        part: &str,
        revisions: &[u64],
    ) -> Result<Vec<VendorStep>> {
        let mut sent = Vec::new();
        for number in revisions {
            let body = match *number == item.revision {
                true => Some(item.body.clone()),
                false => self.repository.revision::<R>(&item.id, *number).await?.map(|known| known.body),
            };
            let Some(body) = body else { continue };
            let plan = target.plan_resolved(&target.resolve(&body.desired)?, &Parts::NONE)?;
            sent.extend(plan.steps.into_iter().filter(|step| step.part == part));
        }
        Ok(sent)
    }

    /// Lists the ids of a part that belong to records of ours at a vendor, those that are still being made included.
    async fn bound_parts<R: Managed>(&self, vendor: &str, part: &str) -> Result<Vec<String>> {
        let store = self.repository.store();
        let bound = store.bound_ids(R::COLLECTION, vendor).await?;
        let mut records: BTreeSet<_> = bound.into_iter().map(|bound| bound.id).collect();
        let states = OperationState::ALL.into_iter().filter(|state| state.is_open()).collect();
        let filter = OperationFilter { states, record: None, vendor: Some(vendor.to_owned()) };
        let open = store.operations(&filter, None, u32::MAX).await?.into_iter();
        records.extend(open.filter(|open| open.collection == R::COLLECTION).map(|open| open.record));
        let mut ids = Vec::new();
        for record in records {
            match self.repository.load::<R>(&record).await {
                Ok(item) => ids.extend(item.placement.parts.get(part).map(|state| state.id.clone())),
                Err(gone) if gone.kind == Kind::NotFound => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(ids)
    }
}
