//! The test bench for the calls of one vendor, with a sample dial.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value, json};
use switchboard_core::{
    call::Dial,
    error::{Error, Kind, Result},
    model::{Agent, read, schema},
    plan::{Desired, Handling, PartState, Parts, Plan, Planned, Transition, Translator},
    rule::{Capability, Part, Verdict},
    vendor::{Calls, Exchange, OperationKey, PlaceCall, Placed},
};

use crate::{Vendor, bench::refusals, sample};

const DIAL: &str = include_str!("../full_dial.json");

/// The marker in the dials of the suite. A fixture of a call that the gateway dialled contains this marker.
pub const MARKER: &str = "call_01k00000000000000000000000";

/// A test bench for the calls of one vendor, with sample dials.
pub struct CallBench {
    pub vendor: Arc<Vendor>,
    /// The capabilities of the vendor, field by field.
    pub rows: Vec<Capability>,
    /// The full sample.
    pub given: Value,
    /// The full sample without the fields that the vendor refuses.
    pub full: Value,
    /// The refused fields of the full sample, each with the reason.
    pub refused: BTreeMap<String, String>,
    /// The full sample reduced to the fields that every dial needs.
    pub least: Value,
    agent_id: &'static str,
    /// The agent that dials: the full sample of an agent.
    caller: Value,
}

impl CallBench {
    /// Prepares the samples. `patch` turns the neutral dial into one that the vendor accepts. Returns `None` if the
    /// adapter does not support calls.
    ///
    /// # Errors
    /// A message if the vendor refuses the sample and removing the refused fields does not help.
    pub fn new(
        vendor: &Arc<Vendor>,
        patch: &Value,
        agent_id: &'static str,
        caller: Value,
    ) -> Result<Option<Self>, String> {
        let Some(calls) = vendor.adapter.calls() else { return Ok(None) };
        let mut given = serde_json::from_str(DIAL).map_err(|error| error.to_string())?;
        sample::merge(&mut given, patch);
        let mut bench = Self {
            vendor: vendor.clone(),
            rows: Translator::new(calls.rules(), vendor.name).capabilities(),
            full: given.clone(),
            given,
            refused: BTreeMap::new(),
            least: Value::Null,
            agent_id,
            caller,
        };
        bench.settle()?;
        bench.least = bench.reduced();
        Ok(Some(bench))
    }

    pub fn calls(&self) -> Result<&dyn Calls> {
        self.vendor.adapter.calls().ok_or_else(|| Error::new(Kind::Internal, "The adapter lost its calls."))
    }

    /// Plans a dial.
    pub fn plan(&self, document: &Value, handling: Handling) -> Result<Plan> {
        let rules = self.calls()?.rules();
        let mut record = document.clone();
        let extensions = schema::take(&mut record, "/extensions").unwrap_or(Value::Object(Map::new()));
        let extensions = extensions.as_object().cloned().unwrap_or_default();
        let desired = Desired { record: read::<Dial>(&record)?, extensions };
        let translator = Translator::new(rules, self.vendor.name).with(&self.vendor.facts);
        match translator.plan(&Transition::Create, &desired, handling)? {
            Planned::Ready(plan) => Ok(plan),
            Planned::NeedsObserved => Err(Error::new(Kind::Internal, "A dial has no observed state.")),
        }
    }

    /// Builds the exchange that dials.
    pub fn place(&self, document: &Value) -> Result<Exchange<Placed>> {
        let body = self.plan(document, Handling::Lenient)?.document();
        let in_vendors_form = match self.calls()?.needs_agent(&body) {
            true => self.caller_for(document)?,
            false => Value::Null,
        };
        let (agent, key) = (self.agent(), OperationKey::new("op-1"));
        let dial = PlaceCall {
            agent: &agent,
            body,
            marker: MARKER,
            key: &key,
            facts: &self.vendor.facts,
            settings: &Value::Null,
            document: &in_vendors_form,
        };
        self.calls()?.place(dial)
    }

    /// Returns the agent that dials in the vendor's form, with the overrides of a dial.
    fn caller_for(&self, dial: &Value) -> Result<Value> {
        let (mut dial, mut agent) = (dial.clone(), self.caller.clone());
        let [_, extensions] = [&mut dial, &mut agent].map(|document| schema::take(document, "/extensions"));
        let mut record = read::<Agent>(&agent)?;
        read::<Dial>(&dial)?.overrides.apply_to(&mut record);
        let extensions =
            extensions.and_then(|extensions| extensions.as_object().cloned()).unwrap_or_default();
        let desired = Desired { record, extensions };
        let agents = self.vendor.adapter.agents();
        let translator = Translator::new(agents, self.vendor.name).with(&self.vendor.facts);
        match translator.plan(&Transition::Create, &desired, Handling::Lenient)? {
            Planned::Ready(plan) => Ok(plan.document()),
            Planned::NeedsObserved => Err(Error::new(Kind::Internal, "A creation has no observed state.")),
        }
    }

    /// Returns the smallest dial with this field added. The field has its value in the full sample. Returns `None` if
    /// the full sample lacks the field.
    pub fn with(&self, row: &Capability) -> Option<Value> {
        let mut document = self.least.clone();
        schema::put(&mut document, &row.field, self.given.pointer(&row.field)?.clone());
        Some(document)
    }

    /// Lists copies of the smallest dial with other values of this field, all of which the vendor accepts.
    pub fn others(&self, row: &Capability) -> Vec<Value> {
        let Some(given) = self.least.pointer(&row.field) else { return Vec::new() };
        let similar = given.as_str().and_then(|text| {
            let start = text.get(..text.len().checked_sub(1)?)?;
            Some(json!(format!("{start}{}", if text.ends_with('9') { 8 } else { 9 })))
        });
        let values = sample::within(row, given, &self.vendor.facts).into_iter().chain(similar);
        let documents = values.filter(|value| value != given).map(|value| {
            let mut document = self.least.clone();
            schema::put(&mut document, &row.field, value);
            document
        });
        let is_kept = |document: &Value| {
            let plan = self.plan(document, Handling::Lenient);
            let verdict = plan.map(|plan| plan.report.row(&row.field).map(|entry| entry.verdict));
            verdict.is_ok_and(|verdict| !verdict.is_some_and(Verdict::is_loss))
        };
        documents.filter(is_kept).collect()
    }

    /// Returns the parts of an agent that has every part except lists.
    fn agent(&self) -> Parts {
        let single = self.vendor.adapter.agents().parts().iter().filter(|part| !is_list(part));
        single.fold(Parts::NONE, |parts, part| {
            parts.with(part.name, PartState::new(self.agent_id).at_version("1"))
        })
    }

    fn settle(&mut self) -> Result<(), String> {
        // The sample has both `trunk_id` and `from.phone_number_id`, which exclude each other. A vendor supports at
        // most one.
        while let Err(error) = self.plan(&self.full, Handling::Lenient) {
            let before = self.refused.len();
            for (field, why) in refusals(&error) {
                if schema::take(&mut self.full, &field).is_some() {
                    self.refused.insert(field, why);
                }
            }
            if self.refused.len() == before {
                return Err(format!("the full dial cannot be planned: {error} {:?}", error.violations));
            }
        }
        Ok(())
    }

    /// Removes fields from the full sample until the vendor needs all that are left. A field that another one needs can
    /// be removed only after that one.
    fn reduced(&self) -> Value {
        let mut document = self.full.clone();
        loop {
            let reduced = self.rows.iter().fold(document.clone(), |document, row| {
                let mut without = document.clone();
                let taken = schema::take(&mut without, &row.field).is_some();
                if taken && self.plan(&without, Handling::Lenient).is_ok() { without } else { document }
            });
            if reduced == document {
                return reduced;
            }
            document = reduced;
        }
    }
}

fn is_list(part: &Part) -> bool {
    matches!(part.cardinality, switchboard_core::rule::Cardinality::Each(_))
}
