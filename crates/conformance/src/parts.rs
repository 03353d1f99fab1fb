//! The parts of a record at a vendor: their ids, their members, and the vendor's document after the steps of
//! a plan.

use serde_json::{Value, json};
use switchboard_core::{
    error::Result,
    model::{Root, schema},
    plan::{PartState, Parts, Plan, StepAction, Steps, Translator, VendorStep},
    rule::{Cardinality, Part, Unit, document_path},
    vendor::{Exchange, OperationKey, Performed, Request},
};

use crate::{
    bench::{Bench, UNMODELLED, touched},
    conversation::ID,
};

impl<R: Root> Bench<R> {
    /// Returns the parts of this kind of record at the vendor.
    pub fn layout(&self) -> Result<&'static [Part]> {
        Ok(self.resource()?.parts())
    }

    /// Returns the translator for a record with these parts.
    pub fn translator<'a>(&'a self, parts: &'a Parts) -> Result<Translator<'a, R>> {
        Ok(Translator::new(self.resource()?, self.vendor.name).with(&self.vendor.facts).with_parts(parts))
    }

    /// Returns true if the vendor merges updates: no part is replaced whole.
    pub fn merges(&self) -> Result<bool> {
        Ok(self.layout()?.iter().all(|part| part.replaces != Unit::Document))
    }

    /// Returns the parts of a record with this document: the parts that every record has, and the parts that
    /// the document contains. Each part gets an id.
    pub fn parts_of(&self, document: &Value) -> Result<Parts> {
        let always = self.layout()?.iter().filter(|part| part.cardinality == Cardinality::One);
        let parts = self.stored_parts(document)?;
        Ok(always.fold(parts, |parts, part| parts.with(part.name, PartState::new(id_of(part.name)))))
    }

    /// Returns the parts that the document contains, with one part for each list item. If the vendor keeps a record in
    /// one object, that part is omitted. Each part gets an id.
    pub fn stored_parts(&self, document: &Value) -> Result<Parts> {
        let layout = self.layout()?;
        let named: Vec<_> = layout.iter().map(|part| part.name).filter(|name| !name.is_empty()).collect();
        let is_shown = |part: &Part| match (part.name, document.as_object()) {
            ("", Some(members)) => {
                !named.is_empty() && members.keys().any(|name| !named.contains(&name.as_str()))
            }
            _ => document.pointer(&part.pointer()).is_some_and(Value::is_object),
        };
        let keys = layout.iter().flat_map(|part| match part.cardinality {
            Cardinality::Each(member) => {
                let items = document.get(part.name).and_then(Value::as_array).into_iter().flatten();
                let names = items.filter_map(|item| item.get(member)?.as_str());
                names.map(|name| format!("{}/{name}", part.name)).collect()
            }
            Cardinality::One | Cardinality::Optional => {
                is_shown(part).then(|| part.name.to_owned()).into_iter().collect::<Vec<_>>()
            }
        });
        Ok(keys.fold(Parts::NONE, |parts, key| parts.with(&key, PartState::new(id_of(&key)))))
    }

    /// Adds the links between parts to a document. A link is the id of one part, or a list of ids, stored in
    /// another part.
    pub fn linked(&self, mut document: Value) -> Result<Value> {
        let parts = self.stored_parts(&document)?;
        for part in self.layout()? {
            let Some(path) = part.linked_at else { continue };
            let owner = path.split('/').nth(1).unwrap_or_default();
            if parts.get(owner).is_none() {
                continue;
            }
            if let Some(state) = parts.get(part.name) {
                document_path::put(&mut document, path, json!(state.id));
            } else if let Some(items) = document.get(part.name).and_then(Value::as_array) {
                // The ids are in the order of the items.
                let ids = items.iter().filter_map(|item| parts.get(&key_of(part, item)?));
                let ids: Vec<_> = ids.map(|state| state.id.clone()).collect();
                document_path::put(&mut document, path, json!(ids));
            }
        }
        Ok(document)
    }

    /// Adds a member that no rule covers to each part of a document except lists.
    pub fn with_unmodelled(&self, mut document: Value) -> Result<Value> {
        let parts = self.parts_of(&document)?;
        for part in self.layout()?.iter().filter(|part| parts.get(part.name).is_some()) {
            let pointer = format!("{}/{UNMODELLED}", part.pointer());
            schema::put(&mut document, &pointer, json!({ "kept": true }));
        }
        Ok(document)
    }

    /// Returns true if a sent document still has the member that no rule covers, in each part that an update replaces
    /// whole.
    pub fn keeps_unmodelled(&self, document: &Value) -> Result<bool> {
        let mut replaced = self.layout()?.iter().filter(|part| part.replaces == Unit::Document);
        Ok(replaced.all(|part| match document.pointer(&part.pointer()) {
            Some(sent) => sent.get(UNMODELLED).is_some(),
            None => true,
        }))
    }

    /// Returns the vendor's document after the steps of a plan.
    pub fn held(&self, mut stored: Value, plan: &Plan) -> Result<Value> {
        let layout = self.layout()?;
        for step in &plan.steps {
            let part = self.layout()?.iter().find(|part| part.name == step.part);
            let Some(part) = part else { continue };
            if step.item.is_some() {
                hold_item(&mut stored, part, step);
                continue;
            }
            match &step.action {
                StepAction::Create(body) => set(&mut stored, part, body.clone(), layout),
                StepAction::Update(body) if part.replaces == Unit::Document => {
                    set(&mut stored, part, body.clone(), layout);
                }
                StepAction::Update(body) => {
                    let mut merged = stored.pointer(&part.pointer()).cloned().unwrap_or_default();
                    match (part.replaces, merged.as_object_mut(), body) {
                        (Unit::Member, Some(all), Value::Object(sent)) => all.extend(sent.clone()),
                        _ => self.merge_fields(&mut merged, body, &part.pointer()),
                    }
                    set(&mut stored, part, merged, layout);
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

    /// Merges an update into the vendor's document. Models a vendor that keeps all fields that the update omits. `at`
    /// is the path of the document. A value at the path of a rule is replaced whole.
    fn merge_fields(&self, into: &mut Value, sent: &Value, at: &str) {
        let is_field = || self.rows.iter().flat_map(touched).any(|path| path == at);
        match (into, sent) {
            (Value::Object(held), Value::Object(sent)) if !is_field() => {
                for (name, value) in sent {
                    let held = held.entry(name).or_insert(Value::Null);
                    self.merge_fields(held, value, &format!("{at}/{name}"));
                }
            }
            (into, sent) => *into = sent.clone(),
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

    /// Returns the exchange of each step, in order, as if all earlier steps had succeeded.
    pub fn exchanges(&self, steps: Vec<VendorStep>, parts: Parts) -> Result<Vec<Exchange<Performed>>> {
        let resource = self.resource()?;
        let mut steps = Steps::new(steps.into_iter().map(modelled).collect(), parts);
        let mut exchanges = Vec::new();
        while let Some(step) = steps.next_step() {
            let id = id_of(&step.key());
            let exchange = resource.perform(step, steps.parts(), OperationKey::default())?;
            exchanges.push(exchange.then(|answer| Ok(answer.identify(Vec::new())))?);
            steps.advance(PartState::new(id));
        }
        Ok(exchanges)
    }
}

/// Returns the id that the suite gives to a part, or to an item of a list of parts.
fn id_of(key: &str) -> String {
    if key.is_empty() { ID.to_owned() } else { format!("{ID}-{}", key.replace('/', "-")) }
}

/// Returns the key of an item of a list of parts. Returns `None` if the part is not a list, or if the item has no name.
fn key_of(part: &Part, item: &Value) -> Option<String> {
    let Cardinality::Each(member) = part.cardinality else { return None };
    Some(format!("{}/{}", part.name, item.get(member)?.as_str()?))
}

/// Applies a step for a list item to the vendor's document.
fn hold_item(stored: &mut Value, part: &Part, step: &VendorStep) {
    let key = Some(step.key());
    let mut items = stored.get(part.name).and_then(Value::as_array).cloned().unwrap_or_default();
    let place = items.iter().position(|item| key_of(part, item) == key);
    match (step.body(), place) {
        (Some(body), Some(place)) => items[place] = body.clone(),
        (Some(body), None) => items.push(body.clone()),
        (None, _) => items.retain(|item| key_of(part, item) != key),
    }
    match items.is_empty() {
        true => document_path::remove(stored, &part.pointer()),
        false => document_path::put(stored, &part.pointer(), Value::Array(items)),
    }
}

fn set(document: &mut Value, part: &Part, body: Value, layout: &[Part]) {
    if part.name.is_empty() {
        // The other parts remain unchanged.
        let others = layout.iter().filter_map(|part| Some((part.name, document.get(part.name)?.clone())));
        let others: Vec<_> = others.collect();
        *document = body;
        others.into_iter().for_each(|(name, part)| document[name] = part);
    } else {
        document_path::put(document, &part.pointer(), body);
    }
}

/// Returns a step without the additional member that no rule covers, because no contract allows that member.
fn modelled(mut step: VendorStep) -> VendorStep {
    if let StepAction::Create(body) | StepAction::Update(body) = &mut step.action {
        schema::take(body, &format!("/{UNMODELLED}"));
    }
    step
}

/// Renders a request in the form that logs and dry runs may show.
pub fn shown(request: &Request) -> String {
    format!("{request:?} {:?} {:?}", request.query, request.redacted_body())
}
