//! The agents that files name and that the gateway does not have.

use std::collections::BTreeSet;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use switchboard_core::error::Kind;
use switchboard_engine::Managed as _;

use super::Fleet;
use crate::{
    client::ClientError,
    files::{FileAgent, FileError},
};

/// Returns a warning for each handover to an agent that the gateway does not have. The ids of agents differ between
/// gateways, so a file that was written for another gateway names such agents. Only a vendor with handovers refuses them.
///
/// # Errors
/// The errors of [`Fleet::has`].
pub async fn warnings(
    fleet: &Fleet,
    agents: &[FileAgent],
    parallel: usize,
) -> Result<Vec<FileError>, ClientError> {
    let ids: BTreeSet<_> = agents.iter().flat_map(named).collect();
    let looked_up = stream::iter(ids).map(|id| async move { fleet.has(id).await.map(|known| (id, known)) });
    let looked_up: Vec<_> = looked_up.buffered(parallel).try_collect().await?;
    let unknown: BTreeSet<_> = looked_up.into_iter().filter(|(_, known)| !known).map(|(id, _)| id).collect();
    let mut warnings = Vec::new();
    for agent in agents {
        for (index, id) in named(agent).enumerate().filter(|(_, id)| unknown.contains(id)) {
            let detail = format!(
                "The gateway has no agent {id:?}. The ids of agents differ between gateways; name an agent of this one."
            );
            let pointer = format!("/handovers/{index}/agent_id");
            warnings.push(FileError::at(&agent.place, &pointer, Kind::NotFound, detail));
        }
    }
    Ok(warnings)
}

/// Returns the ids of the agents that the handovers of an agent name.
fn named(agent: &FileAgent) -> impl Iterator<Item = &str> {
    agent.body.desired.record.handovers().iter().map(|handover| handover.agent_id.as_str())
}
