//! The moment an agent moves: one commit, before which it runs at the old vendor and after which at the new one.

use std::{sync::Arc, time::Duration};

use switchboard_config::routing::Retire;
use switchboard_core::{Agent, Result};
use switchboard_store::{Ending, Mutation, Next, OperationState};
use tokio::time::timeout;
use tracing::info;

use super::record::{Migration, Move, MoveProgress, Stage};
use crate::{
    Item, Service, SyncState, Uncertainty, Visibility,
    operation::{Operation, OperationKind, OperationSpec},
};

/// How long it is waited for the agent's other writes.
const TURN_TIMEOUT: Duration = Duration::from_millis(100);

impl Service {
    /// Lets the agent take its successor's place, unless a write of it is on its way to the old vendor.
    pub(super) async fn cut_over(
        self: &Arc<Self>,
        migration: &Migration,
        one: &Move,
        agent: Item<Agent>,
        successor: Item<Agent>,
    ) -> Result<()> {
        // A write that waits for the old vendor keeps its turn; it is looked at again soon.
        let Ok(_turn) = timeout(TURN_TIMEOUT, self.locks.hold(&agent.id)).await else { return Ok(()) };
        let in_flight = self.in_flight(&agent, true).await?;
        if in_flight.running {
            return Ok(());
        }
        // What waits for the old vendor has reached the new one.
        let mut mutations: Vec<_> = in_flight.supersede().into_iter().collect();
        let (moved, mut left) = swap_places(agent, &successor, migration.spec.retire);
        let mut done = Operation::new(
            &moved,
            OperationSpec::background(OperationKind::Move, &moved, migration.id.clone()),
        );
        done.state = OperationState::Held;
        mutations.push(Mutation::Begin { operation: done.stored(), hold: Some(self.hold) });
        mutations.push(Mutation::Delete {
            collection: moved.row().collection,
            id: successor.id.clone(),
            version: successor.version,
        });
        mutations.push(Mutation::Update(moved.row()));
        let mut progress = MoveProgress {
            stage: Stage::Moved,
            successor: None,
            operation_id: Some(done.id.clone()),
            last_error: None,
            ..one.progress.clone()
        };
        done.fence = 1;
        done.spec.settled = 1;
        mutations.push(Mutation::Settle { operation: done.stored(), next: Next::End(Ending::Succeeded) });
        match &mut left {
            Some(left) if left.visibility == Visibility::Deleted => {
                let spec = OperationSpec::background(OperationKind::Delete, left, migration.id.clone());
                let removal = Operation::new(left, spec);
                left.sync.operation_id = Some(removal.id.clone());
                progress.stage = Stage::Retiring;
                progress.leftover = Some(left.id.clone());
                progress.operation_id = Some(removal.id.clone());
                mutations.push(Mutation::Insert(left.row()));
                mutations.push(Mutation::Begin { operation: removal.stored(), hold: None });
            }
            Some(left) => mutations.push(Mutation::Insert(left.row())),
            None => {}
        }
        mutations.push(one.progress_mutation(progress));
        self.commit(mutations).await?;
        info!(
            agent = moved.id,
            from = one.progress.from,
            to = one.progress.to,
            migration = migration.id,
            "An agent has moved"
        );
        self.wake.notify_one();
        Ok(())
    }
}

/// The agent in its successor's place, and what it leaves: nothing where the old vendor has nothing of it.
fn swap_places(
    agent: Item<Agent>,
    successor: &Item<Agent>,
    retire: Retire,
) -> (Item<Agent>, Option<Item<Agent>>) {
    let there = agent.placement.remote_id.is_some() && agent.sync.state != SyncState::Missing;
    let at_vendor = there || agent.uncertainty.creation_requested_at.is_some();
    let left = at_vendor.then(|| {
        // What may have been made, and nobody has found yet, can only be looked for and removed.
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
        uncertainty: Uncertainty::default(),
        standbys,
        ..agent
    };
    moved.sync.observed_revision = Some(moved.revision);
    moved.sync.operation_id = None;
    moved.sync.last_error = None;
    (moved, left)
}
