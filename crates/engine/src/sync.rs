//! Looking at what vendors hold, and what to do where it is something else.

use std::sync::Arc;

use serde_json::Value;
use switchboard_core::{
    Comparison, Drift, Error, Kind, ReadBack, Remote, Result, Verdict, Violation, compare, unknown_name,
};
use switchboard_store::Mutation;

use super::{
    Item, Managed, Reply, RequestContext, Service, SyncState, merge,
    operation::{Operation, OperationKind, OperationSpec},
    state::RecordedError,
    target::Target,
    write::HeldWrite,
};

/// What to do where a vendor holds something else than it was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnDrift {
    /// Say so.
    #[default]
    Report,
    /// Send it again.
    Overwrite,
    /// Take it as what is desired.
    Adopt,
}

const ON_DRIFT_NAMES: [(&str, OnDrift); 3] =
    [("report", OnDrift::Report), ("overwrite", OnDrift::Overwrite), ("adopt", OnDrift::Adopt)];

impl OnDrift {
    /// Reads the body `{"on_drift": …}`; an empty object reports.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(document: &Value) -> Result<Self> {
        let mut on_drift = Self::default();
        let mut violations = Vec::new();
        for (name, value) in super::members(document)? {
            if name != "on_drift" {
                let detail = unknown_name("field", name, ["on_drift"]);
                violations.push(Violation::at(format!("/{name}"), Kind::UnknownField, detail));
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
        if violations.is_empty() { Ok(on_drift) } else { Err(Error::invalid(violations)) }
    }
}

/// What a vendor was seen to hold.
pub(super) enum Observation {
    /// The record, with these differences, and these fields that it was told not to keep and holds after all.
    Record { drift: Vec<Drift>, regained: Vec<String> },
    /// Nothing.
    Missing,
}

impl Service {
    /// Looks at the vendor's record now, and does what is asked where it differs.
    ///
    /// A record that a write is on its way for is answered as it is: the write decides.
    ///
    /// # Errors
    /// `not_found`, the vendor's failures to be read, and with `overwrite` and `adopt` those of a change.
    pub async fn sync<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        on_drift: OnDrift,
    ) -> Result<Reply> {
        let _turn = self.acquire_turn(id, &request).await?;
        let item = self.get::<R>(id).await?;
        let Some(remote_id) = item.placement.remote_id.clone().filter(|_| !item.sync.is_pending()) else {
            self.wake.notify_one();
            return self.answer_once(Vec::new(), Reply::record(200, &item), &request).await;
        };
        let target = self.target::<R>(self.current_vendor(&item)?, request.handling).await?;
        let remote = target.fetch(&remote_id).await?;
        let mut item = Item::clone(&item);
        if on_drift == OnDrift::Overwrite {
            // What the vendor did not keep once is sent again, too.
            let unkept = item.report.fields.iter().filter(|row| row.verdict == Verdict::NotPersisted);
            let unkept: Vec<_> = unkept.map(|row| row.field.clone()).collect();
            item.report.mark_persisted(&unkept);
        }
        let seen = self.compare(&target, &item, remote.as_ref())?;
        let changed = item.with_observation(&seen);
        match (on_drift, seen) {
            (OnDrift::Overwrite, Observation::Missing) => self.recreate(request, changed).await,
            (OnDrift::Overwrite, Observation::Record { drift, .. }) if !drift.is_empty() => {
                self.resend(request, changed).await
            }
            (OnDrift::Adopt, Observation::Missing) => {
                let detail = format!(
                    "{} no longer has the {}: there is nothing to adopt.",
                    target.vendor.name(),
                    R::NAME
                );
                Err(Error::new(Kind::StateConflict, detail))
            }
            (OnDrift::Adopt, Observation::Record { drift, .. }) if !drift.is_empty() => {
                self.adopt(request, &target, changed, remote.as_ref(), &drift).await
            }
            _ => {
                let mutations =
                    if changed == item { Vec::new() } else { vec![Mutation::Update(changed.row())] };
                self.answer_once(mutations, Reply::record(200, &changed), &request).await
            }
        }
    }

    /// What the vendor's record says of an item.
    pub(super) fn compare<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        remote: Option<&Remote>,
    ) -> Result<Observation> {
        let Some(remote) = remote else { return Ok(Observation::Missing) };
        if target.read_back() == ReadBack::NameOnly {
            return Ok(Observation::Record { drift: Vec::new(), regained: Vec::new() });
        }
        let desired = self.aliases.resolve(&item.body.desired, target.vendor)?;
        let Target { resource, adapter, facts, .. } = target;
        let Comparison { drift, regained } =
            compare(*resource, adapter, &desired, &item.report, &remote.document, facts);
        Ok(Observation::Record { drift, regained })
    }

    /// Sends again what the vendor does not hold.
    async fn resend<R: Managed>(self: &Arc<Self>, request: RequestContext, item: Item<R>) -> Result<Reply> {
        let spec = OperationSpec::new(OperationKind::Update, &item, &request);
        let operation = Operation::new(&item, spec);
        self.begin_accepted(request, operation, item).await
    }

    /// Makes again what the vendor no longer has.
    async fn recreate<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        mut item: Item<R>,
    ) -> Result<Reply> {
        item.placement.remote_id = None;
        item.sync.observed_revision = None;
        item.sync.drift.clear();
        let spec = OperationSpec::new(OperationKind::Create, &item, &request);
        let operation = Operation::new(&item, spec);
        self.begin_accepted(request, operation, item).await
    }

    /// Begins to carry out what was accepted already.
    async fn begin_accepted<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        operation: Operation,
        item: Item<R>,
    ) -> Result<Reply> {
        let mutations = vec![Mutation::Update(item.row())];
        let item = Item { version: item.version + 1, ..item };
        let held = HeldWrite { operation, item, accepted: true };
        self.begin(held, mutations, None, &request).await?.ok_or_else(super::write::busy)
    }

    /// Takes what the vendor holds as what is desired.
    async fn adopt<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        target: &Target<'_, R>,
        item: Item<R>,
        remote: Option<&Remote>,
        drift: &[Drift],
    ) -> Result<Reply> {
        let mut document = item.body.document();
        for field in drift {
            switchboard_core::schema::put(&mut document, &field.field, field.observed.clone());
        }
        let given = document.clone();
        merge::keep_secrets(&item.body.desired.record, &given, &mut document);
        let body = self.read_body::<R>(&document)?;
        let desired = self.aliases.resolve(&body.desired, target.vendor)?;
        let remote_id = item.placement.remote_id.clone().unwrap_or_default();
        let observed = remote.map(|remote| &remote.document);
        let plan = target.update(&desired, &desired, &remote_id, Some(&item.report), observed).await?;
        let unverifiable = target.unverifiable(&body.desired);
        let mut next = item.next(body, plan.report, unverifiable);
        next.sync.state = SyncState::InSync;
        next.sync.drift.clear();
        next.sync.last_error = None;
        next.sync.observed_revision = Some(next.revision);
        let mutations = vec![Mutation::AddRevision(next.revision_row()), Mutation::Update(next.row())];
        self.answer_once(mutations, Reply::record(200, &next), &request).await
    }

    async fn answer_once(
        &self,
        mutations: Vec<Mutation>,
        reply: Reply,
        request: &RequestContext,
    ) -> Result<Reply> {
        self.answer_without_vendor(mutations, reply, request).await?.ok_or_else(super::write::busy)
    }
}

impl<R: Managed> Item<R> {
    /// The item with what was seen of it at the vendor.
    pub(super) fn with_observation(&self, seen: &Observation) -> Self {
        let mut item = self.clone();
        let (state, drift, error) = match seen {
            Observation::Missing => {
                let detail = format!("The vendor no longer has the {}.", R::NAME);
                (SyncState::Missing, Vec::new(), Some(Error::new(Kind::StateConflict, detail)))
            }
            Observation::Record { drift, regained } => {
                item.report.mark_persisted(regained);
                let state = if drift.is_empty() { SyncState::InSync } else { SyncState::Drifted };
                (state, drift.clone(), None)
            }
        };
        // What the vendor refused, or was never asked, is not mended by its having kept what was there before.
        if item.sync.observed_revision != Some(item.revision) && state != SyncState::Missing {
            item.sync.drift = drift;
            return item;
        }
        if item.sync.state != state {
            item.sync.last_error = error.map(|error| RecordedError::now(&error));
        }
        item.sync.state = state;
        item.sync.drift = drift;
        item
    }
}
