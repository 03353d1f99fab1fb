//! The recovery of dials whose process was killed or lost its hold. If the earlier holder receives the answer after the
//! recovery, it adds the answer to the recovered call.

use switchboard_core::error::{Error, Kind, Result};
use switchboard_store::{CallMutation, CallProgress};
use tracing::{info, warn};

use super::{Follower, schedule};
use crate::{calls::CallRecord, records::Batch};

impl Follower {
    /// Recovers the dials among the claimed calls. The holds of these dials have expired. An intended dial was not
    /// sent, so it is removed, and its idempotency key is free again. The outcome of a sent dial becomes unknown.
    /// Returns the other calls.
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
                // The holder has stored the outcome of the dial meanwhile.
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
        // The caller may have an answer already, which a repetition of the request must get again.
        if call.first_answer.is_none() {
            let undisclosed = self.vendor_of(&call).map_or(&[][..], |(_, calls)| calls.undisclosed());
            call.answer_request(undisclosed, false, &mut batch)?;
        }
        let row = call.to_row(self.book.peers());
        batch.change_call(row.map(|call| CallMutation::Update { call, due: Some(schedule::FIRST_LOOK) }));
        self.book.commit(batch).await?;
        warn!(call = call.id, "a dial was interrupted after it was sent; it is looked for at the vendor");
        Ok(())
    }
}

fn is_conflict(error: &Error) -> bool {
    matches!(error.kind, Kind::PreconditionFailed | Kind::StateConflict | Kind::NotFound)
}
