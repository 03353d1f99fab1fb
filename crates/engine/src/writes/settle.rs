//! The settlement of an attempt: one commit of the operation, the record and the answer.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use switchboard_core::error::{Error, Kind, Result};
use switchboard_store::{Ending, Next, OperationState};
use tokio::time::sleep;
use tracing::warn;

use super::{
    Answer, Intent, Writer,
    classify::FailureClass,
    delete::discard_standbys,
    intent::RecordChange,
    result::{Applied, AttemptResult, VendorResult},
};
use crate::records::{
    CacheStamp, Cached, Item, Managed, Operation, OperationKind, RETRY_AFTER, RecordedError, Repository,
    SyncState, Visibility, now,
};

/// The base of the exponential backoff. The upper limit of the pause after attempt N is this base times 2 to the power of N,
/// and at most `writes.longest_retry`.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// The maximum number of tries to store a result if the store fails or the record has changed.
const MAX_TRIES: u32 = 20;
/// The pause after a failure of the store.
const RETRY_PAUSE: Duration = Duration::from_millis(250);

/// The effect of an attempt on the record, the operation and the caller.
struct Settlement<R> {
    record: RecordChange<R>,
    next: Next,
    operation: Operation,
    /// The answer for a caller that still waits.
    answer: Result<Answer>,
}

impl<R: Managed> Settlement<R> {
    /// Caches a record that remains in the store, so that the next read or write needs no query.
    fn cache_record(&self, repository: &Repository, stamp: Option<CacheStamp>) {
        if let (RecordChange::Kept(item), Ok(answer), Some(stamp)) = (&self.record, &self.answer, stamp) {
            let stored = item.committed();
            let listed = stored.visibility == Visibility::Listed;
            let answer = listed.then(|| answer.body.clone());
            repository.cache(Some(stamp), &Arc::new(Cached::new(stored, answer)));
        }
    }
}

impl Writer {
    /// Stores the result of an attempt. The inner result is for a caller that still waits: the answer to the write, or the
    /// vendor's refusal.
    ///
    /// # Errors
    /// `vendor_outcome_unknown` if the result cannot be stored.
    pub(super) async fn settle<R: Managed>(
        &self,
        intent: &Intent<R>,
        accepted: bool,
        attempted: AttemptResult,
    ) -> Result<Result<Answer>> {
        // A write that is not accepted yet has reserved its revision. The intent's record is therefore used first. The stored
        // record is loaded only if its version has changed.
        let mut item = (!accepted).then(|| intent.item.clone());
        let mut tries = 0;
        loop {
            let failure = match self.settle_once(intent, &mut item, accepted, &attempted).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            tries += 1;
            let operation = &intent.operation.id;
            match failure.kind {
                Kind::PreconditionFailed if tries < MAX_TRIES => {}
                Kind::StorageUnavailable if tries < MAX_TRIES => {
                    warn!(operation, error = %failure, "failed to store the result of an operation, will retry");
                    sleep(RETRY_PAUSE).await;
                }
                _ => return Err(result_not_stored(failure).of_operation(operation)),
            }
        }
    }

    /// Tries once to store the result. `item` is the record to change; if it is `None`, the record is loaded.
    async fn settle_once<R: Managed>(
        &self,
        intent: &Intent<R>,
        item: &mut Option<Item<R>>,
        accepted: bool,
        attempted: &AttemptResult,
    ) -> Result<Result<Answer>> {
        let present = match item.take() {
            Some(item) => item,
            None => {
                let present = self.repository.load::<R>(&intent.item.id).await?;
                let version = present.version;
                if accepted { present } else { Item { version, ..intent.item.clone() } }
            }
        };
        let before = present.sync.clone();
        let mut settlement = self.settlement(intent, present, accepted, attempted)?;
        if matches!(settlement.record, RecordChange::Unchanged) {
            let stored = self.repository.load::<R>(&intent.item.id).await?;
            // If the record has a newer revision, a newer write's operation sets the sync state.
            settlement.record = if attempted.has_lost_record() && stored.revision < intent.item.revision {
                RecordChange::Lost(Box::new(stored.with_lost_record()))
            } else {
                self.resume(intent, stored).await?
            };
        }
        let Settlement { record, next, operation, answer } = &settlement;
        let remembered = || match answer {
            Ok(answer) => answer.to_bytes(),
            Err(error) => {
                let problem = (self.settings.render_problem)(error, &operation.spec.request_id);
                Answer::refused(error, problem).to_bytes()
            }
        };
        let mut batch = intent.settle(record, (operation, *next), accepted, remembered);
        if let VendorResult::Applied(applied) = &attempted.outcome {
            batch.tally().fields_translated(&intent.item.placement.adapter, &applied.report);
        }
        if let RecordChange::Kept(item) | RecordChange::Lost(item) = record
            && item.sync.has_drifted_since(&before)
        {
            batch.tally().drift_found(&operation.vendor);
        }
        if let RecordChange::Removed(item) = record {
            discard_standbys(&self.repository, &mut batch, item, false).await?;
        }
        let stamp = self.repository.commit(batch).await?;
        settlement.cache_record(&self.repository, stamp);
        if !matches!(settlement.next, Next::End(_)) || matches!(settlement.record, RecordChange::Resumed(..))
        {
            self.handles.operations.send();
        }
        Ok(settlement.answer)
    }

    fn settlement<R: Managed>(
        &self,
        intent: &Intent<R>,
        mut item: Item<R>,
        accepted: bool,
        attempted: &AttemptResult,
    ) -> Result<Settlement<R>> {
        let mut operation = intent.operation.clone();
        operation.spec = attempted.spec.clone();
        operation.spec.settled = operation.fence;
        operation.spec.keyed = false;
        operation.spec.last_error = None;
        let preference_applied = operation.spec.preference_applied.clone();
        item.placement.remote_id.clone_from(&attempted.remote_id);
        item.placement.parts.clone_from(&attempted.parts);
        item.sync.observed_revision = attempted.observed_revision.or(item.sync.observed_revision);
        item.uncertainty.clone_from(&attempted.uncertainty);
        let (class, wait, error) = match &attempted.outcome {
            VendorResult::Applied(applied) => return applied_to(operation, item, applied, attempted.began),
            VendorResult::Removed => {
                let answer = Ok(Answer::deleted().with_preferences(preference_applied));
                let (record, next) = (RecordChange::Removed(Box::new(item)), Next::End(Ending::Succeeded));
                return Ok(Settlement { record, next, operation, answer });
            }
            VendorResult::Failed(failure) => {
                let (class, error) = failure.classified();
                let pause = error.retry_after.unwrap_or_default() + self.backoff(operation.spec.attempts);
                (class, pause, error)
            }
            VendorResult::Later(wait, error) => (FailureClass::Ambiguous, *wait, error),
            VendorResult::Stuck(error) => (FailureClass::Stuck, Duration::ZERO, error),
        };
        operation.spec.last_error = Some(RecordedError::now(error));
        let removes = operation.spec.kind == OperationKind::Delete;
        let refused = matches!(class, FailureClass::Refused | FailureClass::NotAllowed);
        let refusal = item.placement.explain::<R>(error.without_source()).of_operation(&operation.id);
        // If the vendor has performed some steps of a change, the change cannot be rolled back. Such a change is accepted and
        // recorded as failed.
        let halfway = attempted.stepped && item.visibility != Visibility::Pending;
        // A creation is also accepted if the vendor may have the record.
        let may_exist = !removes && attempted.uncertainty.creation_requested_at.is_some();
        if refused && !accepted && !halfway && !may_exist {
            let record = match item.visibility {
                Visibility::Pending => RecordChange::Removed(Box::new(item)),
                _ => RecordChange::Unchanged,
            };
            let next = Next::End(Ending::Failed);
            return Ok(Settlement { record, next, operation, answer: Err(refusal) });
        }
        item.visibility = match item.visibility {
            _ if removes => Visibility::Deleted,
            Visibility::Standby => Visibility::Standby,
            _ => Visibility::Listed,
        };
        let (state, next) = match class {
            FailureClass::Refused if removes => (SyncState::NeedsAttention, Next::Attention),
            FailureClass::Refused if attempted.has_lost_record() => {
                (SyncState::Missing, Next::End(Ending::Failed))
            }
            FailureClass::Refused => (SyncState::Failed, Next::End(Ending::Failed)),
            FailureClass::Stuck => (SyncState::NeedsAttention, Next::Attention),
            FailureClass::NotAllowed | FailureClass::Transient => (SyncState::Retrying, Next::Later(wait)),
            FailureClass::Ambiguous => (SyncState::Unknown, Next::Later(wait)),
        };
        if sets_sync_state(&operation, &item) {
            item.sync.state = state;
            item.sync.last_error = operation.spec.last_error.clone();
            item.sync.settles_at = None;
            item.sync.operation_id = Some(operation.id.clone());
        }
        (operation.state, operation.due_at) = match next {
            Next::Attention => (OperationState::Attention, None),
            _ => (OperationState::Waiting, now().checked_add(wait).ok()),
        };
        let retry_after = wait.max(RETRY_AFTER);
        let answer = match class {
            FailureClass::Refused | FailureClass::NotAllowed => Err(refusal),
            _ if removes => Ok(Answer::accepted_deletion(&operation, retry_after)?),
            _ => Ok(Answer::accepted(&item, &operation.id, retry_after)?),
        };
        let answer = answer.map(|answer| answer.with_preferences(preference_applied));
        Ok(Settlement { record: RecordChange::Kept(Box::new(item)), next, operation, answer })
    }

    /// Returns the pause after this number of attempts: an exponential one with full jitter.
    pub(super) fn backoff(&self, attempts: u32) -> Duration {
        let longest = FIRST_RETRY.saturating_mul(1 << attempts.min(16));
        longest.min(self.settings.writes.longest_retry).mul_f64(fastrand::f64())
    }
}

/// Builds the settlement of a write that the vendor has applied. `began` is the start of the attempt. An earlier
/// request that the vendor could still apply at that time remains uncertain: the vendor may have applied it after its
/// record was read.
fn applied_to<R: Managed>(
    mut operation: Operation,
    mut item: Item<R>,
    applied: &Applied,
    began: Timestamp,
) -> Result<Settlement<R>> {
    let made = item.visibility == Visibility::Pending;
    item.uncertainty.note_applied(operation.spec.revision, began);
    item.sync.observed_revision = Some(operation.spec.revision);
    item.sync.drift.clone_from(&applied.drift);
    let mut next = Next::End(Ending::Succeeded);
    if sets_sync_state(&operation, &item) {
        // If the record's revision is newer than the operation's, the newer revision needed no request to the vendor, so
        // the vendor has it too.
        item.sync.observed_revision = Some(item.revision);
        item.report = applied.report.clone();
        item.sync.unverifiable.clone_from(&applied.unverifiable);
        item.sync.state = if applied.drift.is_empty() { SyncState::InSync } else { SyncState::Drifted };
        item.sync.last_error = None;
        item.sync.operation_id = None;
        item.sync.settles_at = item.uncertainty.settles_at();
        if let Some(at) = item.sync.settles_at {
            // The same operation checks the vendor's record again once no earlier request can change it.
            item.sync.state = SyncState::Unknown;
            item.sync.operation_id = Some(operation.id.clone());
            operation.spec.last_error =
                Some(RecordedError::now(&earlier_request_open(&operation.vendor, at)));
            next = Next::Later(Duration::try_from(at.duration_since(now())).unwrap_or_default());
        }
    }
    if made {
        item.visibility = Visibility::Listed;
    }
    let answer = if made { Answer::created(&item)? } else { Answer::record(&item)? };
    let answer = Ok(answer.with_preferences(operation.spec.preference_applied.clone()));
    Ok(Settlement { record: RecordChange::Kept(Box::new(item)), next, operation, answer })
}

/// Returns true if the operation sets the record's sync state. Otherwise, the operation of a newer write sets it. If
/// the record's newer revision needed no request to the vendor, this operation still sets the sync state.
fn sets_sync_state<R: Managed>(operation: &Operation, item: &Item<R>) -> bool {
    item.revision <= operation.spec.revision || item.sync.operation_id.as_ref() == Some(&operation.id)
}

/// Creates the error that explains why an operation stays open although the vendor has accepted the latest revision.
fn earlier_request_open(vendor: &str, until: Timestamp) -> Error {
    let detail = format!(
        "{vendor} has accepted this revision, and may still apply an earlier request that it did not answer. The gateway \
         checks the record at {until}."
    );
    Error::new(Kind::VendorOutcomeUnknown, detail)
}

/// Creates the error for a write whose result cannot be stored. The result remains unknown until the operation is claimed
/// again.
pub(super) fn result_not_stored(failure: Error) -> Error {
    let detail = "The gateway could not store the result of the write yet, and the vendor may have executed it. The gateway \
                  checks the result again automatically.";
    Error::new(Kind::VendorOutcomeUnknown, detail).caused_by(failure)
}
