//! Changes of a record, one at a time.

use std::sync::Arc;

use switchboard_core::{Error, Kind, Plan, Report, Result};
use switchboard_store::{OperationFilter, OperationState, Step};
use tokio::time::{Duration, Instant, sleep, timeout_at};

use super::{Expected, Work, settle::RETRY_AFTER};
use crate::{
    Call, Item, Managed, Reply, Service, SyncState,
    body::Body,
    operation::{Course, Operation, OperationKind},
    target::Target,
    vendor::may_pass,
};

/// How often a write looks whether another one of its record is over.
pub(super) const GLANCE: Duration = Duration::from_millis(50);
/// How long a write waits at least for others of its record, however little patience its caller has with the vendor.
const QUEUE: Duration = Duration::from_secs(10);

/// What else is on its way to the vendor for a record.
#[derive(Default)]
pub(crate) struct Others {
    /// Somebody is asking the vendor.
    pub held: bool,
    /// This waits, and a newer write takes its place.
    pub waiting: Option<Operation>,
}

impl Others {
    /// The step by which a newer operation takes the place of the waiting one.
    pub fn superseded(&self) -> Option<Step> {
        let waiting = self.waiting.as_ref()?;
        Some(Step::Supersede { id: waiting.id.clone(), fence: waiting.fence })
    }
}

impl Service {
    /// Changes a record to what `make` makes of it.
    pub(crate) async fn change<R: Managed>(
        self: &Arc<Self>,
        call: Call,
        id: &str,
        expected: Expected<'_>,
        make: impl Fn(&Self, &Item<R>) -> Result<Body<R>>,
    ) -> Result<Reply> {
        let patience = Instant::now() + call.wait;
        let _turn = self.turn(id, &call).await?;
        let mut outrun = false;
        loop {
            let item = self.get::<R>(id).await?;
            expected(item.revision)?;
            let body = make(self, &item)?;
            let others = self.others(&item, outrun).await?;
            let late = Instant::now() >= patience;
            if others.held && !late && body.desired != item.body.desired {
                sleep(GLANCE).await;
                continue;
            }
            match self.change_once(&call, &item, body, others).await? {
                Some(reply) => return Ok(reply),
                None if late => return Err(busy()),
                None if outrun => sleep(GLANCE).await,
                None => outrun = true,
            }
        }
    }

    /// Waits until no other write of this process changes the record.
    pub(crate) async fn turn(&self, id: &str, call: &Call) -> Result<tokio::sync::OwnedMutexGuard<()>> {
        let patience = Instant::now() + call.wait.max(QUEUE);
        timeout_at(patience, self.locks.hold(id)).await.map_err(|_| busy())
    }

    /// What else is on its way to the vendor for a record. Where the record knows of nothing, only a conflict tells.
    pub(crate) async fn others<R: Managed>(&self, item: &Item<R>, suspected: bool) -> Result<Others> {
        if item.sync.operation_id.is_none() && !suspected {
            return Ok(Others::default());
        }
        let open = OperationState::ALL.into_iter().filter(|state| state.is_open()).collect();
        let filter = OperationFilter { states: open, record: Some(item.id.clone()), vendor: None };
        let mut others = Others::default();
        for operation in self.store.operations(&filter, None, 4).await? {
            match operation.state {
                OperationState::Held => others.held = true,
                _ => others.waiting = Some(Operation::of(operation)?),
            }
        }
        Ok(others)
    }

    async fn change_once<R: Managed>(
        self: &Arc<Self>,
        call: &Call,
        item: &Item<R>,
        body: Body<R>,
        others: Others,
    ) -> Result<Option<Reply>> {
        if body == item.body {
            return self.at_once(Vec::new(), Reply::record(200, item), call).await;
        }
        if body.desired == item.body.desired {
            let (report, unverifiable) = (item.report.clone(), item.sync.unverifiable.clone());
            return self.keep(call, item, item.next(body, report, unverifiable)).await;
        }
        let target = self.target::<R>(self.placed(item)?, call.handling).await?;
        let (report, prepared) = match self.foresee(&target, item, &body).await {
            Err(_) if self.is_outrun(item).await? => return Ok(None),
            foreseen => foreseen?,
        };
        let unverifiable = target.unverifiable(&body.desired);
        let settled = matches!(item.sync.state, SyncState::InSync | SyncState::Drifted);
        if settled && prepared.as_ref().is_some_and(|plan| !plan.sends) {
            return self.keep(call, item, item.next(body, report, unverifiable)).await;
        }
        let next = item.next(body, report, unverifiable);
        let kind = match next.placement.remote_id {
            Some(_) => OperationKind::Update,
            None => OperationKind::Create,
        };
        let mut course = Course::new(kind, &next, call);
        if let Some(waiting) = &others.waiting {
            course.go_on_from(&waiting.course);
        }
        let mut operation = Operation::new(&next, course);
        let mut steps: Vec<_> = others.superseded().into_iter().collect();
        steps.extend(self.as_read(item));
        steps.push(Step::AddRevision(next.revision_row()));
        if others.held {
            return self.queue(call, next, operation, steps).await;
        }
        if next.body.envelope.external_ref != item.body.envelope.external_ref {
            steps.extend(operation.reserve(&next));
        }
        self.begin(Work { operation, item: next, accepted: false }, steps, prepared, call).await
    }

    /// Whether another process has written a record since it was read: it may have moved it to another vendor.
    async fn is_outrun<R: Managed>(&self, item: &Item<R>) -> Result<bool> {
        Ok(self.at_hand.has_others() && self.stored::<R>(&item.id).await?.version != item.version)
    }

    /// Keeps a change that the vendor has nothing to do with.
    async fn keep<R: Managed>(
        &self,
        call: &Call,
        item: &Item<R>,
        mut next: Item<R>,
    ) -> Result<Option<Reply>> {
        if next.sync.observed_revision == Some(item.revision) {
            next.sync.observed_revision = Some(next.revision);
        }
        let steps = vec![Step::AddRevision(next.revision_row()), Step::Update(next.row())];
        self.at_once(steps, Reply::record(200, &next), call).await
    }

    /// Accepts a change that has to wait until the vendor has answered another one.
    async fn queue<R: Managed>(
        &self,
        call: &Call,
        mut next: Item<R>,
        operation: Operation,
        mut steps: Vec<Step>,
    ) -> Result<Option<Reply>> {
        next.sync.state = SyncState::Unknown;
        next.sync.operation_id = Some(operation.id.clone());
        steps.push(Step::Begin { operation: operation.stored(), hold: None });
        steps.push(Step::Update(next.row()));
        let reply = self.at_once(steps, Reply::accepted(&next, &operation.id, RETRY_AFTER), call).await?;
        self.wake.notify_one();
        Ok(reply)
    }

    /// What a change would send, and what the vendor would hold of it. Nothing is prepared where the vendor cannot be
    /// looked at now, or has not made the record yet.
    async fn foresee<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        body: &Body<R>,
    ) -> Result<(Report, Option<Plan>)> {
        let desired = self.aliases.resolve(&body.desired, target.vendor)?;
        let Some(remote_id) = &item.placement.remote_id else {
            return Ok((target.creation(&desired)?.report, None));
        };
        let before = self.believed(target, item, &desired, Some(&item.body)).await?;
        match target.update(&before, &desired, remote_id, Some(&item.report), None).await {
            Ok(plan) => Ok((plan.report.clone(), Some(plan))),
            Err(error) if may_pass(&error) => {
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
