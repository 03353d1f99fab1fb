//! The order of a plan's steps, and their bodies.

use serde_json::{Value, json};

use super::{
    links::{Fate, PartChange},
    steps::{StepAction, VendorStep},
};
use crate::rule::{Cardinality, Encoder, Layout};

/// Builds the steps that send a document: creations and updates in the order of the links between parts, then
/// deletions, then publications. The bodies that no step sends remain in the document.
///
/// A creation binds objects after its other steps, because these return the id to which the objects are bound. An
/// update binds objects first: if an object is in use, the update fails before it changes anything. Objects that the
/// record no longer has are unbound last.
pub(super) fn steps(
    document: &mut Value,
    changes: &[PartChange],
    unfinished: bool,
    out: &Encoder<'_>,
) -> Vec<VendorStep> {
    let (bound, owned): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.part.is_bound);
    let binding = writes(document, &bound, out);
    let mut steps = writes(document, &owned, out);
    steps.extend(removals(&owned));
    if unfinished || !steps.is_empty() {
        let there = owned.iter().filter(|change| matches!(change.fate, Fate::Made | Fate::Kept));
        let published = there.filter(|change| change.part.published);
        steps.extend(published.map(|change| step(change, StepAction::Publish)));
    }
    let (mut ordered, after) = if out.is_creating() { (steps, binding) } else { (binding, steps) };
    ordered.extend(after);
    ordered.extend(removals(&bound));
    ordered
}

/// Builds the steps that create and update objects.
fn writes(document: &mut Value, changes: &[&PartChange], out: &Encoder<'_>) -> Vec<VendorStep> {
    let mut steps = Vec::new();
    for change in changes {
        let action = match change.fate {
            Fate::Made => StepAction::Create,
            // `touched` now includes the parts whose links change.
            Fate::Kept
                if change.altered || (change.item.is_none() && out.touched.contains(&change.part.name)) =>
            {
                StepAction::Update
            }
            _ => continue,
        };
        steps.push(step(change, action(take(document, change, out.layout))));
    }
    steps
}

fn removals(changes: &[&PartChange]) -> Vec<VendorStep> {
    let removed = changes.iter().filter(|change| change.fate == Fate::Removed);
    removed.map(|change| step(change, StepAction::Delete)).collect()
}

fn step(change: &PartChange, action: StepAction) -> VendorStep {
    VendorStep::new(change.part.name, action).for_item(change.item.clone())
}

/// Removes the body of a part or item from the record's document and returns the body.
fn take(document: &mut Value, PartChange { part, item, .. }: &PartChange, layout: Layout) -> Value {
    if let (Cardinality::Each(key), Some(item)) = (part.cardinality, item) {
        let list = document.get_mut(part.name).and_then(Value::as_array_mut);
        let at = |items: &Vec<Value>| items.iter().position(|body| body[key] == item.as_str());
        return list.and_then(|items| at(items).map(|index| items.remove(index))).unwrap_or_default();
    }
    match (part.name, &mut *document) {
        ("", whole) => without_named(std::mem::take(whole), layout),
        (name, Value::Object(parts)) => parts.shift_remove(name).unwrap_or_else(|| json!({})),
        _ => json!({}),
    }
}

/// Returns a record's document without the members that are named parts, so that the body of the root remains.
pub(super) fn without_named(mut document: Value, layout: Layout) -> Value {
    if let Value::Object(members) = &mut document {
        layout.0.iter().for_each(|part| drop(members.shift_remove(part.name)));
    }
    document
}
