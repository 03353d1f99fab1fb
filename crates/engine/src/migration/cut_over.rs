//! The moment an agent moves: one commit, before which it runs at the old vendor and after which at the new one.

use std::{sync::Arc, time::Duration};

use switchboard_config::routing::Retire;
use switchboard_core::{Agent, Result};
use switchboard_store::{Ending, Next, OperationState, Step};
use tokio::time::timeout;
use tracing::info;

use super::record::{Journey, Migration, Move, Stage};
use crate::{
    Doubt, Item, Service, Shown, SyncState,
    operation::{Course, Operation, OperationKind},
};

/// How long it is waited for the agent's other writes.
const A_MOMENT: Duration = Duration::from_millis(100);

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
        let Ok(_turn) = timeout(A_MOMENT, self.locks.hold(&agent.id)).await else { return Ok(()) };
        let others = self.others(&agent, true).await?;
        if others.held {
            return Ok(());
        }
        // What waits for the old vendor has reached the new one.
        let mut steps: Vec<_> = others.superseded().into_iter().collect();
        let (moved, mut left) = exchanged(agent, &successor, migration.course.retire);
        let mut done =
            Operation::new(&moved, Course::unasked(OperationKind::Move, &moved, migration.id.clone()));
        done.state = OperationState::Held;
        steps.push(Step::Begin { operation: done.stored(), hold: Some(self.hold) });
        steps.push(Step::Delete {
            collection: moved.row().collection,
            id: successor.id.clone(),
            version: successor.version,
        });
        steps.push(Step::Update(moved.row()));
        let mut journey = Journey {
            stage: Stage::Moved,
            successor: None,
            operation_id: Some(done.id.clone()),
            last_error: None,
            ..one.journey.clone()
        };
        done.fence = 1;
        done.course.settled = 1;
        steps.push(Step::Settle { operation: done.stored(), next: Next::End(Ending::Succeeded) });
        match &mut left {
            Some(left) if left.shown == Shown::NoMore => {
                let course = Course::unasked(OperationKind::Delete, left, migration.id.clone());
                let removal = Operation::new(left, course);
                left.sync.operation_id = Some(removal.id.clone());
                journey.stage = Stage::Retiring;
                journey.leftover = Some(left.id.clone());
                journey.operation_id = Some(removal.id.clone());
                steps.push(Step::Insert(left.row()));
                steps.push(Step::Begin { operation: removal.stored(), hold: None });
            }
            Some(left) => steps.push(Step::Insert(left.row())),
            None => {}
        }
        steps.push(one.goes_on(journey));
        self.commit(steps).await?;
        info!(
            agent = moved.id,
            from = one.journey.from,
            to = one.journey.to,
            migration = migration.id,
            "An agent has moved"
        );
        self.wake.notify_one();
        Ok(())
    }
}

/// The agent in its successor's place, and what it leaves: nothing where the old vendor has nothing of it.
fn exchanged(
    agent: Item<Agent>,
    successor: &Item<Agent>,
    retire: Retire,
) -> (Item<Agent>, Option<Item<Agent>>) {
    let there = agent.placement.remote_id.is_some() && agent.sync.state != SyncState::Missing;
    let at_vendor = there || agent.doubt.asked_to_make.is_some();
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
            shown: if keeps { Shown::Beside } else { Shown::NoMore },
            belongs_to: Some(agent.id.clone()),
            revision: agent.revision,
            doubt: agent.doubt.clone(),
            ..fresh
        };
        left.sync.state = if keeps { SyncState::InSync } else { SyncState::Unknown };
        left
    });
    let mut aside = agent.aside.clone();
    aside.remove(&successor.placement.vendor);
    if let Some(left) = left.as_ref().filter(|left| left.shown == Shown::Beside) {
        aside.insert(left.placement.vendor.clone(), left.id.clone());
    }
    let mut moved = Item {
        placement: successor.placement.clone(),
        report: successor.report.clone(),
        sync: successor.sync.clone(),
        doubt: Doubt::default(),
        aside,
        ..agent
    };
    moved.sync.observed_revision = Some(moved.revision);
    moved.sync.operation_id = None;
    moved.sync.last_error = None;
    (moved, left)
}
