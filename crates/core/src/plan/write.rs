//! The planning of one write: which units are written, from which state they start, and which steps send them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    links::{self, Fate, PartChange},
    steps::{StepAction, VendorStep},
};
use crate::{
    error::{Error, Kind, Result, Violation},
    model::Record,
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    rule::{Cardinality, Encoder, Layout, Mode, Part, Report, RuleSet, Unit, document_path},
};

/// The units that are written whole, even if only a portion of them changes.
#[derive(Default)]
struct Opened {
    /// The units, by their paths.
    units: BTreeSet<&'static str>,
    /// True if fields that stay are written as well.
    resend: bool,
}

impl<R: Record> Translator<'_, R> {
    /// Plans one write of one record.
    ///
    /// # Errors
    /// `capability_loss` and `field_required`, with every field concerned.
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
        let mut out = self.encode(transition, desired, Opened::default());
        let mut changes = self.part_changes(&out);
        let opened = opened(&mut out, &changes);
        if opened.resend || !opened.units.is_empty() {
            if observed.is_none() && !opened.units.is_empty() {
                return Ok(Planned::NeedsObserved);
            }
            out = self.encode(transition, desired, opened);
            changes = self.part_changes(&out);
        }
        links::write(&changes, self.parts, &mut out);
        self.finish(out, &changes, handling).map(Planned::Ready)
    }

    /// Plans the deletion of a record: each part before the parts whose ids it stores.
    pub fn plan_deletion(&self) -> Vec<VendorStep> {
        let there = self.layout().ordered().into_iter().rev().filter(|part| self.has(part));
        there.map(|part| VendorStep::new(part.name, StepAction::Delete)).collect()
    }

    pub(super) fn layout(&self) -> Layout {
        Layout(self.rules.parts())
    }

    /// Returns true if the vendor has a part of the record. If the record's parts were never
    /// stored, it has each part that every record has.
    pub(super) fn has(&self, part: &Part) -> bool {
        match self.parts.is_empty() {
            true => part.cardinality == Cardinality::One,
            false => self.parts.get(part.name).is_some(),
        }
    }

    fn starts_from_observed(&self) -> bool {
        self.rules.parts().iter().any(|part| part.replaces == Unit::Document && self.has(part))
    }

    fn encode<'a>(
        &'a self,
        transition: &Transition<'a, R>,
        desired: &Desired<R>,
        opened: Opened,
    ) -> Encoder<'a> {
        let (before, previous) = match transition {
            Transition::Create => (None, None),
            Transition::Update { before, previous, .. } => (Some(*before), *previous),
        };
        let absent = self.rules.parts().iter().filter(|part| !transition.is_update() || !self.has(part));
        let mut out = Encoder {
            layout: self.layout(),
            absent: absent.map(|part| part.name).collect(),
            facts: self.facts,
            observed: transition.observed(),
            previous,
            resend: opened.resend,
            body: self.start(transition, &opened.units),
            units: opened.units,
            entries: Vec::with_capacity(128),
            violations: Vec::new(),
            touched: Vec::new(),
            standing: Vec::new(),
            resets: false,
            units_touched: BTreeSet::new(),
            units_standing: BTreeSet::new(),
            extension: false,
            at: String::with_capacity(64),
        };
        self.rules.rules().encode(before.map(|before| &before.record), &desired.record, &mut out);
        if let Some(extension) = self.rules.extension() {
            out.extension = true;
            out.at = self.pointer();
            let before = before.and_then(|before| before.extensions.get(self.adapter));
            extension.encode(before, desired.extensions.get(self.adapter), &mut out);
        }
        out
    }

    /// Returns the document that rules write over: the observed state of every unit that is written
    /// whole.
    fn start(&self, transition: &Transition<'_, R>, units: &BTreeSet<&'static str>) -> Value {
        let observed = transition.observed().filter(|_| transition.is_update());
        let whole = |part: &&Part| part.replaces == Unit::Document && self.has(part);
        let mut body = match (observed, self.rules.parts()) {
            (Some(observed), [root]) if whole(&root) => return observed.clone(),
            _ => Value::Object(Map::with_capacity(64)),
        };
        let Some(observed) = observed else { return body };
        for part in self.rules.parts().iter().filter(whole) {
            let standing = observed.get(part.name).cloned().unwrap_or_else(|| json!({}));
            document_path::put(&mut body, &part.pointer(), standing);
        }
        for unit in units {
            let listed = self.layout().part(unit).replaces == Unit::Leaf;
            let standing = document_path::get(observed, unit).filter(|value| {
                if listed { value.is_array() } else { value.is_object() || value.is_array() }
            });
            let nothing = if listed { json!([]) } else { json!({}) };
            document_path::put(&mut body, unit, standing.cloned().unwrap_or(nothing));
        }
        body
    }

    /// Lists the effect of the write on each part, in the order of their links.
    fn part_changes(&self, out: &Encoder<'_>) -> Vec<PartChange> {
        let ordered = self.layout().ordered().into_iter();
        let change = |part| PartChange::new(part, self.has_stored(part, out), self.unfinished, out);
        ordered.map(change).collect()
    }

    /// Returns true if the vendor has a part; in a creation only if an earlier attempt stored it.
    fn has_stored(&self, part: &Part, out: &Encoder<'_>) -> bool {
        if out.is_creating() { self.parts.get(part.name).is_some() } else { self.has(part) }
    }

    fn finish(&self, mut out: Encoder<'_>, changes: &[PartChange], handling: Handling) -> Result<Plan> {
        refuse_losses(&mut out, handling)?;
        let mut unsent = std::mem::take(&mut out.body);
        let mut steps = steps(&mut unsent, changes, self.unfinished, &out);
        links::note(&mut steps, changes, &out);
        let changed = out.entries.iter().filter(|entry| entry.changed).map(|entry| entry.field.clone());
        Ok(Plan { steps, unsent, changed: changed.collect(), report: Report::new(out.entries) })
    }
}

/// Makes the steps that send a document: parts in the order of their links, then deletions, then
/// publications. The rest of the document, which no step sends, remains.
fn steps(
    document: &mut Value,
    changes: &[PartChange],
    unfinished: bool,
    out: &Encoder<'_>,
) -> Vec<VendorStep> {
    let mut steps = Vec::new();
    for PartChange { part, fate, .. } in changes {
        let action = match fate {
            Fate::Made => StepAction::Create,
            Fate::Kept if out.is_creating() || out.touched.contains(&part.name) => StepAction::Update,
            _ => continue,
        };
        steps.push(VendorStep::new(part.name, action(take(document, part))));
    }
    let removed = changes.iter().filter(|change| change.fate == Fate::Removed);
    steps.extend(removed.map(|change| VendorStep::new(change.part.name, StepAction::Delete)));
    if unfinished || !steps.is_empty() {
        let there = changes.iter().filter(|change| matches!(change.fate, Fate::Made | Fate::Kept));
        let published = there.filter(|change| change.part.published);
        steps.extend(published.map(|change| VendorStep::new(change.part.name, StepAction::Publish)));
    }
    steps
}

/// Takes a part's body out of the document of the record.
fn take(document: &mut Value, part: &Part) -> Value {
    match (part.name, &mut *document) {
        ("", whole) => std::mem::take(whole),
        (name, Value::Object(parts)) => parts.shift_remove(name).unwrap_or_else(|| json!({})),
        _ => json!({}),
    }
}

/// Returns the units that a second pass has to write whole, because a change reached a portion of
/// them.
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

/// Refuses values that the vendor cannot take; in strict handling, also those that this write asks
/// for and the vendor would lose.
fn refuse_losses(out: &mut Encoder<'_>, handling: Handling) -> Result<()> {
    let mut violations = std::mem::take(&mut out.violations);
    if handling == Handling::Strict {
        let losses = out.entries.iter().filter(|entry| entry.changed && entry.verdict.is_loss());
        violations.extend(losses.map(|entry| {
            let why = entry.why.as_deref().unwrap_or("the vendor holds something else.");
            Violation::at(
                &entry.field,
                Kind::CapabilityLoss,
                format!("{} is {}: {why}", entry.field, entry.verdict.name()),
            )
        }));
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}
