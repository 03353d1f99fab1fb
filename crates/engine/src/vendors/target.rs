//! One kind of record at one vendor: planned, sent, read and compared.

use serde_json::{Map, Value};
use switchboard_core::{
    Desired, Error, Facts, Handling, Kind, Observed, Plan, Planned, ReadBack, Remote, Report, Resource,
    Result, Transition, Unread, compare, decode, plan, schema,
};

use super::{Vendor, alias::Aliases, vendor::is_gone};
use crate::records::{Item, Managed, Observation, PassedOver, Placement};

/// One kind of record at one vendor, with what plans look up there.
pub struct Target<'a, R: Managed> {
    /// The vendor.
    pub vendor: &'a Vendor,
    /// What its adapter can do with the kind of record.
    pub resource: &'a dyn Resource<R>,
    /// The adapter's name.
    pub adapter: &'static str,
    /// The vendor's lists.
    pub facts: Facts,
    /// What to do about loss.
    pub handling: Handling,
    aliases: &'a Aliases,
}

impl<'a, R: Managed> Target<'a, R> {
    /// Makes a target of what was fetched before.
    ///
    /// # Errors
    /// `capability_loss` where the vendor has no such records.
    pub(super) fn new(
        vendor: &'a Vendor,
        aliases: &'a Aliases,
        facts: Facts,
        handling: Handling,
    ) -> Result<Self> {
        let adapter = vendor.adapter().descriptor().adapter;
        Ok(Self { vendor, resource: vendor.resource::<R>()?, adapter, facts, handling, aliases })
    }

    /// Gives what the vendor can say of what it stores.
    pub fn read_back(&self) -> ReadBack {
        self.vendor.adapter().descriptor().read_back
    }

    /// Places a record here, `because` of what decided.
    pub fn placement(
        &self,
        because: String,
        passed_over: Vec<PassedOver>,
        remote_id: Option<String>,
    ) -> Placement {
        let (vendor, adapter) = (self.vendor.name().to_owned(), self.adapter.to_owned());
        Placement { vendor, adapter, because, passed_over, remote_id }
    }

    /// Replaces every alias by this vendor's own id.
    ///
    /// # Errors
    /// `capability_loss` for every alias that has no id here.
    pub fn resolve(&self, desired: &Desired<R>) -> Result<Desired<R>> {
        self.aliases.resolve(desired, self.vendor)
    }

    /// Lists a record's fields whose ids are aliases of ours for something else. Kept, they would be taken for those.
    ///
    /// # Errors
    /// Where the vendor has no such records.
    pub fn mistaken_aliases(&self, record: &R) -> Result<Vec<Unread>> {
        self.aliases.mistaken(record, self.vendor)
    }

    /// Plans a creation; gives the record in the vendor's own ids, too.
    ///
    /// # Errors
    /// Every alias without an id here and everything else that the vendor cannot carry, all at once.
    pub fn plan_creation(&self, desired: &Desired<R>) -> Result<(Desired<R>, Plan)> {
        let mut missing = match self.resolve(desired) {
            Ok(resolved) => return self.plan_resolved(&resolved).map(|plan| (resolved, plan)),
            Err(missing) => missing,
        };
        if let Err(refused) = self.plan_resolved(desired) {
            let reported: Vec<_> =
                missing.violations.iter().map(|violation| violation.location.clone()).collect();
            let more = refused.violations.into_iter();
            missing.violations.extend(more.filter(|violation| !reported.contains(&violation.location)));
        }
        Err(Error::invalid(missing.violations))
    }

    /// Plans the creation of a record in the vendor's own ids.
    ///
    /// # Errors
    /// Everything that the vendor cannot carry.
    pub fn plan_resolved(&self, desired: &Desired<R>) -> Result<Plan> {
        match plan(self.resource, self.adapter, &Transition::Create, desired, &self.facts, self.handling)? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => Err(Error::new(Kind::Internal, "A creation has nothing to observe.")),
        }
    }

    /// Reports what the vendor would hold of a record that it has, if nothing new were asked of it.
    ///
    /// # Errors
    /// Everything that the vendor cannot carry.
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

    /// Plans an update, and reads the vendor's record first where the plan needs it. `observed` is what the caller has read
    /// already.
    ///
    /// # Errors
    /// Everything that the vendor cannot carry, and those of reading.
    pub async fn plan_update(
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
        let document = match self.fetch(remote_id).await? {
            Some(remote) => remote.document,
            None => return Err(Error::new(Kind::StateConflict, self.removed())),
        };
        match planned(Some(&document))? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => {
                Err(Error::new(Kind::Internal, "The vendor's record was read already."))
            }
        }
    }

    /// Reads what a vendor's document says of a record.
    pub fn decode(&self, document: &Value) -> Observed<R> {
        decode(self.resource, self.adapter, document, &self.facts)
    }

    /// Compares a record with what the vendor holds of it.
    ///
    /// # Errors
    /// Those of resolving aliases.
    pub fn compare(&self, item: &Item<R>, remote: Option<&Remote>) -> Result<Observation> {
        let Some(remote) = remote else { return Ok(Observation::Missing) };
        if self.read_back() == ReadBack::NameOnly {
            return Ok(Observation::Record(Default::default()));
        }
        let desired = self.resolve(&item.body.desired)?;
        let compared =
            compare(self.resource, self.adapter, &desired, &item.report, &remote.document, &self.facts);
        Ok(Observation::Record(compared))
    }

    /// Fetches the vendor's record of this id; `None` where the vendor says that it has none.
    ///
    /// # Errors
    /// Those of the conversation.
    pub async fn fetch(&self, remote_id: &str) -> Result<Option<Remote>> {
        let Some(exchange) = self.resource.fetch(remote_id) else {
            return Err(Error::new(Kind::Internal, "This vendor's records cannot be read one by one."));
        };
        match self.vendor.run::<R, _>(exchange).await {
            Err(error) if is_gone(&error) => Ok(None),
            result => result,
        }
    }

    /// Finds the vendor's record of this id, in a list where that is how the vendor is read.
    ///
    /// # Errors
    /// Those of the conversation.
    pub async fn find(&self, remote_id: &str) -> Result<Option<Remote>> {
        match self.read_back() {
            ReadBack::One => self.fetch(remote_id).await,
            ReadBack::Listing | ReadBack::NameOnly => {
                Ok(self.vendor.records(self.resource).await?.get(remote_id).cloned())
            }
        }
    }

    /// Finds the vendor's whole document of this id; `None` where the vendor has no such record or does not say so much.
    ///
    /// # Errors
    /// Those of the conversation.
    pub async fn document_if_readable(&self, remote_id: &str) -> Result<Option<Value>> {
        match self.read_back() {
            ReadBack::One | ReadBack::Listing => {
                Ok(self.find(remote_id).await?.map(|remote| remote.document))
            }
            ReadBack::NameOnly => Ok(None),
        }
    }

    /// Finds the vendor's document of a record that has to be there.
    ///
    /// # Errors
    /// Those of the conversation; `vendor_unavailable` where the vendor does not show it (yet).
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

    /// Changes the vendor's record; gives the vendor's document where the answer holds it.
    ///
    /// # Errors
    /// Those of the conversation; `state_conflict` where the vendor no longer has the record.
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

    /// Gives the fields that have a value the vendor holds and cannot say back.
    ///
    /// # Errors
    /// `internal` where the record cannot be serialised.
    pub fn unverifiable(&self, desired: &Desired<R>) -> Result<Vec<String>> {
        let fields = self.vendor.unreadable(self.resource);
        if fields.is_empty() {
            return Ok(Vec::new());
        }
        let mut document = crate::records::to_document(R::NAME, &desired.record)?;
        schema::put(&mut document, "/extensions", Value::Object(desired.extensions.clone()));
        Ok(fields.iter().filter(|field| document.pointer(field).is_some()).cloned().collect())
    }
}
