//! Changes to records. Within this process, the requests that change a record run one after another.

use std::sync::Arc;

use switchboard_core::error::{Kind, Result};
use tokio::time::{Duration, Instant, timeout};

use super::{Answer, Expected, Intent, Writer, answer_without_vendor, intent::Prepared};
use crate::{
    planning::PlannedChange,
    records::{Batch, Body, InFlight, Item, Managed, OperationKind, RETRY_AFTER, SyncState, Turn, busy},
    request::RequestContext,
    vendors::is_lost_record,
};

/// The poll interval while an operation of the record is running. Another process may end the operation without a signal to
/// this process.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// The lowest time limit of the wait for other writes of the record. If the caller waits longer than this for the
/// vendor, that wait is the limit.
const MIN_TURN_WAIT: Duration = Duration::from_secs(10);

impl Writer {
    /// Changes a record to the body that `make` returns.
    pub(super) async fn change<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        expected: Expected<'_>,
        make: impl Fn(&Item<R>) -> Result<Body<R>>,
    ) -> Result<Answer> {
        let deadline = Instant::now() + request.wait;
        let turn = self.acquire_turn(id, &request).await?;
        let mut lost_race = false;
        loop {
            let item = self.repository.get::<R>(id).await?;
            expected(item.revision)?;
            let body = Arc::new(make(&item)?);
            let in_flight = InFlight::read(self.repository.store(), &item, lost_race).await?;
            let late = Instant::now() >= deadline || self.handles.time_is_up.is_cancelled();
            if in_flight.running && !late && body.desired != item.body.desired {
                self.wait_for_others(&turn).await;
                continue;
            }
            match Box::pin(self.change_once(&request, &item, body, in_flight)).await? {
                Some(answer) => return Ok(answer),
                None if late => return Err(busy()),
                None if lost_race => self.wait_for_others(&turn).await,
                None => lost_race = true,
            }
        }
    }

    /// Waits until no other request in this process writes the record.
    ///
    /// # Errors
    /// `state_conflict` if the wait exceeds both 10 seconds and the caller's wait for the vendor, or if the process stops.
    pub(super) async fn acquire_turn(&self, id: &str, request: &RequestContext) -> Result<Turn> {
        let turn = self.repository.turn(id, Instant::now() + request.wait.max(MIN_TURN_WAIT));
        self.handles.time_is_up.run_until_cancelled(turn).await.unwrap_or_else(|| Err(busy()))
    }

    /// Waits until a background task of this process has written the record, but no longer than the poll interval,
    /// because other processes send no signal.
    pub(super) async fn wait_for_others(&self, turn: &Turn) {
        let _ = timeout(POLL_INTERVAL, turn.changed()).await;
    }

    async fn change_once<R: Managed>(
        self: &Arc<Self>,
        request: &RequestContext,
        item: &Item<R>,
        body: Arc<Body<R>>,
        in_flight: InFlight,
    ) -> Result<Option<Answer>> {
        if body == item.body {
            let answer = Answer::record(item)?;
            return answer_without_vendor(&self.repository, Batch::new(), answer, request).await;
        }
        if body.desired == item.body.desired {
            let (report, unverifiable) = (item.report.clone(), item.sync.unverifiable.clone());
            let mut next = item.next(body, report, unverifiable);
            self.planner.explain_without_pin(&mut next).await;
            return self.store_unsent(request, item, next).await;
        }
        let target = self.fleet.target::<R>(self.fleet.of_record(item)?, request.handling).await?;
        let planned = match self.planner.plan_change(&target, item, &body).await {
            Err(_) if self.was_overtaken(item).await? => return Ok(None),
            Err(error) if is_lost_record(&error) => {
                self.store_lost_record(item).await?;
                return Err(error);
            }
            planned => planned?,
        };
        let unverifiable = target.unverifiable(&body.desired)?;
        let PlannedChange { desired, facts, report, plan } = planned;
        let mut next = item.next(body, report, unverifiable);
        self.planner.explain_without_pin(&mut next).await;
        let settled = matches!(item.sync.state, SyncState::InSync | SyncState::Drifted);
        if settled && plan.as_ref().is_some_and(|plan| !plan.sends()) {
            return self.store_unsent(request, item, next).await;
        }
        let kind = match next.placement.remote_id {
            Some(_) => OperationKind::Update,
            None => OperationKind::Create,
        };
        let mut intent = Intent::new(kind, next, request);
        intent.continue_from(in_flight.queued.as_ref());
        intent.prepared = plan.map(|plan| Prepared { desired, facts, plan: Some(plan) });
        Box::pin(self.begin_change(request, item, intent, in_flight)).await
    }

    /// Begins the change that `intent` describes. If an operation of the record is running, queues the change behind
    /// it.
    async fn begin_change<R: Managed>(
        self: &Arc<Self>,
        request: &RequestContext,
        item: &Item<R>,
        mut intent: Intent<R>,
        in_flight: InFlight,
    ) -> Result<Option<Answer>> {
        let mut batch = Batch::new();
        if let Some(queued) = &in_flight.queued {
            batch.supersede(queued);
        }
        if self.may_be_overtaken(item) {
            batch.expect(item);
        }
        batch.add_revision(&intent.item);
        if in_flight.running {
            return self.queue_behind(request, intent, batch).await;
        }
        let external_ref = &intent.item.body.envelope.external_ref;
        if let Some(external_ref) =
            external_ref.as_ref().filter(|_| *external_ref != item.body.envelope.external_ref)
        {
            intent.operation.spec.reserves = true;
            let permit = self.fleet.permit(&intent.operation.vendor).await?;
            batch.reserve_external_ref(&intent.operation, external_ref, permit);
        }
        self.begin(intent, batch, request).await
    }

    /// Returns true if the record may change between a request's read of the record and the request's first commit.
    /// The turn excludes the other requests of this process, but neither other processes nor the operation that is in
    /// progress for the record.
    pub(super) fn may_be_overtaken<R: Managed>(&self, item: &Item<R>) -> bool {
        self.repository.is_shared() || item.sync.operation_id.is_some()
    }

    /// Returns true if the record has been written since it was read. Another process may have moved the record to
    /// another vendor.
    async fn was_overtaken<R: Managed>(&self, item: &Item<R>) -> Result<bool> {
        Ok(self.may_be_overtaken(item) && self.repository.load::<R>(&item.id).await?.version != item.version)
    }

    /// Stores that the vendor no longer has a record, unless another write of the record determines its sync state.
    ///
    /// # Errors
    /// The errors of the store.
    pub(super) async fn store_lost_record<R: Managed>(&self, item: &Item<R>) -> Result<()> {
        let lost = item.with_lost_record();
        if item.sync.is_pending() || lost == *item {
            return Ok(());
        }
        let mut batch = Batch::new();
        batch.update(&lost);
        match self.repository.commit(batch).await {
            Err(changed) if matches!(changed.kind, Kind::PreconditionFailed | Kind::NotFound) => Ok(()),
            result => result.map(drop),
        }
    }

    /// Stores a change that needs no request to the vendor. Returns `None` if another write was committed first.
    async fn store_unsent<R: Managed>(
        &self,
        request: &RequestContext,
        item: &Item<R>,
        mut next: Item<R>,
    ) -> Result<Option<Answer>> {
        if next.sync.observed_revision == Some(item.revision) {
            next.sync.observed_revision = Some(next.revision);
        }
        let mut batch = Batch::new();
        batch.add_revision(&next);
        batch.update(&next);
        answer_without_vendor(&self.repository, batch, Answer::record(&next)?, request).await
    }

    /// Accepts a change that waits until the running operation ends. Returns `None` if another write was committed
    /// first.
    async fn queue_behind<R: Managed>(
        &self,
        request: &RequestContext,
        intent: Intent<R>,
        mut batch: Batch,
    ) -> Result<Option<Answer>> {
        let Intent { operation, item: mut next, .. } = intent;
        next.sync.state = SyncState::Unknown;
        next.sync.operation_id = Some(operation.id.clone());
        next.sync.settles_at = None;
        batch.begin(&operation, None);
        batch.update(&next);
        let answer = Answer::accepted(&next, &operation.id, RETRY_AFTER)?;
        let answer = answer_without_vendor(&self.repository, batch, answer, request).await?;
        self.handles.operations.send();
        Ok(answer)
    }
}
