//! Decisions of an operator about operations that need attention.

use std::sync::Arc;

use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    model::{Agent, Trunk},
    plan::{Handling, Parts},
    vendor::{ReadScope, Remote},
};
use switchboard_store::{Collection, Ending, OperationState};

use super::{Answer, Resolution, Writer, answer_without_vendor};
use crate::{
    records::{
        Batch, Item, Managed, Operation, OperationKind, SyncState, Uncertainty, Visibility, busy, now,
    },
    request::RequestContext,
};

impl Writer {
    /// Continues or abandons an operation that needs attention.
    ///
    /// # Errors
    /// `not_found`; `state_conflict` if the operation does not need attention, or if another write of the record came
    /// first. With `adopt`, also the errors of reading the vendor's record, and a violation if the vendor does not have
    /// that record or another record of the gateway uses it.
    pub async fn resolve(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        resolution: Resolution,
    ) -> Result<Answer> {
        let operation = Operation::load(self.repository.store(), id).await?;
        if operation.state != OperationState::Attention {
            let detail = "The operation does not need attention, so it cannot be resolved.";
            return Err(Error::new(Kind::StateConflict, detail));
        }
        let _turn = self.acquire_turn(&operation.record, &request).await?;
        match operation.collection {
            Collection::Agents => self.resolve_record::<Agent>(request, operation, resolution).await,
            Collection::Trunks => self.resolve_record::<Trunk>(request, operation, resolution).await,
        }
    }

    async fn resolve_record<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        mut operation: Operation,
        resolution: Resolution,
    ) -> Result<Answer> {
        let mut item = self.repository.load::<R>(&operation.record).await?;
        let removes = operation.spec.kind == OperationKind::Delete;
        operation.spec.candidates.clear();
        operation.spec.absent_since = None;
        let abandoned = resolution == Resolution::Abandon;
        match resolution {
            Resolution::Adopt { remote_id } => {
                item.placement.parts = self.verify_remote::<R>(&item, &remote_id).await?.parts;
                item.placement.remote_id = Some(remote_id);
                item.uncertainty.creation_requested_at = None;
            }
            Resolution::Retry if item.placement.remote_id.is_none() => {
                item.uncertainty = Uncertainty::default()
            }
            Resolution::Retry => {}
            Resolution::Abandon => {
                item.uncertainty.creation_requested_at = None;
                item.sync.state = SyncState::Failed;
                item.sync.settles_at = None;
                item.sync.operation_id = None;
            }
        }
        let mut batch = Batch::new();
        if abandoned {
            batch.supersede(&operation);
        } else {
            batch.reopen(&operation);
        }
        if abandoned && (removes || item.visibility == Visibility::Pending) {
            batch.delete(&item);
        } else {
            batch.update(&item);
        }
        (operation.state, operation.due_at) = if abandoned {
            (OperationState::Ended(Ending::Superseded), None)
        } else {
            (OperationState::Waiting, Some(now()))
        };
        let answer = Answer::operation(&operation)?;
        let answer = answer_without_vendor(&self.repository, batch, answer, &request).await?;
        self.handles.operations.send();
        answer.ok_or_else(busy)
    }

    /// Returns the vendor's record with this id. Refuses an id that the vendor does not have or that another record of the
    /// gateway uses.
    async fn verify_remote<R: Managed>(&self, item: &Item<R>, remote_id: &str) -> Result<Remote> {
        let target = self.fleet.target::<R>(self.fleet.of_record(item)?, Handling::Lenient).await?;
        let refuse = |code, detail| Err(Error::invalid(vec![Violation::at("/remote_id", code, detail)]));
        let vendor = target.vendor.name();
        let bound = self.repository.store().remote_ids(R::COLLECTION, vendor).await?;
        if item.placement.remote_id.as_deref() != Some(remote_id) && bound.iter().any(|id| id == remote_id) {
            let detail = format!("Another {} already has the id {remote_id:?} at {vendor}.", R::NAME);
            return refuse(Kind::AlreadyExists, detail);
        }
        match target.fetch(&target.parts(Some(remote_id), &Parts::NONE), ReadScope::Bound).await? {
            Some(remote) => Ok(remote),
            None => refuse(
                Kind::ValidationFailed,
                format!("{vendor} has no {} with the id {remote_id:?}.", R::NAME),
            ),
        }
    }
}
