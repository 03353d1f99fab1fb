//! The bench: one kind of record at one vendor, with samples of it.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value, json};
use switchboard_core::{
    error::{Error, InputLocation, Kind, Result},
    model::{FieldReader, Root, read, schema},
    plan::{Desired, Handling, Parts, Plan, Planned, Transition, Translator},
    rule::{Capability, Domain, Verdict},
    vendor::{Adapter, Resource},
};

use crate::{
    Vendor,
    sample::{self, Samples},
};

/// A function that returns the resource of one kind of record, if the adapter has it.
pub type SelectResource<R> = for<'a> fn(&'a dyn Adapter) -> Option<&'a dyn Resource<R>>;

/// A member that no rule covers.
pub const UNMODELLED: &str = "switchboard_unmodelled";

/// One kind of record at one vendor. Records are JSON here, with `extensions` beside their own members, so that every
/// field is a pointer.
pub struct Bench<R: Root> {
    pub vendor: Arc<Vendor>,
    of: SelectResource<R>,
    others: Vec<Value>,
    /// The capabilities of the vendor, field by field.
    pub rows: Vec<Capability>,
    /// The full sample.
    pub given: Value,
    /// The full sample without the fields that the vendor refuses.
    pub full: Value,
    /// The refused fields of the full sample, each with the reason.
    pub refused: BTreeMap<String, String>,
    /// The least record that the vendor accepts.
    pub least: Value,
}

impl<R: Root> Bench<R> {
    /// Prepares the samples; `None` if the adapter has no such records.
    pub fn new(
        vendor: &Arc<Vendor>,
        of: SelectResource<R>,
        samples: Samples,
    ) -> Result<Option<Self>, String> {
        let Some(resource) = of(&*vendor.adapter) else { return Ok(None) };
        let mut bench = Self {
            vendor: vendor.clone(),
            of,
            others: samples.others,
            rows: Translator::new(resource, vendor.name).capabilities(),
            given: samples.full.clone(),
            full: samples.full,
            refused: BTreeMap::new(),
            least: Value::Null,
        };
        bench.settle()?;
        bench.least = bench.reduced();
        Ok(Some(bench))
    }

    pub fn resource(&self) -> Result<&dyn Resource<R>> {
        (self.of)(&*self.vendor.adapter)
            .ok_or_else(|| Error::new(Kind::Internal, "The adapter lost its records."))
    }

    /// Plans a creation.
    pub fn create(&self, document: &Value, handling: Handling) -> Result<Plan> {
        self.plan(&Transition::Create, &Parts::NONE, document, handling)
    }

    /// Plans an update of a record that was created as `before`; also returns the stored document, with one member
    /// that no rule covers.
    pub fn update(&self, before: &Value, after: &Value, handling: Handling) -> Result<(Plan, Value)> {
        let created = self.create(before, Handling::Lenient)?;
        let stored = self.with_unmodelled(self.linked(self.stored(created.document()))?)?;
        let parts = self.parts_of(&stored)?;
        let desired = self.desired(before)?;
        let transition =
            |observed| Transition::Update { before: &desired, observed, previous: Some(&created.report) };
        let plan = match self.try_plan(&transition(None), &parts, after, handling)? {
            Some(plan) => plan,
            None => self.plan(&transition(Some(&stored)), &parts, after, handling)?,
        };
        Ok((plan, stored))
    }

    /// Returns the record in normal form: with every default of the model.
    pub fn normal(&self, document: &Value) -> Result<Value> {
        let desired = self.desired(document)?;
        let mut record = json!(desired.record);
        schema::put(&mut record, "/extensions", Value::Object(desired.extensions));
        Ok(record)
    }

    /// Checks the requests that create against the contract.
    pub fn check_creation(&self, plan: &Plan) -> Result<(), String> {
        self.check_steps(plan, Parts::NONE)
    }

    /// Checks the requests that update what was `stored` against the contract.
    pub fn check_update(&self, plan: &Plan, stored: &Value) -> Result<(), String> {
        self.check_steps(plan, self.parts_of(stored).map_err(|error| error.detail)?)
    }

    /// Returns values of a field that the vendor accepts unchanged, the full sample's first.
    pub fn samples(&self, row: &Capability) -> Vec<Value> {
        let given = self.given.pointer(&row.field).cloned().unwrap_or_default();
        let others = self.others.iter().filter_map(|other| other.pointer(&row.field).cloned());
        let within = sample::within(row, &given, &self.vendor.facts).into_iter();
        self.readable(row, within.chain(others).collect())
    }

    /// Returns values of a field that the model accepts, whatever the vendor does with them.
    pub fn extremes(&self, row: &Capability) -> Vec<Value> {
        let given = self.given.pointer(&row.field).cloned().unwrap_or_default();
        self.readable(row, sample::beyond(row, &given))
    }

    fn readable(&self, row: &Capability, values: Vec<Value>) -> Vec<Value> {
        let fits = |value: &Value| self.desired(&changed(&self.full, &row.field, value)).is_ok();
        values.into_iter().filter(fits).collect()
    }

    /// Returns the full record with this value in a field. If the vendor accepts the value only beside a certain
    /// value of another field, the record has that one too. `None` if the vendor does not accept it at all.
    pub fn with(&self, row: &Capability, value: &Value) -> Option<Value> {
        let document = changed(&self.full, &row.field, value);
        let closed = self.rows.iter().filter(|other| {
            let few =
                matches!(other.domain, Some(Domain::Choice { .. } | Domain::Flag | Domain::Listed { .. }));
            few && other.field != row.field
        });
        let turned = closed.flat_map(|other| {
            let values = self.samples(other).into_iter();
            values.map(|value| changed(&document, &other.field, &value)).collect::<Vec<_>>()
        });
        std::iter::once(document.clone()).chain(turned).find(|document| self.carries(document, row))
    }

    /// Returns the record without a field; `None` if the record cannot lack it.
    pub fn without(&self, document: &Value, field: &str) -> Option<Value> {
        let mut document = document.clone();
        schema::take(&mut document, field)?;
        self.create(&document, Handling::Lenient).is_ok().then_some(document)
    }

    /// Returns two records that differ in one field only, both of which the vendor accepts.
    pub fn change(&self, row: &Capability) -> Option<(Value, Value)> {
        let samples = self.samples(row);
        let before = samples.first().and_then(|value| self.with(row, value))?;
        let others = samples.into_iter().skip(1).chain(self.extremes(row));
        let mut turned = others.map(|value| changed(&before, &row.field, &value));
        match turned.find(|document| self.carries(document, row)) {
            Some(after) => Some((before, after)),
            None => Some((self.without(&before, &row.field)?, before)),
        }
    }

    fn carries(&self, document: &Value, row: &Capability) -> bool {
        let unsupported = |plan: &Plan| {
            plan.report.row(&row.field).is_some_and(|entry| entry.verdict == Verdict::Unsupported)
        };
        self.create(document, Handling::Lenient).is_ok_and(|plan| !unsupported(&plan))
    }

    fn plan(
        &self,
        transition: &Transition<'_, R>,
        parts: &Parts,
        document: &Value,
        handling: Handling,
    ) -> Result<Plan> {
        let lost = || Error::new(Kind::Internal, "The plan wants what it was given.");
        self.try_plan(transition, parts, document, handling)?.ok_or_else(lost)
    }

    /// Plans a write; `None` if the plan needs the vendor's present document.
    fn try_plan(
        &self,
        transition: &Transition<'_, R>,
        parts: &Parts,
        document: &Value,
        handling: Handling,
    ) -> Result<Option<Plan>> {
        let desired = self.desired(document)?;
        match self.translator(parts)?.plan(transition, &desired, handling)? {
            Planned::Ready(plan) => Ok(Some(plan)),
            Planned::NeedsObserved => Ok(None),
        }
    }

    pub(crate) fn desired(&self, document: &Value) -> Result<Desired<R>> {
        let mut record = document.clone();
        let extensions = schema::take(&mut record, "/extensions").unwrap_or(Value::Object(Map::new()));
        if let (Some(rules), Some(value)) = (self.resource()?.extension(), extensions.get(self.vendor.name)) {
            let mut from = FieldReader::default();
            rules.check(&format!("/extensions/{}", self.vendor.name), value, &mut from);
            from.finish()?;
        }
        let extensions = extensions.as_object().cloned().unwrap_or_default();
        Ok(Desired { record: read(&record)?, extensions })
    }

    /// Drops refused fields until the vendor accepts the rest.
    fn settle(&mut self) -> Result<(), String> {
        while let Err(error) = self.create(&self.full, Handling::Lenient) {
            let before = self.refused.len();
            for (field, why) in refusals(&error) {
                if schema::take(&mut self.full, &field).is_some() {
                    self.refused.insert(field, why);
                }
            }
            if self.refused.len() == before {
                return Err(format!("the full sample cannot be planned: {error} {:?}", error.violations));
            }
        }
        Ok(())
    }

    fn reduced(&self) -> Value {
        let fields = self.rows.iter().map(|row| &row.field);
        fields.fold(self.full.clone(), |document, field| self.without(&document, field).unwrap_or(document))
    }
}

/// Returns the fields that an error is about, each with the reason.
pub fn refusals(error: &Error) -> BTreeMap<String, String> {
    let places = error.violations.iter().filter_map(|violation| match &violation.location {
        InputLocation::Pointer(pointer) => Some((pointer.clone(), violation.detail.clone())),
        InputLocation::Parameter(_) | InputLocation::Header(_) => None,
    });
    places.collect()
}

/// Lists every vendor field that writing a field touches.
pub fn touched(row: &Capability) -> impl Iterator<Item = &'static str> {
    row.vendor_fields.iter().chain(&row.footprint.flags).copied()
}

fn changed(document: &Value, field: &str, value: &Value) -> Value {
    let mut document = document.clone();
    schema::put(&mut document, field, value.clone());
    document
}
