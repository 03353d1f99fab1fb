//! The recovery of dials whose process was killed or lost its hold.

use switchboard_core::{
    error::{Error, Kind, Outcome, Result},
    vendor::Placed,
};
use switchboard_store::{CallMutation, CallProgress};
use tracing::{info, warn};

use super::{Follower, schedule, update::Update};
use crate::{
    calls::CallRecord,
    records::{Batch, RecordedError, now},
};

/// The maximum number of attempts to store a late answer, each after another process has changed the call.
const MAX_LATE_ATTEMPTS: u32 = 10;

impl Follower {
    /// Recovers the dials among claimed calls, whose holds have expired. An intended dial was not sent: it is removed, and
    /// its idempotency key is free again. A dial that was sent becomes unknown. Returns the other calls.
    ///
    /// # Errors
    /// The errors of the store.
    pub(super) async fn recover(&self, claimed: Vec<CallRecord>) -> Result<Vec<CallRecord>> {
        let mut others = Vec::with_capacity(claimed.len());
        for call in claimed {
            let recovered = match call.progress {
                CallProgress::Intended => self.drop_unsent(&call).await,
                CallProgress::Sent => self.mark_unknown(call).await,
                CallProgress::Live | CallProgress::Settling | CallProgress::Over => {
                    others.push(call);
                    continue;
                }
            };
            match recovered {
                // The holder has stored the outcome of the dial since.
                Err(conflict) if is_conflict(&conflict) => {}
                result => result?,
            }
        }
        Ok(others)
    }

    async fn drop_unsent(&self, call: &CallRecord) -> Result<()> {
        let CallRecord { id, version, fence, .. } = call.clone();
        let mut batch = Batch::new();
        batch.forget_call(&id);
        batch.change_call(Ok(CallMutation::Drop { id, version, fence }));
        self.book.commit(batch).await?;
        info!(call = call.id, "removed a dial that was interrupted before it was sent");
        Ok(())
    }

    async fn mark_unknown(&self, mut call: CallRecord) -> Result<()> {
        call.tracked.lose_answer();
        call.progress = CallProgress::Live;
        let mut batch = Batch::new();
        let undisclosed = self.vendor_of(&call).map_or(&[][..], |(_, calls)| calls.undisclosed());
        call.answer_request(undisclosed, false, &mut batch)?;
        let row = call.to_row(self.book.peers());
        batch.change_call(row.map(|call| CallMutation::Update { call, due: Some(schedule::FIRST_LOOK) }));
        self.book.commit(batch).await?;
        warn!(call = call.id, "a dial was interrupted after it was sent; it is looked for at the vendor");
        Ok(())
    }

    /// Adds the late answer to a dial whose holder has lost its hold. An accepted dial is bound to the vendor's call. A
    /// dial that was certainly not placed ends. An answer that leaves it open changes nothing.
    ///
    /// # Errors
    /// The errors of the store. `already_exists` if another call has the vendor's id.
    pub async fn add_late_answer(&self, id: &str, answer: Result<Placed>) -> Result<()> {
        let mut attempts = 0;
        loop {
            let call = match self.book.get(id).await {
                Err(gone) if gone.kind == Kind::NotFound => return Ok(()),
                call => call?,
            };
            let mut update = Update::new(self, call, now());
            match &answer {
                Ok(placed) => update.accept(placed),
                Err(refusal) => update.refuse(refusal),
            }
            let pause = update.progress();
            attempts += 1;
            if update.commit(pause).await? || attempts >= MAX_LATE_ATTEMPTS {
                return Ok(());
            }
        }
    }
}

impl Update<'_> {
    fn accept(&mut self, placed: &Placed) {
        let is_open = self.call.tracked.remote_id().is_none();
        self.call.tracked.accept(placed.remote_id.clone().filter(|_| is_open));
        if let Some(seen) = &placed.observation {
            self.fold(seen);
        }
        self.call.error = None;
    }

    fn refuse(&mut self, refusal: &Error) {
        let is_certain = refusal.vendor.as_ref().is_some_and(|failure| failure.outcome != Outcome::Ambiguous);
        if is_certain && self.call.tracked.remote_id().is_none() {
            self.call.tracked.end_unplaced();
            self.call.tracked.settle();
            self.call.error = Some(RecordedError::now(refusal));
            self.call.is_counted = false;
        }
    }
}

fn is_conflict(error: &Error) -> bool {
    matches!(error.kind, Kind::PreconditionFailed | Kind::StateConflict | Kind::NotFound)
}
