//! Deletions of records.

use std::sync::Arc;

use switchboard_core::{
    error::{Kind, Result},
    facts::Facts,
    plan::Handling,
};
use switchboard_store::Collection;
use tokio::time::Instant;

use super::{
    Answer, Expected, Intent, Writer, answer_without_vendor,
    recovery::{FIRST_PAUSE, SearchResult},
    result::{AttemptResult, FailedAt, VendorResult},
};
use crate::{
    records::{
        Batch, InFlight, Item, Managed, Operation, OperationKind, OperationSpec, Repository, SyncState,
        Visibility, busy,
    },
    request::RequestContext,
};

impl Writer {
    /// Deletes a record in the gateway and, unless `keep_remote` is true, at the vendor.
    ///
    /// # Errors
    /// `not_found`; `precondition_failed` if `expected` refuses the revision; `in_use` if another agent hands calls over to
    /// the record; `state_conflict` if the vendor is no longer configured or other writes of the record take longer than the
    /// caller waits or than the process runs; the vendor's refusal, after which the record remains.
    pub async fn delete<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        expected: Expected<'_>,
        keep_remote: bool,
    ) -> Result<Answer> {
        let deadline = Instant::now() + request.wait;
        let turn = self.acquire_turn(id, &request).await?;
        let mut lost_race = false;
        loop {
            let item = self.repository.get::<R>(id).await?;
            expected(item.revision)?;
            let in_flight = InFlight::read(self.repository.store(), &item, lost_race).await?;
            let late = Instant::now() >= deadline || self.handles.time_is_up.is_cancelled();
            if in_flight.running {
                // Until the running operation ends, it is not known which objects have to be removed at the vendor.
                if late {
                    return Err(busy());
                }
                self.wait_for_others(&turn).await;
                continue;
            }
            if R::COLLECTION == Collection::Agents {
                self.repository.check_not_handed_over(id, &item.placement.vendor).await?;
            }
            match self.delete_once(&request, (**item).clone(), in_flight, keep_remote).await? {
                Some(answer) => return Ok(answer),
                None if late => return Err(busy()),
                None => lost_race = true,
            }
        }
    }

    async fn delete_once<R: Managed>(
        self: &Arc<Self>,
        request: &RequestContext,
        item: Item<R>,
        in_flight: InFlight,
        keep_remote: bool,
    ) -> Result<Option<Answer>> {
        let mut batch = Batch::new();
        if let Some(queued) = &in_flight.queued {
            batch.supersede(queued);
        }
        if keep_remote || !item.is_at_vendor() {
            batch.delete(&item);
            discard_standbys(&self.repository, &mut batch, &item, keep_remote).await?;
            return answer_without_vendor(&self.repository, batch, Answer::deleted(), request).await;
        }
        self.fleet.of_record(&item)?;
        if self.may_be_overtaken(&item) {
            batch.expect(&item);
        }
        let mut intent = Intent::new(OperationKind::Delete, item, request);
        intent.continue_from(in_flight.queued.as_ref());
        self.begin(intent, batch, request).await
    }

    /// Removes the vendor's record and its parts.
    pub(super) async fn remove_remote<R: Managed>(
        &self,
        item: &Item<R>,
        attempted: &mut AttemptResult,
    ) -> Result<VendorResult, FailedAt> {
        if R::COLLECTION == Collection::Agents && item.owner.is_none() && attempted.spec.attempts == 1 {
            // A write that began before this deletion, but after the check of the request, may name the agent. If the
            // deletion has been acknowledged, that write is refused instead.
            let checked = self.repository.check_not_handed_over(&item.id, &item.placement.vendor).await;
            match checked {
                Err(named) if named.kind == Kind::InUse && item.visibility == Visibility::Deleted => {
                    return Ok(VendorResult::Later(FIRST_PAUSE, named));
                }
                checked => checked?,
            }
        }
        let target = self.fleet.prepared_target::<R>(self.fleet.of_record(item)?, Facts::default())?;
        if attempted.remote_id.is_none() && attempted.uncertainty.creation_requested_at.is_some() {
            let target = self.fleet.target::<R>(target.vendor, Handling::Lenient).await?;
            match Box::pin(self.search(&target, item, attempted)).await? {
                SearchResult::Found(_) | SearchResult::None => {}
                SearchResult::Undecided(outcome) => return Ok(outcome),
            }
        }
        if let Some(later) = self.find_lost_parts(&target, item, attempted).await? {
            return Ok(later);
        }
        let parts = attempted.known_parts(&target);
        if !parts.is_empty() {
            let steps = target.translator().with_parts(&parts).plan_deletion();
            self.send_steps(&target, item, steps, attempted).await?;
        }
        Ok(VendorResult::Removed)
    }
}

/// Adds the deletion of a record's standbys to the batch. With `keep_remote`, the copies remain at the vendors. Otherwise,
/// operations in the background delete the copies.
///
/// # Errors
/// The errors of the store.
pub async fn discard_standbys<R: Managed>(
    repository: &Repository,
    batch: &mut Batch,
    item: &Item<R>,
    keep_remote: bool,
) -> Result<()> {
    for id in item.standbys.values() {
        let mut left = match repository.load::<R>(id).await {
            Ok(left) => left,
            Err(error) if error.kind == Kind::NotFound => continue,
            Err(failure) => return Err(failure),
        };
        if keep_remote {
            batch.delete(&left);
            continue;
        }
        // The removal supersedes the operation that a move has queued for the standby.
        if let Some(queued) = InFlight::read(repository.store(), &left, true).await?.queued {
            batch.supersede(&queued);
        }
        left.visibility = Visibility::Deleted;
        let spec = OperationSpec::background(OperationKind::Delete, &left, item.id.clone());
        let removal = Operation::new(&left, spec);
        left.sync.state = SyncState::Unknown;
        left.sync.operation_id = Some(removal.id.clone());
        batch.update(&left);
        batch.begin(&removal, None);
    }
    Ok(())
}
