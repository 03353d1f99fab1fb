//! The objects that a vendor keeps of a record: their ids, their members, and the documents that it holds after the
//! steps of a plan.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use switchboard_core::{
    error::Result,
    model::{Root, schema},
    plan::{PartState, Parts, Plan, StepAction, Steps, Translator, VendorStep},
    rule::{Cardinality, Part, Unit, document_path},
    vendor::{Exchange, Performed, Request, StepContext},
};

use crate::{
    bench::{Bench, UNMODELLED},
    conversation::ID,
};

impl<R: Root> Bench<R> {
    /// Returns the parts of the record kind.
    pub fn layout(&self) -> Result<&'static [Part]> {
        Ok(self.resource()?.parts())
    }

    /// Returns the translator of the record kind, at a vendor that has these parts.
    pub fn translator<'a>(&'a self, parts: &'a Parts) -> Result<Translator<'a, R>> {
        Ok(Translator::new(self.resource()?, self.vendor.name).with(&self.vendor.facts).with_parts(parts))
    }

    /// Returns whether the vendor keeps what an update leaves out.
    pub fn merges(&self) -> Result<bool> {
        Ok(self.layout()?.iter().all(|part| part.replaces != Unit::Document))
    }

    /// Returns the parts that a document shows, each with an id.
    pub fn parts_of(&self, document: &Value) -> Result<Parts> {
        let there = self.layout()?.iter().filter(|part| {
            let shown = document.pointer(&part.pointer()).is_some_and(Value::is_object);
            part.cardinality == Cardinality::One || shown
        });
        Ok(there.fold(Parts::NONE, |parts, part| parts.with(part.name, PartState::new(id_of(part)))))
    }

    /// Returns the parts of which a document has an object, each with an id.
    pub fn stored_parts(&self, document: &Value) -> Result<Parts> {
        let stored =
            self.layout()?.iter().filter(|part| document.get(part.name).is_some_and(Value::is_object));
        Ok(stored.fold(Parts::NONE, |parts, part| parts.with(part.name, PartState::new(id_of(part)))))
    }

    /// Returns a document with the ids that its parts store of each other.
    pub fn linked(&self, mut document: Value) -> Result<Value> {
        let parts = self.stored_parts(&document)?;
        for part in self.layout()? {
            let Some(path) = part.linked_at else { continue };
            let owner = path.split('/').nth(1).unwrap_or_default();
            if let (Some(state), Some(_)) = (parts.get(part.name), parts.get(owner)) {
                document_path::put(&mut document, path, json!(state.id));
            }
        }
        Ok(document)
    }

    /// Returns a document with a member that no rule covers in each part.
    pub fn with_unmodelled(&self, mut document: Value) -> Result<Value> {
        let parts = self.parts_of(&document)?;
        for part in self.layout()?.iter().filter(|part| parts.get(part.name).is_some()) {
            let pointer = format!("{}/{UNMODELLED}", part.pointer());
            schema::put(&mut document, &pointer, json!({ "kept": true }));
        }
        Ok(document)
    }

    /// Returns whether a sent document has the member that no rule covers in each part that is replaced whole.
    pub fn keeps_unmodelled(&self, document: &Value) -> Result<bool> {
        let mut replaced = self.layout()?.iter().filter(|part| part.replaces == Unit::Document);
        Ok(replaced.all(|part| match document.pointer(&part.pointer()) {
            Some(sent) => sent.get(UNMODELLED).is_some(),
            None => true,
        }))
    }

    /// Returns whether the vendor keeps a member that an update leaves out.
    pub fn may_be_left_out(&self, member: &str) -> Result<bool> {
        let name = member.split('/').nth(1).unwrap_or_default();
        let mut parts = self.layout()?.iter().filter(|part| part.name.is_empty() || part.name == name);
        Ok(parts.all(|part| part.replaces != Unit::Document))
    }

    /// Returns the document that the vendor holds after the steps of a plan.
    pub fn held(&self, mut stored: Value, plan: &Plan) -> Result<Value> {
        for step in &plan.steps {
            let part = self.layout()?.iter().find(|part| part.name == step.part);
            let Some(part) = part else { continue };
            match &step.action {
                StepAction::Create(body) => set(&mut stored, part, body.clone()),
                StepAction::Update(body) if part.replaces == Unit::Document => {
                    set(&mut stored, part, body.clone());
                }
                StepAction::Update(body) => {
                    let mut merged = stored.pointer(&part.pointer()).cloned().unwrap_or_default();
                    if let (Some(all), Value::Object(sent)) = (merged.as_object_mut(), body.clone()) {
                        all.extend(sent);
                    }
                    set(&mut stored, part, merged);
                }
                StepAction::Delete => document_path::remove(&mut stored, &part.pointer()),
                StepAction::Publish => {}
            }
        }
        if plan.steps.iter().any(|step| matches!(step.action, StepAction::Delete)) {
            return Ok(stored);
        }
        match self.layout()? {
            [_] => Ok(stored),
            _ => self.linked(stored),
        }
    }

    /// Checks the first request of each step against the contract.
    pub fn check_steps(&self, plan: &Plan, parts: Parts) -> Result<(), String> {
        for exchange in self.exchanges(plan.steps.clone(), parts).map_err(|error| error.detail)? {
            let request = exchange.first().ok_or("no request is made")?;
            self.vendor.contract.check(request)?;
        }
        Ok(())
    }

    /// Returns the exchange of each step, in order, as if every step before it had succeeded.
    pub fn exchanges(&self, steps: Vec<VendorStep>, parts: Parts) -> Result<Vec<Exchange<Performed>>> {
        let (resource, layout) = (self.resource()?, self.layout()?);
        let mut steps = Steps::new(steps.into_iter().map(modelled).collect(), parts);
        let mut exchanges = Vec::new();
        while let Some(step) = steps.next_step() {
            let part = layout.iter().find(|part| part.name == step.part);
            exchanges.push(resource.perform(step, steps.parts(), StepContext::default())?);
            steps.advance(PartState::new(part.map_or_else(|| ID.to_owned(), id_of)));
        }
        Ok(exchanges)
    }

    /// Returns a request's member of a path: the first segment, below the part if there are several.
    pub fn member<'p>(&self, path: &'p str) -> &'p str {
        let depth = if self.layout().is_ok_and(|parts| parts.len() > 1) { 2 } else { 1 };
        path.match_indices('/').nth(depth).map_or(path, |(end, _)| &path[..end])
    }

    /// Returns the members of a request that contain these vendor fields.
    pub fn members<'a>(&self, fields: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        fields.into_iter().map(|field| self.member(field)).collect()
    }

    /// Lists every member of a document, with its value. The ids that parts store of each other are left out.
    pub fn every_member<'a>(&self, document: &'a Value) -> Result<Vec<(String, &'a Value)>> {
        let layout = self.layout()?;
        let mut all = Vec::new();
        for part in layout {
            let pointer = part.pointer();
            let members = document.pointer(&pointer).and_then(Value::as_object);
            let members = members.into_iter().flat_map(Map::iter);
            all.extend(members.map(|(name, value)| (format!("{pointer}/{name}"), value)));
        }
        let linked =
            |at: &str| layout.iter().filter_map(|part| part.linked_at).any(|path| self.member(path) == at);
        all.retain(|(at, _)| !linked(at));
        Ok(all)
    }
}

/// Returns the id that a part has in every case.
fn id_of(part: &Part) -> String {
    if part.name.is_empty() { ID.to_owned() } else { format!("{ID}-{}", part.name) }
}

fn set(document: &mut Value, part: &Part, body: Value) {
    if part.name.is_empty() {
        *document = body;
    } else {
        document_path::put(document, &part.pointer(), body);
    }
}

/// Returns a step without the member that no rule covers, which is in no contract either.
fn modelled(mut step: VendorStep) -> VendorStep {
    if let StepAction::Create(body) | StepAction::Update(body) = &mut step.action {
        schema::take(body, &format!("/{UNMODELLED}"));
    }
    step
}

/// Renders a request as logs and dry runs may show it.
pub fn shown(request: &Request) -> String {
    format!("{request:?} {:?} {:?}", request.query, request.redacted_body())
}
