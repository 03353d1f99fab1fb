//! Deletions.

use std::sync::Arc;

use switchboard_core::Result;
use switchboard_store::Step;
use tokio::time::{Instant, sleep};

use super::{
    Expected, Work,
    change::{GLANCE, Others, busy},
};
use crate::service::{
    Call, Item, Managed, Reply, Service,
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
            return self.at_once(steps, Reply::empty(204), call).await;
        }
        self.placed(&item)?;
        let mut course = Course::new(OperationKind::Delete, &item, call);
        if let Some(waiting) = &others.waiting {
            course.go_on_from(&waiting.course);
        }
        let operation = Operation::new(&item, course);
        self.begin(Work { operation, item, accepted: false }, steps, None, call).await
    }
}
