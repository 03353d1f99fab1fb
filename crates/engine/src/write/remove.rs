//! Deletions.

use std::sync::Arc;

use switchboard_core::{Kind, Result};
use switchboard_store::Mutation;
use tokio::time::{Instant, sleep};

use super::{
    Expected, HeldWrite,
    change::{InFlight, POLL_INTERVAL, busy},
};
use crate::{
    Item, Managed, Reply, RequestContext, Service, SyncState, Visibility,
    operation::{Operation, OperationKind, OperationSpec},
};

impl Service {
    /// Removes a record, at the vendor too unless it is to stay there.
    ///
    /// # Errors
    /// `not_found`, `precondition_failed`, and the vendor's refusals, with which the record is kept.
    pub async fn delete<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        expected: Expected<'_>,
        keep_remote: bool,
    ) -> Result<Reply> {
        let deadline = Instant::now() + request.wait;
        let _turn = self.acquire_turn(id, &request).await?;
        let mut outrun = false;
        loop {
            let item = self.get::<R>(id).await?;
            expected(item.revision)?;
            let in_flight = self.in_flight(&item, outrun).await?;
            let late = Instant::now() >= deadline;
            if in_flight.running {
                // Until the vendor has answered, nobody knows what there is to remove.
                if late {
                    return Err(busy());
                }
                sleep(POLL_INTERVAL).await;
                continue;
            }
            match self.delete_once(&request, (**item).clone(), in_flight, keep_remote).await? {
                Some(reply) => return Ok(reply),
                None if late => return Err(busy()),
                None => outrun = true,
            }
        }
    }

    async fn delete_once<R: Managed>(
        self: &Arc<Self>,
        request: &RequestContext,
        item: Item<R>,
        in_flight: InFlight,
        keep_remote: bool,
    ) -> Result<Option<Reply>> {
        let mut mutations: Vec<_> = in_flight.supersede().into_iter().collect();
        let at_vendor =
            item.placement.remote_id.is_some() || item.uncertainty.creation_requested_at.is_some();
        if keep_remote || !at_vendor {
            let (id, version) = (item.id.clone(), item.version);
            mutations.push(Mutation::Delete { collection: R::COLLECTION, id, version });
            mutations.extend(self.discard_standbys(&item, keep_remote).await?);
            return self.answer_without_vendor(mutations, Reply::empty(204), request).await;
        }
        self.current_vendor(&item)?;
        let mut spec = OperationSpec::new(OperationKind::Delete, &item, request);
        if let Some(waiting) = &in_flight.queued {
            spec.continue_from(&waiting.spec);
        }
        mutations.extend(self.expect_unchanged(&item));
        let operation = Operation::new(&item, spec);
        self.begin(HeldWrite { operation, item, accepted: false }, mutations, None, request).await
    }

    /// The steps that remove what a record that is no more left at other vendors, or forget it where it is to stay there.
    pub(crate) async fn discard_standbys<R: Managed>(
        &self,
        item: &Item<R>,
        keep_remote: bool,
    ) -> Result<Vec<Mutation>> {
        let mut mutations = Vec::new();
        for id in item.standbys.values() {
            let mut left = match self.stored::<R>(id).await {
                Ok(left) => left,
                Err(gone) if gone.kind == Kind::NotFound => continue,
                Err(failure) => return Err(failure),
            };
            if keep_remote {
                mutations.push(Mutation::Delete {
                    collection: R::COLLECTION,
                    id: id.clone(),
                    version: left.version,
                });
                continue;
            }
            // What a move is asking of it now is waited for by the removal.
            mutations.extend(self.in_flight(&left, true).await?.supersede());
            left.visibility = Visibility::Deleted;
            let spec = OperationSpec::background(OperationKind::Delete, &left, item.id.clone());
            let removal = Operation::new(&left, spec);
            left.sync.state = SyncState::Unknown;
            left.sync.operation_id = Some(removal.id.clone());
            mutations.push(Mutation::Update(left.row()));
            mutations.push(Mutation::Begin { operation: removal.stored(), hold: None });
        }
        Ok(mutations)
    }
}
