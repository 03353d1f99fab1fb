//! The test bench for one kind of record at one vendor, with sample records.

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
    alternatives::drop_alternatives,
    sample::{self, Samples},
};

/// A function that returns the resource for one kind of record, or `None` if the adapter has no such
/// resource.
pub type SelectResource<R> = for<'a> fn(&'a dyn Adapter) -> Option<&'a dyn Resource<R>>;

/// The name of a member that no rule covers.
pub const UNMODELLED: &str = "switchboard_unmodelled";

/// A test bench for one kind of record at one vendor. Records are JSON with an additional member
/// `extensions`, so that a JSON pointer identifies each field.
pub struct Bench<R: Root> {
    pub vendor: Arc<Vendor>,
    of: SelectResource<R>,
    others: Vec<Value>,
    /// The capabilities of the vendor, field by field.
    pub rows: Vec<Capability>,
    /// The full sample, and values for the fields that exclude one of its fields. No case plans it whole.
    pub given: Value,
    /// The full sample without the fields that the vendor refuses.
    pub full: Value,
    /// The refused fields of the full sample, each with the reason.
    pub refused: BTreeMap<String, String>,
    /// The full sample reduced to the fields that every record needs.
    pub least: Value,
}

impl<R: Root> Bench<R> {
    /// Prepares the samples. Returns `None` if the adapter does not have this kind of record.
    pub fn new(
        vendor: &Arc<Vendor>,
        of: SelectResource<R>,
        samples: Samples,
    ) -> Result<Option<Self>, String> {
        let Some(resource) = of(&*vendor.adapter) else { return Ok(None) };
        let mut given = samples.full.clone();
        if samples.alternatives.is_object() {
            sample::merge(&mut given, &samples.alternatives);
        }
        let mut bench = Self {
            vendor: vendor.clone(),
            of,
            others: samples.others,
            rows: Translator::new(resource, vendor.name).capabilities(),
            given,
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

    /// Plans an update from `before` to `after`. Also returns the vendor's document before the update. In each part
    /// except lists, that document has an additional member that no rule covers.
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

    /// Returns the record in normal form, with all defaults of the model.
    pub fn normal(&self, document: &Value) -> Result<Value> {
        let desired = self.desired(document)?;
        let mut record = json!(desired.record);
        schema::put(&mut record, "/extensions", Value::Object(desired.extensions));
        Ok(record)
    }

    /// Checks the first request of each step of a creation against the contract.
    pub fn check_creation(&self, plan: &Plan) -> Result<(), String> {
        self.check_steps(plan, Parts::NONE)
    }

    /// Checks the first request of each step of an update against the contract; `stored` is the vendor's document
    /// before the update.
    pub fn check_update(&self, plan: &Plan, stored: &Value) -> Result<(), String> {
        self.check_steps(plan, self.parts_of(stored).map_err(|error| error.detail)?)
    }

    /// Returns sample values for a field that pass the gateway's own validation: values within the vendor's limits,
    /// then the second values of the samples. The value of the full sample comes first, unless the limits exclude it.
    pub fn samples(&self, row: &Capability) -> Vec<Value> {
        let given = self.given.pointer(&row.field).cloned().unwrap_or_default();
        let others = self.others.iter().filter_map(|other| other.pointer(&row.field).cloned());
        let within = sample::within(row, &given, &self.vendor.facts).into_iter();
        self.readable(row, within.chain(others).collect())
    }

    /// Returns values for a field that pass the gateway's own validation but that the vendor may alter or drop.
    pub fn extremes(&self, row: &Capability) -> Vec<Value> {
        let given = self.given.pointer(&row.field).cloned().unwrap_or_default();
        self.readable(row, sample::beyond(row, &given))
    }

    fn readable(&self, row: &Capability, values: Vec<Value>) -> Vec<Value> {
        let fits = |value: &Value| self.desired(&changed::<R>(&self.full, &row.field, value)).is_ok();
        values.into_iter().filter(fits).collect()
    }

    /// Returns the full record with this value in a field. If the vendor accepts the value only together with a certain
    /// value of another field, the record has that other value as well. Returns `None` if no such record is found.
    pub fn with(&self, row: &Capability, value: &Value) -> Option<Value> {
        let documents = std::iter::once(self.full.clone()).chain(self.neighbours(row));
        let mut documents = documents.map(|document| changed::<R>(&document, &row.field, value));
        documents.find(|document| self.carries(document, row))
    }

    /// Returns variants of the full record. In each variant, one field other than the given one has one of its accepted
    /// values. Only fields with a closed set of accepted values are varied.
    pub fn neighbours(&self, row: &Capability) -> impl Iterator<Item = Value> {
        let closed = self.rows.iter().filter(|other| {
            let few =
                matches!(other.domain, Some(Domain::Choice { .. } | Domain::Flag | Domain::Listed { .. }));
            few && other.field != row.field
        });
        closed.flat_map(|other| {
            let values = self.samples(other).into_iter();
            values.map(|value| changed::<R>(&self.full, &other.field, &value)).collect::<Vec<_>>()
        })
    }

    /// Returns variants of the full record, one for each set of second values.
    pub fn others(&self) -> impl Iterator<Item = Value> {
        self.others.iter().map(|other| {
            let mut document = self.full.clone();
            R::ALTERNATIVES
                .iter()
                .flatten()
                .filter(|field| other.pointer(field).is_some())
                .for_each(|field| drop_alternatives::<R>(&mut document, field));
            sample::merge(&mut document, other);
            document
        })
    }

    /// Returns a record with this value in a field.
    pub fn changed(&self, document: &Value, row: &Capability, value: &Value) -> Value {
        changed::<R>(document, &row.field, value)
    }

    /// Returns the record without a field, or `None` if the record does not have the field or the vendor requires it.
    pub fn without(&self, document: &Value, field: &str) -> Option<Value> {
        let mut document = document.clone();
        schema::take(&mut document, field)?;
        self.create(&document, Handling::Lenient).is_ok().then_some(document)
    }

    /// Returns two records that differ only in one field, and both of which the vendor accepts. The first record may
    /// lack the field. Returns `None` if no such records are found.
    pub fn change(&self, row: &Capability) -> Option<(Value, Value)> {
        let samples = self.samples(row);
        let before = samples.first().and_then(|value| self.with(row, value))?;
        let others = samples.into_iter().skip(1).chain(self.extremes(row));
        let mut turned = others.map(|value| changed::<R>(&before, &row.field, &value));
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
        let lost = || Error::new(Kind::Internal, "The plan needs an observed state although it has one.");
        self.try_plan(transition, parts, document, handling)?.ok_or_else(lost)
    }

    /// Plans a write. Returns `None` if planning requires the vendor's current document.
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
        let (record, mut from) = (read::<R>(&record)?, FieldReader::default());
        from.note_conflict(&record);
        from.finish()?;
        Ok(Desired { record, extensions })
    }

    /// Removes refused fields from the full sample until the vendor accepts the rest. Fails if the vendor refuses the
    /// sample for another reason.
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

/// Returns the fields that an error concerns, each with the reason.
pub fn refusals(error: &Error) -> BTreeMap<String, String> {
    let places = error.violations.iter().filter_map(|violation| match &violation.location {
        InputLocation::Pointer(pointer) => Some((pointer.clone(), violation.detail.clone())),
        InputLocation::Parameter(_) | InputLocation::Header(_) => None,
    });
    places.collect()
}

/// Lists every vendor field that a write of this field changes.
pub fn touched(row: &Capability) -> impl Iterator<Item = &'static str> {
    row.vendor_fields.iter().chain(&row.footprint.flags).copied()
}

fn changed<R: Root>(document: &Value, field: &str, value: &Value) -> Value {
    let mut document = document.clone();
    drop_alternatives::<R>(&mut document, field);
    schema::put(&mut document, field, value.clone());
    document
}
