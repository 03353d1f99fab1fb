//! The component that writes records to vendors.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use switchboard_config::writes::Writes;
use switchboard_core::error::Result;

use super::{Answer, Expected, Intent, RenderProblem, intent::Prepared};
use crate::{
    background::Handles,
    planning::Planner,
    records::{Batch, Body, Item, Managed, OperationKind, Repository, Revision, busy},
    request::RequestContext,
    vendors::Fleet,
};

/// The component that writes records to vendors, under one configuration.
pub struct Writer {
    pub(super) repository: Arc<Repository>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) planner: Arc<Planner>,
    pub(super) settings: WriterSettings,
    pub(super) handles: Arc<Handles>,
}

/// The settings of writes.
#[derive(Clone)]
pub struct WriterSettings {
    /// The configured limits and pauses.
    pub writes: Writes,
    /// The function that renders the problem document of a refused write. If the request has an idempotency key, that
    /// document is stored for repeated requests.
    pub render_problem: RenderProblem,
    /// True if there are several callers. Each caller can then take only its share of the places for writes.
    pub several_callers: bool,
    /// The maximum time for which the removal of an agent's old copy waits for the live calls of that copy.
    pub drain: Duration,
}

impl Writer {
    /// Creates a writer.
    pub fn new(
        repository: Arc<Repository>,
        planner: Arc<Planner>,
        fleet: Arc<Fleet>,
        settings: WriterSettings,
        handles: Arc<Handles>,
    ) -> Self {
        Self { repository, fleet, planner, settings, handles }
    }

    /// Returns the settings of writes.
    pub(crate) fn settings(&self) -> &WriterSettings {
        &self.settings
    }

    /// Creates a record at the vendor of its route.
    ///
    /// # Errors
    /// All violations in the body; the errors of routing and of reading the vendor's catalogues; losses of essential
    /// fields, or of any field under strict handling; the vendor's refusal. After these errors, no record is stored.
    /// `vendor_outcome_unknown` if the result cannot be stored.
    pub async fn create<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        document: &Value,
    ) -> Result<Answer> {
        let body = self.fleet.read_given::<R>(document.clone(), None)?;
        let route = self.planner.route(&body).await?;
        let vendor = self.fleet.named(&route.vendor)?;
        let target = self.fleet.target::<R>(vendor, request.handling).await?;
        let target = target.because(&route.because).checking(None, &body.desired).await;
        let (desired, plan) = target.plan_creation(&body.desired).await?;
        let placement = target.placement(route.because, route.passed_over, None);
        let unverifiable = target.unverifiable(&body.desired)?;
        let item = Item::new(body, placement, plan.report.clone(), unverifiable);
        let mut intent = Intent::new(OperationKind::Create, item, &request);
        intent.operation.spec.before = self.find_by_name(&target, &desired).await.ok().flatten();
        intent.prepared = Some(Prepared { desired, facts: target.facts, plan: Some(plan) });
        let mut batch = Batch::new();
        batch.insert(&intent.item, self.fleet.permit(vendor.name()).await?);
        batch.add_revision(&intent.item);
        self.begin(intent, batch, &request).await?.ok_or_else(busy)
    }

    /// Applies a merge patch (RFC 7396) to a record.
    ///
    /// # Errors
    /// The errors of a creation; `not_found`; `precondition_failed` if `expected` refuses the revision;
    /// `state_conflict` if another write of the record takes longer than the caller waits, if the vendor is no longer
    /// configured, or if the vendor no longer has the record.
    pub async fn patch<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        patch: &Value,
        expected: Expected<'_>,
    ) -> Result<Answer> {
        self.change::<R>(request, id, expected, |item| self.planner.patched(item, patch)).await
    }

    /// Replaces all settable fields of a record. Stored secrets that the document omits are kept as in
    /// [`Body::read_given`].
    ///
    /// # Errors
    /// The errors of a patch.
    pub async fn replace<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        document: &Value,
        expected: Expected<'_>,
    ) -> Result<Answer> {
        self.change::<R>(request, id, expected, |item| {
            self.fleet.read_given::<R>(document.clone(), Some(&item.body.desired.record))
        })
        .await
    }

    /// Restores an earlier revision, as a new revision.
    ///
    /// # Errors
    /// `not_found`, and the errors of a replacement.
    pub async fn restore<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        number: u64,
        expected: Expected<'_>,
    ) -> Result<Answer> {
        let Revision { body, .. } = self.repository.accepted_revision::<R>(id, number).await?;
        self.change(request, id, expected, |_| {
            self.check_vendor(&body)?;
            Ok(Body::clone(&body))
        })
        .await
    }

    /// Checks that the vendor pinned by an earlier revision's body is still configured.
    fn check_vendor<R: Managed>(&self, body: &Body<R>) -> Result<()> {
        match &body.envelope.vendor {
            Some(vendor) => self.fleet.named(vendor).map(drop),
            None => Ok(()),
        }
    }
}
