//! What a write would send, and a dry run of it.

use serde_json::{Map, Value, json};
use switchboard_core::{
    Creation, Desired, Difference, Error, Exchange, Facts, Handling, Kind, Plan, Planned, ReadBack, Remote,
    Report, Request, Resource, Result, Step, plan,
};

use super::{Managed, PassedOver, Service, Vendor, body::Body, vendor::is_gone};

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

/// What a write of one record at one vendor needs, and where it is.
pub(super) struct Target<'a, R: Managed> {
    pub vendor: &'a Vendor,
    pub resource: &'a dyn Resource<R>,
    pub adapter: &'static str,
    pub facts: Facts,
    pub handling: Handling,
}

impl Service {
    pub(super) async fn target<'a, R: Managed>(
        &'a self,
        vendor: &'a Vendor,
        handling: Handling,
    ) -> Result<Target<'a, R>> {
        let resource = vendor.resource::<R>()?;
        let facts = vendor.facts(resource).await?;
        Ok(Target { vendor, resource, adapter: vendor.adapter().descriptor().adapter, facts, handling })
    }

    /// The same for what needs no plan.
    pub(super) fn bare_target<'a, R: Managed>(&'a self, vendor: &'a Vendor) -> Result<Target<'a, R>> {
        let adapter = vendor.adapter().descriptor().adapter;
        let (resource, facts) = (vendor.resource::<R>()?, Facts::default());
        Ok(Target { vendor, resource, adapter, facts, handling: Handling::Lenient })
    }

    /// Plans a creation; gives the record in the vendor's own ids, too.
    ///
    /// # Errors
    /// Every alias without an id there and everything else that the vendor cannot carry, all at once.
    pub(super) fn creation<R: Managed>(
        &self,
        target: &Target<'_, R>,
        desired: &Desired<R>,
    ) -> Result<(Desired<R>, Plan)> {
        let mut missing = match self.aliases.resolve(desired, target.vendor) {
            Ok(resolved) => return target.creation(&resolved).map(|plan| (resolved, plan)),
            Err(missing) => missing,
        };
        if let Err(refused) = target.creation(desired) {
            let told: Vec<_> = missing.violations.iter().map(|violation| violation.place.clone()).collect();
            let more = refused.violations.into_iter().filter(|violation| !told.contains(&violation.place));
            missing.violations.extend(more);
        }
        Err(Error::invalid(missing.violations))
    }

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
        let target = self.target::<R>(self.placed(&item)?, handling).await?;
        let decided = (item.placement.because.clone(), item.placement.passed_over.clone());
        let diff = difference(Some(&item.body), &body);
        let desired = self.aliases.resolve(&body.desired, target.vendor)?;
        let (report, request) = match &item.placement.remote_id {
            Some(remote_id) => {
                let before = self.believed(&target, &item, &desired, Some(&item.body)).await?;
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

impl<R: Managed> Target<'_, R> {
    /// What the vendor can say of what it stores.
    pub fn read_back(&self) -> ReadBack {
        self.vendor.adapter().descriptor().read_back
    }

    pub fn creation(&self, desired: &Desired<R>) -> Result<Plan> {
        match plan(self.resource, self.adapter, &Step::Create, desired, &self.facts, self.handling)? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => Err(Error::new(Kind::Internal, "A creation has nothing to observe.")),
        }
    }

    /// What the vendor would hold of a record that it has, where nothing new is asked of it.
    pub fn standing(&self, desired: &Desired<R>) -> Result<Report> {
        let blank = Value::Object(Map::new());
        let step = Step::Update { before: desired, observed: Some(&blank), previous: None };
        match plan(self.resource, self.adapter, &step, desired, &self.facts, self.handling)? {
            Planned::Ready(plan) => Ok(plan.report),
            Planned::NeedsObserved => {
                Err(Error::new(Kind::Internal, "What changes nothing has nothing to observe."))
            }
        }
    }

    /// Plans an update; `observed` saves looking where the caller just did.
    pub async fn update(
        &self,
        before: &Desired<R>,
        desired: &Desired<R>,
        remote_id: &str,
        previous: Option<&Report>,
        observed: Option<&Value>,
    ) -> Result<Plan> {
        let planned = |observed: Option<&Value>| {
            let step = Step::Update { before, observed, previous };
            plan(self.resource, self.adapter, &step, desired, &self.facts, self.handling)
        };
        if let Planned::Ready(plan) = planned(observed)? {
            return Ok(plan);
        }
        let document = self.observe(remote_id).await?;
        match planned(Some(&document))? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => {
                Err(Error::new(Kind::Internal, "The vendor's record was looked at already."))
            }
        }
    }

    /// The vendor's record of this id; `None` where the vendor says that it has none.
    pub async fn fetch(&self, remote_id: &str) -> Result<Option<Remote>> {
        let Some(exchange) = self.resource.fetch(remote_id) else {
            return Err(Error::new(Kind::Internal, "This vendor's records cannot be read one by one."));
        };
        match self.vendor.run::<R, _>(exchange).await {
            Err(error) if is_gone(&error) => Ok(None),
            result => result,
        }
    }

    /// The same, as cheaply as the vendor lets itself be looked through.
    pub async fn find(&self, remote_id: &str) -> Result<Option<Remote>> {
        match self.read_back() {
            ReadBack::One => self.fetch(remote_id).await,
            ReadBack::Listing | ReadBack::NameOnly => {
                Ok(self.vendor.records(self.resource).await?.get(remote_id).cloned())
            }
        }
    }

    /// The vendor's whole document of this id, as cheaply as it lets itself be looked at; `None` where it does not, or has no
    /// such record.
    pub async fn look(&self, remote_id: &str) -> Result<Option<Value>> {
        match self.read_back() {
            ReadBack::One | ReadBack::Listing => {
                Ok(self.find(remote_id).await?.map(|remote| remote.document))
            }
            ReadBack::NameOnly => Ok(None),
        }
    }

    /// The same of a record that has to be there.
    ///
    /// # Errors
    /// Those of looking; `vendor_unavailable` where the vendor does not show it (yet).
    pub async fn see(&self, remote_id: &str) -> Result<Option<Value>> {
        let (there, document) = match self.read_back() {
            ReadBack::NameOnly => (self.fetch(remote_id).await?.is_some(), None),
            ReadBack::One | ReadBack::Listing => {
                let document = self.look(remote_id).await?;
                (document.is_some(), document)
            }
        };
        let unseen = || {
            let detail = format!("{} does not show the {} that it made.", self.vendor.name(), R::NAME);
            Error::new(Kind::VendorUnavailable, detail)
        };
        if there { Ok(document) } else { Err(unseen()) }
    }

    async fn observe(&self, remote_id: &str) -> Result<Value> {
        match self.fetch(remote_id).await? {
            Some(remote) => Ok(remote.document),
            None => Err(Error::new(Kind::StateConflict, self.removed())),
        }
    }

    /// Changes the vendor's record.
    ///
    /// Gives back the vendor's record, where the answer holds it.
    pub async fn send(&self, remote_id: &str, body: Value) -> Result<Option<Value>> {
        let sent = self.vendor.run::<R, _>(self.resource.update(remote_id, body)).await;
        sent.map_err(|mut error| {
            if !is_gone(&error) {
                return error;
            }
            error.kind = Kind::StateConflict;
            error.saying(self.removed())
        })
    }

    fn removed(&self) -> String {
        format!("{} no longer has the {}; it was removed there.", self.vendor.name(), R::NAME)
    }

    /// The fields that have a value the vendor holds and cannot say back.
    pub fn unverifiable(&self, desired: &Desired<R>) -> Vec<String> {
        let fields = self.vendor.unreadable(self.resource);
        if fields.is_empty() {
            return Vec::new();
        }
        let mut document = serde_json::to_value(&desired.record).unwrap_or_default();
        let extensions = Value::Object(desired.extensions.clone());
        switchboard_core::schema::put(&mut document, "/extensions", extensions);
        fields.iter().filter(|field| document.pointer(field).is_some()).cloned().collect()
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
