//! Giving up a move before the agent has taken its new place.

use std::sync::Arc;

use switchboard_core::{Agent, Result};
use switchboard_store::Mutation;

use super::record::{Move, MoveProgress, Stage};
use crate::{
    Item, Service, SyncState, Visibility,
    operation::{Operation, OperationKind, OperationSpec},
    state::RecordedError,
};

impl Service {
    /// Removes what the new vendor has of a move that is given up, `why` or because it was cancelled. What was there before
    /// stays aside.
    pub(super) async fn discard(
        self: &Arc<Self>,
        one: &Move,
        mut successor: Item<Agent>,
        why: Option<RecordedError>,
    ) -> Result<()> {
        let in_flight = self.in_flight(&successor, true).await?;
        if in_flight.running {
            // Until the vendor has answered, nobody knows what there is to remove.
            return Ok(());
        }
        let mut mutations: Vec<_> = in_flight.supersede().into_iter().collect();
        let stage = if why.is_some() { Stage::Failed } else { Stage::RolledBack };
        let mut progress = MoveProgress { stage, successor: None, last_error: why, ..one.progress.clone() };
        let at_vendor =
            successor.placement.remote_id.is_some() || successor.uncertainty.creation_requested_at.is_some();
        if one.progress.returns {
            successor.sync.state = SyncState::Failed;
            successor.sync.operation_id = None;
            mutations.push(Mutation::Update(successor.row()));
        } else if at_vendor {
            successor.visibility = Visibility::Deleted;
            let mut spec =
                OperationSpec::background(OperationKind::Delete, &successor, one.migration.clone());
            if let Some(waiting) = &in_flight.queued {
                spec.continue_from(&waiting.spec);
            }
            let removal = Operation::new(&successor, spec);
            successor.sync.state = SyncState::Unknown;
            successor.sync.operation_id = Some(removal.id.clone());
            progress.stage = Stage::RollingBack;
            progress.leftover = Some(successor.id.clone());
            progress.operation_id = Some(removal.id.clone());
            mutations.push(Mutation::Update(successor.row()));
            mutations.push(Mutation::Begin { operation: removal.stored(), hold: None });
        } else {
            mutations.push(Mutation::Delete {
                collection: successor.row().collection,
                id: successor.id.clone(),
                version: successor.version,
            });
        }
        mutations.push(one.progress_mutation(progress));
        self.commit(mutations).await?;
        self.wake.notify_one();
        Ok(())
    }
}
