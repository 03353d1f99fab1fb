//! Dry runs of writes.

use serde_json::{Value, json};
use switchboard_core::{
    error::Result,
    model::{Difference, Record},
    plan::{Handling, PartState, Parts, Steps, VendorStep},
    rule::Report,
    vendor::{Request, Resource, StepContext},
};

use super::Planner;
use crate::{
    records::{Body, Managed, PassedOver, SETTABLE},
    vendors::Target,
};

/// A dry run.
#[derive(Debug)]
pub struct Preview {
    /// The vendor that would be asked.
    pub vendor: String,
    /// Its adapter.
    pub adapter: &'static str,
    /// The reason of the route.
    pub because: String,
    /// The vendors that earlier rules led to, and that do not hold the demanded fields.
    pub passed_over: Vec<PassedOver>,
    /// The requests to make or change the record, secrets masked; empty if none would be sent.
    pub requests: Vec<PreviewedRequest>,
    /// The fields that the vendor would hold of the record.
    pub report: Report,
    /// The fields that would change: pointer, before, after.
    pub diff: Vec<(String, Value, Value)>,
}

/// A request that would be sent.
#[derive(Debug)]
pub struct PreviewedRequest {
    /// The name of the vendor's operation.
    pub operation: &'static str,
    /// Its method.
    pub method: &'static str,
    /// Its path below the vendor's base URL.
    pub path: String,
    /// Its query.
    pub query: Vec<(&'static str, String)>,
    /// Its body, secrets masked.
    pub body: Option<Value>,
}

impl From<&Request> for PreviewedRequest {
    fn from(request: &Request) -> Self {
        Self {
            operation: request.operation,
            method: request.method.as_str(),
            path: format!("/{}", request.path.join("/")),
            query: request.query.clone(),
            body: request.redacted_body(),
        }
    }
}

impl Planner {
    /// Plans a creation without writing anything.
    ///
    /// # Errors
    /// Those of the creation up to the first request that would be sent.
    pub async fn preview_create<R: Managed>(&self, document: &Value, handling: Handling) -> Result<Preview> {
        let body = self.fleet.read_body::<R>(document.clone())?;
        let route = self.route(&body).await?;
        let target = self.fleet.target::<R>(self.fleet.named(&route.vendor)?, handling).await?;
        let (_, plan) = target.plan_creation(&body.desired)?;
        let requests = preview_steps(target.resource, plan.steps, Parts::NONE)?;
        let diff = difference(None, &body)?;
        Ok(Preview::new(&target, (route.because, route.passed_over), requests, plan.report, diff))
    }

    /// Plans a merge patch without writing anything.
    ///
    /// # Errors
    /// Those of the patch up to the first request that would be sent.
    pub async fn preview_patch<R: Managed>(
        &self,
        id: &str,
        patch: &Value,
        handling: Handling,
    ) -> Result<Preview> {
        let item = self.repository.get::<R>(id).await?;
        let body = self.patched(&item, patch)?;
        let target = self.fleet.target::<R>(self.fleet.of_record(&item)?, handling).await?;
        let decided = (item.placement.because.clone(), item.placement.passed_over.clone());
        let diff = difference(Some(&item.body), &body)?;
        let desired = target.resolve(&body.desired)?;
        let parts = target.placed_parts(&item.placement);
        let plan = match &item.placement.remote_id {
            Some(_) => {
                let before = self.assumed_remote_state(&target, &item, &desired, Some(&item.body)).await?;
                let previous = Some(&item.report);
                let unfinished = !item.uncertainty.revisions.is_empty();
                target.plan_update(&before, &desired, &parts, previous, None, unfinished).await?
            }
            None => target.plan_resolved(&desired, &parts)?,
        };
        let requests = preview_steps(target.resource, plan.steps, parts)?;
        Ok(Preview::new(&target, decided, requests, plan.report, diff))
    }
}

impl Preview {
    /// Makes the answer of a dry run at a vendor.
    pub fn new<R: Managed>(
        target: &Target<'_, R>,
        (because, passed_over): (String, Vec<PassedOver>),
        requests: Vec<PreviewedRequest>,
        report: Report,
        diff: Vec<(String, Value, Value)>,
    ) -> Self {
        Self {
            vendor: target.vendor.name().to_owned(),
            adapter: target.adapter,
            because,
            passed_over,
            requests,
            report,
            diff,
        }
    }
}

/// Lists the requests of a write, one for each step: the first one of the step's conversation. An id that only an earlier step
/// brings stands as the part's name in braces.
///
/// # Errors
/// `internal` if a step is about a part with an unknown id.
pub fn preview_steps<R: Record>(
    resource: &dyn Resource<R>,
    steps: Vec<VendorStep>,
    parts: Parts,
) -> Result<Vec<PreviewedRequest>> {
    let mut steps = Steps::new(steps, parts);
    let mut requests = Vec::new();
    while let Some(step) = steps.next_step() {
        let known = steps.parts().get(step.part).cloned();
        let state = known.unwrap_or_else(|| PartState::new(format!("{{{}}}", step.part)));
        let exchange = resource.perform(step, steps.parts(), StepContext::default())?;
        requests.extend(exchange.first().map(PreviewedRequest::from));
        steps.advance(state);
    }
    Ok(requests)
}

/// Lists the fields in which two bodies differ: pointer, before, after. A secret shows only whether it is set.
///
/// # Errors
/// `internal` if a body cannot be serialised.
pub fn difference<R: Managed>(
    before: Option<&Body<R>>,
    after: &Body<R>,
) -> Result<Vec<(String, Value, Value)>> {
    let empty = R::default();
    let record = before.map_or(&empty, |before| &before.desired.record);
    let fields = Difference::between(record, &after.desired.record).fields;
    let old = before.map_or_else(|| Ok(json!({})), Body::document)?;
    let new = after.document()?;
    let of = |document: &Value, pointer: &str| document.pointer(pointer).cloned().unwrap_or_default();
    let envelope = SETTABLE.map(|name| format!("/{name}")).into_iter();
    let envelope = envelope.filter(|pointer| of(&old, pointer) != of(&new, pointer));
    let all = fields.into_iter().chain(envelope);
    Ok(all.map(|pointer| (pointer.clone(), of(&old, &pointer), of(&new, &pointer))).collect())
}
