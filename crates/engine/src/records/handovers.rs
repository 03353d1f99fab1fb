//! The agents that hand calls over to an agent.

use std::fmt;

use switchboard_core::{
    error::{Error, Kind, Result},
    model::Agent,
};
use switchboard_store::{OperationFilter, OperationState};

use super::{Managed, Operation, OperationKind, Repository, SyncState};

/// The maximum number of ids that a message lists.
const MAX_NAMED: usize = 20;

/// The number of ids per query of the store.
const PAGE: u32 = 200;

/// The agents whose handovers name an agent. Its string lists the first 20 and the number of the others.
#[derive(Debug, Default)]
pub struct NamingAgents {
    named: Vec<String>,
    /// The highest possible number of the others.
    more: usize,
}

impl NamingAgents {
    /// Returns true if there is no such agent.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Returns true if the string lists 20 agents, so that it can list no other.
    fn is_full(&self) -> bool {
        self.named.len() == MAX_NAMED
    }

    fn add(&mut self, id: String) {
        if self.is_full() {
            self.more += 1;
        } else {
            self.named.push(id);
        }
    }
}

impl fmt::Display for NamingAgents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.named.join(", "))?;
        match self.more {
            0 => Ok(()),
            more => write!(f, " and up to {more} more"),
        }
    }
}

impl Repository {
    /// Finds the agents whose handovers name the agent `to`. Omits `to` itself.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn agents_handing_over(&self, to: &str) -> Result<NamingAgents> {
        self.naming_agents(to, true).await
    }

    /// Finds the agents whose handovers name the agent `to`, except `to` itself. If `counts_missing` is false, lists no
    /// agent that its vendor no longer has; the number of the others may include such agents.
    async fn naming_agents(&self, to: &str, counts_missing: bool) -> Result<NamingAgents> {
        let (mut naming, mut after) = (NamingAgents::default(), None::<String>);
        loop {
            let page = self.store().agents_handing_over(to, after.as_deref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(naming) };
            after = Some(last.clone());
            for id in page.into_iter().filter(|id| id != to) {
                if counts_missing || naming.is_full() || self.is_present(&id).await? {
                    naming.add(id);
                }
            }
        }
    }

    /// Checks that no agent hands calls over to the agent `to`, which runs at `vendor`. Also considers writes that are in
    /// progress. Does not consider an agent that its vendor no longer has. Otherwise, two agents that name each other and
    /// were both removed at the vendor could neither be created again nor be deleted.
    ///
    /// # Errors
    /// `in_use` with the ids of the agents; `storage_unavailable`; `internal` if a stored operation or revision cannot be
    /// read.
    pub async fn check_not_handed_over(&self, to: &str, vendor: &str) -> Result<()> {
        let mut naming = self.naming_agents(to, false).await?;
        // The index does not contain the revisions that running writes propose.
        let mut running = self.open_operations(vendor, &[OperationState::Held]);
        while let Some(page) = running.next_page::<Agent>().await? {
            for operation in page.into_iter().filter(|operation| operation.record != to) {
                let Operation { record, spec, .. } = Operation::from_stored(operation)?;
                let writes = !matches!(spec.kind, OperationKind::Delete | OperationKind::Move);
                if !writes || naming.named.contains(&record) {
                    continue;
                }
                let proposed = self.revision::<Agent>(&record, spec.revision).await?;
                let names = |agent: &Agent| agent.handovers().iter().any(|handover| handover.agent_id == to);
                if proposed.is_some_and(|proposed| names(&proposed.body.desired.record)) {
                    naming.add(record);
                }
            }
        }
        if naming.is_empty() {
            return Ok(());
        }
        let detail =
            format!("The handovers of {naming} name the agent {to}: remove it from /handovers there first.");
        Err(Error::new(Kind::InUse, detail))
    }

    /// Returns true if an agent is listed and its vendor has not lost it.
    async fn is_present(&self, id: &str) -> Result<bool> {
        match self.get::<Agent>(id).await {
            Ok(agent) => Ok(agent.sync.state != SyncState::Missing),
            Err(gone) if gone.kind == Kind::NotFound => Ok(false),
            Err(failure) => Err(failure),
        }
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
