//! Facets: the rules of fields that share one vendor value.

use serde_json::Value;

use crate::{
    model::{Field, Leaf},
    rule::{
        Clearing, Codec, Encoded, Encoder, Existence, FieldOutcome, Mapping, Mode, NewMembers, Portion,
        Presence, Rule, Verdict, at, document_path, portion::CodedValue,
    },
};

/// Builds the rule for a field that is stored in a portion of the value at `path`. Other fields are stored in other
/// portions of the same value.
///
/// The codec adds the field to the value that the preceding fields wrote ([`Translation::held`]), and reads the field
/// from the whole value. If one of the fields changes, the value is written again from all of them. A field whose
/// portion a later field removes is reported as unsupported.
///
/// [`Translation::held`]: crate::rule::Translation::held
pub fn facet<T: Leaf>(path: &'static str, codec: impl Codec<T> + 'static) -> Rule<T> {
    at(path, codec).with(|m| m.shared = true)
}

/// Builds the rule for a boolean that is true if the value at `path` is present. Another field, `field`, writes that
/// value. `why` explains this in reports and in the published capabilities.
pub fn presence(path: &'static str, field: &'static str, why: &'static str) -> Rule<bool> {
    presence_as(path, field, why, (true, false), Value::Null)
}

/// Builds the rule for a choice of two values, as [`presence`] does for a boolean. The first value means that the value
/// at `path` is present, and the second one that it is absent. The wire value `off` stands for absence.
pub fn presence_as<T: Leaf>(
    path: &'static str,
    field: &'static str,
    why: &'static str,
    (present, absent): (T, T),
    off: Value,
) -> Rule<T> {
    let codec = Presence { field, why, present, absent, off };
    facet(path, codec).note(why).with(|m| m.clearing = Clearing::Nothing)
}

/// Builds the rule for a boolean that is true if the object at `path` exists, such as a built-in tool. Writing true
/// creates a missing object with the members `new`. Writing false removes the object, and so does clearing the field.
pub fn existence(path: &'static str, new: NewMembers) -> Rule<bool> {
    facet(path, Existence { new }).cleared_as(false)
}

impl<'a> Encoder<'a> {
    /// Returns the value at a path of the body, as the preceding fields left it; null if there is none.
    pub(super) fn held(&self, path: &str) -> &Value {
        document_path::get(&self.body, path).unwrap_or(&Value::Null)
    }

    /// Returns the path of the unit or shared value that is written whole together with the field. Returns
    /// `None` if only the field is written.
    pub(super) fn unit<T>(&self, mapping: &Mapping<T>) -> Option<&'static str> {
        let wide = self.layout.unit(mapping.display_path());
        wide.or_else(|| mapping.shared.then_some(mapping.path))
    }

    /// Records that all fields of a shared value must be written to a merging vendor, because one of the fields
    /// changes. Does nothing for a field that shares no value.
    pub(super) fn open_shared<T>(&mut self, mapping: &Mapping<T>) {
        if mapping.shared && self.mode(mapping.path) == Mode::Merge {
            self.units_touched.extend(self.unit(mapping));
        }
    }

    /// Records a field that was written to a shared value. Does nothing for other fields.
    pub(super) fn note_portion<T: Leaf>(&mut self, field: &Field, mapping: &'a Mapping<T>, value: &'a T) {
        if mapping.shared {
            self.portions.push(Portion {
                path: mapping.path,
                field: self.at.clone(),
                essential: field.essential,
                note: mapping.note,
                value: Box::new(CodedValue::new(&*mapping.codec, value)),
            });
        }
    }

    /// Stores what the preceding field of a shared value wrote there, before the next field changes the value. Does
    /// nothing for a field that shares no value.
    pub(super) fn store_portion<T>(&mut self, mapping: &Mapping<T>) {
        if !mapping.shared {
            return;
        }
        let Self { portions, body, facts, .. } = self;
        if let Some(portion) = portions.iter_mut().rev().find(|portion| portion.path == mapping.path) {
            // If the field has removed the value together with its list item, this is null.
            let shared = document_path::get(body, mapping.path).unwrap_or(&Value::Null);
            portion.value.store_written(shared, facts);
        }
    }

    /// Completes the shared values after all fields are written. If a field needs another field to take effect, and the
    /// shared value lacks that other field, replaces the value and reports the loss. If a later field removed an
    /// earlier one from the shared value, reports the removed field as unsupported. If the earlier field is a list and
    /// still has items there, reports these items as substituted. Refuses the write instead if the earlier field is
    /// essential and the write changes it.
    pub(super) fn settle_portions(&mut self) {
        let portions = std::mem::take(&mut self.portions);
        for (index, portion) in portions.iter().enumerate() {
            let shared = self.held(portion.path);
            if let Some(encoded) = portion.value.completed(shared) {
                self.complete_portion(portion, encoded);
                continue;
            }
            if !portion.value.is_lost(shared, self.facts) {
                continue;
            }
            let mut others = portions.iter().skip(index + 1).rev();
            let Some(later) = others.find(|later| later.path == portion.path) else { continue };
            let items = portion.value.items_in(shared, self.facts);
            let effect = if items.is_some() { "It has other items" } else { "It is left out" };
            let mut why = format!("{effect} while {} is {}.", later.field, later.value.requested());
            if let Some(note) = later.note {
                why = format!("{note} {why}");
            }
            let outcome = self.outcomes.iter_mut().find(|outcome| outcome.field() == portion.field);
            let Some(row) = outcome.map(FieldOutcome::entry_mut) else { continue };
            if row.changed && portion.essential.holds(Some(&portion.value.requested())) {
                self.refuse_at(&portion.field, &why);
                continue;
            }
            row.verdict = if items.is_some() { Verdict::Substituted } else { Verdict::Unsupported };
            row.vendor_field = Some(portion.path.to_owned());
            row.wanted = Some(portion.value.requested());
            row.sent = items;
            row.why = Some(why);
        }
    }

    fn complete_portion(&mut self, portion: &Portion<'_>, Encoded { wire, loss }: Encoded) {
        document_path::put(&mut self.body, portion.path, wire);
        let Some(loss) = loss else { return };
        let outcome = self.outcomes.iter_mut().find(|outcome| outcome.field() == portion.field);
        if let Some(row) = outcome.map(FieldOutcome::entry_mut) {
            row.verdict = loss.verdict;
            row.vendor_field = Some(portion.path.to_owned());
            row.wanted = Some(portion.value.requested());
            row.sent = Some(loss.sent);
            row.why = Some(loss.why);
        }
    }
}
