//! The agents that hand calls over to an agent.

use switchboard_core::{
    error::{Error, Kind, Result},
    model::Agent,
};
use switchboard_store::{Collection, OperationFilter, OperationState};

use super::{Managed, Operation, OperationKind, Repository, SyncState};

/// The maximum number of ids that a message lists.
const MAX_NAMED: u32 = 20;

impl Repository {
    /// Lists the agents whose handovers name the agent `to`, ordered by id, at most 20. Omits `to` itself.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn agents_handing_over(&self, to: &str) -> Result<Vec<String>> {
        let mut named = self.store().agents_handing_over(to, MAX_NAMED).await?;
        named.retain(|id| id != to);
        Ok(named)
    }

    /// Checks that no agent hands calls over to the agent `to`, which runs at `vendor`. Also considers writes that are in
    /// progress. Does not consider an agent that its vendor no longer has. Otherwise, two agents that name each other and
    /// were both removed at the vendor could neither be created again nor be deleted.
    ///
    /// # Errors
    /// `in_use` with the ids of the agents; `storage_unavailable`; `internal` if a stored operation or revision cannot be
    /// read.
    pub async fn check_not_handed_over(&self, to: &str, vendor: &str) -> Result<()> {
        let mut named = Vec::new();
        // An agent that counts may follow any number of agents that do not.
        let naming = self.store().agents_handing_over(to, u32::MAX).await?;
        for id in naming.into_iter().filter(|id| id != to) {
            if named.len() == MAX_NAMED as usize {
                break;
            }
            match self.get::<Agent>(&id).await {
                Ok(agent) if agent.sync.state != SyncState::Missing => named.push(id),
                Err(failure) if failure.kind != Kind::NotFound => return Err(failure),
                _ => {}
            }
        }
        // The index does not contain the revisions that running writes propose.
        let states = vec![OperationState::Held];
        let filter = OperationFilter { states, record: None, vendor: Some(vendor.to_owned()) };
        for running in self.store().operations(&filter, None, u32::MAX).await? {
            if running.collection != Collection::Agents || running.record == to {
                continue;
            }
            let Operation { record, spec, .. } = Operation::from_stored(running)?;
            if matches!(spec.kind, OperationKind::Delete | OperationKind::Move) || named.contains(&record) {
                continue;
            }
            let proposed = self.revision::<Agent>(&record, spec.revision).await?;
            let names = |agent: &Agent| agent.handovers().iter().any(|handover| handover.agent_id == to);
            if proposed.is_some_and(|proposed| names(&proposed.body.desired.record)) {
                named.push(record);
            }
        }
        if named.is_empty() {
            return Ok(());
        }
        let detail = format!(
            "The handovers of {} name the agent {to}: remove it from /handovers there first.",
            named.join(", ")
        );
        Err(Error::new(Kind::InUse, detail))
    }

    /// Returns true if a deletion of the agent is in progress.
    ///
    /// # Errors
    /// `storage_unavailable`; `internal` if a stored operation cannot be read.
    pub async fn is_being_deleted(&self, agent: &str) -> Result<bool> {
        let states = OperationState::ALL.into_iter().filter(|state| state.is_open()).collect();
        let filter = OperationFilter { states, record: Some(agent.to_owned()), vendor: None };
        for open in self.store().operations(&filter, None, u32::MAX).await? {
            if Operation::from_stored(open)?.spec.kind == OperationKind::Delete {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
