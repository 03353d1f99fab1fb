//! Dry runs of writes.

use serde_json::{Map, Value};
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    model::{Difference, Record},
    plan::{Handling, PartState, Parts, Steps, VendorStep},
    rule::Report,
    vendor::{OperationKey, Request, Resource},
};

use super::{Planner, refuse_self};
use crate::{
    records::{Body, Filter, Managed, PassedOver, SETTABLE, not_serializable},
    vendors::Target,
};

/// The result of a dry run.
#[derive(Debug)]
pub struct Preview {
    /// The configured vendor that would run the record.
    pub vendor: String,
    /// The adapter of the vendor.
    pub adapter: &'static str,
    /// The reason for the placement: the entry that decided it, `import`, or `migration`.
    pub because: String,
    /// The vendors that a routing rule preferred but that do not meet the rule's requirement.
    pub passed_over: Vec<PassedOver>,
    /// The first request of each step of the write, with secrets masked. Empty if no request would be sent.
    pub requests: Vec<PreviewedRequest>,
    /// The translation report of the write.
    pub report: Report,
    /// The fields that would change, each with its pointer, old value and new value.
    pub diff: Vec<(String, Value, Value)>,
}

/// A request that the gateway would send to the vendor.
#[derive(Debug)]
pub struct PreviewedRequest {
    /// The name of the vendor's operation.
    pub operation: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path below the vendor's base URL.
    pub path: String,
    /// The query parameters.
    pub query: Vec<(&'static str, String)>,
    /// The request body, with secrets masked. `None` if the request has no body.
    pub body: Option<Value>,
}

impl From<&Request> for PreviewedRequest {
    fn from(request: &Request) -> Self {
        Self {
            operation: request.operation,
            method: request.method.as_str(),
            path: request.to.to_string(),
            query: request.query.clone(),
            body: request.redacted_body(),
        }
    }
}

impl Planner {
    /// Plans a creation without writing anything.
    ///
    /// # Errors
    /// The errors of reading the document, of [`Planner::route`] and of planning the creation; `already_exists` if another
    /// record has the `external_ref`.
    pub async fn preview_create<R: Managed>(&self, document: &Value, handling: Handling) -> Result<Preview> {
        let body = self.fleet.read_given::<R>(document.clone(), None)?;
        let route = self.route(&body).await?;
        let target = self.fleet.target::<R>(self.fleet.named(&route.vendor)?, handling).await?;
        let target = target.because(&route.because).checking(None, &body.desired).await;
        let (_, plan) = target.plan_creation(&body.desired).await?;
        self.check_external_ref(None, &body).await?;
        let requests = preview_steps(target.resource, plan.steps, Parts::NONE)?;
        let diff = difference(None, &body)?;
        Ok(Preview::new(&target, (route.because, route.passed_over), requests, plan.report, diff))
    }

    /// Plans a merge patch without writing anything.
    ///
    /// # Errors
    /// `not_found`; the errors of reading the patch and of planning the change; `already_exists` if another record has the
    /// new `external_ref`. A temporary failure to read the vendor's record is an error here, unlike in
    /// [`Planner::plan_change`].
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
        self.check_external_ref(item.body.envelope.external_ref.as_deref(), &body).await?;
        if body.desired == item.body.desired {
            // The write stores the envelope and sends nothing.
            return Ok(Preview::new(&target, decided, Vec::new(), item.report.clone(), diff));
        }
        let target = target.because(&item.placement.because);
        let target = target.checking(Some(&item.body.desired), &body.desired).await;
        refuse_self(&item.id, &body.desired.record)?;
        let desired = target.resolve(&body.desired).await?;
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

    /// Checks that no other record has the external reference that a write gives to a record. The commit of the write
    /// would refuse the reference, too. `present` is the reference of the record before the write.
    ///
    /// # Errors
    /// `already_exists`; the errors of the store.
    pub async fn check_external_ref<R: Managed>(&self, present: Option<&str>, body: &Body<R>) -> Result<()> {
        let given = body.envelope.external_ref.as_deref().filter(|given| Some(*given) != present);
        let Some(external_ref) = given else { return Ok(()) };
        let filter = Filter { external_ref: Some(external_ref.to_owned()), ..Filter::default() };
        if self.repository.store().list(R::COLLECTION, &filter, None, 1).await?.is_empty() {
            return Ok(());
        }
        let detail = format!("One of the other {} already has this external reference.", R::COLLECTION);
        Err(Error::invalid(vec![Violation::at("/external_ref", Kind::AlreadyExists, detail)]))
    }
}

impl Preview {
    /// Creates the result of a dry run at a vendor.
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

/// Lists the first request of each step of a write. A part's name in braces stands for the id that an earlier step would
/// return.
///
/// # Errors
/// `internal` if a step needs the id of a part that is neither known nor created by an earlier step.
pub fn preview_steps<R: Record>(
    resource: &dyn Resource<R>,
    steps: Vec<VendorStep>,
    parts: Parts,
) -> Result<Vec<PreviewedRequest>> {
    let mut steps = Steps::new(steps, parts);
    let mut requests = Vec::new();
    while let Some(step) = steps.next_step() {
        let key = step.key();
        let known = steps.parts().get(&key).cloned();
        let state = known.unwrap_or_else(|| PartState::new(format!("{{{key}}}")));
        let exchange = resource.perform(step, steps.parts(), OperationKey::default())?;
        requests.extend(exchange.first().map(PreviewedRequest::from));
        steps.advance(state);
    }
    Ok(requests)
}

/// Lists the fields in which two bodies differ, each with its pointer, old value and new value. A value is null if the body
/// lacks the field or if the field is a secret. `before` is `None` for a new record.
///
/// # Errors
/// `internal` if a body cannot be serialised.
pub fn difference<R: Managed>(
    before: Option<&Body<R>>,
    after: &Body<R>,
) -> Result<Vec<(String, Value, Value)>> {
    let empty = R::default();
    let record = before.map_or(&empty, |before| &before.desired.record);
    let changed = Difference::between(record, &after.desired.record);
    let changed = changed.map_err(|cause| not_serializable(R::NAME, cause))?;
    let leaves = changed.into_iter().map(|leaf| (leaf.pointer, leaf.before, leaf.after));
    let old = before.map_or_else(|| Ok(Map::new()), Body::settable)?;
    let new = after.settable()?;
    let of = |members: &Map<String, Value>, name: &str| members.get(name).cloned().unwrap_or_default();
    let settable = SETTABLE.into_iter().map(|name| (format!("/{name}"), of(&old, name), of(&new, name)));
    Ok(leaves.chain(settable.filter(|(_, old, new)| old != new)).collect())
}
