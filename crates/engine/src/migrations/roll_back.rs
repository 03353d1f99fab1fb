//! Giving up a move before the agent has taken its new place.

use switchboard_core::{Agent, Result};

use super::{
    Move, Mover,
    migration::{MoveProgress, Stage},
};
use crate::records::{
    Batch, InFlight, Item, Operation, OperationKind, OperationSpec, RecordedError, SyncState, Visibility,
};

impl Mover {
    /// Removes what the new vendor has of a move that is given up, `why` or because it was cancelled. What was there before
    /// stays aside.
    pub(super) async fn discard(
        &self,
        one: &Move,
        mut successor: Item<Agent>,
        why: Option<RecordedError>,
    ) -> Result<()> {
        let in_flight = InFlight::read(self.repository.store(), &successor, true).await?;
        if in_flight.running {
            // Until the vendor has answered, nobody knows what there is to remove.
            return Ok(());
        }
        let mut batch = Batch::new();
        if let Some(queued) = &in_flight.queued {
            batch.supersede(queued);
        }
        let stage = if why.is_some() { Stage::Failed } else { Stage::RolledBack };
        let mut progress = MoveProgress { stage, successor: None, last_error: why, ..one.progress.clone() };
        let at_vendor =
            successor.placement.remote_id.is_some() || successor.uncertainty.creation_requested_at.is_some();
        if one.progress.returns {
            successor.sync.state = SyncState::Failed;
            successor.sync.operation_id = None;
            batch.update(&successor);
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
            batch.update(&successor);
            batch.begin(&removal, None);
        } else {
            batch.delete(&successor);
        }
        batch.update_move(one.with_progress(progress).to_stored());
        self.repository.commit(batch).await?;
        self.handles.operations.send();
        Ok(())
    }
}
