//! What came of an attempt, with the record and the answer, in one commit.

use std::{sync::Arc, time::Duration};

use switchboard_core::{Error, Kind, Result};
use switchboard_store::{Ending, Mutation, Next, OperationState};
use tokio::time::sleep;
use tracing::warn;

use super::{
    HeldWrite,
    attempt::{Applied, AttemptResult, VendorResult},
    classify::FailureClass,
};
use crate::{
    Cached, Item, Managed, Reply, Service, SyncState, Visibility,
    operation::{Operation, OperationKind},
    record_cache::{CacheStamp, RecordCache},
    state::{RecordedError, now},
};

/// When callers should ask for an operation again.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(2);
/// The first wait before an operation is attempted again; doubled each time.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// How often an outcome is tried to be kept where the store fails, and how long is waited between.
const MAX_TRIES: u32 = 20;
const RETRY_PAUSE: Duration = Duration::from_millis(250);

/// What becomes of the record, of the operation, and of the caller.
struct Settlement<R> {
    record: RecordChange<R>,
    next: Next,
    operation: Operation,
    /// What the caller is answered, if it was not before.
    answer: Result<Reply>,
}

enum RecordChange<R> {
    Kept(Box<Item<R>>),
    Removed(Box<Item<R>>),
    /// It stays as it is; the revision that was proposed is forgotten.
    Unchanged,
}

impl<R: Managed> Settlement<R> {
    /// Whoever reads or changes the record next need not ask the store.
    fn cache_record(&self, cache: &RecordCache, stamp: Option<CacheStamp>) {
        if let (RecordChange::Kept(item), Ok(reply), Some(stamp)) = (&self.record, &self.answer, stamp) {
            let stored = Item { version: item.version + 1, ..(**item).clone() };
            let answer = (stored.visibility == Visibility::Listed).then(|| reply.body.clone().into());
            cache.put(Some(stamp), &Arc::new(Cached::new(stored, answer)));
        }
    }
}

impl Service {
    /// Keeps what came of an attempt; gives what a caller who still waits is answered: a reply, or the vendor's refusal.
    ///
    /// # Errors
    /// `vendor_outcome_unknown` where it cannot be kept.
    pub(super) async fn settle<R: Managed>(
        &self,
        held: &HeldWrite<R>,
        accepted: bool,
        attempted: AttemptResult,
    ) -> Result<Result<Reply>> {
        // As long as the write is not accepted, its revision is reserved: only what is known of the vendor can change.
        let mut item = (!accepted).then(|| held.item.clone());
        let mut tries = 0;
        loop {
            let failure = match self.settle_once(held, &mut item, accepted, &attempted).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            tries += 1;
            match failure.kind {
                Kind::PreconditionFailed if tries < MAX_TRIES => {}
                Kind::StorageUnavailable if tries < MAX_TRIES => {
                    warn!(operation = held.operation.id, error = %failure, "An outcome could not be kept yet");
                    sleep(RETRY_PAUSE).await;
                }
                _ => return Err(result_not_stored(failure).of_operation(&held.operation.id)),
            }
        }
    }

    /// Tries to keep it once; `item` is the record as it was last seen, if it was.
    async fn settle_once<R: Managed>(
        &self,
        held: &HeldWrite<R>,
        item: &mut Option<Item<R>>,
        accepted: bool,
        attempted: &AttemptResult,
    ) -> Result<Result<Reply>> {
        let present = match item.take() {
            Some(item) => item,
            None => {
                let present = self.stored::<R>(&held.item.id).await?;
                let version = present.version;
                if accepted { present } else { Item { version, ..held.item.clone() } }
            }
        };
        let settlement = self.settlement(held, present, accepted, attempted);
        let mut mutations = self.mutations(held, &settlement, accepted);
        if let RecordChange::Removed(item) = &settlement.record {
            mutations.extend(self.discard_standbys(item, false).await?);
        }
        let stamp = self.commit(mutations).await?;
        settlement.cache_record(&self.cache, stamp);
        if !matches!(settlement.next, Next::End(_)) {
            self.wake.notify_one();
        }
        Ok(settlement.answer)
    }

    fn mutations<R: Managed>(
        &self,
        held: &HeldWrite<R>,
        settlement: &Settlement<R>,
        accepted: bool,
    ) -> Vec<Mutation> {
        let Settlement { record, next, operation, answer } = settlement;
        let mut mutations = Vec::with_capacity(4);
        if !accepted {
            mutations.extend(operation.release());
        }
        match record {
            RecordChange::Kept(item) => mutations.push(Mutation::Update(item.row())),
            RecordChange::Removed(item) => mutations.push(Mutation::Delete {
                collection: R::COLLECTION,
                id: item.id.clone(),
                version: item.version,
            }),
            RecordChange::Unchanged if operation.spec.kind == OperationKind::Delete => {}
            RecordChange::Unchanged => mutations.push(Mutation::DropRevision {
                collection: R::COLLECTION,
                record: held.item.id.clone(),
                number: held.item.revision,
            }),
        }
        mutations.push(Mutation::Settle { operation: operation.stored(), next: *next });
        if held.operation.spec.keyed {
            let reply = match answer {
                Ok(reply) => reply.clone(),
                Err(error) => (self.refuse)(error, &operation.spec.request_id),
            };
            mutations.push(Mutation::Answer { operation: operation.id.clone(), reply: reply.bytes() });
        }
        mutations
    }

    fn settlement<R: Managed>(
        &self,
        held: &HeldWrite<R>,
        mut item: Item<R>,
        accepted: bool,
        attempted: &AttemptResult,
    ) -> Settlement<R> {
        let mut operation = held.operation.clone();
        operation.spec = attempted.spec.clone();
        operation.spec.settled = operation.fence;
        operation.spec.keyed = false;
        operation.spec.last_error = None;
        let preference_applied = operation.spec.preference_applied.clone();
        item.placement.remote_id.clone_from(&attempted.remote_id);
        item.sync.observed_revision = attempted.observed_revision.or(item.sync.observed_revision);
        item.uncertainty.clone_from(&attempted.uncertainty);
        let (meaning, wait, error) = match &attempted.outcome {
            VendorResult::Applied(applied) => return applied_to(operation, item, applied),
            VendorResult::Removed => {
                let answer = Ok(Reply::empty(204).with_preference_applied(preference_applied));
                return Settlement {
                    record: RecordChange::Removed(Box::new(item)),
                    next: Next::End(Ending::Succeeded),
                    operation,
                    answer,
                };
            }
            VendorResult::Failed(broken) => {
                let (meaning, error) = broken.classified();
                (meaning, self.backoff(operation.spec.attempts, error), error)
            }
            VendorResult::Later(wait, error) => (FailureClass::Ambiguous, *wait, error),
            VendorResult::Stuck(error) => (FailureClass::Stuck, Duration::ZERO, error),
        };
        operation.spec.last_error = Some(RecordedError::now(error));
        let removes = operation.spec.kind == OperationKind::Delete;
        let refused = matches!(meaning, FailureClass::Refused | FailureClass::NotAllowed);
        let refusal = error.without_source().of_operation(&operation.id);
        if refused && !accepted {
            let record = match item.visibility {
                Visibility::Pending => RecordChange::Removed(Box::new(item)),
                _ => RecordChange::Unchanged,
            };
            return Settlement { record, next: Next::End(Ending::Failed), operation, answer: Err(refusal) };
        }
        item.visibility = match item.visibility {
            _ if removes => Visibility::Deleted,
            Visibility::Standby => Visibility::Standby,
            _ => Visibility::Listed,
        };
        let (state, next) = match meaning {
            FailureClass::Refused if removes => (SyncState::NeedsAttention, Next::Attention),
            FailureClass::Refused if error.kind == Kind::StateConflict => {
                (SyncState::Missing, Next::End(Ending::Failed))
            }
            FailureClass::Refused => (SyncState::Failed, Next::End(Ending::Failed)),
            FailureClass::Stuck => (SyncState::NeedsAttention, Next::Attention),
            FailureClass::NotAllowed | FailureClass::Transient => (SyncState::Retrying, Next::Later(wait)),
            FailureClass::Ambiguous => (SyncState::Unknown, Next::Later(wait)),
        };
        // A newer write has its own operation, which goes on from here.
        if item.revision <= operation.spec.revision {
            item.sync.state = state;
            item.sync.last_error = operation.spec.last_error.clone();
            item.sync.operation_id = Some(operation.id.clone());
        }
        (operation.state, operation.due_at) = match next {
            Next::Attention => (OperationState::Attention, None),
            _ => (OperationState::Waiting, now().checked_add(wait).ok()),
        };
        let retry_after = wait.max(RETRY_AFTER);
        let reply = match removes {
            true => Reply::accepted_deletion(&operation, retry_after),
            false => Reply::accepted(&item, &operation.id, retry_after),
        };
        let answer = match meaning {
            FailureClass::Refused | FailureClass::NotAllowed => Err(refusal),
            _ => Ok(reply.with_preference_applied(preference_applied)),
        };
        Settlement { record: RecordChange::Kept(Box::new(item)), next, operation, answer }
    }

    /// How long to wait before the next attempt: exponential with full jitter, not before the vendor wants to be asked.
    fn backoff(&self, attempts: u32, error: &Error) -> Duration {
        let longest = FIRST_RETRY.saturating_mul(1 << attempts.min(16)).min(self.settings.longest_retry);
        error.retry_after.unwrap_or_default() + longest.mul_f64(fastrand::f64())
    }
}

/// The settlement of an operation of which the vendor has what was asked.
fn applied_to<R: Managed>(operation: Operation, mut item: Item<R>, applied: &Applied) -> Settlement<R> {
    let made = item.visibility == Visibility::Pending;
    item.uncertainty = Default::default();
    item.sync.observed_revision = Some(operation.spec.revision);
    item.sync.drift.clone_from(&applied.drift);
    if item.revision == operation.spec.revision {
        item.report = applied.report.clone();
        item.sync.unverifiable.clone_from(&applied.unverifiable);
        item.sync.state = if applied.drift.is_empty() { SyncState::InSync } else { SyncState::Drifted };
        item.sync.last_error = None;
        item.sync.operation_id = None;
    }
    if made {
        item.visibility = Visibility::Listed;
    }
    let reply = if made { Reply::created(&item) } else { Reply::record(200, &item) };
    let answer = Ok(reply.with_preference_applied(operation.spec.preference_applied.clone()));
    let next = Next::End(Ending::Succeeded);
    Settlement { record: RecordChange::Kept(Box::new(item)), next, operation, answer }
}

/// Something came of it, and nobody will know before the operation is claimed again.
pub(super) fn result_not_stored(failure: Error) -> Error {
    let detail = "The write was carried out as far as the vendor did, and the outcome could not be kept yet. The gateway \
                  looks for it again by itself.";
    Error::new(Kind::VendorOutcomeUnknown, detail).caused_by(failure)
}
