//! The cut-over: the single commit by which an agent moves from the old vendor to the new one.

use std::time::Duration;

use switchboard_config::routing::Retire;
use switchboard_core::{error::Result, model::Agent};
use switchboard_store::{Ending, Next, OperationState};
use tokio::time::Instant;
use tracing::info;

use super::{
    Migration, Move, Mover,
    migration::{MoveProgress, Stage},
};
use crate::records::{Batch, InFlight, Item, Operation, OperationKind, OperationSpec, SyncState, Visibility};

/// The longest wait for other writes of the agent.
const TURN_TIMEOUT: Duration = Duration::from_millis(100);

impl Mover {
    /// Changes the agent's placement to that of its successor. If another write of the agent is in progress, changes nothing,
    /// and a later step tries again.
    pub(super) async fn cut_over(
        &self,
        migration: &Migration,
        agent_move: &Move,
        agent: Item<Agent>,
        successor: Item<Agent>,
    ) -> Result<()> {
        // Another write may hold the turn while it waits for the old vendor. The next step of this move tries again.
        let deadline = Instant::now() + TURN_TIMEOUT;
        let Ok(_turn) = self.repository.turn(&agent.id, deadline).await else { return Ok(()) };
        let in_flight = InFlight::read(self.repository.store(), &agent, true).await?;
        if in_flight.running {
            return Ok(());
        }
        // The successor already has the state of the queued write, so the operation for the old vendor is obsolete.
        let mut batch = Batch::new();
        if let Some(queued) = &in_flight.queued {
            batch.supersede(queued);
        }
        let (moved, mut left) = swap_places(agent, &successor, migration.spec.retire);
        let mut done = Operation::new(
            &moved,
            OperationSpec::background(OperationKind::Move, &moved, migration.id.clone()),
        );
        done.state = OperationState::Held;
        batch.begin(&done, Some(self.fleet.hold()));
        batch.delete(&successor);
        batch.update(&moved);
        let mut progress = MoveProgress {
            stage: Stage::Moved,
            successor: None,
            operation_id: Some(done.id.clone()),
            last_error: None,
            ..agent_move.progress.clone()
        };
        done.fence = 1;
        done.spec.settled = 1;
        batch.settle(&done, Next::End(Ending::Succeeded));
        match &mut left {
            Some(left) if left.visibility == Visibility::Deleted => {
                let spec = OperationSpec::background(OperationKind::Delete, left, migration.id.clone());
                let removal = Operation::new(left, spec);
                left.sync.operation_id = Some(removal.id.clone());
                progress.stage = Stage::Retiring;
                progress.leftover = Some(left.id.clone());
                progress.operation_id = Some(removal.id.clone());
                batch.insert(left, self.fleet.permit(&left.placement.vendor).await?);
                batch.begin(&removal, None);
            }
            Some(left) => {
                if self.has_bound(left)? {
                    progress.stage = Stage::Retiring;
                    progress.leftover = Some(left.id.clone());
                }
                batch.insert(left, self.fleet.permit(&left.placement.vendor).await?);
                batch.add_revision(left);
            }
            None => {}
        }
        agent_move.with_progress(progress).update_in(&mut batch);
        self.repository.commit(batch).await?;
        info!(
            agent = moved.id,
            from = agent_move.progress.from,
            to = agent_move.progress.to,
            migration = migration.id,
            "agent moved"
        );
        self.handles.operations.send();
        Ok(())
    }
}

/// Swaps the placements. Returns the agent with its successor's placement, and the leftover or standby if the old vendor may
/// have a record.
fn swap_places(
    agent: Item<Agent>,
    successor: &Item<Agent>,
    retire: Retire,
) -> (Item<Agent>, Option<Item<Agent>>) {
    let there = agent.placement.remote_id.is_some() && agent.sync.state != SyncState::Missing;
    let at_vendor = there || agent.placement.remote_id.is_none() && agent.is_at_vendor();
    let left = at_vendor.then(|| {
        // A record whose id is unknown, because its creation was lost, cannot become a standby. The deletion of the
        // leftover searches for such a record and removes it.
        let keeps = retire == Retire::Keep && there;
        let fresh = Item::new(
            agent.body.clone(),
            agent.placement.clone(),
            agent.report.clone(),
            agent.sync.unverifiable.clone(),
        );
        let mut left = Item {
            visibility: if keeps { Visibility::Standby } else { Visibility::Deleted },
            owner: Some(agent.id.clone()),
            revision: agent.revision,
            uncertainty: agent.uncertainty.clone(),
            ..fresh
        };
        left.sync.state = if keeps { SyncState::InSync } else { SyncState::Unknown };
        if keeps {
            // The store will have only this revision of the standby, so an older observed revision would have no known
            // content.
            left.sync.observed_revision =
                agent.sync.observed_revision.filter(|observed| *observed == agent.revision);
        }
        left
    });
    let mut standbys = agent.standbys.clone();
    standbys.remove(&successor.placement.vendor);
    if let Some(left) = left.as_ref().filter(|left| left.visibility == Visibility::Standby) {
        standbys.insert(left.placement.vendor.clone(), left.id.clone());
    }
    let mut moved = Item {
        placement: successor.placement.clone(),
        report: successor.report.clone(),
        sync: successor.sync.clone(),
        uncertainty: successor.uncertainty.clone(),
        standbys,
        ..agent
    };
    moved.sync.observed_revision = Some(moved.revision);
    moved.sync.operation_id = None;
    moved.sync.last_error = None;
    (moved, left)
}
