//! What somebody says about an operation that cannot go on by itself.

use std::sync::Arc;

use serde_json::Value;
use switchboard_core::{Agent, Error, Handling, Kind, Result, Trunk, Violation, unknown_name};
use switchboard_store::{Collection, Ending, Mutation, OperationFilter, OperationState};

use super::busy;
use crate::{
    Item, Managed, Reply, RequestContext, Service, SyncState, Uncertainty, Visibility, members,
    operation::{Operation, OperationKind},
    state::now,
};

/// What somebody says about an operation that cannot go on by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The vendor has the record, by this id.
    Adopt(String),
    /// The vendor does not have the record, or the reason is mended: go on.
    Retry,
    /// Give the operation up. A record that was to be deleted is forgotten here; any other one stays as it is.
    Abandon,
}

impl Resolution {
    /// Reads the body `{"action": …, "remote_id": …}`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(document: &Value) -> Result<Self> {
        const ACTIONS: [&str; 3] = ["adopt", "retry", "abandon"];
        let members = members(document)?;
        let mut violations: Vec<_> = members
            .keys()
            .filter(|name| !["action", "remote_id"].contains(&name.as_str()))
            .map(|name| {
                let detail = unknown_name("field", name, ["action", "remote_id"]);
                Violation::at(format!("/{name}"), Kind::UnknownField, detail)
            })
            .collect();
        let action = members.get("action");
        let known = action.and_then(Value::as_str).filter(|action| ACTIONS.contains(action));
        match (action, known) {
            (None, _) => {
                violations.push(Violation::at("/action", Kind::FieldRequired, "/action is required."));
            }
            (Some(_), None) => {
                let detail = "/action must be \"adopt\", \"retry\" or \"abandon\".";
                violations.push(Violation::at("/action", Kind::ValidationFailed, detail));
            }
            _ => {}
        }
        let remote_id = members.get("remote_id").filter(|id| !id.is_null());
        let text = remote_id.and_then(Value::as_str).filter(|id| (1..=255).contains(&id.len()));
        match (known, remote_id, text) {
            (Some("adopt"), None, _) => {
                let detail = "/remote_id is required to adopt a record.";
                violations.push(Violation::at("/remote_id", Kind::FieldRequired, detail));
            }
            (_, Some(_), None) => {
                let detail = "/remote_id must be the vendor's id, a text of 1 to 255 characters.";
                violations.push(Violation::at("/remote_id", Kind::ValidationFailed, detail));
            }
            (Some("retry" | "abandon"), Some(_), _) => {
                let detail = "/remote_id is for adopting a record only.";
                violations.push(Violation::at("/remote_id", Kind::ValidationFailed, detail));
            }
            _ => {}
        }
        if !violations.is_empty() {
            return Err(Error::invalid(violations));
        }
        Ok(match (known, text) {
            (Some("adopt"), Some(id)) => Self::Adopt(id.to_owned()),
            (Some("retry"), _) => Self::Retry,
            _ => Self::Abandon,
        })
    }
}

impl Service {
    /// An operation.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn operation(&self, id: &str) -> Result<Operation> {
        let missing = || Error::new(Kind::NotFound, format!("There is no operation {id:?}."));
        Operation::from_stored(self.store.operation(id).await?.ok_or_else(missing)?)
    }

    /// The operations that match, from the one after `after`; and where the list goes on.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn operations(
        &self,
        filter: &OperationFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Operation>, Option<String>)> {
        let more = u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1);
        let mut found = self.store.operations(filter, after, more).await?;
        let goes_on = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| goes_on).map(|operation| operation.id.clone());
        Ok((found.into_iter().map(Operation::from_stored).collect::<Result<_>>()?, next))
    }

    /// Lets an operation that needs attention go on, or gives it up.
    ///
    /// # Errors
    /// `not_found`; `state_conflict` where it does not need attention; with `adopt`, a violation where the vendor has no
    /// such record or it belongs to another one of ours.
    pub async fn resolve(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        resolution: Resolution,
    ) -> Result<Reply> {
        let operation = self.operation(id).await?;
        if operation.state != OperationState::Attention {
            let detail = "The operation does not need attention: there is nothing to resolve.";
            return Err(Error::new(Kind::StateConflict, detail));
        }
        let _turn = self.acquire_turn(&operation.record, &request).await?;
        match operation.collection {
            Collection::Agents => self.resolve_of::<Agent>(request, operation, resolution).await,
            Collection::Trunks => self.resolve_of::<Trunk>(request, operation, resolution).await,
        }
    }

    async fn resolve_of<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        mut operation: Operation,
        resolution: Resolution,
    ) -> Result<Reply> {
        let mut item = self.stored::<R>(&operation.record).await?;
        let removes = operation.spec.kind == OperationKind::Delete;
        operation.spec.candidates.clear();
        operation.spec.absent_since = None;
        let given_up = resolution == Resolution::Abandon;
        match resolution {
            Resolution::Adopt(remote_id) => {
                self.verify_remote::<R>(&item, &remote_id).await?;
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
                item.sync.operation_id = None;
            }
        }
        let mut mutations = match given_up {
            true => vec![Mutation::Supersede { id: operation.id.clone(), fence: operation.fence }],
            false => vec![Mutation::Reopen(operation.stored())],
        };
        mutations.push(match given_up && (removes || item.visibility == Visibility::Pending) {
            true => {
                Mutation::Delete { collection: R::COLLECTION, id: item.id.clone(), version: item.version }
            }
            false => Mutation::Update(item.row()),
        });
        (operation.state, operation.due_at) = match given_up {
            true => (OperationState::Ended(Ending::Superseded), None),
            false => (OperationState::Waiting, Some(now())),
        };
        let reply = Reply::new(200, &operation.answer());
        let reply = self.answer_without_vendor(mutations, reply, &request).await?.ok_or_else(busy)?;
        self.wake.notify_one();
        Ok(reply)
    }

    /// Makes sure that the vendor has a record of this id that is nobody else's here.
    async fn verify_remote<R: Managed>(&self, item: &Item<R>, remote_id: &str) -> Result<()> {
        let target = self.target::<R>(self.current_vendor(item)?, Handling::Lenient).await?;
        let refuse = |code, detail| Err(Error::invalid(vec![Violation::at("/remote_id", code, detail)]));
        let vendor = target.vendor.name();
        let bound = self.store.remote_ids(R::COLLECTION, vendor).await?;
        if item.placement.remote_id.as_deref() != Some(remote_id) && bound.iter().any(|id| id == remote_id) {
            let detail = format!("Another {} is {remote_id:?} at {vendor} already.", R::NAME);
            return refuse(Kind::AlreadyExists, detail);
        }
        match target.fetch(remote_id).await? {
            Some(_) => Ok(()),
            None => refuse(Kind::ValidationFailed, format!("{vendor} has no {} {remote_id:?}.", R::NAME)),
        }
    }
}
