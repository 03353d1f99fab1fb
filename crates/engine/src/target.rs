//! A vendor as the place of one record: what it holds, what it would hold, and what it is sent.

use serde_json::{Map, Value};
use switchboard_core::{
    Desired, Error, Facts, Handling, Kind, Plan, Planned, ReadBack, Remote, Report, Resource, Result,
    Transition, plan,
};

use super::{Managed, Service, Vendor, vendor::is_gone};

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
            let reported: Vec<_> =
                missing.violations.iter().map(|violation| violation.location.clone()).collect();
            let more =
                refused.violations.into_iter().filter(|violation| !reported.contains(&violation.location));
            missing.violations.extend(more);
        }
        Err(Error::invalid(missing.violations))
    }
}

impl<R: Managed> Target<'_, R> {
    /// What the vendor can say of what it stores.
    pub fn read_back(&self) -> ReadBack {
        self.vendor.adapter().descriptor().read_back
    }

    pub fn creation(&self, desired: &Desired<R>) -> Result<Plan> {
        match plan(self.resource, self.adapter, &Transition::Create, desired, &self.facts, self.handling)? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => Err(Error::new(Kind::Internal, "A creation has nothing to observe.")),
        }
    }

    /// What the vendor would hold of a record that it has, where nothing new is asked of it.
    pub fn current_report(&self, desired: &Desired<R>) -> Result<Report> {
        let blank = Value::Object(Map::new());
        let transition = Transition::Update { before: desired, observed: Some(&blank), previous: None };
        match plan(self.resource, self.adapter, &transition, desired, &self.facts, self.handling)? {
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
            let transition = Transition::Update { before, observed, previous };
            plan(self.resource, self.adapter, &transition, desired, &self.facts, self.handling)
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
    pub async fn document_if_readable(&self, remote_id: &str) -> Result<Option<Value>> {
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
    pub async fn document(&self, remote_id: &str) -> Result<Option<Value>> {
        let (there, document) = match self.read_back() {
            ReadBack::NameOnly => (self.fetch(remote_id).await?.is_some(), None),
            ReadBack::One | ReadBack::Listing => {
                let document = self.document_if_readable(remote_id).await?;
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
            error.with_detail(self.removed())
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
