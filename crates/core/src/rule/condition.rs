//! Conditions between fields: the value that a vendor field has after the write, whether this write sends the field or not.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    model::Leaf,
    rule::{Change, Encoder, Mapping, Mode, Verdict, document_path},
};

/// Another vendor field has one of certain values.
pub(crate) struct FieldCondition {
    pub path: &'static str,
    pub values: Vec<Value>,
}

/// Values of vendor fields after a write; a field without a value has `None`. Fields that the write leaves to the vendor,
/// and whose values are not known, are missing.
pub(crate) type ValuesAfter = BTreeMap<&'static str, Option<Value>>;

/// The vendor fields that conditions read in one pass.
#[derive(Default)]
pub(crate) struct Conditions {
    /// The values that an earlier pass found.
    pub known: ValuesAfter,
    /// The fields that were read, each with the value at that time; `None` if it was not known.
    read: Vec<(&'static str, Option<Option<Value>>)>,
    /// The values after the present pass, while they are collected.
    collected: Option<ValuesAfter>,
}

impl Conditions {
    /// Builds the conditions of a pass from the values that an earlier one found.
    pub fn knowing(known: ValuesAfter) -> Self {
        Self { known, ..Self::default() }
    }
}

impl Encoder<'_> {
    /// Returns the value of another vendor field after the write: `Some(None)` if it has none, `None` if that is left to
    /// the vendor.
    pub(super) fn other(&self, path: &'static str) -> Option<Option<&Value>> {
        if let Some(known) = self.conditions.known.get(path) {
            return Some(known.as_ref());
        }
        match document_path::get(&self.body, path) {
            None if self.mode(path) == Mode::Merge => None,
            value => Some(value),
        }
    }

    /// Returns true if the condition holds after the write; `None` if that is left to the vendor.
    pub(super) fn condition_holds(&self, condition: &FieldCondition) -> Option<bool> {
        self.other(condition.path).map(|value| value.is_some_and(|value| condition.values.contains(value)))
    }

    /// Notes the vendor fields that the conditions of a field read.
    pub(super) fn note_conditions<T>(&mut self, mapping: &Mapping<T>, has_value: bool) {
        let limits = mapping.limited_by().filter(|_| has_value);
        for path in limits.chain(mapping.required_by()) {
            let seen = self.other(path).map(|value| value.cloned());
            self.conditions.read.push((path, seen));
        }
    }

    /// Returns true if a condition read a field whose value was not known or has changed since.
    pub(crate) fn has_misread(&self) -> bool {
        self.conditions.read.iter().any(|(path, seen)| match seen {
            // A creation may have the value under another name.
            Some(None) if self.mode(path) == Mode::Create => true,
            Some(seen) => document_path::get(&self.body, path) != seen.as_ref(),
            None => true,
        })
    }

    /// Starts to collect the values that conditions read: the rule set is walked once more, which writes nothing.
    pub(crate) fn start_collecting(&mut self) {
        self.conditions.collected = Some(ValuesAfter::new());
    }

    pub(super) fn is_collecting(&self) -> bool {
        self.conditions.collected.is_some()
    }

    /// Collects the values of the places of one field.
    pub(super) fn collect<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        let places =
            std::iter::once(mapping.path).chain(mapping.fields.iter().chain(mapping.copies).copied());
        for place in places {
            let is_read = self.conditions.read.iter().any(|(path, _)| *path == place);
            let value = if is_read { self.value_after(mapping, change, place) } else { None };
            if let (Some(value), Some(collected)) = (value, &mut self.conditions.collected) {
                collected.insert(place, value);
            }
        }
    }

    fn value_after<T: Leaf>(
        &self,
        mapping: &Mapping<T>,
        change: &Change<&T>,
        place: &'static str,
    ) -> Option<Option<Value>> {
        let written = if place == mapping.path { self.path(mapping) } else { place };
        if let Some(wire) = document_path::get(&self.body, written) {
            return Some(Some(wire.clone()));
        }
        let lost = |out: &Self| {
            out.entries.iter().any(|row| row.field == out.at && row.verdict == Verdict::Unsupported)
        };
        match change {
            Change::Keep(Some(value)) if self.mode(place) == Mode::Merge && !lost(self) => {
                let held = self.observed.and_then(|observed| self.reader(observed).mapped(mapping));
                let wire = self.translate(mapping, held.as_ref().unwrap_or(value)).ok()?.wire;
                match mapping.path.is_empty() {
                    true => Some(document_path::get(&wire, place).cloned()),
                    false => Some(Some(wire)),
                }
            }
            Change::Clear => Some(None),
            _ => None,
        }
    }

    /// Ends the collection: fields that no rule writes have the value that the vendor was seen to hold. Returns the values
    /// if a condition read another one.
    pub(crate) fn finish_collecting(&mut self) -> Option<ValuesAfter> {
        let mut collected = self.conditions.collected.take().unwrap_or_default();
        for (path, _) in &self.conditions.read {
            let in_body = document_path::get(&self.body, path);
            let value = match self.mode(path) {
                Mode::Merge => in_body.or_else(|| document_path::get(self.observed?, path)).map(Some),
                Mode::Create | Mode::Replace => Some(in_body),
            };
            if let (false, Some(value)) = (collected.contains_key(path), value) {
                collected.insert(path, value.cloned());
            }
        }
        let misread = self.conditions.read.iter().any(|(path, seen)| collected.get(path) != seen.as_ref());
        misread.then_some(collected)
    }
}
