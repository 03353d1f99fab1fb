//! The planning of a change. The planner starts from the assumed state of the vendor's record, and reads the vendor's
//! record if the plan needs the observed state.

use std::sync::Arc;

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    facts::Facts,
    model::{FieldReader, put_secret, schema},
    plan::{Desired, Plan, uncertain},
    rule::{Drift, Report, Support},
};

use super::Planner;
use crate::{
    records::{Body, Envelope, Item, Managed, Visibility, members, to_document},
    vendors::{Target, is_transient},
};

/// The plan of a change, with its inputs.
pub struct PlannedChange<R> {
    /// The desired state with aliases and agents replaced by the vendor's ids.
    pub desired: Desired<R>,
    /// The vendor's catalogues.
    pub facts: Facts,
    /// The translation report of the change.
    pub report: Report,
    /// The planned steps. `None` if the plan needs the vendor's record and that record cannot be read now, or if the
    /// vendor has not returned the record's id yet.
    pub plan: Option<Plan>,
}

impl Planner {
    /// Applies a merge patch (RFC 7396) to a record's body.
    ///
    /// # Errors
    /// `validation_failed` if the patch is not an object; otherwise the errors of [`Body::merge`].
    pub fn patched<R: Managed>(&self, item: &Item<R>, patch: &Value) -> Result<Body<R>> {
        self.fleet.merge_body(&item.body, members(patch)?)
    }

    /// Plans a change to a record, and reads the vendor's record if the plan needs the observed state.
    ///
    /// # Errors
    /// The errors of [`Target::resolve`], and a violation for each loss that the handling does not allow;
    /// `validation_failed` if the record hands calls over to itself; `state_conflict` if the vendor no longer has the
    /// record; the errors of the store and of reading the vendor's record. A temporary failure to read the vendor's
    /// record is not an error: the plan is then `None`.
    pub async fn plan_change<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        body: &Body<R>,
    ) -> Result<PlannedChange<R>> {
        let target = target.clone().because(&item.placement.because);
        let target = &target.checking(Some(&item.body.desired), &body.desired).await;
        refuse_self(&item.id, &body.desired.record)?;
        let desired = target.resolve(&body.desired).await?;
        let facts = target.facts.clone();
        let parts = target.placed_parts(&item.placement);
        if item.placement.remote_id.is_none() {
            let report = target.plan_resolved(&desired, &parts)?.report;
            return Ok(PlannedChange { desired, facts, report, plan: None });
        }
        let before = self.assumed_remote_state(target, item, &desired, Some(&item.body)).await?;
        let (previous, unfinished) = (Some(&item.report), !item.uncertainty.revisions.is_empty());
        match target.plan_update(&before, &desired, &parts, previous, None, unfinished).await {
            Ok(plan) => Ok(PlannedChange { desired, facts, report: plan.report.clone(), plan: Some(plan) }),
            Err(error) if is_transient(&error) => {
                let plan = target.plan_blind(&before, &desired, &parts, previous, unfinished)?;
                Ok(PlannedChange { desired, facts, report: plan.report, plan: None })
            }
            Err(error) => Err(error),
        }
    }

    /// Returns the assumed state of the vendor's record. If the state is uncertain, the returned state differs from
    /// `desired` in every field whose value at the vendor may differ from `desired`. `current` is the body of the
    /// item's current revision. If `current` is `None`, that body is read from the store. If a revision was observed,
    /// the returned state has that revision's values in the fields that can be set only when a record is created.
    ///
    /// # Errors
    /// The errors of the store; `internal` if a state cannot be serialised.
    pub async fn assumed_remote_state<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        current: Option<&Arc<Body<R>>>,
    ) -> Result<Desired<R>> {
        let mut states = Vec::new();
        for number in item.sync.observed_revision.iter().chain(&item.uncertainty.revisions) {
            let body = match current.filter(|_| *number == item.revision) {
                Some(body) => Some(body.clone()),
                None => self.repository.revision::<R>(&item.id, *number).await?.map(|known| known.body),
            };
            // The content of an expired revision is unknown, so an empty state stands for it.
            states.push(match body.as_deref() {
                Some(body) => {
                    target.resolve_known(&body.desired).await.unwrap_or_else(|_| body.desired.clone())
                }
                None => Desired::default(),
            });
        }
        let observed = item.sync.observed_revision.is_some();
        if !observed || item.visibility == Visibility::Standby {
            // Either no revision was observed at the vendor, or the record is a standby, which may have been changed at
            // the vendor since. The empty state makes every field that has a desired value count as changed.
            states.push(Desired::default());
        }
        if let Some(first) = states.first().filter(|_| !item.sync.drift.is_empty()) {
            states.push(with_drift(first, &item.sync.drift)?);
        }
        if states.len() == 1 {
            return Ok(states.pop().unwrap_or_default());
        }
        match states.as_slice() {
            [first, ..] if observed => {
                let mixed = uncertain(&states.iter().collect::<Vec<_>>(), desired);
                with_creation_only(target, mixed, first)
            }
            many => Ok(uncertain(&many.iter().collect::<Vec<_>>(), desired)),
        }
    }
}

/// Checks that a record does not hand calls over to itself. `id` is the record's id.
///
/// # Errors
/// `validation_failed` with a violation for each such handover.
pub fn refuse_self<R: Managed>(id: &str, record: &R) -> Result<()> {
    let own = record.handovers().iter().enumerate().filter(|(_, handover)| handover.agent_id == id);
    let violations: Vec<_> = own
        .map(|(index, _)| {
            let pointer = format!("/handovers/{index}/agent_id");
            let detail = format!("{pointer} must differ from the agent's own id.");
            Violation::at(pointer, Kind::ValidationFailed, detail)
        })
        .collect();
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}

/// Returns `state` with the values of `created` in the fields that can be set only when a record is created. No later
/// request can have changed these fields.
fn with_creation_only<R: Managed>(
    target: &Target<'_, R>,
    state: Desired<R>,
    created: &Desired<R>,
) -> Result<Desired<R>> {
    let rows = target.translator().capabilities().into_iter();
    let fields: Vec<_> = rows.filter(|row| row.support == Support::CreationOnly).collect();
    if fields.is_empty() {
        return Ok(state);
    }
    let Desired { record, extensions } = state;
    let known = Body { desired: created.clone(), envelope: Envelope::default() }.document()?;
    let mut document = to_document(R::NAME, &record)?;
    for (path, secret) in record.secrets() {
        put_secret(&mut document, &path, &secret);
    }
    schema::put(&mut document, "/extensions", Value::Object(extensions));
    for row in fields {
        let value = known.pointer(&row.field).cloned().unwrap_or_default();
        schema::put(&mut document, &row.field, value);
    }
    let extensions = schema::take(&mut document, "/extensions");
    let extensions = extensions.and_then(|extensions| extensions.as_object().cloned()).unwrap_or_default();
    // The mixed state may lack required fields, so its violations are ignored.
    Ok(Desired { record: FieldReader::default().root(&document), extensions })
}

/// Returns `state` with the drifted fields set to the values observed at the vendor, or an empty state if the model
/// cannot represent one of these values.
fn with_drift<R: Managed>(state: &Desired<R>, drift: &[Drift]) -> Result<Desired<R>> {
    let body = Body { desired: state.clone(), envelope: Envelope::default() };
    let secrets = body.secrets()?;
    let mut stored = body.stored()?;
    for field in drift {
        stored.put(&field.field, field.observed.clone());
    }
    // With an empty state, every field that has a value in the desired state counts as changed and is sent.
    Ok(Body::from_stored(stored, secrets.as_ref()).map(|body| body.desired).unwrap_or_default())
}
