//! Writes that survive anything: intended durably, carried to the vendor, settled durably, answered.
//!
//! ```text
//! request ── begin ──▶ attempt ──▶ settle ──▶ answer          within the caller's patience
//!              │          │  └─ patience over: accept ──▶ 202; the attempt goes on
//!              │          └─ vendor down or silent: settle as waiting ──▶ 202
//!              ▼
//!         (killed here, or later) ──▶ claimed again ──▶ attempt, which looks first
//! ```
//!
//! * [`begin`] stores the operation, the proposed revision and the idempotency key in one commit.
//! * [`attempt`] asks the vendor; it may be repeated at any time, by any process, and looks before it repeats what
//!   cannot be repeated blindly.
//! * [`settle`] stores what came of it, with the record and the answer, in one commit.
//! * [`reconcile`] claims what waits, and what broke off.

mod attempt;
mod begin;
mod change;
mod classify;
mod idempotency;
mod reconcile;
mod remove;
mod resolve;
mod search;
mod settle;

use std::sync::Arc;

use serde_json::Value;
use switchboard_core::{Error, Kind, Result};
use switchboard_store::Mutation;

use super::{
    Item, Managed, Placement, Reply, RequestContext, Service, Vendor,
    body::Body,
    members, merge,
    operation::{Operation, OperationKind, OperationSpec},
    target::Target,
};

pub(super) use change::busy;
pub use resolve::Resolution;
pub(super) use settle::RETRY_AFTER;

/// What a write expects of the revision it changes.
pub type Expected<'a> = &'a (dyn Fn(u64) -> Result<()> + Send + Sync);

/// A write that has begun.
pub(super) struct HeldWrite<R> {
    /// The operation, held by us.
    pub operation: Operation,
    /// The record as it will be once the write is accepted, or as it is if it was.
    pub item: Item<R>,
    /// Whether the caller was told, or the record shows, that the write is accepted.
    pub accepted: bool,
}

impl Service {
    /// Makes a record at the vendor that its route leads to.
    ///
    /// # Errors
    /// Everything that is wrong with the body, what the vendor cannot carry, and the vendor's refusals. Nothing is kept
    /// where one is answered.
    pub async fn create<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        document: &Value,
    ) -> Result<Reply> {
        let body = self.read_body::<R>(document)?;
        let route = self.route(&body).await?;
        let target = self.target::<R>(self.named_vendor(&route.vendor)?, request.handling).await?;
        let (resolved, plan) = self.creation(&target, &body.desired)?;
        let placement =
            Placement { passed_over: route.passed_over, ..placement(&target, route.because, None) };
        let unverifiable = target.unverifiable(&body.desired);
        let item = Item::new(body, placement, plan.report.clone(), unverifiable);
        let mut spec = OperationSpec::new(OperationKind::Create, &item, &request);
        spec.before = self.find_by_name(&target, &resolved).await.ok().flatten();
        let mutations = vec![Mutation::Insert(item.row()), Mutation::AddRevision(item.revision_row())];
        let held = HeldWrite { operation: Operation::new(&item, spec), item, accepted: false };
        self.begin(held, mutations, Some(plan), &request).await?.ok_or_else(busy)
    }

    /// Applies a merge patch (RFC 7396).
    ///
    /// # Errors
    /// As for a creation; `precondition_failed` where `expected` refuses the revision; `state_conflict` where another
    /// write of the record takes longer than the caller waits.
    pub async fn patch<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        patch: &Value,
        expected: Expected<'_>,
    ) -> Result<Reply> {
        self.change::<R>(request, id, expected, |service, item| service.patched_body(item, patch)).await
    }

    /// Replaces all that callers can set.
    ///
    /// # Errors
    /// As for a patch.
    pub async fn replace<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        document: &Value,
        expected: Expected<'_>,
    ) -> Result<Reply> {
        self.change::<R>(request, id, expected, |service, item| {
            let mut whole = document.clone();
            merge::keep_secrets(&item.body.desired.record, document, &mut whole);
            service.take_body::<R>(whole)
        })
        .await
    }

    /// The next state of a record under a merge patch.
    pub(super) fn patched_body<R: Managed>(&self, item: &Item<R>, patch: &Value) -> Result<Body<R>> {
        let is_vendor = |name: &str| self.vendors.contains_key(name);
        item.body.merge(members(patch)?, &self.extensions, &is_vendor)
    }

    /// Makes sure that a record is still where it was read to be. Within one process its turn does.
    fn expect_unchanged<R: Managed>(&self, item: &Item<R>) -> Option<Mutation> {
        let expect =
            || Mutation::Expect { collection: R::COLLECTION, id: item.id.clone(), version: item.version };
        self.cache.has_other_writers().then(expect)
    }

    /// The vendor a record runs at.
    pub(super) fn current_vendor<R: Managed>(&self, item: &Item<R>) -> Result<&Vendor> {
        self.vendors.get(&item.placement.vendor).map(Arc::as_ref).ok_or_else(|| {
            let detail = format!(
                "The {} runs at {:?}, which is no longer configured.",
                R::NAME,
                item.placement.vendor
            );
            Error::new(Kind::StateConflict, detail)
        })
    }
}

pub(super) fn placement<R: Managed>(
    target: &Target<'_, R>,
    because: String,
    remote_id: Option<String>,
) -> Placement {
    Placement {
        vendor: target.vendor.name().to_owned(),
        adapter: target.adapter.to_owned(),
        because,
        passed_over: Vec::new(),
        remote_id,
    }
}
