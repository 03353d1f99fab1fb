//! The wait for live calls before an agent's old copy is removed.

use std::time::Duration;

use switchboard_core::error::Result;
use switchboard_store::{CallPosition, Collection};

use super::Writer;
use crate::records::{Item, Managed, Operation, OperationKind, now};

/// The pause between two checks for live calls.
const PAUSE: Duration = Duration::from_secs(5);

/// The number of calls per query of the store.
const PAGE_SIZE: u32 = 200;

impl Writer {
    /// Returns the pause before the next attempt to remove an agent's old copy, if calls of that copy are live. Returns
    /// `None` if the operation is not such a removal, if no call is live, or if the removal has waited for the
    /// configured time.
    ///
    /// # Errors
    /// The errors of the store.
    pub(super) async fn drain_pause<R: Managed>(
        &self,
        operation: &Operation,
        item: &Item<R>,
    ) -> Result<Option<Duration>> {
        let is_removal = R::COLLECTION == Collection::Agents && operation.spec.kind == OperationKind::Delete;
        let Some(agent) = item.owner.as_deref().filter(|_| is_removal) else { return Ok(None) };
        let waited = now().duration_since(operation.created_at);
        let left = self.settings.drain.saturating_sub(Duration::try_from(waited).unwrap_or_default());
        if left.is_zero() || !self.has_live_call(&item.placement.vendor, agent).await? {
            return Ok(None);
        }
        Ok(Some(left.min(PAUSE)))
    }

    async fn has_live_call(&self, vendor: &str, agent: &str) -> Result<bool> {
        let mut after: Option<CallPosition> = None;
        loop {
            let rows = self.repository.store().calls().live(vendor, after.as_ref(), PAGE_SIZE).await?;
            let Some(last) = rows.last() else { return Ok(false) };
            let mut calls = rows.iter().filter_map(|found| found.row.as_ref().ok());
            if calls.any(|call| call.agent.as_deref() == Some(agent)) {
                return Ok(true);
            }
            after = Some(last.position.clone());
        }
    }
}
