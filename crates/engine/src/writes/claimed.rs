//! The background continuation of operations that wait or whose attempt was interrupted.

use std::collections::HashMap;

use opentelemetry::{global, trace::TraceContextExt as _};
use switchboard_core::{
    error::{Error, Kind, Result},
    model::{Agent, Trunk},
};
use switchboard_store::{self as store, Collection, Ending, Next};
use switchboard_transport::TRACEPARENT;
use tracing::{Span, warn};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{Intent, Writer};
use crate::{
    records::{Batch, Item, Managed, Operation, OperationKind, RecordedError, Visibility, in_future},
    vendors::Vendor,
};

impl Writer {
    /// Attempts an operation that was claimed from the store. Defers an operation whose vendor is not configured, and
    /// ends an operation whose record or proposed revision no longer exists.
    ///
    /// # Errors
    /// The errors of the store, and `vendor_outcome_unknown` if the result cannot be stored. The hold then expires, and the
    /// operation is claimed again.
    pub async fn attempt_claimed(&self, operation: store::Operation) -> Result<()> {
        let operation = Operation::from_stored(operation)?;
        if let Some(traceparent) = &operation.spec.traceparent {
            link_to(traceparent);
        }
        let Ok(vendor) = self.fleet.vendor(&operation.vendor) else {
            return self.defer(operation).await;
        };
        match operation.collection {
            Collection::Agents => self.continue_operation::<Agent>(vendor, operation).await,
            Collection::Trunks => self.continue_operation::<Trunk>(vendor, operation).await,
        }
    }

    async fn continue_operation<R: Managed>(&self, vendor: &Vendor, mut operation: Operation) -> Result<()> {
        let mut item = match self.repository.load::<R>(&operation.record).await {
            Ok(item) => item,
            Err(error) if error.kind == Kind::NotFound => return self.end_orphaned(operation).await,
            Err(failure) => return Err(failure),
        };
        if let Some(pause) = self.drain_pause(&operation, &item).await? {
            // As in `defer`, raising `settled` preserves the result of `was_interrupted`.
            operation.spec.settled += 1;
            return self.settle_alone(&operation, Next::Later(pause)).await;
        }
        let intent = match operation.spec.kind {
            OperationKind::Delete => {
                let accepted = item.visibility == Visibility::Deleted;
                Intent { operation, item, accepted, prepared: None }
            }
            _ if matches!(item.visibility, Visibility::Listed | Visibility::Standby)
                && item.revision >= operation.spec.revision =>
            {
                // The attempt sends the latest accepted revision. The vendor may already have received the operation's
                // earlier revision.
                if operation.was_interrupted() {
                    item.uncertainty.note_unanswered(operation.spec.revision, in_future(vendor.late()));
                }
                operation.spec.revision = item.revision;
                Intent { operation, item, accepted: true, prepared: None }
            }
            _ => match self.proposed(item, operation.spec.revision).await? {
                Some(item) => Intent { operation, item, accepted: false, prepared: None },
                None => return self.end_orphaned(operation).await,
            },
        };
        let attempted = self.attempt(&intent, None).await;
        let settled = self.settle(&intent, intent.accepted, attempted).await.map(drop);
        self.handles.moves.wake_agent(intent.item.owner.unwrap_or(intent.item.id));
        settled
    }

    /// Builds the item proposed by a write that is not accepted yet. Returns `None` if the proposed revision does not exist.
    async fn proposed<R: Managed>(&self, item: Item<R>, revision: u64) -> Result<Option<Item<R>>> {
        if item.revision == revision {
            return Ok(Some(item));
        }
        let Some(known) = self.repository.revision::<R>(&item.id, revision).await? else { return Ok(None) };
        let (report, unverifiable) = (item.report.clone(), item.sync.unverifiable.clone());
        Ok(Some(Item { revision, ..item.next(known.body, report, unverifiable) }))
    }

    /// Defers an operation whose vendor is not configured in this process. Another process may have the vendor, or the next
    /// configuration may add the vendor.
    async fn defer(&self, mut operation: Operation) -> Result<()> {
        let detail = format!("The vendor {:?} is not configured.", operation.vendor);
        warn!(
            operation = operation.id,
            vendor = operation.vendor,
            "operation waits for a vendor that is not configured"
        );
        // The claim has raised the fence by one. Raising `settled` by one too preserves the result of `was_interrupted`.
        operation.spec.settled += 1;
        operation.spec.last_error = Some(RecordedError::now(&Error::new(Kind::VendorUnavailable, detail)));
        self.settle_alone(&operation, Next::Later(self.settings.writes.longest_retry)).await
    }

    /// Ends an operation whose record or proposed revision no longer exists.
    async fn end_orphaned(&self, mut operation: Operation) -> Result<()> {
        operation.spec.settled = operation.fence;
        self.settle_alone(&operation, Next::End(Ending::Superseded)).await
    }

    /// Settles an operation without changing its record.
    async fn settle_alone(&self, operation: &Operation, next: Next) -> Result<()> {
        let mut batch = Batch::new();
        batch.settle(operation, next);
        self.repository.commit(batch).await.map(drop)
    }
}

/// Links the present span to that of the request that started the operation. A link is used instead of a parent,
/// because the request may have ended long ago.
fn link_to(traceparent: &str) {
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let request = global::get_text_map_propagator(|propagator| {
        propagator.extract_with_context(&opentelemetry::Context::new(), &carrier)
    });
    Span::current().add_link(request.span().span_context().clone());
}
