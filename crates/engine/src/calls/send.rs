//! The mark before the dial (M1), the dial itself, and the caller's wait for its outcome.

use std::{sync::Arc, time::Duration};

use switchboard_core::{
    error::{Error, Kind, Outcome, Result, VendorFailure},
    vendor::{Exchange, Placed},
};
use switchboard_store::{CallMutation, CallProgress};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{Instrument, error, warn};

use super::{CallRecord, Dialer, begin::BegunDial, metrics, outcome::DialOutcome, settle::not_stored};
use crate::{
    records::{Batch, now},
    request::RequestContext,
    vendors::DialRight,
    writes::Answer,
};

/// The time at the end of a hold that is reserved for storing the outcome.
const RESERVED_FOR_SETTLE: Duration = Duration::from_secs(5);

impl Dialer {
    /// Marks an intended call as sent, dials once, and waits for the outcome as long as the caller waits. If the caller
    /// stops waiting first, returns an answer without the outcome, and stores the outcome in the background.
    ///
    /// # Errors
    /// The errors of [`Dialer::place`].
    pub(super) async fn send(
        self: &Arc<Self>,
        begun: BegunDial,
        right: DialRight,
        request: RequestContext,
    ) -> Result<Answer> {
        let BegunDial { mut record, exchange } = begun;
        let marked_at = Instant::now();
        if let Err(failure) = self.mark_sent(&mut record).await {
            metrics::count_unmarked(&record.vendor);
            return Err(self.give_back(record, failure).await);
        }
        let mut attempt = {
            let (dialer, vendor) = (self.clone(), record.vendor.clone());
            Box::pin(async move { dialer.attempt(&vendor, right, exchange, marked_at).await })
        };
        // With a wait of zero, the answer is 202 even if the vendor replies immediately.
        let outcome = match request.wait.is_zero() {
            true => None,
            false => {
                let waited = timeout(request.wait, &mut attempt);
                self.handles.time_is_up.run_until_cancelled(waited).await.and_then(Result::ok)
            }
        };
        if let Some(outcome) = outcome {
            return self.settle(record, outcome, &request).await;
        }
        let accepted = self.accept(&mut record).await;
        let dialer = self.clone();
        let rest = async move {
            let call = record.id.clone();
            let outcome = attempt.await;
            if let Err(failure) = dialer.settle(record, outcome, &request).await {
                warn!(call, %failure, "failed to store the outcome of a call after its caller was answered");
            }
        };
        self.handles.running.spawn(rest.in_current_span());
        accepted.map_err(not_stored)
    }

    async fn mark_sent(&self, record: &mut CallRecord) -> Result<()> {
        let mut batch = Batch::new();
        batch.change_call(Ok(CallMutation::MarkSent {
            id: record.id.clone(),
            fence: record.fence,
            hold: self.fleet.hold(),
        }));
        self.book.commit(batch).await?;
        record.version += 1;
        record.progress = CallProgress::Sent;
        record.sent_at = Some(now());
        Ok(())
    }

    /// Sends the dial, unless so much time has passed since the mark that another process may treat the dial as
    /// interrupted.
    async fn attempt(
        &self,
        vendor: &str,
        right: DialRight,
        exchange: Exchange<Placed>,
        marked_at: Instant,
    ) -> DialOutcome {
        let vendor = match self.fleet.vendor(vendor) {
            Ok(vendor) => vendor,
            Err(error) => return DialOutcome::NotSent(error),
        };
        let ends = marked_at + self.fleet.hold().saturating_sub(RESERVED_FOR_SETTLE);
        if Instant::now() + vendor.timeout() > ends {
            let failure = VendorFailure::new(Outcome::NotSent);
            let detail = "The gateway was delayed before it sent the dial. Nothing was dialled.";
            return DialOutcome::NotSent(Error::vendor(Kind::VendorUnavailable, failure).with_detail(detail));
        }
        match timeout_at(ends, vendor.dial(right, exchange)).await {
            Ok(result) => DialOutcome::from_result(result, vendor.ready_in()),
            Err(_) => {
                let failure = VendorFailure::new(Outcome::Ambiguous);
                let detail = "The vendor did not answer the dial in time.";
                DialOutcome::Unknown(Error::vendor(Kind::VendorOutcomeUnknown, failure).with_detail(detail))
            }
        }
    }

    /// Answers the caller of a dial that is still in progress.
    async fn accept(&self, record: &mut CallRecord) -> Result<Answer> {
        let mut batch = Batch::new();
        let mut accepted = record.clone();
        let answer = accepted.answer_request(self.undisclosed(&record.vendor), false, &mut batch)?;
        let due = Some(self.fleet.hold());
        batch.change_call(accepted.to_row(self.book.peers()).map(|call| CallMutation::Update { call, due }));
        self.book.commit(batch).await?;
        accepted.version += 1;
        *record = accepted;
        Ok(answer)
    }

    /// Removes a call that could not be marked as sent, and frees its idempotency key. Such a call was certainly not
    /// dialled. Returns the error for the caller.
    async fn give_back(&self, mut record: CallRecord, failure: Error) -> Error {
        // The mark may be stored even though the store reported a failure.
        if let Ok(stored) = self.book.get(&record.id).await {
            record = stored;
        }
        let mut batch = Batch::new();
        let (id, version, fence) = (record.id.clone(), record.version, record.fence);
        batch.change_call(Ok(CallMutation::Drop { id, version, fence }));
        batch.forget_call(&record.id);
        if let Err(second) = self.book.commit(batch).await {
            error!(call = record.id, failure = %second, "failed to remove a call that was not dialled");
        }
        match failure.kind {
            Kind::StateConflict => {
                let detail = "The gateway was delayed before it sent the dial. Nothing was dialled.";
                Error::new(Kind::VendorUnavailable, detail).retry_after(crate::records::RETRY_AFTER)
            }
            _ => failure,
        }
    }
}
