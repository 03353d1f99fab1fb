//! Conditions on other vendor fields. A condition reads the value that the other field has after the write,
//! even if the write does not send that field.

use serde_json::Value;

use crate::{
    model::Leaf,
    rule::{Change, Encoder, FieldCondition, Mapping, Mode, ReadField, ValuesAfter, Verdict, document_path},
};

impl Encoder<'_> {
    /// Returns the value of another vendor field after the write, or `Some(None)` if the field has no value. Returns
    /// `None` if the value is not known: the vendor merges, and the body lacks the field.
    pub(super) fn other(&self, path: &'static str) -> Option<Option<&Value>> {
        if let Some(known) = self.conditions.known.get(path) {
            return Some(known.as_ref());
        }
        match document_path::get(&self.body, path) {
            None if self.mode(path) == Mode::Merge => None,
            value => Some(value),
        }
    }

    /// Returns the value of another vendor field, like [`Self::other`], for a field whose accepted values depend on it.
    /// If the field overrides a setting of an agent, also returns `None` if the body lacks the other field: the unknown
    /// value of the agent's own field applies.
    pub(super) fn other_beside<T>(&self, mapping: &Mapping<T>, path: &'static str) -> Option<Option<&Value>> {
        self.other(path).filter(|value| value.is_some() || !mapping.overrides)
    }

    /// Returns true if the condition holds after the write, or `None` if the value of the other vendor field
    /// is not known.
    pub(super) fn condition_holds(&self, condition: &FieldCondition) -> Option<bool> {
        self.other(condition.path).map(|value| value.is_some_and(|value| condition.values.contains(value)))
    }

    /// Returns true if the field is available after the write, or `None` if this is not known. A field without a
    /// condition is available.
    pub(super) fn is_available<T>(&self, mapping: &Mapping<T>) -> Option<bool> {
        let Some((condition, _)) = &mapping.only_when else { return Some(true) };
        let value = self.other_beside(mapping, condition.path)?;
        Some(value.is_some_and(|value| condition.values.contains(value)))
    }

    /// Records the vendor fields that a field's conditions read, with their values so far. Conditions on the accepted
    /// values are read only if the field has a value.
    pub(super) fn note_conditions<T>(&mut self, mapping: &Mapping<T>, has_value: bool) {
        let limits = mapping.limited_by().filter(|_| has_value);
        let checks = self.checked_by(mapping).filter(|_| has_value);
        for path in limits.chain(mapping.required_by()).chain(checks) {
            let seen = self.other(path).map(|value| value.cloned());
            let same_with =
                if seen.is_none() { self.values_without_effect(mapping, path) } else { Vec::new() };
            self.conditions.read.push(ReadField { path, seen, same_with });
        }
    }

    /// Returns the values of the vendor field at `path` for which a field need not be encoded again. The field was
    /// encoded before the value at `path` was known. If `only_when` is the field's only option that reads `path`, these
    /// are the values for which its condition holds. Otherwise, or if the field is unsupported in the previous report,
    /// there are none.
    fn values_without_effect<T>(&self, mapping: &Mapping<T>, path: &'static str) -> Vec<Value> {
        let mut readers = mapping.limited_by().chain(mapping.required_by()).filter(|other| *other == path);
        match &mapping.only_when {
            Some((condition, _))
                if condition.path == path && readers.nth(1).is_none() && !self.was_lost() =>
            {
                condition.values.clone()
            }
            _ => Vec::new(),
        }
    }

    /// Records the field's path if this write is a creation that writes the field at another path.
    pub(super) fn note_moved<T>(&mut self, mapping: &Mapping<T>) {
        if mapping.created_as.is_some() && self.path(mapping) != mapping.path {
            self.conditions.moved.push(mapping.path);
        }
    }

    /// Returns true if another pass is needed, because a value that a condition read was not known, has changed since,
    /// or may be at another path.
    pub(crate) fn has_misread(&self) -> bool {
        self.conditions.read.iter().any(|ReadField { path, seen, .. }| match seen {
            Some(None) if self.conditions.moved.contains(path) => true,
            Some(seen) => document_path::get(&self.body, path) != seen.as_ref(),
            None => true,
        })
    }

    /// Starts to collect the values that conditions read. The caller then walks the rules once more; this
    /// walk writes nothing.
    pub(crate) fn start_collecting(&mut self) {
        self.conditions.collected = Some(ValuesAfter::new());
    }

    pub(super) fn is_collecting(&self) -> bool {
        self.conditions.collected.is_some()
    }

    /// Returns true if a condition read a value at one of the paths of a field.
    pub(super) fn is_read<T>(&self, mapping: &Mapping<T>) -> bool {
        places(mapping).any(|place| self.was_read(place))
    }

    fn was_read(&self, place: &str) -> bool {
        self.conditions.read.iter().any(|read| read.path == place)
    }

    /// Collects the values at those paths of a field that conditions read.
    pub(super) fn collect<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        for place in places(mapping).filter(|place| self.was_read(place)).collect::<Vec<_>>() {
            let value = self.value_after(mapping, change, place);
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

    /// Ends the collection. A value that was not collected is read from the body or, if the vendor merges and the body
    /// lacks it, from the observed state. Returns the values if a condition read a value that differs from the
    /// collected one, otherwise `None`.
    pub(crate) fn finish_collecting(&mut self) -> Option<ValuesAfter> {
        let mut collected = self.conditions.collected.take().unwrap_or_default();
        for ReadField { path, .. } in &self.conditions.read {
            let in_body = document_path::get(&self.body, path);
            let value = match self.mode(path) {
                Mode::Merge => in_body.or_else(|| document_path::get(self.observed?, path)).map(Some),
                Mode::Create | Mode::Replace => Some(in_body),
            };
            if let (false, Some(value)) = (collected.contains_key(path), value) {
                collected.insert(path, value.cloned());
            }
        }
        let misread = self.conditions.read.iter().any(|read| read.is_misread(collected.get(read.path)));
        misread.then_some(collected)
    }
}

/// Lists all paths that a write of a field sets: the field's own path, its vendor fields and its copies.
fn places<T>(mapping: &Mapping<T>) -> impl Iterator<Item = &'static str> {
    std::iter::once(mapping.path).chain(mapping.fields.iter().chain(&mapping.copies).copied())
}
