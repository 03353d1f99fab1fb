//! One kind of record at one vendor: planned, sent, read and compared.

use serde_json::{Map, Value};
use switchboard_core::{
    error::{Error, Kind, Result},
    facts::Facts,
    model::schema,
    plan::{
        Desired, Handling, Observed, PartState, Parts, Plan, Planned, StepAction, Transition, Translator,
        VendorStep,
    },
    rule::{Part, Report, Unread},
    vendor::{Fetched, Performed, ReadBack, Remote, Resource, StepContext},
};

use super::{Vendor, alias::Aliases};
use crate::records::{Item, Managed, Observation, PassedOver, Placement};

/// One kind of record at one vendor, with what plans look up there.
pub struct Target<'a, R: Managed> {
    /// The vendor.
    pub vendor: &'a Vendor,
    /// The adapter's code for the kind of record.
    pub resource: &'a dyn Resource<R>,
    /// The adapter's name.
    pub adapter: &'static str,
    /// The vendor's lists.
    pub facts: Facts,
    /// The handling of losses.
    pub handling: Handling,
    aliases: &'a Aliases,
}

impl<'a, R: Managed> Target<'a, R> {
    /// Makes a target of the vendor and the lists that were fetched for it.
    ///
    /// # Errors
    /// `capability_loss` if the vendor has no such records.
    pub(super) fn new(
        vendor: &'a Vendor,
        aliases: &'a Aliases,
        facts: Facts,
        handling: Handling,
    ) -> Result<Self> {
        let adapter = vendor.adapter().descriptor().adapter;
        Ok(Self { vendor, resource: vendor.resource::<R>()?, adapter, facts, handling, aliases })
    }

    /// Gives the translator of the record kind, with the vendor's lists.
    pub fn translator(&self) -> Translator<'_, R> {
        Translator::new(self.resource, self.adapter).with(&self.facts)
    }

    /// Gives the parts that the vendor has of a record: those that are stored, and the one that the id is of.
    pub fn parts(&self, remote_id: Option<&str>, stored: &Parts) -> Parts {
        let mut parts = stored.clone();
        if let Some(id) = remote_id {
            parts.insert(self.main_part(), PartState::new(id));
        }
        parts
    }

    /// Gives the parts that the vendor has of a placed record.
    pub fn placed_parts(&self, placement: &Placement) -> Parts {
        self.parts(placement.remote_id.as_deref(), &placement.parts)
    }

    /// Gives the name of the part whose id is that of the record.
    pub fn main_part(&self) -> &'static str {
        Part::main(self.resource.parts()).name
    }

    /// Returns true if the vendor stores a record in several objects.
    pub fn has_several_parts(&self) -> bool {
        self.resource.parts().len() > 1
    }

    /// Gives the part of a stored record that the vendor returns.
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
        Placement { vendor, adapter, because, passed_over, remote_id, parts: Parts::NONE }
    }

    /// Replaces every alias by this vendor's own id.
    ///
    /// # Errors
    /// `capability_loss` for every alias that has no id here.
    pub fn resolve(&self, desired: &Desired<R>) -> Result<Desired<R>> {
        self.aliases.resolve(desired, self.vendor)
    }

    /// Lists a record's fields whose ids are also our aliases for other ids. If they were kept, they would be taken for these
    /// aliases.
    ///
    /// # Errors
    /// `capability_loss` if the vendor has no such records.
    pub fn mistaken_aliases(&self, record: &R) -> Result<Vec<Unread>> {
        self.aliases.mistaken(record, self.vendor)
    }

    /// Plans a creation, and also gives the record in the vendor's own ids.
    ///
    /// # Errors
    /// Every alias without an id here and everything else that the vendor cannot carry, together.
    pub fn plan_creation(&self, desired: &Desired<R>) -> Result<(Desired<R>, Plan)> {
        let mut missing = match self.resolve(desired) {
            Ok(resolved) => return self.plan_resolved(&resolved, &Parts::NONE).map(|plan| (resolved, plan)),
            Err(missing) => missing,
        };
        if let Err(refused) = self.plan_resolved(desired, &Parts::NONE) {
            let reported: Vec<_> =
                missing.violations.iter().map(|violation| violation.location.clone()).collect();
            let more = refused.violations.into_iter();
            missing.violations.extend(more.filter(|violation| !reported.contains(&violation.location)));
        }
        Err(Error::invalid(missing.violations))
    }

    /// Plans the creation of a record in the vendor's own ids; `parts` are those that an earlier attempt made.
    ///
    /// # Errors
    /// Everything that the vendor cannot carry.
    pub fn plan_resolved(&self, desired: &Desired<R>, parts: &Parts) -> Result<Plan> {
        match self.translator().with_parts(parts).plan(&Transition::Create, desired, self.handling)? {
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
        match self.translator().plan(&transition, desired, self.handling)? {
            Planned::Ready(plan) => Ok(plan.report),
            Planned::NeedsObserved => {
                Err(Error::new(Kind::Internal, "What changes nothing has nothing to observe."))
            }
        }
    }

    /// Plans an update, and reads the vendor's record first if the plan needs it. `observed` is the state that the caller has
    /// read already; `unfinished` is true if an earlier write may have ended between two of its steps.
    ///
    /// # Errors
    /// Everything that the vendor cannot carry, and those of reading.
    pub async fn plan_update(
        &self,
        before: &Desired<R>,
        desired: &Desired<R>,
        parts: &Parts,
        previous: Option<&Report>,
        observed: Option<&Value>,
        unfinished: bool,
    ) -> Result<Plan> {
        let planned = |observed: Option<&Value>| {
            let transition = Transition::Update { before, observed, previous };
            let translator =
                self.translator().with_parts(parts).unfinished(unfinished && self.has_several_parts());
            translator.plan(&transition, desired, self.handling)
        };
        if let Planned::Ready(plan) = planned(observed)? {
            return Ok(plan);
        }
        let document = match self.fetch(parts).await? {
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

    /// Reads a record from a vendor's document.
    pub fn decode(&self, document: &Value) -> Observed<R> {
        self.translator().decode(document)
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
        Ok(Observation::Record(self.translator().compare(&desired, &item.report, &remote.document)))
    }

    /// Fetches the vendor's record of these parts; `None` if the vendor returns that it has none.
    ///
    /// # Errors
    /// Those of the conversation.
    pub async fn fetch(&self, parts: &Parts) -> Result<Option<Remote>> {
        let Some(exchange) = self.resource.fetch(parts) else {
            return Err(Error::new(Kind::Internal, "This vendor's records cannot be read one by one."));
        };
        match self.vendor.run::<R, _>(exchange).await {
            Err(error) if error.means_gone() => Ok(None),
            result => result.map(Fetched::found),
        }
    }

    /// Finds the vendor's record of these parts, in the vendor's list if it has no request for one record.
    ///
    /// # Errors
    /// Those of the conversation.
    pub async fn find(&self, parts: &Parts) -> Result<Option<Remote>> {
        match self.read_back() {
            ReadBack::One => self.fetch(parts).await,
            ReadBack::Listing | ReadBack::NameOnly => {
                Ok(self.vendor.records(self.resource).await?.get(parts.id(self.main_part())?).cloned())
            }
        }
    }

    /// Finds the vendor's whole document of these parts; `None` if the vendor has no such record or does not return whole
    /// documents.
    ///
    /// # Errors
    /// Those of the conversation.
    pub async fn document_if_readable(&self, parts: &Parts) -> Result<Option<Value>> {
        match self.read_back() {
            ReadBack::One | ReadBack::Listing => Ok(self.find(parts).await?.map(|remote| remote.document)),
            ReadBack::NameOnly => Ok(None),
        }
    }

    /// Finds the vendor's document of a record that must exist.
    ///
    /// # Errors
    /// Those of the conversation; `vendor_unavailable` if the vendor does not show it (yet).
    pub async fn document(&self, parts: &Parts) -> Result<Option<Value>> {
        let (there, document) = match self.read_back() {
            ReadBack::NameOnly => (self.fetch(parts).await?.is_some(), None),
            ReadBack::One | ReadBack::Listing => {
                let document = self.document_if_readable(parts).await?;
                (document.is_some(), document)
            }
        };
        let unseen = || {
            let detail = format!("{} does not show the {} that it made.", self.vendor.name(), R::NAME);
            Error::new(Kind::VendorUnavailable, detail)
        };
        if there { Ok(document) } else { Err(unseen()) }
    }

    /// Performs one step of a write. A deletion succeeds if the vendor's record is gone already.
    ///
    /// # Errors
    /// Those of the conversation; `state_conflict` if the vendor no longer has the record that a step changes.
    pub async fn perform(&self, step: VendorStep, parts: &Parts, context: StepContext) -> Result<Performed> {
        let (part, changes) = (step.part, matches!(step.action, StepAction::Update(_) | StepAction::Publish));
        let deletes = matches!(step.action, StepAction::Delete);
        let exchange = self.resource.perform(step, parts, context)?;
        match self.vendor.run::<R, _>(exchange).await {
            Err(error) if error.means_gone() && deletes => {
                Ok(Performed::new(PartState::new(parts.id(part)?)))
            }
            Err(mut error) if error.means_gone() && changes => {
                error.kind = Kind::StateConflict;
                Err(error.with_detail(self.removed()))
            }
            result => result,
        }
    }

    fn removed(&self) -> String {
        format!("{} no longer has the {}; it was removed there.", self.vendor.name(), R::NAME)
    }

    /// Lists the fields with a value that the vendor holds and cannot return.
    ///
    /// # Errors
    /// `internal` if the record cannot be serialised.
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
