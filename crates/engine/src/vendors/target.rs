//! One kind of record at one vendor, and the planning of writes of such records.

use std::sync::Arc;

use serde_json::{Map, Value};
use switchboard_core::{
    error::{Error, Kind, Result},
    facts::Facts,
    model::schema,
    plan::{Desired, Handling, PartState, Parts, Plan, Planned, Transition, Translator},
    rule::{Part, Report, Unread},
    vendor::{Exchange, ReadBack, Remote, Resource, is_private},
};
use switchboard_transport::Reads;

use super::{Refusals, Vendor, alias::Aliases};
use crate::records::{Managed, PassedOver, Placement, Repository};

/// One kind of record at one vendor, with the catalogues that plans use.
#[derive(Clone)]
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
    /// The vendor's name for messages, with the reason for the placement if known.
    label: String,
    pub(super) aliases: &'a Aliases,
    pub(super) repository: &'a Repository,
    /// The recent answers to reads. `None` if exchanges do not reuse answers.
    reads: Option<Arc<Reads>>,
}

impl<'a, R: Managed> Target<'a, R> {
    /// Creates a target from a vendor and its fetched catalogues.
    ///
    /// # Errors
    /// `capability_loss` if the vendor does not have this kind of record.
    pub(super) fn new(
        vendor: &'a Vendor,
        aliases: &'a Aliases,
        repository: &'a Repository,
        facts: Facts,
        handling: Handling,
    ) -> Result<Self> {
        let adapter = vendor.adapter().descriptor().adapter;
        let label = vendor.name().to_owned();
        let facts = facts.with_remote_vendor(!is_private(vendor.adapter().base_url()));
        Ok(Self {
            vendor,
            resource: vendor.resource::<R>()?,
            adapter,
            facts,
            handling,
            label,
            aliases,
            repository,
            reads: None,
        })
    }

    /// Adds the reason for the placement of the record to the vendor's name in messages.
    pub fn because(self, because: &str) -> Self {
        let label = format!("{} (because of {because})", self.vendor.name());
        Self { label, ..self }
    }

    /// Lets exchanges use the recent answers to the reads of earlier exchanges, if the vendor stores a record in several
    /// objects. The plan and each step of a write read such a record. Only a single attempt may use the answers.
    pub fn reusing_reads(self) -> Self {
        let reads = self.has_several_parts().then(Arc::default);
        Self { reads, ..self }
    }

    /// Runs an exchange.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub(super) async fn run<T: Send + 'static>(&self, exchange: Exchange<T>) -> Result<T> {
        match &self.reads {
            Some(reads) => self.vendor.run_after::<R, T>(reads, exchange).await,
            None => self.vendor.run::<R, T>(exchange).await,
        }
    }

    /// Returns the translator for the kind of record, with the vendor's catalogues.
    pub fn translator(&self) -> Translator<'_, R> {
        Translator::new(self.resource, self.adapter).at(&self.label).with(&self.facts)
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

    /// Returns true if the vendor stores a record in several objects that the record owns.
    pub fn has_several_parts(&self) -> bool {
        self.resource.parts().iter().filter(|part| !part.is_bound).count() > 1
    }

    /// Returns true if records at the vendor have parts besides the main part: further objects that they own, or bound
    /// objects.
    pub fn has_named_parts(&self) -> bool {
        self.resource.parts().len() > 1
    }

    /// Returns true if the part consists of bound objects.
    pub fn is_bound(&self, part: &str) -> bool {
        self.resource.parts().iter().any(|known| known.is_bound && known.name == part)
    }

    /// Returns true if the main part is the whole record: the vendor stores the record in one object, and no object is
    /// bound to it.
    pub fn is_one_object(&self, parts: &Parts) -> bool {
        !self.has_several_parts() && !self.has_bound(parts)
    }

    /// Returns true if a record with these parts has bound objects.
    pub fn has_bound(&self, parts: &Parts) -> bool {
        let mut bound = self.resource.parts().iter().filter(|part| part.is_bound);
        bound.any(|part| parts.items(part.name).next().is_some())
    }

    /// Returns the stored parts of a record, with the bound objects replaced by those that the vendor's record lists.
    pub fn with_bound_of(&self, stored: &Parts, remote: &Remote) -> Parts {
        let mut parts = stored.clone();
        for part in self.resource.parts().iter().filter(|part| part.is_bound) {
            stored.items(part.name).for_each(|(id, _)| parts.remove(&format!("{}/{id}", part.name)));
            let shown = remote.parts.items(part.name);
            shown.for_each(|(id, state)| parts.insert(&format!("{}/{id}", part.name), state.clone()));
        }
        parts
    }

    /// Returns the extent to which the vendor returns stored records.
    pub fn read_back(&self) -> ReadBack {
        self.vendor.adapter().descriptor().read_back
    }

    /// Creates the placement of a record at this vendor, without parts. `because` is the entry that decided the choice
    /// of the vendor.
    pub fn placement(
        &self,
        because: String,
        passed_over: Vec<PassedOver>,
        remote_id: Option<String>,
    ) -> Placement {
        let (vendor, adapter) = (self.vendor.name().to_owned(), self.adapter.to_owned());
        Placement { vendor, adapter, because, passed_over, remote_id, parts: Parts::NONE }
    }

    /// Replaces every alias in a record with the vendor's id.
    ///
    /// # Errors
    /// `capability_loss` for every alias without an id at this vendor, if the vendor supports the field.
    pub(super) fn resolve_aliases(&self, desired: &Desired<R>) -> Result<Desired<R>> {
        self.aliases.resolve(desired, self.vendor, &self.label)
    }

    /// Lists the fields of a vendor's record that clash with an alias. The value of such a field equals the name of an
    /// alias, but the alias stands for another id at this vendor, or for none. The gateway must not store the value,
    /// because it would later resolve the value as the alias.
    ///
    /// # Errors
    /// `capability_loss` if the vendor does not have this kind of record.
    pub fn mistaken_aliases(&self, record: &R) -> Result<Vec<Unread>> {
        self.aliases.mistaken(record, self.vendor)
    }

    /// Plans a creation. Also returns the desired state with aliases and agents replaced by the vendor's ids.
    ///
    /// # Errors
    /// The errors of [`Self::resolve`], and a violation for each loss that the handling does not allow.
    pub async fn plan_creation(&self, desired: &Desired<R>) -> Result<(Desired<R>, Plan)> {
        let mut refusals = Refusals::default();
        let resolved = refusals.collect(self.resolve(desired).await)?;
        let plan = self.plan_resolved(resolved.as_ref().unwrap_or(desired), &Parts::NONE);
        let plan = refusals.collect(plan)?;
        refusals.finish()?;
        let missing = || Error::new(Kind::Internal, "A plan without violations is missing.");
        resolved.zip(plan).ok_or_else(missing)
    }

    /// Plans the creation of a record whose aliases and agents are already replaced by the vendor's ids. `parts` are the parts
    /// that an earlier attempt created. The plan updates or removes them instead of creating them again.
    ///
    /// # Errors
    /// A violation for each loss that the handling does not allow.
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
    /// A violation for each loss that the handling does not allow.
    pub fn current_report(&self, desired: &Desired<R>) -> Result<Report> {
        self.plan_blind(desired, desired, &Parts::NONE, None, false).map(|plan| plan.report)
    }

    /// Plans an update without reading the vendor's record. The plan has the translation report of the update, but may
    /// lack some of its requests. The parameters have the same meaning as those of [`Self::plan_update`].
    ///
    /// # Errors
    /// A violation for each loss that the handling does not allow.
    pub fn plan_blind(
        &self,
        before: &Desired<R>,
        desired: &Desired<R>,
        parts: &Parts,
        previous: Option<&Report>,
        unfinished: bool,
    ) -> Result<Plan> {
        let blank = Value::Object(Map::new());
        let transition = Transition::Update { before, observed: Some(&blank), previous };
        match self.translate_update(&transition, desired, parts, unfinished)? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => Err(needs_observed()),
        }
    }

    /// Plans an update from the assumed state `before` of the vendor's record. `previous` is the record's latest
    /// translation report. `observed` is the vendor's document, if the caller has already read it. If it is `None` and
    /// the plan needs the observed state, reads the vendor's record. `unfinished` is true if an earlier write may have
    /// ended between two of its steps.
    ///
    /// # Errors
    /// A violation for each loss that the handling does not allow; `state_conflict` if the vendor no longer has the
    /// record; the errors of reading the vendor's record.
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
            self.translate_update(&transition, desired, parts, unfinished)
        };
        if let Planned::Ready(plan) = planned(observed)? {
            return Ok(plan);
        }
        let remote = self.fetch(parts, self.scope(parts)).await?.ok_or_else(|| self.removed())?;
        match planned(Some(&remote.document))? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => Err(needs_observed()),
        }
    }

    fn translate_update(
        &self,
        transition: &Transition<'_, R>,
        desired: &Desired<R>,
        parts: &Parts,
        unfinished: bool,
    ) -> Result<Planned> {
        let translator = self.translator().with_parts(parts);
        translator.unfinished(unfinished && self.has_several_parts()).plan(transition, desired, self.handling)
    }

    /// Lists the fields that have a value in `desired` and that the vendor stores but cannot return.
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

fn needs_observed() -> Error {
    Error::new(Kind::Internal, "The plan of an update needs an observed state although it has one.")
}
