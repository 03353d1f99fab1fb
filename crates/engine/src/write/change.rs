//! Changes of a record, one at a time.

use std::sync::Arc;

use switchboard_core::{Error, Kind, Plan, Report, Result};
use switchboard_store::{Mutation, OperationFilter, OperationState};
use tokio::time::{Duration, Instant, sleep, timeout_at};

use super::{Expected, HeldWrite, settle::RETRY_AFTER};
use crate::{
    Item, Managed, Reply, RequestContext, Service, SyncState,
    body::Body,
    operation::{Operation, OperationKind, OperationSpec},
    target::Target,
    vendor::is_transient,
};

/// How often a write looks whether another one of its record is over.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// How long a write waits at least for others of its record, however little patience its caller has with the vendor.
const MIN_TURN_WAIT: Duration = Duration::from_secs(10);

/// What else is on its way to the vendor for a record.
#[derive(Default)]
pub(crate) struct InFlight {
    /// Somebody is asking the vendor.
    pub running: bool,
    /// This waits, and a newer write takes its place.
    pub queued: Option<Operation>,
}

impl InFlight {
    /// The step by which a newer operation takes the place of the waiting one.
    pub fn supersede(&self) -> Option<Mutation> {
        let waiting = self.queued.as_ref()?;
        Some(Mutation::Supersede { id: waiting.id.clone(), fence: waiting.fence })
    }
}

impl Service {
    /// Changes a record to what `make` makes of it.
    pub(crate) async fn change<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        expected: Expected<'_>,
        make: impl Fn(&Self, &Item<R>) -> Result<Body<R>>,
    ) -> Result<Reply> {
        let deadline = Instant::now() + request.wait;
        let _turn = self.acquire_turn(id, &request).await?;
        let mut outrun = false;
        loop {
            let item = self.get::<R>(id).await?;
            expected(item.revision)?;
            let body = make(self, &item)?;
            let in_flight = self.in_flight(&item, outrun).await?;
            let late = Instant::now() >= deadline;
            if in_flight.running && !late && body.desired != item.body.desired {
                sleep(POLL_INTERVAL).await;
                continue;
            }
            match self.change_once(&request, &item, body, in_flight).await? {
                Some(reply) => return Ok(reply),
                None if late => return Err(busy()),
                None if outrun => sleep(POLL_INTERVAL).await,
                None => outrun = true,
            }
        }
    }

    /// Waits until no other write of this process changes the record.
    pub(crate) async fn acquire_turn(
        &self,
        id: &str,
        request: &RequestContext,
    ) -> Result<tokio::sync::OwnedMutexGuard<()>> {
        let deadline = Instant::now() + request.wait.max(MIN_TURN_WAIT);
        timeout_at(deadline, self.locks.hold(id)).await.map_err(|_| busy())
    }

    /// What else is on its way to the vendor for a record. Where the record knows of nothing, only a conflict tells.
    pub(crate) async fn in_flight<R: Managed>(&self, item: &Item<R>, suspected: bool) -> Result<InFlight> {
        if item.sync.operation_id.is_none() && !suspected {
            return Ok(InFlight::default());
        }
        let open = OperationState::ALL.into_iter().filter(|state| state.is_open()).collect();
        let filter = OperationFilter { states: open, record: Some(item.id.clone()), vendor: None };
        let mut in_flight = InFlight::default();
        for operation in self.store.operations(&filter, None, 4).await? {
            match operation.state {
                OperationState::Held => in_flight.running = true,
                _ => in_flight.queued = Some(Operation::from_stored(operation)?),
            }
        }
        Ok(in_flight)
    }

    async fn change_once<R: Managed>(
        self: &Arc<Self>,
        request: &RequestContext,
        item: &Item<R>,
        body: Body<R>,
        in_flight: InFlight,
    ) -> Result<Option<Reply>> {
        if body == item.body {
            return self.answer_without_vendor(Vec::new(), Reply::record(200, item), request).await;
        }
        if body.desired == item.body.desired {
            let (report, unverifiable) = (item.report.clone(), item.sync.unverifiable.clone());
            return self.store_unsent(request, item, item.next(body, report, unverifiable)).await;
        }
        let target = self.target::<R>(self.current_vendor(item)?, request.handling).await?;
        let (report, prepared) = match self.plan_change(&target, item, &body).await {
            Err(_) if self.was_overtaken(item).await? => return Ok(None),
            planned => planned?,
        };
        let unverifiable = target.unverifiable(&body.desired);
        let settled = matches!(item.sync.state, SyncState::InSync | SyncState::Drifted);
        if settled && prepared.as_ref().is_some_and(|plan| !plan.sends) {
            return self.store_unsent(request, item, item.next(body, report, unverifiable)).await;
        }
        let next = item.next(body, report, unverifiable);
        let kind = match next.placement.remote_id {
            Some(_) => OperationKind::Update,
            None => OperationKind::Create,
        };
        let mut spec = OperationSpec::new(kind, &next, request);
        if let Some(waiting) = &in_flight.queued {
            spec.continue_from(&waiting.spec);
        }
        let mut operation = Operation::new(&next, spec);
        let mut mutations: Vec<_> = in_flight.supersede().into_iter().collect();
        mutations.extend(self.expect_unchanged(item));
        mutations.push(Mutation::AddRevision(next.revision_row()));
        if in_flight.running {
            return self.queue_behind(request, next, operation, mutations).await;
        }
        if next.body.envelope.external_ref != item.body.envelope.external_ref {
            mutations.extend(operation.reserve(&next));
        }
        self.begin(HeldWrite { operation, item: next, accepted: false }, mutations, prepared, request).await
    }

    /// Whether another process has written a record since it was read: it may have moved it to another vendor.
    async fn was_overtaken<R: Managed>(&self, item: &Item<R>) -> Result<bool> {
        Ok(self.cache.has_other_writers() && self.stored::<R>(&item.id).await?.version != item.version)
    }

    /// Keeps a change that the vendor has nothing to do with.
    async fn store_unsent<R: Managed>(
        &self,
        request: &RequestContext,
        item: &Item<R>,
        mut next: Item<R>,
    ) -> Result<Option<Reply>> {
        if next.sync.observed_revision == Some(item.revision) {
            next.sync.observed_revision = Some(next.revision);
        }
        let mutations = vec![Mutation::AddRevision(next.revision_row()), Mutation::Update(next.row())];
        self.answer_without_vendor(mutations, Reply::record(200, &next), request).await
    }

    /// Accepts a change that has to wait until the vendor has answered another one.
    async fn queue_behind<R: Managed>(
        &self,
        request: &RequestContext,
        mut next: Item<R>,
        operation: Operation,
        mut mutations: Vec<Mutation>,
    ) -> Result<Option<Reply>> {
        next.sync.state = SyncState::Unknown;
        next.sync.operation_id = Some(operation.id.clone());
        mutations.push(Mutation::Begin { operation: operation.stored(), hold: None });
        mutations.push(Mutation::Update(next.row()));
        let reply = self
            .answer_without_vendor(mutations, Reply::accepted(&next, &operation.id, RETRY_AFTER), request)
            .await?;
        self.wake.notify_one();
        Ok(reply)
    }

    /// What a change would send, and what the vendor would hold of it. Nothing is prepared where the vendor cannot be
    /// looked at now, or has not made the record yet.
    async fn plan_change<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        body: &Body<R>,
    ) -> Result<(Report, Option<Plan>)> {
        let desired = self.aliases.resolve(&body.desired, target.vendor)?;
        let Some(remote_id) = &item.placement.remote_id else {
            return Ok((target.creation(&desired)?.report, None));
        };
        let before = self.assumed_remote_state(target, item, &desired, Some(&item.body)).await?;
        match target.update(&before, &desired, remote_id, Some(&item.report), None).await {
            Ok(plan) => Ok((plan.report.clone(), Some(plan))),
            Err(error) if is_transient(&error) => {
                let blind = serde_json::Value::Object(serde_json::Map::new());
                let plan =
                    target.update(&before, &desired, remote_id, Some(&item.report), Some(&blind)).await?;
                Ok((plan.report, None))
            }
            Err(error) => Err(error),
        }
    }
}

/// The error of a write that other writes of its record keep from its turn.
pub fn busy() -> Error {
    let detail = "Other writes of this record are on their way to the vendor; send the request again later.";
    Error::new(Kind::StateConflict, detail).retry_after(RETRY_AFTER)
}
