//! The comparison of a record with the vendor's record, and the handling of drift.

use std::sync::Arc;

use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, Kind, Result, Violation, unknown_name},
    model::{Described, is_unset, keep_secrets, schema},
    plan::Parts,
    rule::{Comparison, Drift, Verdict},
    vendor::{ReadScope, Remote},
};
use utoipa::ToSchema;

use super::{Answer, Intent, Writer, answer_without_vendor};
use crate::{
    metrics::Tally,
    planning::refuse_self,
    records::{Batch, Item, Managed, Observation, OperationKind, SyncState, busy, members},
    request::RequestContext,
    vendors::Target,
};

/// The body of a request that compares a record with the vendor's record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ToSchema)]
pub struct SyncRequest {
    /// The gateway's action if the vendor's record has drifted.
    #[schema(inline, required = false, default = "report")]
    pub on_drift: OnDrift,
}

/// The gateway's action if a vendor's record differs from the desired state that was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Described)]
pub enum OnDrift {
    /// The gateway lists the drift in the answer and changes neither the desired state nor the vendor's record.
    #[default]
    Report,
    /// The gateway sends the desired state to the vendor again. If the vendor no longer has the record, the gateway creates
    /// the record again.
    Overwrite,
    /// The gateway stores a new revision with the vendor's values of the drifted fields. If the vendor no longer has the
    /// record, the request fails with `state_conflict`.
    Adopt,
}

const ON_DRIFT_NAMES: [(&str, OnDrift); 3] =
    [("report", OnDrift::Report), ("overwrite", OnDrift::Overwrite), ("adopt", OnDrift::Adopt)];

impl SyncRequest {
    /// Reads the body `{"on_drift": …}`. If `on_drift` is omitted, it is `report`.
    ///
    /// # Errors
    /// All violations in the body.
    pub fn read(document: &Value) -> Result<Self> {
        let mut on_drift = OnDrift::default();
        let mut violations = Vec::new();
        for (name, value) in members(document)? {
            if name != "on_drift" {
                let (pointer, detail) =
                    (format!("/{}", schema::escape(name)), unknown_name("field", name, ["on_drift"]));
                violations.push(Violation::at(pointer, Kind::UnknownField, detail));
                continue;
            }
            match ON_DRIFT_NAMES.iter().find(|(word, _)| value == word) {
                Some((_, known)) => on_drift = *known,
                None => {
                    let detail = "/on_drift must be \"report\", \"overwrite\" or \"adopt\".";
                    violations.push(Violation::at("/on_drift", Kind::ValidationFailed, detail));
                }
            }
        }
        if violations.is_empty() { Ok(Self { on_drift }) } else { Err(Error::invalid(violations)) }
    }
}

impl Writer {
    /// Reads the vendor's record, compares it with the desired state, and handles drift as `on_drift` requests.
    ///
    /// Returns the record unchanged in three cases: a write of it is in progress, waits for another attempt or needs
    /// attention; the vendor may still apply an earlier request; or the vendor has not returned the record's id.
    ///
    /// # Errors
    /// `not_found`, and the errors of reading the vendor's record; with `overwrite` and `adopt` also the errors of a
    /// change; with `adopt`, `state_conflict` if the vendor no longer has the record.
    pub async fn sync<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        on_drift: OnDrift,
    ) -> Result<Answer> {
        let _turn = self.acquire_turn(id, &request).await?;
        let item = self.repository.get::<R>(id).await?;
        if item.placement.remote_id.is_none() || item.sync.is_pending() {
            self.handles.operations.send();
            return self.answer_record(Batch::new(), &item, &request).await;
        }
        let target = self.fleet.target::<R>(self.fleet.of_record(&item)?, request.handling).await?;
        let remote = target.fetch(&target.placed_parts(&item.placement), ReadScope::Bound).await?;
        let mut item = Item::clone(&item);
        if on_drift == OnDrift::Overwrite {
            // The write that follows creates the parts that the vendor has lost.
            if let Some(remote) = &remote {
                item.placement.parts = target.parts_left(&item.placement.parts, remote).await?;
            }
            // Fields that the vendor did not persist are sent again as well.
            let unkept = item.report.fields.iter().filter(|row| row.verdict == Verdict::NotPersisted);
            let unkept: Vec<_> = unkept.map(|row| row.field.clone()).collect();
            item.report.mark_persisted(&unkept);
        }
        let seen = target.compare(&item, remote.as_ref()).await?;
        let changed = item.with_observation(&seen);
        if changed.sync.has_drifted_since(&item.sync) {
            // The drift is counted even if the record cannot be stored.
            let mut found = Tally::default();
            found.drift_found(target.vendor.name());
            found.record();
        }
        match (on_drift, seen) {
            (OnDrift::Overwrite, Observation::Missing) => self.recreate(request, changed).await,
            (OnDrift::Overwrite, Observation::Record(Comparison { drift, .. })) if !drift.is_empty() => {
                self.begin_accepted(OperationKind::Update, request, changed).await
            }
            (OnDrift::Adopt, Observation::Missing) => {
                self.store_lost_record(&item).await?;
                let vendor = target.vendor.name();
                let detail = format!("{vendor} no longer has the {}: there is nothing to adopt.", R::NAME);
                Err(Error::new(Kind::StateConflict, detail))
            }
            (OnDrift::Adopt, Observation::Record(Comparison { drift, .. })) if !drift.is_empty() => {
                self.adopt(request, &target, changed, remote.as_ref(), &drift).await
            }
            _ => {
                let mut batch = Batch::new();
                if changed != item {
                    batch.update(&changed);
                }
                self.answer_record(batch, &changed, &request).await
            }
        }
    }

    /// Begins to recreate a record that the vendor no longer has.
    async fn recreate<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        mut item: Item<R>,
    ) -> Result<Answer> {
        item.placement.remote_id = None;
        item.placement.parts = Parts::NONE;
        item.sync.observed_revision = None;
        item.sync.drift.clear();
        self.begin_accepted(OperationKind::Create, request, item).await
    }

    /// Begins an operation for a revision that is already accepted.
    async fn begin_accepted<R: Managed>(
        self: &Arc<Self>,
        kind: OperationKind,
        request: RequestContext,
        item: Item<R>,
    ) -> Result<Answer> {
        let mut batch = Batch::new();
        batch.update(&item);
        let item = Item { version: item.version + 1, ..item };
        let intent = Intent { accepted: true, ..Intent::new(kind, item, &request) };
        self.begin(intent, batch, &request).await?.ok_or_else(busy)
    }

    /// Stores a new revision with the vendor's values of the drifted fields.
    async fn adopt<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        target: &Target<'_, R>,
        item: Item<R>,
        remote: Option<&Remote>,
        drift: &[Drift],
    ) -> Result<Answer> {
        let mut document = item.body.document()?;
        for field in drift {
            schema::put(&mut document, &field.field, field.observed.clone());
        }
        let (given, stored) = (document.clone(), &item.body.desired.record);
        // A secret that the vendor no longer has is not kept.
        let mut secrets = stored.secrets();
        secrets.retain(|path, _| !is_unset(&given, path));
        keep_secrets(&secrets, &json!(stored), &given, &mut document);
        let body = self.fleet.read_body::<R>(document)?;
        refuse_self(&item.id, &body.desired.record)?;
        let desired = target.resolve(&body.desired).await?;
        let parts = target.placed_parts(&item.placement);
        let observed = remote.map(|remote| &remote.document);
        let previous = Some(&item.report);
        let plan = target.plan_update(&desired, &desired, &parts, previous, observed, false).await?;
        let unverifiable = target.unverifiable(&body.desired)?;
        let mut next = item.next(Arc::new(body), plan.report, unverifiable);
        if let Some(remote) = remote {
            next.placement.parts = target.with_bound_of(&next.placement.parts, remote);
        }
        next.sync.state = SyncState::InSync;
        next.sync.drift.clear();
        next.sync.last_error = None;
        next.sync.operation_id = None;
        next.sync.settles_at = None;
        next.sync.observed_revision = Some(next.revision);
        let mut batch = Batch::new();
        batch.add_revision(&next);
        batch.update(&next);
        self.answer_record(batch, &next, &request).await
    }

    /// Commits a batch and returns the answer with the record.
    async fn answer_record<R: Managed>(
        &self,
        batch: Batch,
        item: &Item<R>,
        request: &RequestContext,
    ) -> Result<Answer> {
        let answer = Answer::record(item)?;
        answer_without_vendor(&self.repository, batch, answer, request).await?.ok_or_else(busy)
    }
}
