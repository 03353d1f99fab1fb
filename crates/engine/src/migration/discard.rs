//! Giving up a move before the agent has taken its new place.

use std::sync::Arc;

use switchboard_core::{Agent, Result};
use switchboard_store::Step;

use super::record::{Journey, Move, Stage};
use crate::{
    Item, Service, Shown, SyncState,
    operation::{Course, Operation, OperationKind},
    state::Told,
};

impl Service {
    /// Removes what the new vendor has of a move that is given up, `why` or because it was cancelled. What was there before
    /// stays aside.
    pub(super) async fn discard(
        self: &Arc<Self>,
        one: &Move,
        mut successor: Item<Agent>,
        why: Option<Told>,
    ) -> Result<()> {
        let others = self.others(&successor, true).await?;
        if others.held {
            // Until the vendor has answered, nobody knows what there is to remove.
            return Ok(());
        }
        let mut steps: Vec<_> = others.superseded().into_iter().collect();
        let stage = if why.is_some() { Stage::Failed } else { Stage::RolledBack };
        let mut journey = Journey { stage, successor: None, last_error: why, ..one.journey.clone() };
        let at_vendor = successor.placement.remote_id.is_some() || successor.doubt.asked_to_make.is_some();
        if one.journey.returns {
            successor.sync.state = SyncState::Failed;
            successor.sync.operation_id = None;
            steps.push(Step::Update(successor.row()));
        } else if at_vendor {
            successor.shown = Shown::NoMore;
            let mut course = Course::unasked(OperationKind::Delete, &successor, one.migration.clone());
            if let Some(waiting) = &others.waiting {
                course.go_on_from(&waiting.course);
            }
            let removal = Operation::new(&successor, course);
            successor.sync.state = SyncState::Unknown;
            successor.sync.operation_id = Some(removal.id.clone());
            journey.stage = Stage::RollingBack;
            journey.leftover = Some(successor.id.clone());
            journey.operation_id = Some(removal.id.clone());
            steps.push(Step::Update(successor.row()));
            steps.push(Step::Begin { operation: removal.stored(), hold: None });
        } else {
            steps.push(Step::Delete {
                collection: successor.row().collection,
                id: successor.id.clone(),
                version: successor.version,
            });
        }
        steps.push(one.goes_on(journey));
        self.commit(steps).await?;
        self.wake.notify_one();
        Ok(())
    }
}
