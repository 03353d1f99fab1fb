//! The first commit of a write, and the caller's wait for the result.

use std::{sync::Arc, time::Duration};

use switchboard_core::error::{Kind, Result};
use tokio::time::timeout;
use tracing::{Instrument, error};

use super::{Answer, Intent, Writer, idempotency::commit_once, settle::result_not_stored};
use crate::{
    records::{Batch, Managed, OperationKind, RETRY_AFTER, SyncState, Visibility},
    request::{Occupied, RequestContext},
};

impl Writer {
    /// Commits the intent of a write together with the batch, then runs the first attempt. Returns `None` if another write of
    /// the record was committed first.
    ///
    /// # Errors
    /// The errors of the commit and `overloaded`, after which no write has begun; the vendor's refusal;
    /// `vendor_outcome_unknown` if the result cannot be stored.
    pub(super) async fn begin<R: Managed>(
        self: &Arc<Self>,
        mut intent: Intent<R>,
        mut batch: Batch,
        request: &RequestContext,
    ) -> Result<Option<Answer>> {
        let mut occupied = request.occupied.clone();
        occupied.add(self.admit_to_vendor(&intent.operation.vendor)?);
        intent.begin(&mut batch, self.fleet.hold(), request);
        if !commit_once(&self.repository, batch, request).await? {
            return Ok(None);
        }
        intent.operation.fence = 1;
        Box::pin(self.run_attempt(intent, request.wait, occupied)).await.map(Some)
    }

    /// Runs an attempt and waits at most `wait` for its result. If the wait ends first, or the process stops, the write
    /// is accepted and the attempt continues in the background. The attempt then keeps the request's shares of the
    /// limits.
    async fn run_attempt<R: Managed>(
        self: &Arc<Self>,
        mut intent: Intent<R>,
        wait: Duration,
        occupied: Occupied,
    ) -> Result<Answer> {
        let prepared = intent.prepared.take();
        let intent = Arc::new(intent);
        let mut attempt = {
            let (writer, intent) = (self.clone(), intent.clone());
            Box::pin(async move { writer.attempt(&intent, prepared).await })
        };
        // With a wait of zero, the answer is 202 even if the vendor replies immediately.
        let attempted = if wait.is_zero() {
            None
        } else {
            let waited = self.handles.time_is_up.run_until_cancelled(timeout(wait, &mut attempt)).await;
            waited.and_then(Result::ok)
        };
        match attempted {
            Some(attempted) => self.settle(&intent, intent.accepted, attempted).await?,
            None => {
                let answer = self.accept(&intent).await;
                let (writer, accepted) = (self.clone(), intent.accepted || answer.is_ok());
                let id = intent.operation.id.clone();
                let rest = async move {
                    let _occupied = occupied;
                    let attempted = attempt.await;
                    if let Err(failure) = writer.settle(&intent, accepted, attempted).await {
                        error!(operation = intent.operation.id, %failure, "failed to store the result of an operation");
                    }
                };
                self.handles.running.spawn(rest.in_current_span());
                answer.map_err(|failure| result_not_stored(failure).of_operation(id))
            }
        }
    }

    /// Commits the acceptance of a write whose attempt is still running.
    async fn accept<R: Managed>(&self, intent: &Intent<R>) -> Result<Answer> {
        let operation = &intent.operation;
        let mut item = intent.item.clone();
        loop {
            let removes = operation.spec.kind == OperationKind::Delete;
            item.visibility = if removes { Visibility::Deleted } else { Visibility::Listed };
            item.sync.state = SyncState::Unknown;
            item.sync.operation_id = Some(operation.id.clone());
            item.sync.settles_at = None;
            let answer = if removes {
                Answer::accepted_deletion(operation, RETRY_AFTER)?
            } else {
                Answer::accepted(&item, &operation.id, RETRY_AFTER)?
            };
            let answer = answer.with_preferences(operation.spec.preference_applied.clone());
            match self.repository.commit(intent.accept(&item, &answer)).await {
                Ok(_) => return Ok(answer),
                Err(changed) if changed.kind == Kind::PreconditionFailed => {
                    // The revision is reserved, so only the stored state of the vendor's record can have changed. Retry with
                    // the new version.
                    item.version = self.repository.load::<R>(&item.id).await?.version;
                }
                Err(failure) => return Err(failure),
            }
        }
    }
}
