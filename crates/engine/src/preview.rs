//! Dry runs of writes.

use serde_json::{Value, json};
use switchboard_core::{Creation, Difference, Exchange, Handling, Report, Request, Result};

use super::{Managed, PassedOver, Service, body::Body, target::Target};

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

impl Service {
    /// A dry run of a creation.
    ///
    /// # Errors
    /// Those of the creation up to the point where it would be sent.
    pub async fn preview_create<R: Managed>(&self, document: &Value, handling: Handling) -> Result<Preview> {
        let body = self.read_body::<R>(document)?;
        let route = self.route(&body).await?;
        let target = self.target::<R>(self.named_vendor(&route.vendor)?, handling).await?;
        let (_, plan) = self.creation(&target, &body.desired)?;
        let exchange = target.resource.create(plan.body, Creation::default());
        let diff = difference(None, &body);
        let request = exchange.first().map(PreviewedRequest::from);
        Ok(preview(&target, (route.because, route.passed_over), request, plan.report, diff))
    }

    /// A dry run of a merge patch.
    ///
    /// # Errors
    /// Those of the patch up to the point where it would be sent.
    pub async fn preview_patch<R: Managed>(
        &self,
        id: &str,
        patch: &Value,
        handling: Handling,
    ) -> Result<Preview> {
        let item = self.get::<R>(id).await?;
        let body = self.patched_body(&item, patch)?;
        let target = self.target::<R>(self.current_vendor(&item)?, handling).await?;
        let decided = (item.placement.because.clone(), item.placement.passed_over.clone());
        let diff = difference(Some(&item.body), &body);
        let desired = self.aliases.resolve(&body.desired, target.vendor)?;
        let (report, request) = match &item.placement.remote_id {
            Some(remote_id) => {
                let before = self.assumed_remote_state(&target, &item, &desired, Some(&item.body)).await?;
                let plan = target.update(&before, &desired, remote_id, Some(&item.report), None).await?;
                let exchange = plan.sends.then(|| target.resource.update(remote_id, plan.body));
                (plan.report, exchange.as_ref().and_then(Exchange::first).map(PreviewedRequest::from))
            }
            None => {
                let plan = target.creation(&desired)?;
                let exchange = target.resource.create(plan.body, Creation::default());
                (plan.report, exchange.first().map(PreviewedRequest::from))
            }
        };
        Ok(preview(&target, decided, request, report, diff))
    }
}

pub(super) fn preview<R: Managed>(
    target: &Target<'_, R>,
    (because, passed_over): (String, Vec<PassedOver>),
    request: Option<PreviewedRequest>,
    report: Report,
    diff: Vec<(String, Value, Value)>,
) -> Preview {
    Preview {
        vendor: target.vendor.name().to_owned(),
        adapter: target.adapter,
        because,
        passed_over,
        requests: request.into_iter().collect(),
        report,
        diff,
    }
}

/// The fields in which two bodies differ: pointer, before, after. Of secrets, whether they are set.
pub fn difference<R: Managed>(before: Option<&Body<R>>, after: &Body<R>) -> Vec<(String, Value, Value)> {
    let empty = R::default();
    let record = before.map_or(&empty, |before| &before.desired.record);
    let fields = Difference::between(record, &after.desired.record).fields;
    let (old, new) = (before.map_or(json!({}), Body::document), after.document());
    let of = |document: &Value, pointer: &str| document.pointer(pointer).cloned().unwrap_or_default();
    let beside =
        super::SETTABLE.map(|name| format!("/{name}")).into_iter().filter(|p| of(&old, p) != of(&new, p));
    fields
        .into_iter()
        .chain(beside)
        .map(|pointer| (pointer.clone(), of(&old, &pointer), of(&new, &pointer)))
        .collect()
}
