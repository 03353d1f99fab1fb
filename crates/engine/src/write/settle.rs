//! What came of an attempt, with the record and the answer, in one commit.

use std::{sync::Arc, time::Duration};

use switchboard_core::{Error, Kind, Result};
use switchboard_store::{Ending, Next, OperationState, Step};
use tokio::time::sleep;
use tracing::warn;

use super::{
    Work,
    attempt::{Applied, Attempted, Outcome},
    classify::Meaning,
};
use crate::{
    Item, Kept, Managed, Reply, Service, Shown, SyncState,
    at_hand::{AtHand, Moment},
    operation::{Operation, OperationKind},
    state::{Told, now},
};

/// When callers should ask for an operation again.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(2);
/// The first wait before an operation is attempted again; doubled each time.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// How often an outcome is tried to be kept where the store fails, and how long is waited between.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// What becomes of the record, of the operation, and of the caller.
struct Settlement<R> {
    record: Record<R>,
    next: Next,
    operation: Operation,
    /// What the caller is answered, if it was not before.
    answer: Result<Reply>,
}

enum Record<R> {
    Kept(Box<Item<R>>),
    Removed(Box<Item<R>>),
    /// It stays as it is; the revision that was proposed is forgotten.
    Unchanged,
}

impl<R: Managed> Settlement<R> {
    /// Whoever reads or changes the record next need not ask the store.
    fn put_at_hand(&self, at_hand: &AtHand, moment: Option<Moment>) {
        if let (Record::Kept(item), Ok(reply), Some(moment)) = (&self.record, &self.answer, moment) {
            let stored = Item { version: item.version + 1, ..(**item).clone() };
            let answer = (stored.shown == Shown::Yes).then(|| reply.body.clone().into());
            at_hand.put(Some(moment), &Arc::new(Kept::new(stored, answer)));
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
        work: &Work<R>,
        accepted: bool,
        attempted: Attempted,
    ) -> Result<Result<Reply>> {
        // As long as the write is not accepted, its revision is reserved: only what is known of the vendor can change.
        let mut item = (!accepted).then(|| work.item.clone());
        let mut tries = 0;
        loop {
            let failure = match self.settle_once(work, &mut item, accepted, &attempted).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            tries += 1;
            match failure.kind {
                Kind::PreconditionFailed if tries < TRIES => {}
                Kind::StorageUnavailable if tries < TRIES => {
                    warn!(operation = work.operation.id, error = %failure, "An outcome could not be kept yet");
                    sleep(PAUSE).await;
                }
                _ => return Err(unkept(failure).of_operation(&work.operation.id)),
            }
        }
    }

    /// Tries to keep it once; `item` is the record as it was last seen, if it was.
    async fn settle_once<R: Managed>(
        &self,
        work: &Work<R>,
        item: &mut Option<Item<R>>,
        accepted: bool,
        attempted: &Attempted,
    ) -> Result<Result<Reply>> {
        let present = match item.take() {
            Some(item) => item,
            None => {
                let present = self.stored::<R>(&work.item.id).await?;
                let version = present.version;
                if accepted { present } else { Item { version, ..work.item.clone() } }
            }
        };
        let settlement = self.settlement(work, present, accepted, attempted);
        let mut steps = self.steps(work, &settlement, accepted);
        if let Record::Removed(item) = &settlement.record {
            steps.extend(self.let_go(item, false).await?);
        }
        let moment = self.commit(steps).await?;
        settlement.put_at_hand(&self.at_hand, moment);
        if !matches!(settlement.next, Next::End(_)) {
            self.wake.notify_one();
        }
        Ok(settlement.answer)
    }

    fn steps<R: Managed>(&self, work: &Work<R>, settlement: &Settlement<R>, accepted: bool) -> Vec<Step> {
        let Settlement { record, next, operation, answer } = settlement;
        let mut steps = Vec::with_capacity(4);
        if !accepted {
            steps.extend(operation.released());
        }
        match record {
            Record::Kept(item) => steps.push(Step::Update(item.row())),
            Record::Removed(item) => steps.push(Step::Delete {
                collection: R::COLLECTION,
                id: item.id.clone(),
                version: item.version,
            }),
            Record::Unchanged if operation.course.kind == OperationKind::Delete => {}
            Record::Unchanged => steps.push(Step::DropRevision {
                collection: R::COLLECTION,
                record: work.item.id.clone(),
                number: work.item.revision,
            }),
        }
        steps.push(Step::Settle { operation: operation.stored(), next: *next });
        if work.operation.course.keyed {
            let reply = match answer {
                Ok(reply) => reply.clone(),
                Err(error) => (self.refuse)(error, &operation.course.request_id),
            };
            steps.push(Step::Answer { operation: operation.id.clone(), reply: reply.bytes() });
        }
        steps
    }

    fn settlement<R: Managed>(
        &self,
        work: &Work<R>,
        mut item: Item<R>,
        accepted: bool,
        attempted: &Attempted,
    ) -> Settlement<R> {
        let mut operation = work.operation.clone();
        operation.course = attempted.course.clone();
        operation.course.settled = operation.fence;
        operation.course.keyed = false;
        operation.course.last_error = None;
        let preference_applied = operation.course.preference_applied.clone();
        item.placement.remote_id.clone_from(&attempted.remote_id);
        item.sync.observed_revision = attempted.observed_revision.or(item.sync.observed_revision);
        item.doubt.clone_from(&attempted.doubt);
        let (meaning, wait, error) = match &attempted.outcome {
            Outcome::Applied(applied) => return applied_to(operation, item, applied),
            Outcome::Removed => {
                let answer = Ok(Reply::empty(204).preferring(preference_applied));
                return Settlement {
                    record: Record::Removed(Box::new(item)),
                    next: Next::End(Ending::Succeeded),
                    operation,
                    answer,
                };
            }
            Outcome::Failed(broken) => {
                let (meaning, error) = broken.told();
                (meaning, self.backoff(operation.course.attempts, error), error)
            }
            Outcome::Later(wait, error) => (Meaning::Unsure, *wait, error),
            Outcome::Stuck(error) => (Meaning::Stuck, Duration::ZERO, error),
        };
        operation.course.last_error = Some(Told::now(error));
        let removes = operation.course.kind == OperationKind::Delete;
        let refused = matches!(meaning, Meaning::Refused | Meaning::NotAllowed);
        let refusal = error.again().of_operation(&operation.id);
        if refused && !accepted {
            let record = match item.shown {
                Shown::NotYet => Record::Removed(Box::new(item)),
                _ => Record::Unchanged,
            };
            return Settlement { record, next: Next::End(Ending::Failed), operation, answer: Err(refusal) };
        }
        item.shown = match item.shown {
            _ if removes => Shown::NoMore,
            Shown::Beside => Shown::Beside,
            _ => Shown::Yes,
        };
        let (state, next) = match meaning {
            Meaning::Refused if removes => (SyncState::NeedsAttention, Next::Attention),
            Meaning::Refused if error.kind == Kind::StateConflict => {
                (SyncState::Missing, Next::End(Ending::Failed))
            }
            Meaning::Refused => (SyncState::Failed, Next::End(Ending::Failed)),
            Meaning::Stuck => (SyncState::NeedsAttention, Next::Attention),
            Meaning::NotAllowed | Meaning::Passing => (SyncState::Retrying, Next::Later(wait)),
            Meaning::Unsure => (SyncState::Unknown, Next::Later(wait)),
        };
        // A newer write has its own operation, which goes on from here.
        if item.revision <= operation.course.revision {
            item.sync.state = state;
            item.sync.last_error = operation.course.last_error.clone();
            item.sync.operation_id = Some(operation.id.clone());
        }
        (operation.state, operation.due_at) = match next {
            Next::Attention => (OperationState::Attention, None),
            _ => (OperationState::Waiting, now().checked_add(wait).ok()),
        };
        let retry_after = wait.max(RETRY_AFTER);
        let reply = match removes {
            true => Reply::removing(&operation, retry_after),
            false => Reply::accepted(&item, &operation.id, retry_after),
        };
        let answer = match meaning {
            Meaning::Refused | Meaning::NotAllowed => Err(refusal),
            _ => Ok(reply.preferring(preference_applied)),
        };
        Settlement { record: Record::Kept(Box::new(item)), next, operation, answer }
    }

    /// How long to wait before the next attempt: exponential with full jitter, not before the vendor wants to be asked.
    fn backoff(&self, attempts: u32, error: &Error) -> Duration {
        let longest = FIRST_RETRY.saturating_mul(1 << attempts.min(16)).min(self.settings.longest_retry);
        error.retry_after.unwrap_or_default() + longest.mul_f64(fastrand::f64())
    }
}

/// The settlement of an operation of which the vendor has what was asked.
fn applied_to<R: Managed>(operation: Operation, mut item: Item<R>, applied: &Applied) -> Settlement<R> {
    let made = item.shown == Shown::NotYet;
    item.doubt = Default::default();
    item.sync.observed_revision = Some(operation.course.revision);
    item.sync.drift.clone_from(&applied.drift);
    if item.revision == operation.course.revision {
        item.report = applied.report.clone();
        item.sync.unverifiable.clone_from(&applied.unverifiable);
        item.sync.state = if applied.drift.is_empty() { SyncState::InSync } else { SyncState::Drifted };
        item.sync.last_error = None;
        item.sync.operation_id = None;
    }
    if made {
        item.shown = Shown::Yes;
    }
    let reply = if made { Reply::created(&item) } else { Reply::record(200, &item) };
    let answer = Ok(reply.preferring(operation.course.preference_applied.clone()));
    let next = Next::End(Ending::Succeeded);
    Settlement { record: Record::Kept(Box::new(item)), next, operation, answer }
}

/// Something came of it, and nobody will know before the operation is claimed again.
pub(super) fn unkept(failure: Error) -> Error {
    let detail = "The write was carried out as far as the vendor did, and the outcome could not be kept yet. The gateway \
                  looks for it again by itself.";
    Error::new(Kind::VendorOutcomeUnknown, detail).caused_by(failure)
}
