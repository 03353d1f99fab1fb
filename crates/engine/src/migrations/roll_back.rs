//! The roll-back of a move before its cut-over.

use switchboard_core::{error::Result, model::Agent};

use super::{
    Move, Mover,
    migration::{MoveProgress, Stage},
};
use crate::records::{
    Batch, InFlight, Item, Operation, OperationKind, OperationSpec, RecordedError, SyncState, Visibility,
};

impl Mover {
    /// Rolls back a move. If the new vendor may have the successor, begins to remove it there; otherwise, deletes it
    /// from the store. `why` is the error of a failed move, or `None` if the migration is being cancelled or the agent
    /// was deleted. A successor that was a standby before the move remains a standby, without bound objects. While an
    /// operation of the successor is running, changes nothing, and a later step tries again.
    pub(super) async fn discard(
        &self,
        agent_move: &Move,
        mut successor: Item<Agent>,
        why: Option<RecordedError>,
    ) -> Result<()> {
        let in_flight = InFlight::read(self.repository.store(), &successor, true).await?;
        if in_flight.running {
            // Until the running operation ends, it is not known which objects have to be removed at the vendor.
            return Ok(());
        }
        let mut batch = Batch::new();
        if let Some(queued) = &in_flight.queued {
            batch.supersede(queued);
        }
        let stage = if why.is_some() { Stage::Failed } else { Stage::RolledBack };
        let mut progress =
            MoveProgress { stage, successor: None, last_error: why, ..agent_move.progress.clone() };
        let at_vendor = successor.is_at_vendor();
        if agent_move.progress.returns {
            successor.sync.state = SyncState::Failed;
            successor.sync.operation_id = None;
            if self.has_bound(&successor)? {
                progress.stage = Stage::RollingBack;
                progress.leftover = Some(successor.id.clone());
            }
            batch.update(&successor);
        } else if at_vendor {
            successor.visibility = Visibility::Deleted;
            let mut spec =
                OperationSpec::background(OperationKind::Delete, &successor, agent_move.migration.clone());
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
        agent_move.with_progress(progress).update_in(&mut batch);
        self.repository.commit(batch).await?;
        self.handles.operations.send();
        Ok(())
    }
}
