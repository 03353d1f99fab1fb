//! The ids of agents in handovers. A caller names an agent by the gateway's id; the vendor knows it by another id.

use std::collections::HashMap;

use serde_json::Value;
use switchboard_core::{
    error::{Kind, Result, Violation},
    model::Agent,
    plan::{Desired, Translator},
    rule::{Capability, Drift, Support, Unread},
};
use switchboard_store::Collection;

use super::{Target, refusals::refusal};
use crate::records::{Managed, SyncState};

/// The field with the handovers.
const FIELD: &str = "/handovers";

/// The agents that a record's handovers name.
#[derive(Default)]
pub(super) struct NamedAgents {
    /// For each handover, the vendor's id of the named agent. `None` if the agent has no id at the vendor.
    ids: Vec<Option<String>>,
    /// A violation for each handover that cannot be sent.
    refused: Vec<Violation>,
}

impl NamedAgents {
    /// Checks that every handover can be sent.
    ///
    /// # Errors
    /// A violation for each handover that cannot be sent.
    pub fn check(&mut self) -> Result<()> {
        let refused = std::mem::take(&mut self.refused);
        if refused.is_empty() { Ok(()) } else { Err(refusal(refused)) }
    }

    /// Replaces the agents in a record's handovers with the vendor's ids. Keeps the gateway's id of an agent without an id
    /// at the vendor.
    pub fn replace_in<R: Managed>(self, record: &mut R) {
        for (handover, id) in record.handovers_mut().iter_mut().zip(self.ids) {
            if let Some(id) = id {
                handover.agent_id = id;
            }
        }
    }
}

/// The reason why no call can be handed over to an agent.
type Reason = (Kind, String);

impl<R: Managed> Target<'_, R> {
    /// Looks up the agents that the record's handovers name. Refuses an agent that does not exist or that runs at another
    /// vendor, and an agent that this vendor does not have or that is being deleted. Looks up nothing if the vendor has no
    /// handovers, because the plan then reports the field.
    ///
    /// # Errors
    /// The errors of the store.
    pub(super) async fn named_agents(&self, desired: &Desired<R>) -> Result<NamedAgents> {
        let mut named = NamedAgents::default();
        let handovers = desired.record.handovers();
        if handovers.is_empty() || self.handover_row().is_none() {
            return Ok(named);
        }
        for (index, handover) in handovers.iter().enumerate() {
            let (id, reason) = self.named_agent(&handover.agent_id).await?;
            named.ids.push(id);
            if let Some((kind, why)) = reason {
                let pointer = format!("{FIELD}/{index}/agent_id");
                let detail = format!("{pointer}: {why}");
                named.refused.push(Violation::at(pointer, kind, detail));
            }
        }
        Ok(named)
    }

    /// Checks that calls can be handed over to each agent that the record's handovers name.
    ///
    /// # Errors
    /// As [`Self::resolve`] for agents; the errors of the store.
    pub async fn check_handovers(&self, desired: &Desired<R>) -> Result<()> {
        self.named_agents(desired).await?.check()
    }

    /// Returns the vendor's id of an agent, if there is one, and the reason why no call can be handed over to the agent.
    async fn named_agent(&self, id: &str) -> Result<(Option<String>, Option<Reason>)> {
        let vendor = self.vendor.name();
        let agent = match self.repository.get::<Agent>(id).await {
            Ok(agent) => agent,
            Err(error) if error.kind == Kind::NotFound => {
                return Ok((None, Some((Kind::ValidationFailed, error.detail))));
            }
            Err(failure) => return Err(failure),
        };
        if agent.placement.vendor != vendor {
            let why = format!(
                "The agent {id} runs at {}, but calls can be handed over only to agents at {vendor}.",
                agent.placement.vendor
            );
            return Ok((None, Some((Kind::ValidationFailed, why))));
        }
        let remote_id = agent.placement.remote_id.clone();
        let why = if remote_id.is_none() || agent.sync.state == SyncState::Missing {
            format!("{vendor} does not have the agent {id}.")
        } else if self.repository.is_being_deleted(id).await? {
            format!("The agent {id} is being deleted.")
        } else {
            return Ok((remote_id, None));
        };
        Ok((remote_id, Some((Kind::AgentNotReady, why))))
    }

    /// Replaces the vendor's ids of agents in the drift of the handovers with the gateway's ids. Keeps the vendor's id
    /// of an agent that the gateway does not manage.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn in_own_ids(&self, mut drift: Vec<Drift>) -> Result<Vec<Drift>> {
        if let Some(row) = drift.iter_mut().find(|row| row.field == FIELD) {
            let own = self.own_ids().await?;
            for handover in [&mut row.desired, &mut row.observed].into_iter().flat_map(items) {
                let id = handover.get("agent_id").and_then(Value::as_str).and_then(|id| own.get(id));
                if let Some(id) = id {
                    handover["agent_id"] = id.as_str().into();
                }
            }
        }
        Ok(drift)
    }

    /// Replaces the vendor's ids of agents in a record's handovers with the gateway's ids. Returns the field as unread if
    /// the gateway does not manage one of the agents.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn read_handovers(&self, record: &mut R) -> Result<Option<Unread>> {
        if record.handovers().is_empty() {
            return Ok(None);
        }
        let own = self.own_ids().await?;
        for handover in record.handovers_mut() {
            match own.get(&handover.agent_id) {
                Some(id) => handover.agent_id.clone_from(id),
                None => {
                    let row = self.handover_row();
                    let vendor_field = row.and_then(|row| row.vendor_fields.first().copied());
                    let why = format!(
                        "The vendor hands calls over to {:?}, which the gateway does not manage.",
                        handover.agent_id
                    );
                    let vendor_field = vendor_field.unwrap_or_default().to_owned();
                    return Ok(Some(Unread { field: FIELD.to_owned(), vendor_field, why }));
                }
            }
        }
        Ok(None)
    }

    /// Returns the gateway's ids of the agents at the vendor, by the vendor's ids.
    async fn own_ids(&self) -> Result<HashMap<String, String>> {
        let bound = self.repository.store().bound_ids(Collection::Agents, self.vendor.name()).await?;
        Ok(bound.into_iter().filter(|bound| !bound.hidden).map(|bound| (bound.remote_id, bound.id)).collect())
    }

    /// Returns the vendor's capability for handovers, or `None` if the vendor has none.
    fn handover_row(&self) -> Option<Capability> {
        let rows = Translator::new(self.resource, self.adapter).capabilities();
        rows.into_iter().find(|row| row.field == FIELD && row.support != Support::Unsupported)
    }
}

/// Returns the items of a list; none if the value is not a list.
fn items(list: &mut Value) -> impl Iterator<Item = &mut Value> {
    list.as_array_mut().into_iter().flatten()
}
