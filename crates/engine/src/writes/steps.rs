//! The sending of a plan's steps, one after another. The result of each step is stored before the next step is sent.

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result},
    plan::{Steps, VendorStep},
    vendor::OperationKey,
};

use super::{
    Writer,
    classify::{FailureClass, classify},
    lost_parts::LostPart,
    result::{AttemptResult, FailedAt, VendorResult},
};
use crate::{
    planning::preview_steps,
    records::{Batch, Item, Managed, OperationKind, Visibility},
    vendors::Target,
};

/// The maximum number of tries to store the progress of a write while other writes change the record.
const MAX_TRIES: u32 = 20;

/// The result of sending a sequence of steps.
pub(super) enum Sent {
    /// The vendor performed all steps. The value is the vendor's whole document, if the vendor stores a record in one object
    /// and the last response contains that document.
    All(Option<Value>),
    /// The result is undecided, because an earlier attempt may have performed one of the steps.
    Undecided(VendorResult),
}

impl Writer {
    /// Sends the steps of a plan in order. If the adapter refuses one of them, sends none.
    pub(super) async fn send_steps<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        steps: Vec<VendorStep>,
        attempted: &mut AttemptResult,
    ) -> Result<Sent, FailedAt> {
        if steps.len() > 1 {
            // A step that the adapter refuses does not follow one that has changed something at the vendor.
            preview_steps(target.resource, steps.clone(), attempted.known_parts(target))?;
        }
        let searches = target.has_several_parts() && !attempted.lost_revisions.is_empty();
        if searches {
            self.begin_search(target, item, attempted).await?;
        }
        let sent = self.send_in_order(target, item, steps, attempted).await;
        self.end_search(attempted).await;
        sent
    }

    async fn send_in_order<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        steps: Vec<VendorStep>,
        attempted: &mut AttemptResult,
    ) -> Result<Sent, FailedAt> {
        let mut steps = Steps::new(steps, attempted.known_parts(target));
        let mut seen = None;
        while let Some(step) = steps.next_step() {
            let state = match self.find_part(target, item, &step, attempted).await? {
                LostPart::Found(state) => state,
                LostPart::Undecided(outcome) => return Ok(Sent::Undecided(outcome)),
                LostPart::None => {
                    let binding = self.intend_binding(target, item, &step, attempted).await?;
                    if let Err(lost) = self.check_hold(&attempted.hold).await {
                        if let Some(binding) = &binding {
                            self.release_binding(binding, None).await;
                        }
                        return Err(lost);
                    }
                    let store = self.repository.store();
                    let key = step.key();
                    attempted.has_sent = true;
                    let performed = target.perform(step, steps.parts(), attempted.key.clone(), store).await;
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
            // The next search at the vendor must see the parts that this search has found.
            if attempted.search.is_some() || !steps.is_finished() {
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
}

/// Returns true if nothing changed at the vendor, and another attempt does not help.
fn is_refusal(error: &Error) -> bool {
    matches!(classify(error), FailureClass::Refused | FailureClass::NotAllowed)
}
