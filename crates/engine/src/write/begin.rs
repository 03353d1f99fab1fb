//! The durable beginning of a write, and how long its caller waits for the end.

use std::{sync::Arc, time::Duration};

use switchboard_core::{Kind, Plan, Result};
use switchboard_store::{Replay, Step};
use tokio::time::timeout;
use tracing::{Instrument, error};

use super::{
    Work,
    settle::{RETRY_AFTER, unkept},
};
use crate::{Call, Managed, Reply, Service, Shown, SyncState, operation::OperationKind, state::now};

impl Service {
    /// Stores that the write has begun, with `steps` that go with it, then carries it out; nothing where another write
    /// of the record was faster.
    ///
    /// # Errors
    /// Those of the commit, with which nothing has begun; and the vendor's refusal.
    pub(crate) async fn begin<R: Managed>(
        self: &Arc<Self>,
        mut work: Work<R>,
        mut steps: Vec<Step>,
        prepared: Option<Plan>,
        call: &Call,
    ) -> Result<Option<Reply>> {
        steps.push(Step::Begin { operation: work.operation.stored(), hold: Some(self.hold) });
        steps.extend(remembered(call, Some(&work.operation.id), None));
        if !self.commit_once(steps, call).await? {
            return Ok(None);
        }
        work.operation.fence = 1;
        self.carry_out(work, prepared, call.wait).await.map(Some)
    }

    /// Asks the vendor, as long as the caller waits and then without.
    async fn carry_out<R: Managed>(
        self: &Arc<Self>,
        work: Work<R>,
        prepared: Option<Plan>,
        wait: Duration,
    ) -> Result<Reply> {
        let work = Arc::new(work);
        let mut attempt = {
            let (service, work) = (self.clone(), work.clone());
            Box::pin(async move { service.attempt(&work, prepared).await })
        };
        // Who does not wait is not answered by a vendor that happens to be fast.
        let attempted = match wait.is_zero() {
            true => None,
            false => timeout(wait, &mut attempt).await.ok(),
        };
        match attempted {
            Some(attempted) => self.settle(&work, work.accepted, attempted).await?,
            None => {
                let reply = self.accept(&work).await;
                let (service, accepted) = (self.clone(), work.accepted || reply.is_ok());
                let id = work.operation.id.clone();
                let rest = async move {
                    let attempted = attempt.await;
                    if let Err(failure) = service.settle(&work, accepted, attempted).await {
                        error!(operation = work.operation.id, %failure, "An operation's outcome could not be kept");
                    }
                };
                self.writes.spawn(rest.in_current_span());
                reply.map_err(|failure| unkept(failure).of_operation(id))
            }
        }
    }

    /// Keeps a write as accepted while the vendor has not answered yet.
    async fn accept<R: Managed>(&self, work: &Work<R>) -> Result<Reply> {
        let operation = &work.operation;
        let mut item = work.item.clone();
        loop {
            let removes = operation.course.kind == OperationKind::Delete;
            item.shown = if removes { Shown::NoMore } else { Shown::Yes };
            item.sync.state = SyncState::Unknown;
            item.sync.operation_id = Some(operation.id.clone());
            let reply = match removes {
                true => Reply::removing(operation, RETRY_AFTER),
                false => Reply::accepted(&item, &operation.id, RETRY_AFTER),
            };
            let reply = reply.preferring(operation.course.preference_applied.clone());
            let mut steps: Vec<_> = operation.released().into_iter().collect();
            steps.push(Step::Update(item.row()));
            if operation.course.keyed {
                steps.push(Step::Answer { operation: operation.id.clone(), reply: reply.bytes() });
            }
            match self.commit(steps).await {
                Ok(_) => return Ok(reply),
                Err(changed) if changed.kind == Kind::PreconditionFailed => {
                    // Only what is known of the vendor can have changed: the revision is reserved.
                    item.version = self.stored::<R>(&item.id).await?.version;
                }
                Err(failure) => return Err(failure),
            }
        }
    }
}

/// The step that remembers a request by its key, if it has one.
pub(super) fn remembered(call: &Call, operation: Option<&str>, reply: Option<&Reply>) -> Option<Step> {
    let key = call.key.clone()?;
    Some(Step::Remember(Replay {
        scope: key.scope,
        key: key.key,
        fingerprint: key.fingerprint,
        operation: operation.map(ToOwned::to_owned),
        reply: reply.map(Reply::bytes),
        created_at: now(),
    }))
}
