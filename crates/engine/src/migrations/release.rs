//! The release of a standby: the unbinding of the vendor's objects, such as phone numbers, that are bound to it.

use std::time::Duration;

use switchboard_core::{error::Result, facts::Facts, model::Agent, vendor::OperationKey};
use tokio::time::Instant;

use super::{
    Move, Mover,
    migration::{MoveProgress, Stage},
};
use crate::{
    records::{Batch, Item, RecordedError},
    vendors::is_transient,
};

/// The longest wait for another write of the standby.
const TURN_TIMEOUT: Duration = Duration::from_millis(100);

impl Mover {
    /// Returns true if objects at the vendor are bound to a record.
    ///
    /// # Errors
    /// `state_conflict` if the vendor is no longer configured.
    pub(super) fn has_bound(&self, item: &Item<Agent>) -> Result<bool> {
        let target = self.fleet.prepared_target::<Agent>(self.fleet.of_record(item)?, Facts::default())?;
        Ok(target.has_bound(&item.placement.parts))
    }

    /// Unbinds all objects that are bound to a standby, and then sets the move to its final stage `stage`. After a
    /// temporary failure, a later step tries again. After any other failure, the object remains bound, and the move
    /// ends with the error. A standby that is being written again keeps its objects, because the agent is on its way
    /// back.
    pub(super) async fn release(
        &self,
        agent_move: &Move,
        mut standby: Item<Agent>,
        stage: Stage,
    ) -> Result<()> {
        // Another write may hold the turn. The next step of this move tries again.
        let deadline = Instant::now() + TURN_TIMEOUT;
        let Ok(_turn) = self.repository.turn(&standby.id, deadline).await else { return Ok(()) };
        let vendor = self.fleet.of_record(&standby)?;
        let target = self.fleet.prepared_target::<Agent>(vendor, Facts::default())?;
        let parts = target.placed_parts(&standby.placement);
        let mut last_error = agent_move.progress.last_error.clone().filter(|_| stage == Stage::Failed);
        let is_written = standby.sync.operation_id.is_some();
        let steps =
            if is_written { Vec::new() } else { target.translator().with_parts(&parts).plan_release() };
        for step in steps {
            let key = step.key();
            let store = self.repository.store();
            match target.perform(step, &parts, OperationKey::default(), store).await {
                Ok(_) => standby.placement.parts.remove(&key),
                Err(failure) if is_transient(&failure) => {
                    return self.record_error(agent_move, Some(RecordedError::now(&failure))).await;
                }
                Err(failure) => last_error = Some(RecordedError::now(&failure)),
            }
        }
        let progress = MoveProgress { stage, last_error, ..agent_move.progress.clone() };
        let mut batch = Batch::new();
        if !is_written {
            batch.update(&standby);
        }
        agent_move.with_progress(progress).update_in(&mut batch);
        self.repository.commit(batch).await.map(drop)
    }
}
