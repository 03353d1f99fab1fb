//! Deletions.

use std::sync::Arc;

use switchboard_core::{Kind, Result};
use switchboard_store::Step;
use tokio::time::{Instant, sleep};

use super::{
    Expected, Work,
    change::{GLANCE, Others, busy},
};
use crate::{
    Call, Item, Managed, Reply, Service, Shown, SyncState,
    operation::{Course, Operation, OperationKind},
};

impl Service {
    /// Removes a record, at the vendor too unless it is to stay there.
    ///
    /// # Errors
    /// `not_found`, `precondition_failed`, and the vendor's refusals, with which the record is kept.
    pub async fn delete<R: Managed>(
        self: &Arc<Self>,
        call: Call,
        id: &str,
        expected: Expected<'_>,
        keep_remote: bool,
    ) -> Result<Reply> {
        let patience = Instant::now() + call.wait;
        let _turn = self.turn(id, &call).await?;
        let mut outrun = false;
        loop {
            let item = self.get::<R>(id).await?;
            expected(item.revision)?;
            let others = self.others(&item, outrun).await?;
            let late = Instant::now() >= patience;
            if others.held {
                // Until the vendor has answered, nobody knows what there is to remove.
                if late {
                    return Err(busy());
                }
                sleep(GLANCE).await;
                continue;
            }
            match self.delete_once(&call, (**item).clone(), others, keep_remote).await? {
                Some(reply) => return Ok(reply),
                None if late => return Err(busy()),
                None => outrun = true,
            }
        }
    }

    async fn delete_once<R: Managed>(
        self: &Arc<Self>,
        call: &Call,
        item: Item<R>,
        others: Others,
        keep_remote: bool,
    ) -> Result<Option<Reply>> {
        let mut steps: Vec<_> = others.superseded().into_iter().collect();
        let at_vendor = item.placement.remote_id.is_some() || item.doubt.asked_to_make.is_some();
        if keep_remote || !at_vendor {
            let (id, version) = (item.id.clone(), item.version);
            steps.push(Step::Delete { collection: R::COLLECTION, id, version });
            steps.extend(self.let_go(&item, keep_remote).await?);
            return self.at_once(steps, Reply::empty(204), call).await;
        }
        self.placed(&item)?;
        let mut course = Course::new(OperationKind::Delete, &item, call);
        if let Some(waiting) = &others.waiting {
            course.go_on_from(&waiting.course);
        }
        steps.extend(self.as_read(&item));
        let operation = Operation::new(&item, course);
        self.begin(Work { operation, item, accepted: false }, steps, None, call).await
    }

    /// The steps that remove what a record that is no more left at other vendors, or forget it where it is to stay there.
    pub(crate) async fn let_go<R: Managed>(&self, item: &Item<R>, keep_remote: bool) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        for id in item.aside.values() {
            let mut left = match self.stored::<R>(id).await {
                Ok(left) => left,
                Err(gone) if gone.kind == Kind::NotFound => continue,
                Err(failure) => return Err(failure),
            };
            if keep_remote {
                steps.push(Step::Delete { collection: R::COLLECTION, id: id.clone(), version: left.version });
                continue;
            }
            // What a move is asking of it now is waited for by the removal.
            steps.extend(self.others(&left, true).await?.superseded());
            left.shown = Shown::NoMore;
            let course = Course::unasked(OperationKind::Delete, &left, item.id.clone());
            let removal = Operation::new(&left, course);
            left.sync.state = SyncState::Unknown;
            left.sync.operation_id = Some(removal.id.clone());
            steps.push(Step::Update(left.row()));
            steps.push(Step::Begin { operation: removal.stored(), hold: None });
        }
        Ok(steps)
    }
}
