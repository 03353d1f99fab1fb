//! The commit of the outcome of a dial, with the answer to the request (T2).

use std::{sync::Arc, time::Duration};

use switchboard_core::{
    call::{CallObservation, CallStatus},
    error::{Error, Kind, Result},
    vendor::Placed,
};
use switchboard_store::{CallMutation, CallProgress};
use tokio::time::sleep;
use tracing::error;

use super::{
    CallRecord, Dialer,
    follow::{FIRST_LOOK, release_id, start_again, yields_id},
    metrics,
    outcome::{DialOutcome, without_number},
};
use crate::{
    records::{Batch, RecordedError, now},
    request::RequestContext,
    writes::Answer,
};

/// The pauses before further attempts to store the outcome, after failures of the store.
const STORE_RETRIES: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(400),
    Duration::from_millis(1000),
    Duration::from_millis(2000),
];

/// The commit that stores the outcome of a dial, and the answer to the request.
struct Settled {
    batch: Batch,
    /// The answer, or the error for the caller.
    answer: Result<Answer>,
}

impl Dialer {
    /// Stores the outcome of a dial with the answer to the request. `record` is the call as this process last stored it.
    ///
    /// # Errors
    /// The vendor's refusal, or the reason why the vendor did not dial, unless the request was answered before the
    /// outcome was known; `vendor_outcome_unknown` if the outcome cannot be stored.
    pub(super) async fn settle(
        self: &Arc<Self>,
        mut record: CallRecord,
        outcome: DialOutcome,
        request: &RequestContext,
    ) -> Result<Answer> {
        let outcome = masked(outcome, &record);
        metrics::count_dial(&record.vendor, &outcome);
        let mut pauses = STORE_RETRIES.into_iter();
        // The other call that has the vendor's id, and yields it in the same commit.
        let mut holder: Option<CallRecord> = None;
        loop {
            let Settled { batch, answer } = self.settled(&record, holder.as_ref(), &outcome, request)?;
            let failure = match self.book.commit(batch).await {
                Ok(()) => return answer,
                Err(failure) => failure,
            };
            match failure.kind {
                Kind::StorageUnavailable => match pauses.next() {
                    Some(pause) => sleep(pause).await,
                    None => return Err(not_stored(failure)),
                },
                // Either another process has taken the call over, or this process has stored the outcome even though
                // the store reported a failure. If the outcome is not stored yet, it is added to the call's current
                // state.
                Kind::PreconditionFailed | Kind::StateConflict if failure.violations.is_empty() => {
                    holder = None;
                    match self.book.get(&record.id).await {
                        Ok(stored) if is_settled(&stored, &outcome) => {
                            return self.present_answer(stored, answer);
                        }
                        Ok(stored) => record = stored,
                        Err(failure) => return Err(not_stored(failure)),
                    }
                }
                // The other call was removed meanwhile.
                Kind::NotFound if holder.take().is_some() => {}
                // An earlier attempt has removed the call even though the store reported a failure.
                Kind::NotFound if outcome.removes_call() => return answer,
                _ if takes_remote_id(&failure) => match self.find_holder(&record, &outcome).await {
                    Ok(found) if found.as_ref().is_none_or(yields_id) => holder = found,
                    Ok(_) | Err(_) => {
                        error!(call = record.id, %failure, "the vendor returned the id of another call");
                        return Err(not_stored(failure));
                    }
                },
                _ => return Err(not_stored(failure)),
            }
        }
    }

    fn settled(
        &self,
        record: &CallRecord,
        holder: Option<&CallRecord>,
        outcome: &DialOutcome,
        request: &RequestContext,
    ) -> Result<Settled> {
        let is_answered = record.first_answer.is_some();
        let mut record = record.clone();
        let mut batch = Batch::new();
        if let Some(holder) = holder {
            release_id(&mut batch, holder, self.book.peers())?;
        }
        let undisclosed = self.undisclosed(&record.vendor);
        let is_placed = match outcome {
            DialOutcome::Placed(placed) => {
                if has_other_id(&record, placed) {
                    batch.change_call(Ok(CallMutation::DropTranscript { call: record.id.clone() }));
                    record = start_again(record)?;
                }
                place(&mut record, placed);
                true
            }
            DialOutcome::Unknown(error) => {
                record.tracked.lose_answer();
                record.progress = CallProgress::Live;
                record.error = Some(RecordedError::now(error));
                false
            }
            DialOutcome::Refused(error) | DialOutcome::NotSent(error) if is_answered => {
                end_unplaced(&mut record, error);
                false
            }
            DialOutcome::Refused(error) => {
                let problem = (self.writer.settings().render_problem)(error, &request.request_id);
                let answer =
                    Answer::refused(error, problem).with_preferences(request.preference_applied.clone());
                drop_call(&mut batch, &record);
                batch.answer_call(&record.id, answer.to_bytes());
                return Ok(Settled { batch, answer: Err(error.without_source()) });
            }
            DialOutcome::NotSent(error) => {
                drop_call(&mut batch, &record);
                batch.forget_call(&record.id);
                return Ok(Settled { batch, answer: Err(error.without_source()) });
            }
        };
        let answer = match record.first_answer() {
            None => record.answer_request(undisclosed, is_placed, &mut batch),
            Some(answer) => Ok(answer),
        };
        let due = (record.progress != CallProgress::Over).then_some(FIRST_LOOK);
        let row = record.to_row(self.book.peers());
        batch.change_call(row.map(|call| CallMutation::Update { call, due }));
        Ok(Settled { batch, answer })
    }

    /// Returns the answer with the document that is stored with the call. The outcome is already stored.
    fn present_answer(&self, stored: CallRecord, answer: Result<Answer>) -> Result<Answer> {
        let (document, answer) = (stored.first_answer, answer?);
        Ok(match document {
            Some(document) => Answer { body: document.into(), ..answer },
            None => answer,
        })
    }

    /// Returns the other stored call that has the vendor's id in the outcome of a dial.
    async fn find_holder(&self, record: &CallRecord, outcome: &DialOutcome) -> Result<Option<CallRecord>> {
        let DialOutcome::Placed(placed) = outcome else { return Ok(None) };
        let remote_ids: Vec<_> = remote_id(placed).into_iter().collect();
        let bound = self.book.store().bound(&record.vendor, &remote_ids).await?;
        let other = bound.into_iter().find(|found| found.position.id != record.id);
        other.map(|found| CallRecord::from_row(found.row?)).transpose()
    }

    /// Returns the members of a call that the vendor never returns.
    pub(super) fn undisclosed(&self, vendor: &str) -> &'static [&'static str] {
        let calls = self.fleet.vendor(vendor).ok().and_then(|vendor| vendor.adapter().calls());
        calls.map_or(&[], |calls| calls.undisclosed())
    }
}

fn place(record: &mut CallRecord, placed: &Placed) {
    record.tracked.accept(remote_id(placed));
    record.placing.iter_mut().for_each(|placing| placing.is_accepted = true);
    record.suspicion = None;
    record.error = None;
    if let Some(seen) = placed.observation.clone() {
        // The answer to a dial has no transcript. If one has a transcript nevertheless, a later look stores it.
        record.tracked.fold(&CallObservation { transcript: None, ..seen.received(now()) });
    }
    record.is_dialling = record.tracked.remote_id().is_none();
    record.progress = match record.tracked.observed_status() {
        CallStatus::Ended => CallProgress::Settling,
        _ => CallProgress::Live,
    };
}

/// Returns the vendor's id in the answer to a dial.
fn remote_id(placed: &Placed) -> Option<String> {
    let observed = placed.observation.as_ref().map(|seen| &seen.remote_id);
    placed.remote_id.as_ref().or(observed).filter(|id| !id.is_empty()).cloned()
}

/// Returns true if the call has another id of the vendor than the answer to its dial, for example because the id was
/// inferred before a late answer. The answer is certain, so the content of the other call must go. An erased call has
/// no content.
fn has_other_id(record: &CallRecord, placed: &Placed) -> bool {
    let (held, answered) = (record.tracked.remote_id(), remote_id(placed));
    held.is_some() && answered.is_some() && held != answered.as_deref() && !record.tracked.is_erased()
}

fn end_unplaced(record: &mut CallRecord, error: &Error) {
    record.tracked.end_unplaced();
    record.tracked.settle();
    record.error = Some(RecordedError::now(error));
    record.progress = CallProgress::Over;
    record.is_dialling = false;
    record.is_counted = false;
}

fn drop_call(batch: &mut Batch, record: &CallRecord) {
    let (id, version, fence) = (record.id.clone(), record.version, record.fence);
    batch.change_call(Ok(CallMutation::Drop { id, version, fence }));
}

/// Masks the called number in the messages of a failure.
fn masked(outcome: DialOutcome, record: &CallRecord) -> DialOutcome {
    let peer = record.call().peer;
    let mask = |error| without_number(error, peer.as_ref());
    match outcome {
        DialOutcome::Placed(placed) => DialOutcome::Placed(placed),
        DialOutcome::Refused(error) => DialOutcome::Refused(mask(error)),
        DialOutcome::NotSent(error) => DialOutcome::NotSent(mask(error)),
        DialOutcome::Unknown(error) => DialOutcome::Unknown(mask(error)),
    }
}

/// Returns true if the stored call already contains this outcome.
fn is_settled(stored: &CallRecord, outcome: &DialOutcome) -> bool {
    match outcome {
        DialOutcome::Placed(placed) => match &placed.remote_id {
            Some(id) => stored.tracked.remote_id() == Some(id),
            None => stored.tracked.observed_status() >= CallStatus::Queued,
        },
        DialOutcome::Unknown(_) => stored.tracked.observed_status() >= CallStatus::Unknown,
        DialOutcome::Refused(_) | DialOutcome::NotSent(_) => {
            stored.tracked.observed_status() == CallStatus::Ended
        }
    }
}

fn takes_remote_id(error: &Error) -> bool {
    let at_id = |violation: &switchboard_core::error::Violation| matches!(&violation.location, switchboard_core::error::InputLocation::Pointer(at) if at == "/remote_id");
    error.violations.iter().any(at_id)
}

/// Creates the error for a dial whose outcome cannot be stored. The call is then treated as one whose outcome is
/// unknown.
pub(super) fn not_stored(failure: Error) -> Error {
    let detail = "The gateway could not store the outcome of the dial, and the vendor may have placed the call. Send the \
                  same request with the same Idempotency-Key to learn the outcome; the gateway does not dial again.";
    Error::new(Kind::VendorOutcomeUnknown, detail).caused_by(failure)
}
