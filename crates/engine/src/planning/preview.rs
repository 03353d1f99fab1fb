//! Dry runs of writes.

use serde_json::{Value, json};
use switchboard_core::{Creation, Difference, Exchange, Handling, Report, Request, Result};

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
    /// What decided.
    pub because: String,
    /// Where the route would have led first.
    pub passed_over: Vec<PassedOver>,
    /// What would be sent to make or change the record, secrets masked. Empty where nothing would be sent.
    pub requests: Vec<PreviewedRequest>,
    /// What the vendor would hold of the record.
    pub report: Report,
    /// The fields that would change: pointer, before, after.
    pub diff: Vec<(String, Value, Value)>,
}

/// A request that would be sent.
#[derive(Debug)]
pub struct PreviewedRequest {
    /// What it is.
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
    /// Those of the creation up to the point where it would be sent.
    pub async fn preview_create<R: Managed>(&self, document: &Value, handling: Handling) -> Result<Preview> {
        let body = self.fleet.read_body::<R>(document.clone())?;
        let route = self.route(&body).await?;
        let target = self.fleet.target::<R>(self.fleet.named(&route.vendor)?, handling).await?;
        let (_, plan) = target.plan_creation(&body.desired)?;
        let exchange = target.resource.create(plan.body, Creation::default());
        let request = exchange.first().map(PreviewedRequest::from);
        let diff = difference(None, &body)?;
        Ok(Preview::new(&target, (route.because, route.passed_over), request, plan.report, diff))
    }

    /// Plans a merge patch without writing anything.
    ///
    /// # Errors
    /// Those of the patch up to the point where it would be sent.
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
        let (report, request) = match &item.placement.remote_id {
            Some(remote_id) => {
                let before = self.assumed_remote_state(&target, &item, &desired, Some(&item.body)).await?;
                let previous = Some(&item.report);
                let plan = target.plan_update(&before, &desired, remote_id, previous, None).await?;
                let exchange = plan.sends.then(|| target.resource.update(remote_id, plan.body));
                (plan.report, exchange.as_ref().and_then(Exchange::first).map(PreviewedRequest::from))
            }
            None => {
                let plan = target.plan_resolved(&desired)?;
                let exchange = target.resource.create(plan.body, Creation::default());
                (plan.report, exchange.first().map(PreviewedRequest::from))
            }
        };
        Ok(Preview::new(&target, decided, request, report, diff))
    }
}

impl Preview {
    /// Makes the answer of a dry run at a vendor.
    pub fn new<R: Managed>(
        target: &Target<'_, R>,
        (because, passed_over): (String, Vec<PassedOver>),
        request: Option<PreviewedRequest>,
        report: Report,
        diff: Vec<(String, Value, Value)>,
    ) -> Self {
        Self {
            vendor: target.vendor.name().to_owned(),
            adapter: target.adapter,
            because,
            passed_over,
            requests: request.into_iter().collect(),
            report,
            diff,
        }
    }
}

/// Lists the fields in which two bodies differ: pointer, before, after. Of secrets, whether they are set.
///
/// # Errors
/// `internal` where a body cannot be serialised.
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
