//! The sending of a plan's steps, one after another. The result of each step is stored before the next step is sent.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result},
    plan::{Handling, PartState, Parts, StepAction, Steps, VendorStep},
    vendor::{FoundPart, OperationKey},
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
    records::{Batch, Item, Managed, OperationKind, Visibility, now},
    vendors::Target,
};

/// The maximum number of tries to store the progress of a write while other writes change the record.
const MAX_TRIES: u32 = 20;
/// The longest wait for other writes that search for lost parts at the same vendor.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(30);

/// The result of sending a sequence of steps.
pub(super) enum Sent {
    /// The vendor performed all steps. The value is the vendor's whole document, if the vendor stores a record in one object
    /// and the last response contains that document.
    All(Option<Value>),
    /// The result is undecided, because an earlier attempt may have performed one of the steps.
    Undecided(VendorResult),
}

/// The result of the search for a part that an earlier attempt may have created.
enum LostPart {
    /// The part that an earlier attempt created.
    Found(PartState),
    /// There is no part to reuse, so the step is sent.
    None,
    /// The search cannot determine yet whether an earlier attempt created the part.
    Undecided(VendorResult),
}

impl Writer {
    /// Sends the steps of a plan in order.
    pub(super) async fn send_steps<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        steps: Vec<VendorStep>,
        attempted: &mut AttemptResult,
    ) -> Result<Sent, FailedAt> {
        // The lock prevents two records with equal parts from taking the same lost part.
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
                    let binding = self.intend_binding(target, item, &step, attempted).await?;
                    self.check_hold(&attempted.hold).await?;
                    let store = self.repository.store();
                    let key = step.key();
                    let performed =
                        target.perform(step, steps.parts(), attempted.key.clone(), store).await;
                    if let Some(binding) = &binding {
                        self.release_binding(binding, performed.as_ref().err()).await;
                    }
                    match performed {
                        Ok(performed) => {
                            let state = performed.state.clone();
                            seen = performed.whole();
                            state
                        }
                        Err(error) => {
                            if binding.is_some_and(|binding| binding.is_new) && is_refusal(&error) {
                                attempted.parts.remove(&key);
                                self.store_progress(item, attempted).await.map_err(FailedAt::AfterSend)?;
                            }
                            return Err(self.abandon_parts(target, item, attempted, error).await);
                        }
                    }
                }
            };
            let parts = steps.advance(state);
            attempted.step_finished(target, parts);
            if !steps.is_finished() {
                // If the store fails here, the parts are stored with the result of the attempt.
                self.store_progress(item, attempted).await.map_err(FailedAt::AfterSend)?;
            }
        }
        // At a vendor with several parts, the response to a step shows only one part.
        Ok(Sent::All(seen.filter(|_| target.is_one_object(steps.parts()))))
    }

    /// Removes the parts that were created for a record whose creation or import the vendor then refused. After any other
    /// failure, the parts remain. The parts that an imported record has at the vendor always remain. Returns the failure
    /// to report: `refusal`, or the failure of the removal.
    async fn abandon_parts<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut AttemptResult,
        refusal: Error,
    ) -> FailedAt {
        // A refused record that was never listed is dropped, even if its main part was created.
        let creates = attempted.remote_id.is_none() || item.visibility == Visibility::Pending;
        // An import runs as an update, because the vendor already has the record. Only the parts that this operation created
        // are removed.
        let imports = attempted.spec.kind == OperationKind::Update && attempted.remote_id.is_some();
        let made =
            if imports { attempted.parts.besides(&item.placement.parts) } else { attempted.parts.clone() };
        if !creates || made.is_empty() || !is_refusal(&refusal) {
            return FailedAt::AfterSend(refusal);
        }
        for step in target.translator().with_parts(&made).plan_deletion() {
            let key = step.key();
            match target
                .perform(step, &attempted.parts, OperationKey::default(), self.repository.store())
                .await
            {
                Ok(_) => {
                    attempted.parts.remove(&key);
                    attempted.remote_id.take_if(|_| key == target.main_part());
                }
                // If the removal may be repeated, the id of the part remains stored, so the next attempt finds the
                // part.
                Err(failure) => return FailedAt::AfterSend(failure),
            }
        }
        FailedAt::AfterSend(refusal)
    }

    /// Stores the vendor's id of the record and the known parts during an attempt.
    pub(super) async fn store_progress<R: Managed>(
        &self,
        item: &Item<R>,
        attempted: &AttemptResult,
    ) -> Result<()> {
        self.store_change(item, |present: &mut Item<R>| {
            present.placement.remote_id.clone_from(&attempted.remote_id);
            present.placement.parts.clone_from(&attempted.parts);
        })
        .await
    }

    /// Stores a change to the record during an attempt.
    pub(super) async fn store_change<R: Managed>(
        &self,
        item: &Item<R>,
        change: impl Fn(&mut Item<R>),
    ) -> Result<()> {
        let mut tries = 0;
        loop {
            let mut present = self.repository.load::<R>(&item.id).await?;
            change(&mut present);
            let mut batch = Batch::new();
            batch.update(&present);
            tries += 1;
            match self.repository.commit(batch).await {
                Err(changed) if changed.kind == Kind::PreconditionFailed && tries < MAX_TRIES => {}
                result => return result.map(drop),
            }
        }
    }

    /// Searches for the part that a step would create, if an earlier attempt may have created it. Removes the found
    /// objects that cannot be used: those with the contents of an earlier revision, and all of them if only the lost
    /// response contained the part's secret.
    async fn find_part<R: Managed>(
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
        let Some(made) = self.lost_parts(target, item, step, attempted).await? else {
            let vendor = target.vendor.name();
            let detail =
                format!("{vendor} may have created a part of the {}, and cannot list such parts.", R::NAME);
            return Ok(LostPart::Undecided(VendorResult::Stuck(outcome_unknown(detail))));
        };
        let part = target.resource.parts().iter().find(|part| part.name == step.part);
        let reveals_secret = part.is_some_and(|part| part.reveals_secret);
        let (usable, unusable): (Vec<_>, Vec<_>) =
            made.into_iter().partition(|found| !reveals_secret && step.may_have_made(found, attempted.since));
        for lost in unusable {
            let parts = Parts::NONE.with(&step.key(), lost.state);
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
    /// record. Adds at most one object for each part.
    pub(super) async fn find_lost_parts<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        attempted: &mut AttemptResult,
    ) -> Result<(), FailedAt> {
        if attempted.lost_revisions.is_empty() || !target.has_several_parts() {
            return Ok(());
        }
        // Planning the creations again needs the catalogues, which the target of a deletion lacks.
        let target = self.fleet.target::<R>(target.vendor, Handling::Lenient).await?;
        for step in self.sent_creations(&target, item, &attempted.lost_revisions).await? {
            if attempted.parts.get(&step.key()).is_none() && !target.is_bound(step.part) {
                let made = self.lost_parts(&target, item, &step, attempted).await?;
                made.into_iter()
                    .flatten()
                    .take(1)
                    .for_each(|found| attempted.parts.insert(&step.key(), found.state));
            }
        }
        Ok(())
    }

    /// Lists the vendor's objects that an earlier attempt may have created as a part of the record. Omits objects that
    /// another record of the gateway uses. Returns `None` if the vendor cannot list such objects.
    async fn lost_parts<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        step: &VendorStep,
        attempted: &AttemptResult,
    ) -> Result<Option<Vec<FoundPart>>> {
        if attempted.lost_revisions.is_empty() || step.part == target.main_part() {
            return Ok(Some(Vec::new()));
        }
        let Some(exchange) = target.resource.find(step.part) else { return Ok(None) };
        let found = target.vendor.run::<R, _>(exchange).await?;
        let sent = self.sent_creations(target, item, &attempted.lost_revisions).await?;
        let bound = self.bound_parts::<R>(target.vendor.name(), step.part).await?;
        let made = found.into_iter().filter(|found| {
            let may_have_made =
                |sent: &VendorStep| sent.key() == step.key() && sent.may_have_made(found, attempted.since);
            !bound.contains(&found.state.id) && sent.iter().any(may_have_made)
        });
        Ok(Some(made.collect()))
    }

    /// Lists the steps that create a part, planned for the desired state of each of these revisions. Skips expired revisions.
    async fn sent_creations<R: Managed>(
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

    /// Lists the vendor's ids of one part, for all records that the gateway has at this vendor. Includes records that are
    /// still being created.
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
                Ok(item) => {
                    let parts = &item.placement.parts;
                    let states = parts.get(part).into_iter().chain(parts.items(part).map(|(_, state)| state));
                    ids.extend(states.map(|state| state.id.clone()));
                }
                Err(gone) if gone.kind == Kind::NotFound => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(ids)
    }
}

/// Returns true if nothing changed at the vendor, and another attempt does not help.
fn is_refusal(error: &Error) -> bool {
    matches!(classify(error), FailureClass::Refused | FailureClass::NotAllowed)
}
