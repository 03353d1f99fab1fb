//! Conditions on other vendor fields. A condition reads the value that the other field has after the write,
//! even if the write does not send that field.

use serde_json::Value;

use crate::{
    model::{Field, Leaf},
    rule::{
        Accepted, Change, Conditions, Encoder, FieldCondition, FieldOutcome, Mapping, Mode, ReadField, Task,
        Verdict, document_path,
    },
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
        self.other(condition.path).map(|value| value.is_some_and(|value| condition.accepts(value)))
    }

    /// Returns true if the field is available after the write, or `None` if this is not known. A field without a
    /// condition is available.
    pub(super) fn is_available<T>(&self, mapping: &Mapping<T>) -> Option<bool> {
        let Some((condition, _)) = mapping.only_when.as_deref() else { return Some(true) };
        let value = self.other_beside(mapping, condition.path)?;
        Some(condition.accepts(value.unwrap_or(&Value::Null)))
    }

    /// Returns true if another vendor field takes the place of this one after the write.
    pub(super) fn is_replaced<T>(&self, mapping: &Mapping<T>) -> bool {
        let other = mapping.replaced_by.and_then(|path| self.other(path)?);
        other.is_some_and(|value| !value.is_null())
    }

    /// Records the vendor fields that the conditions of a field read, with their values so far.
    pub(super) fn note_conditions<T>(&mut self, mapping: &Mapping<T>, has_value: bool) {
        for path in self.read_by(mapping, has_value) {
            let seen = self.other(path);
            let is_same =
                |read: &ReadField| read.path == path && read.seen.as_ref().map(Option::as_ref) == seen;
            if seen.is_some() && self.conditions.read.iter().any(is_same) {
                continue;
            }
            let seen = seen.map(|value| value.cloned());
            let same_with =
                if seen.is_none() { self.values_without_effect(mapping, path) } else { Vec::new() };
            self.conditions.read.push(ReadField { path, seen, same_with });
        }
    }

    /// Lists the vendor fields that the conditions of a field read. Conditions on the accepted values are read only if the
    /// field has a value.
    fn read_by<'m, T>(
        &self,
        mapping: &'m Mapping<T>,
        has_value: bool,
    ) -> impl Iterator<Item = &'static str> + use<'m, T> {
        let limits = mapping.limited_by().filter(move |_| has_value);
        let checks = self.checked_by(mapping).filter(move |_| has_value);
        limits.chain(mapping.required_by()).chain(checks)
    }

    /// Lists the values of the vendor field at `path` that do not require a field to be encoded again. The field was
    /// encoded before the value at `path` was known. If `only_when` is the only option of the field that reads `path`,
    /// these are the values for which its condition holds. Otherwise, or if the previous report has the field as
    /// unsupported, there are none.
    fn values_without_effect<T>(&self, mapping: &Mapping<T>, path: &'static str) -> Vec<Value> {
        let mut readers = mapping.limited_by().chain(mapping.required_by()).filter(|other| *other == path);
        match mapping.only_when.as_deref() {
            Some((condition, _))
                if condition.path == path && readers.nth(1).is_none() && !self.was_lost() =>
            {
                match &condition.accepted {
                    Accepted::Values(values) => values.clone(),
                    Accepted::Except(_) | Accepted::StartingWith(_) => Vec::new(),
                }
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

    /// Starts a walk that writes nothing. The caller then walks the rules.
    pub(crate) fn start(&mut self, task: Task) {
        self.conditions.task = task;
        self.conditions.collected.clear();
    }

    /// Ends the walk that foresaw values. Conditions then read these values, also those of fields that are written later.
    pub(crate) fn finish_foreseeing(&mut self) {
        self.conditions.task = Task::Write;
        self.conditions.known = std::mem::take(&mut self.conditions.collected);
    }

    /// Inspects one field in a walk that writes nothing.
    pub(super) fn inspect<T: Leaf>(
        &mut self,
        field: &Field,
        mapping: &Mapping<T>,
        before: Option<&T>,
        desired: Option<&T>,
    ) {
        let awaited = self.conditions.awaited.iter().copied();
        let places: Vec<_> = awaited.filter(|place| is_at(mapping, place)).collect();
        if !places.is_empty() {
            let change = Change::between(before, desired);
            self.group(field.name, |out| {
                for place in places {
                    let value = match out.conditions.task {
                        Task::Foresee => out.foreseen(mapping, &change, place),
                        _ => out.value_after(mapping, &change, place),
                    };
                    if let Some(value) = value {
                        out.conditions.collected.insert(place, value);
                    }
                }
            });
        }
        if self.conditions.task == Task::Foresee {
            for path in self.read_by(mapping, desired.is_some()) {
                if !self.conditions.awaited.contains(&path) {
                    self.conditions.awaited.push(path);
                }
            }
        }
    }

    /// Returns the value that the write will probably send at one of the paths of a field. Returns `None` if this depends
    /// on other fields. If the value turns out to be another one, the fields are encoded again.
    fn foreseen<T: Leaf>(
        &self,
        mapping: &Mapping<T>,
        change: &Change<&T>,
        place: &'static str,
    ) -> Option<Option<Value>> {
        let is_sent = matches!(change, Change::Set(_)) || self.mode(place) == Mode::Create;
        let value = change.applied().filter(|_| is_sent && !mapping.shared)?;
        self.wire_at(mapping, value, place)
    }

    /// Converts a value of a field, and returns the wire value at one of the field's paths. Returns `None` if the vendor
    /// cannot hold the value.
    fn wire_at<T: Leaf>(
        &self,
        mapping: &Mapping<T>,
        value: &T,
        place: &'static str,
    ) -> Option<Option<Value>> {
        let wire = self.translate(mapping, value).ok()?.wire;
        match mapping.path.is_empty() {
            true => Some(document_path::get(&wire, place).cloned()),
            false => Some(Some(wire)),
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
            let mut entries = out.outcomes.iter().filter_map(FieldOutcome::entry);
            entries.any(|entry| entry.field == out.at && entry.verdict == Verdict::Unsupported)
        };
        match change {
            Change::Keep(Some(value)) if self.mode(place) == Mode::Merge && !lost(self) => {
                let held = self.observed.and_then(|observed| self.reader(observed).mapped(mapping));
                self.wire_at(mapping, held.as_ref().unwrap_or(value), place)
            }
            Change::Clear => Some(None),
            _ => None,
        }
    }

    /// Ends the collection. A value that was not collected is read from the body or, if the vendor merges and the body
    /// lacks it, from the observed state. Returns the conditions for another pass if a condition read a
    /// value that differs from the collected one, otherwise `None`.
    pub(crate) fn finish_collecting(&mut self) -> Option<Conditions> {
        self.conditions.task = Task::Write;
        let mut collected = std::mem::take(&mut self.conditions.collected);
        for path in &self.conditions.awaited {
            if collected.contains_key(path) {
                continue;
            }
            let in_body = document_path::get(&self.body, path);
            let value = match self.mode(path) {
                Mode::Merge => in_body.or_else(|| document_path::get(self.observed?, path)).map(Some),
                Mode::Create | Mode::Replace => Some(in_body),
            };
            if let Some(value) = value {
                collected.insert(path, value.cloned());
            }
        }
        let misread = self.conditions.read.iter().any(|read| read.is_misread(collected.get(read.path)));
        let awaited = std::mem::take(&mut self.conditions.awaited);
        misread.then(|| Conditions { known: collected, awaited, ..Conditions::default() })
    }
}

/// Returns true if a write of the field sets the value at a path: the field's own path, or that of a vendor field or
/// a copy.
fn is_at<T>(mapping: &Mapping<T>, path: &str) -> bool {
    mapping.path == path || mapping.fields.contains(&path) || mapping.copies.contains(&path)
}
