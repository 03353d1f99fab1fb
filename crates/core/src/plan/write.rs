//! Planning of one write: the units that are written whole, the state from which each unit starts, and the
//! steps that send the units.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    links::{self, PartChange},
    outcome::{refuse_losses, report},
    sequence::{steps, without_named},
    steps::{StepAction, VendorStep},
};
use crate::{
    error::Result,
    model::Root,
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    rule::{
        Cardinality, Conditions, Encoder, ExtensionChange, ItemPlaces, Layout, Mode, Part, RuleSet, Task,
        Unit, document_path,
    },
};

/// The maximum number of times that a plan encodes the record again because a condition read an outdated
/// value.
const MAX_PASSES: usize = 4;

/// The states between which a write changes a record.
struct States<'a, R> {
    transition: &'a Transition<'a, R>,
    desired: &'a Desired<R>,
    /// The change of the extension. A plan writes it several times and reads it once.
    extension: Option<Box<dyn ExtensionChange + 'a>>,
}

/// The units that are written whole, even if only a portion of them changes.
#[derive(Default)]
struct Opened {
    /// The paths of the units.
    units: BTreeSet<&'static str>,
    /// True if unchanged fields are written as well.
    resend: bool,
}

impl<R: Root> Translator<'_, R> {
    /// Plans one write of one record. Returns [`Planned::NeedsObserved`] if the plan requires the observed
    /// state and `transition` does not contain it.
    ///
    /// # Errors
    /// `capability_loss` or `field_required`, or `validation_failed` if there are violations of both kinds.
    /// The error has one violation for each affected field.
    pub fn plan(
        &self,
        transition: &Transition<'_, R>,
        desired: &Desired<R>,
        handling: Handling,
    ) -> Result<Planned> {
        let observed = transition.observed();
        if transition.is_update() && observed.is_none() && self.starts_from_observed() {
            return Ok(Planned::NeedsObserved);
        }
        let extension = self.rules.extension().map(|extension| {
            let before = transition.before().and_then(|before| before.extensions.get(self.adapter));
            extension.change(before, desired.extensions.get(self.adapter))
        });
        let states = States { transition, desired, extension };
        let mut out = self.encode(&states);
        let mut changes = self.part_changes(&out);
        let opened = opened(&mut out, &changes);
        if opened.resend || !opened.units.is_empty() {
            if observed.is_none() && !opened.units.is_empty() {
                return Ok(Planned::NeedsObserved);
            }
            let known = std::mem::take(&mut out.conditions.known);
            out = self.encoder(&states, opened, Conditions { known, ..Conditions::default() });
            self.write(&states, &mut out);
            changes = self.part_changes(&out);
        }
        links::write(&self.layout().ordered(), &changes, self.parts, &mut out);
        self.finish(out, &changes, handling).map(Planned::Ready)
    }

    /// Plans the deletion of a record. Bound objects are unbound first. Each part is deleted before the parts whose ids
    /// it stores.
    pub fn plan_deletion(&self) -> Vec<VendorStep> {
        self.deletions(|_| true)
    }

    /// Plans to unbind all objects that are bound to a record. The record itself remains.
    pub fn plan_release(&self) -> Vec<VendorStep> {
        self.deletions(|part| part.is_bound)
    }

    fn deletions(&self, includes: impl Fn(&Part) -> bool) -> Vec<VendorStep> {
        let ordered = self.layout().ordered().into_iter().rev();
        let there = ordered.filter(|part| includes(part) && self.has(part));
        let steps = there.flat_map(|part| {
            let items = self.parts.items(part.name).map(|(item, _)| Some(item.to_owned()));
            let objects = if part.is_list() { items.collect() } else { vec![None] };
            objects.into_iter().map(|item| VendorStep::new(part.name, StepAction::Delete).for_item(item))
        });
        steps.collect()
    }

    pub(crate) fn layout(&self) -> Layout {
        Layout(self.rules.parts())
    }

    /// Returns true if the vendor has a part of the record. A list of parts always counts as present. If the
    /// parts of the record were never stored, the vendor is assumed to have every part of cardinality `One`.
    pub(super) fn has(&self, part: &Part) -> bool {
        match self.parts.is_empty() {
            _ if part.is_list() => true,
            true => part.cardinality == Cardinality::One,
            false => self.parts.get(part.name).is_some(),
        }
    }

    /// Returns true if an update sends the whole part.
    fn is_replaced(&self, part: &Part) -> bool {
        part.replaces == Unit::Document && !part.is_list() && self.has(part)
    }

    fn starts_from_observed(&self) -> bool {
        self.rules.parts().iter().any(|part| self.is_replaced(part))
    }

    fn encoder<'a>(
        &'a self,
        states: &'a States<'a, R>,
        opened: Opened,
        conditions: Conditions,
    ) -> Encoder<'a> {
        let transition = states.transition;
        let absent = self.rules.parts().iter().filter(|part| !transition.is_update() || !self.has(part));
        Encoder {
            layout: self.layout(),
            absent: absent.map(|part| part.name).collect(),
            facts: self.facts,
            vendor: self.vendor,
            observed: transition.observed(),
            previous: transition.previous(),
            resend: opened.resend,
            binds: states.desired.record.is_bindable() != Some(false),
            has_bound: transition.before().and_then(|before| before.record.is_bindable()),
            body: self.start(transition, &opened.units),
            units: opened.units,
            outcomes: Vec::with_capacity(128),
            portions: Vec::new(),
            items: ItemPlaces::default(),
            violations: Vec::new(),
            touched: Vec::new(),
            standing: Vec::new(),
            filled: Vec::with_capacity(64),
            resets: false,
            units_touched: BTreeSet::new(),
            units_standing: BTreeSet::new(),
            claims: Vec::new(),
            conditions,
            extension: false,
            at: String::with_capacity(64),
        }
    }

    /// Encodes the record, and encodes it again until each condition has read the value that its vendor field has after
    /// the write. One pass may not suffice, because a later rule may write another value than was foreseen for that
    /// vendor field. Stops after `MAX_PASSES` repetitions.
    fn encode<'a>(&'a self, states: &'a States<'a, R>) -> Encoder<'a> {
        let mut out = self.encoder(states, Opened::default(), Conditions::default());
        self.foresee(states, &mut out);
        self.write(states, &mut out);
        for _ in 0..MAX_PASSES {
            if !out.has_misread() {
                break;
            }
            out.start(Task::Collect);
            self.walk(states, &mut out);
            let Some(conditions) = out.finish_collecting() else { break };
            out = self.encoder(states, Opened::default(), conditions);
            self.write(states, &mut out);
        }
        out
    }

    /// Finds the values of vendor fields that a condition reads before a later rule writes them. These are the values
    /// that the write will send.
    fn foresee<'a>(&'a self, states: &'a States<'a, R>, out: &mut Encoder<'a>) {
        out.start(Task::Foresee);
        self.walk(states, out);
        out.finish_foreseeing();
    }

    /// Writes all fields to the bodies.
    fn write<'a>(&'a self, states: &'a States<'a, R>, out: &mut Encoder<'a>) {
        self.walk(states, out);
        out.settle();
    }

    /// Applies the rules of all fields, including those of the extension.
    fn walk<'a>(&'a self, states: &'a States<'a, R>, out: &mut Encoder<'a>) {
        out.extension = false;
        out.at.clear();
        let before = states.transition.before().map(|before| &before.record);
        self.rules.rules().encode(before, &states.desired.record, out);
        if let Some(extension) = &states.extension {
            out.extension = true;
            out.at = self.pointer();
            extension.encode(out);
        }
    }

    /// Returns the document into which the rules write their fields. It contains the observed state of every unit that
    /// is written whole, and nothing else.
    fn start(&self, transition: &Transition<'_, R>, units: &BTreeSet<&'static str>) -> Value {
        let observed = transition.observed().filter(|_| transition.is_update());
        let whole = |part: &&Part| self.is_replaced(part);
        let mut body = match (observed, self.rules.parts()) {
            (Some(observed), [root]) if whole(&root) => return observed.clone(),
            _ => Value::Object(Map::with_capacity(64)),
        };
        let Some(observed) = observed else { return body };
        for part in self.rules.parts().iter().filter(whole) {
            let standing = match part.name {
                "" => without_named(observed.clone(), self.layout()),
                name => observed.get(name).cloned().unwrap_or_else(|| json!({})),
            };
            document_path::put(&mut body, &part.pointer(), standing);
        }
        for unit in units {
            // A unit that is a list or an object contains more than the field that opened it. The rest remains as
            // observed.
            if let Some(standing) = document_path::get(observed, unit) {
                document_path::put(&mut body, unit, standing.clone());
            }
        }
        body
    }

    /// Lists the effect of the write on each part. Each part precedes the part that stores its id.
    fn part_changes(&self, out: &Encoder<'_>) -> Vec<PartChange> {
        let ordered = self.layout().ordered().into_iter();
        let changes =
            |part| PartChange::of_part(part, self.has_stored(part, out), self.parts, self.unfinished, out);
        ordered.flat_map(changes).collect()
    }

    /// Returns true if the vendor has a part before the write. During a creation, this is the case only if an
    /// earlier attempt created the part.
    fn has_stored(&self, part: &Part, out: &Encoder<'_>) -> bool {
        if out.is_creating() { self.parts.get(part.name).is_some() } else { self.has(part) }
    }

    fn finish(&self, mut out: Encoder<'_>, changes: &[PartChange], handling: Handling) -> Result<Plan> {
        refuse_losses(&mut out, handling)?;
        let mut unsent = std::mem::take(&mut out.body);
        let mut steps = steps(&mut unsent, changes, self.unfinished, &out);
        links::note(&self.layout().ordered(), &mut steps, changes, &out);
        out.settle_claims(|part| steps.iter().any(|step| step.part == part));
        let (report, changed) = report(out.outcomes);
        Ok(Plan { steps, unsent, changed, report })
    }
}

/// Returns the units that a second pass must write whole because the write changes a portion of them. If the write
/// makes the vendor reset other fields, also returns the units that hold an unchanged value.
fn opened(out: &mut Encoder<'_>, changes: &[PartChange]) -> Opened {
    let mut units = std::mem::take(&mut out.units_touched);
    let linked = changes.iter().filter_map(PartChange::written_link);
    units
        .extend(linked.filter(|path| out.mode(path) == Mode::Merge).filter_map(|path| out.layout.unit(path)));
    if out.resets {
        units.append(&mut out.units_standing);
    }
    Opened { units, resend: out.resets }
}
