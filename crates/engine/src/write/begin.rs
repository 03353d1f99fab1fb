//! The durable beginning of a write, and how long its caller waits for the end.

use std::{sync::Arc, time::Duration};

use switchboard_core::{Kind, Plan, Result};
use switchboard_store::{Mutation, Replay};
use tokio::time::timeout;
use tracing::{Instrument, error};

use super::{
    HeldWrite,
    settle::{RETRY_AFTER, result_not_stored},
};
use crate::{
    Managed, Reply, RequestContext, Service, SyncState, Visibility, operation::OperationKind, state::now,
};

impl Service {
    /// Stores that the write has begun, with `mutations` that go with it, then carries it out; nothing where another write
    /// of the record was faster.
    ///
    /// # Errors
    /// Those of the commit, with which nothing has begun; and the vendor's refusal.
    pub(crate) async fn begin<R: Managed>(
        self: &Arc<Self>,
        mut held: HeldWrite<R>,
        mut mutations: Vec<Mutation>,
        prepared: Option<Plan>,
        request: &RequestContext,
    ) -> Result<Option<Reply>> {
        mutations.push(Mutation::Begin { operation: held.operation.stored(), hold: Some(self.hold) });
        mutations.extend(remember_request(request, Some(&held.operation.id), None));
        if !self.commit_once(mutations, request).await? {
            return Ok(None);
        }
        held.operation.fence = 1;
        self.run_attempt(held, prepared, request.wait).await.map(Some)
    }

    /// Asks the vendor, as long as the caller waits and then without.
    async fn run_attempt<R: Managed>(
        self: &Arc<Self>,
        held: HeldWrite<R>,
        prepared: Option<Plan>,
        wait: Duration,
    ) -> Result<Reply> {
        let held = Arc::new(held);
        let mut attempt = {
            let (service, held) = (self.clone(), held.clone());
            Box::pin(async move { service.attempt(&held, prepared).await })
        };
        // Who does not wait is not answered by a vendor that happens to be fast.
        let attempted = match wait.is_zero() {
            true => None,
            false => timeout(wait, &mut attempt).await.ok(),
        };
        match attempted {
            Some(attempted) => self.settle(&held, held.accepted, attempted).await?,
            None => {
                let reply = self.accept(&held).await;
                let (service, accepted) = (self.clone(), held.accepted || reply.is_ok());
                let id = held.operation.id.clone();
                let rest = async move {
                    let attempted = attempt.await;
                    if let Err(failure) = service.settle(&held, accepted, attempted).await {
                        error!(operation = held.operation.id, %failure, "An operation's outcome could not be kept");
                    }
                };
                self.writes.spawn(rest.in_current_span());
                reply.map_err(|failure| result_not_stored(failure).of_operation(id))
            }
        }
    }

    /// Keeps a write as accepted while the vendor has not answered yet.
    async fn accept<R: Managed>(&self, held: &HeldWrite<R>) -> Result<Reply> {
        let operation = &held.operation;
        let mut item = held.item.clone();
        loop {
            let removes = operation.spec.kind == OperationKind::Delete;
            item.visibility = if removes { Visibility::Deleted } else { Visibility::Listed };
            item.sync.state = SyncState::Unknown;
            item.sync.operation_id = Some(operation.id.clone());
            let reply = match removes {
                true => Reply::accepted_deletion(operation, RETRY_AFTER),
                false => Reply::accepted(&item, &operation.id, RETRY_AFTER),
            };
            let reply = reply.with_preference_applied(operation.spec.preference_applied.clone());
            let mut mutations: Vec<_> = operation.release().into_iter().collect();
            mutations.push(Mutation::Update(item.row()));
            if operation.spec.keyed {
                mutations.push(Mutation::Answer { operation: operation.id.clone(), reply: reply.bytes() });
            }
            match self.commit(mutations).await {
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
pub(super) fn remember_request(
    request: &RequestContext,
    operation: Option<&str>,
    reply: Option<&Reply>,
) -> Option<Mutation> {
    let key = request.key.clone()?;
    Some(Mutation::Remember(Replay {
        scope: key.scope,
        key: key.key,
        fingerprint: key.fingerprint,
        operation: operation.map(ToOwned::to_owned),
        reply: reply.map(Reply::bytes),
        created_at: now(),
    }))
}
