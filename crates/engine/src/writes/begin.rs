//! The durable beginning of a write, and its caller's wait for the end.

use std::{sync::Arc, time::Duration};

use switchboard_core::error::{Kind, Result};
use tokio::time::timeout;
use tracing::{Instrument, error};

use super::{Answer, Intent, Writer, idempotency::commit_once, settle::result_not_stored};
use crate::{
    records::{Batch, Managed, OperationKind, RETRY_AFTER, SyncState, Visibility},
    request::RequestContext,
};

impl Writer {
    /// Commits the intent of a write together with the batch, then runs the first attempt. `None` if another write of the record
    /// came first.
    ///
    /// # Errors
    /// The errors of the commit, which then has begun nothing; and the vendor's refusal.
    pub(super) async fn begin<R: Managed>(
        self: &Arc<Self>,
        mut intent: Intent<R>,
        mut batch: Batch,
        request: &RequestContext,
    ) -> Result<Option<Answer>> {
        intent.begin(&mut batch, self.fleet.hold(), request);
        if !commit_once(&self.repository, batch, request).await? {
            return Ok(None);
        }
        intent.operation.fence = 1;
        self.run_attempt(intent, request.wait).await.map(Some)
    }

    /// Runs an attempt and waits for it as long as the caller does; afterwards the attempt continues without the caller.
    async fn run_attempt<R: Managed>(
        self: &Arc<Self>,
        mut intent: Intent<R>,
        wait: Duration,
    ) -> Result<Answer> {
        let prepared = intent.prepared.take();
        let intent = Arc::new(intent);
        let mut attempt = {
            let (writer, intent) = (self.clone(), intent.clone());
            Box::pin(async move { writer.attempt(&intent, prepared).await })
        };
        // With a wait of zero, the caller is answered before any vendor, however fast.
        let attempted = if wait.is_zero() { None } else { timeout(wait, &mut attempt).await.ok() };
        match attempted {
            Some(attempted) => self.settle(&intent, intent.accepted, attempted).await?,
            None => {
                let answer = self.accept(&intent).await;
                let (writer, accepted) = (self.clone(), intent.accepted || answer.is_ok());
                let id = intent.operation.id.clone();
                let rest = async move {
                    let attempted = attempt.await;
                    if let Err(failure) = writer.settle(&intent, accepted, attempted).await {
                        error!(operation = intent.operation.id, %failure, "failed to store the result of operation");
                    }
                };
                self.handles.running.spawn(rest.in_current_span());
                answer.map_err(|failure| result_not_stored(failure).of_operation(id))
            }
        }
    }

    /// Commits a write as accepted while the vendor has not answered yet.
    async fn accept<R: Managed>(&self, intent: &Intent<R>) -> Result<Answer> {
        let operation = &intent.operation;
        let mut item = intent.item.clone();
        loop {
            let removes = operation.spec.kind == OperationKind::Delete;
            item.visibility = if removes { Visibility::Deleted } else { Visibility::Listed };
            item.sync.state = SyncState::Unknown;
            item.sync.operation_id = Some(operation.id.clone());
            let answer = if removes {
                Answer::accepted_deletion(operation, RETRY_AFTER)?
            } else {
                Answer::accepted(&item, &operation.id, RETRY_AFTER)?
            };
            let answer = answer.with_preferences(operation.spec.preference_applied.clone());
            match self.repository.commit(intent.accept(&item, &answer)).await {
                Ok(_) => return Ok(answer),
                Err(changed) if changed.kind == Kind::PreconditionFailed => {
                    // Only the state at the vendor can have changed, because the revision is reserved.
                    item.version = self.repository.load::<R>(&item.id).await?.version;
                }
                Err(failure) => return Err(failure),
            }
        }
    }
}
