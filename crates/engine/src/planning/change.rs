//! The plan of a change: the assumed state of the vendor's record, its observed state if the plan needs it, and the requests.

use serde_json::{Map, Value};
use switchboard_core::{
    error::Result,
    facts::Facts,
    plan::{Desired, Plan, uncertain},
    rule::{Drift, Report},
};

use super::Planner;
use crate::{
    records::{Body, Envelope, Item, Managed, members},
    vendors::{Target, is_transient},
};

/// The plan of a change, and what it was made from.
pub struct PlannedChange<R> {
    /// The desired state in the vendor's own ids.
    pub desired: Desired<R>,
    /// The vendor's lists.
    pub facts: Facts,
    /// The fields that the vendor would hold.
    pub report: Report,
    /// The planned steps; `None` if the vendor cannot be read now, or has not made the record yet.
    pub plan: Option<Plan>,
}

impl Planner {
    /// Applies a merge patch (RFC 7396) to a record's body.
    ///
    /// # Errors
    /// Everything that is wrong with the result.
    pub fn patched<R: Managed>(&self, item: &Item<R>, patch: &Value) -> Result<Body<R>> {
        self.fleet.merge_body(&item.body, members(patch)?)
    }

    /// Plans a change of a record, and reads the vendor's record if the plan needs it.
    ///
    /// # Errors
    /// Everything that the vendor cannot carry. A vendor that cannot be read now is no error: the plan is then `None`.
    pub async fn plan_change<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        body: &Body<R>,
    ) -> Result<PlannedChange<R>> {
        let desired = target.resolve(&body.desired)?;
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
                let blind = Value::Object(Map::new());
                let blind = Some(&blind);
                let plan = target.plan_update(&before, &desired, &parts, previous, blind, unfinished).await?;
                Ok(PlannedChange { desired, facts, report: plan.report, plan: None })
            }
            Err(error) => Err(error),
        }
    }

    /// Gives the assumed state of the vendor's record: if it is not certain, a state that differs from the desired one wherever
    /// the vendor's record may. `current` is the state of the item's revision, if that is not the desired one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn assumed_remote_state<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        current: Option<&Body<R>>,
    ) -> Result<Desired<R>> {
        let mut states = Vec::new();
        for number in item.sync.observed_revision.iter().chain(&item.uncertainty.revisions) {
            let body = match current.filter(|_| *number == item.revision) {
                Some(body) => Some(body.clone()),
                None => self.repository.revision::<R>(&item.id, *number).await?.map(|known| known.body),
            };
            // Of a revision that has expired, nothing is assumed.
            let state = body.map(|body| body.desired).unwrap_or_default();
            states.push(target.resolve(&state).unwrap_or(state));
        }
        if item.sync.observed_revision.is_none() {
            // The vendor's record is foreign so far, so nothing is assumed of it.
            states.push(Desired::default());
        }
        if let Some(first) = states.first().filter(|_| !item.sync.drift.is_empty()) {
            states.push(with_drift(first, &item.sync.drift)?);
        }
        Ok(match states.as_slice() {
            [one] => one.clone(),
            many => uncertain(&many.iter().collect::<Vec<_>>(), desired),
        })
    }
}

/// Gives a state with what was seen at the vendor instead.
fn with_drift<R: Managed>(state: &Desired<R>, drift: &[Drift]) -> Result<Desired<R>> {
    let body = Body { desired: state.clone(), envelope: Envelope::default() };
    let secrets = body.secrets()?;
    let mut stored = body.stored()?;
    for field in drift {
        stored.put(&field.field, field.observed.clone());
    }
    // What a vendor holds may be nothing that the model can have; then it only counts that it differs.
    Ok(Body::from_stored(stored, secrets.as_ref()).map(|body| body.desired).unwrap_or_default())
}
