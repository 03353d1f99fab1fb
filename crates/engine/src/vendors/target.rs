//! One kind of record at one vendor: planning, sending, reading and comparing.

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

/// One kind of record at one vendor, with the catalogues that plans use.
pub struct Target<'a, R: Managed> {
    /// The vendor.
    pub vendor: &'a Vendor,
    /// The adapter's rules and exchanges for the kind of record.
    pub resource: &'a dyn Resource<R>,
    /// The adapter's name.
    pub adapter: &'static str,
    /// The vendor's catalogues.
    pub facts: Facts,
    /// Strict or lenient handling of losses.
    pub handling: Handling,
    aliases: &'a Aliases,
}

impl<'a, R: Managed> Target<'a, R> {
    /// Creates a target from a vendor and its fetched catalogues.
    ///
    /// # Errors
    /// `capability_loss` if the vendor does not have this kind of record.
    pub(super) fn new(
        vendor: &'a Vendor,
        aliases: &'a Aliases,
        facts: Facts,
        handling: Handling,
    ) -> Result<Self> {
        let adapter = vendor.adapter().descriptor().adapter;
        Ok(Self { vendor, resource: vendor.resource::<R>()?, adapter, facts, handling, aliases })
    }

    /// Returns the translator for the kind of record, with the vendor's catalogues.
    pub fn translator(&self) -> Translator<'_, R> {
        Translator::new(self.resource, self.adapter).with(&self.facts)
    }

    /// Returns the parts of a record at the vendor: the stored parts and, if `remote_id` is given, the main part with this
    /// id.
    pub fn parts(&self, remote_id: Option<&str>, stored: &Parts) -> Parts {
        let mut parts = stored.clone();
        if let Some(id) = remote_id {
            parts.insert(self.main_part(), PartState::new(id));
        }
        parts
    }

    /// Returns the parts of a placed record at the vendor.
    pub fn placed_parts(&self, placement: &Placement) -> Parts {
        self.parts(placement.remote_id.as_deref(), &placement.parts)
    }

    /// Returns the name of the main part. Its id is the vendor's id of the record.
    pub fn main_part(&self) -> &'static str {
        Part::main(self.resource.parts()).name
    }

    /// Returns true if the vendor stores a record in several objects.
    pub fn has_several_parts(&self) -> bool {
        self.resource.parts().len() > 1
    }

    /// Returns the extent to which the vendor returns stored records.
    pub fn read_back(&self) -> ReadBack {
        self.vendor.adapter().descriptor().read_back
    }

    /// Creates the placement of a record at this vendor, without parts. `because` is the deciding entry.
    pub fn placement(
        &self,
        because: String,
        passed_over: Vec<PassedOver>,
        remote_id: Option<String>,
    ) -> Placement {
        let (vendor, adapter) = (self.vendor.name().to_owned(), self.adapter.to_owned());
        Placement { vendor, adapter, because, passed_over, remote_id, parts: Parts::NONE }
    }

    /// Replaces every alias in a record by the vendor's id.
    ///
    /// # Errors
    /// `capability_loss` for every alias without an id at this vendor, if the vendor supports the field.
    pub fn resolve(&self, desired: &Desired<R>) -> Result<Desired<R>> {
        self.aliases.resolve(desired, self.vendor)
    }

    /// Lists the fields of a vendor's record whose value is also the name of an alias that stands for another id, or for no
    /// id, at this vendor. The gateway must not store such a value, because it would later resolve the value as the alias.
    ///
    /// # Errors
    /// `capability_loss` if the vendor does not have this kind of record.
    pub fn mistaken_aliases(&self, record: &R) -> Result<Vec<Unread>> {
        self.aliases.mistaken(record, self.vendor)
    }

    /// Plans a creation. Also returns the desired state with aliases replaced by the vendor's ids.
    ///
    /// # Errors
    /// A violation for each alias without an id at this vendor, and for each field that the vendor cannot hold as the
    /// handling of losses requires.
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

    /// Plans the creation of a record whose aliases are already replaced by the vendor's ids. `parts` are the parts that an
    /// earlier attempt created.
    ///
    /// # Errors
    /// A violation for each field that the vendor cannot hold as the handling of losses requires.
    pub fn plan_resolved(&self, desired: &Desired<R>, parts: &Parts) -> Result<Plan> {
        match self.translator().with_parts(parts).plan(&Transition::Create, desired, self.handling)? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => {
                Err(Error::new(Kind::Internal, "The plan of a creation needs an observed state."))
            }
        }
    }

    /// Returns the translation report of an existing record, as an update without changes would produce it.
    ///
    /// # Errors
    /// A violation for each field that the vendor cannot hold as the handling of losses requires.
    pub fn current_report(&self, desired: &Desired<R>) -> Result<Report> {
        let blank = Value::Object(Map::new());
        let transition = Transition::Update { before: desired, observed: Some(&blank), previous: None };
        match self.translator().plan(&transition, desired, self.handling)? {
            Planned::Ready(plan) => Ok(plan.report),
            Planned::NeedsObserved => Err(Error::new(
                Kind::Internal,
                "The plan of an update without changes needs a further observed state.",
            )),
        }
    }

    /// Plans an update from the assumed state `before` of the vendor's record. `previous` is the record's latest translation
    /// report. `observed` is the vendor's document, if the caller has already read it. Otherwise, the vendor's record is read
    /// if the plan needs the observed state. `unfinished` is true if an earlier write may have ended between two of its
    /// steps.
    ///
    /// # Errors
    /// A violation for each field that the vendor cannot hold as the handling of losses requires; `state_conflict` if the
    /// vendor no longer has the record; the errors of reading the vendor's record.
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
            Planned::NeedsObserved => Err(Error::new(
                Kind::Internal,
                "The plan of an update needs an observed state although it has one.",
            )),
        }
    }

    /// Decodes a vendor's document into a record.
    pub fn decode(&self, document: &Value) -> Observed<R> {
        self.translator().decode(document)
    }

    /// Compares a record with the vendor's record. `remote` is `None` if the vendor does not have the record. If the vendor
    /// returns only names, the result has no differences.
    ///
    /// # Errors
    /// The errors of [`Self::resolve`].
    pub fn compare(&self, item: &Item<R>, remote: Option<&Remote>) -> Result<Observation> {
        let Some(remote) = remote else { return Ok(Observation::Missing) };
        if self.read_back() == ReadBack::NameOnly {
            return Ok(Observation::Record(Default::default()));
        }
        let desired = self.resolve(&item.body.desired)?;
        Ok(Observation::Record(self.translator().compare(&desired, &item.report, &remote.document)))
    }

    /// Fetches the vendor's record with these parts. Returns `None` if the vendor does not have the record.
    ///
    /// # Errors
    /// The errors of the exchange; `internal` if the vendor has no request for a single record.
    pub async fn fetch(&self, parts: &Parts) -> Result<Option<Remote>> {
        let Some(exchange) = self.resource.fetch(parts) else {
            return Err(Error::new(Kind::Internal, "This vendor's records cannot be read one by one."));
        };
        match self.vendor.run::<R, _>(exchange).await {
            Err(error) if error.means_gone() => Ok(None),
            result => result.map(Fetched::found),
        }
    }

    /// Finds the vendor's record with these parts. Searches the vendor's list if the vendor has no request for a complete
    /// single record. Returns `None` if the vendor does not have the record.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub async fn find(&self, parts: &Parts) -> Result<Option<Remote>> {
        match self.read_back() {
            ReadBack::One => self.fetch(parts).await,
            ReadBack::Listing | ReadBack::NameOnly => {
                Ok(self.vendor.records(self.resource).await?.get(parts.id(self.main_part())?).cloned())
            }
        }
    }

    /// Reads the vendor's complete document for the record with these parts. Returns `None` if the vendor does not have the
    /// record or returns only names.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub async fn document_if_readable(&self, parts: &Parts) -> Result<Option<Value>> {
        match self.read_back() {
            ReadBack::One | ReadBack::Listing => Ok(self.find(parts).await?.map(|remote| remote.document)),
            ReadBack::NameOnly => Ok(None),
        }
    }

    /// Reads the vendor's complete document for a record that must exist. Returns `None` if the record exists and the vendor
    /// returns only names.
    ///
    /// # Errors
    /// The errors of the exchange; `vendor_unavailable` if the vendor does not return the record, or does not return it yet.
    pub async fn document(&self, parts: &Parts) -> Result<Option<Value>> {
        let (there, document) = match self.read_back() {
            ReadBack::NameOnly => (self.fetch(parts).await?.is_some(), None),
            ReadBack::One | ReadBack::Listing => {
                let document = self.document_if_readable(parts).await?;
                (document.is_some(), document)
            }
        };
        let unseen = || {
            let detail = format!("{} does not return the {} that it created.", self.vendor.name(), R::NAME);
            Error::new(Kind::VendorUnavailable, detail)
        };
        if there { Ok(document) } else { Err(unseen()) }
    }

    /// Performs one step of a write. A deletion also succeeds if the vendor no longer has the record.
    ///
    /// # Errors
    /// The errors of the exchange; `state_conflict` if the vendor no longer has the record that a step changes.
    pub async fn perform(&self, step: VendorStep, parts: &Parts, context: StepContext) -> Result<Performed> {
        let (key, changes) = (step.key(), matches!(step.action, StepAction::Update(_) | StepAction::Publish));
        let deletes = matches!(step.action, StepAction::Delete);
        let exchange = self.resource.perform(step, parts, context)?;
        match self.vendor.run::<R, _>(exchange).await {
            Err(error) if error.means_gone() && deletes => {
                Ok(Performed::new(PartState::new(parts.id(&key)?)))
            }
            Err(mut error) if error.means_gone() && changes => {
                error.kind = Kind::StateConflict;
                Err(error.with_detail(self.removed()))
            }
            result => result,
        }
    }

    fn removed(&self) -> String {
        format!("{} no longer has the {}, because it was removed at the vendor.", self.vendor.name(), R::NAME)
    }

    /// Lists the fields that have a value in `desired` and that the vendor stores and cannot return.
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
