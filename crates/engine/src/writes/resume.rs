//! The operation that sends a record's accepted revision again after the vendor has refused a later write.

use switchboard_core::error::Result;

use super::{Intent, Writer, intent::RecordChange};
use crate::records::{
    InFlight, Item, Managed, Operation, OperationKind, OperationSpec, SyncState, in_future,
};

/// The revision that stands for unknown content at the vendor.
const UNKNOWN_CONTENT: u64 = 0;

impl Writer {
    /// Returns the change to a stored record after the vendor has refused a write of that record. The accepted revision
    /// must be sent again in two cases: the refused write has superseded the operation that was to send it, or an
    /// interrupted attempt of the refused write may have changed the vendor's record. A new operation then sends it,
    /// unless another operation of the record is already queued. In all other cases, the record remains unchanged.
    ///
    /// # Errors
    /// The errors of the store.
    pub(super) async fn resume<R: Managed>(
        &self,
        intent: &Intent<R>,
        stored: Item<R>,
    ) -> Result<RecordChange<R>> {
        let refused = &intent.operation;
        let interrupted = refused.was_interrupted();
        if !interrupted && !stored.sync.is_pending() {
            return Ok(RecordChange::Unchanged);
        }
        if InFlight::read(self.repository.store(), &stored, true).await?.queued.is_some() {
            return Ok(RecordChange::Unchanged);
        }
        let kind = match stored.placement.remote_id {
            Some(_) => OperationKind::Update,
            None => OperationKind::Create,
        };
        let spec = OperationSpec::background(kind, &stored, refused.spec.request_id.clone());
        let mut operation = Operation::new(&stored, spec);
        operation.spec.continue_from(&refused.spec);
        let mut item = stored;
        if interrupted {
            let late = self.fleet.of_record(&item).map(|vendor| vendor.late()).unwrap_or_default();
            item.uncertainty.note_unanswered(UNKNOWN_CONTENT, in_future(late));
            item.sync.state = SyncState::Unknown;
        }
        item.sync.settles_at = None;
        item.sync.operation_id = Some(operation.id.clone());
        Ok(RecordChange::Resumed(Box::new(item), Box::new(operation)))
    }
}
