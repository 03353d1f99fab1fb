//! The mode in which the value at a path is written, and the parts and units that a write changes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    model::Leaf,
    rule::{
        Cardinality, Change, Encoded, Encoder, Mapping, Mode, Refusal, Translation, Unit, document_path,
        part::contains_name,
    },
};

impl Encoder<'_> {
    /// Returns the mode in which the value at a path is written.
    pub(crate) fn mode(&self, path: &'static str) -> Mode {
        let part = self.layout.part(path);
        match part.replaces {
            _ if contains_name(&self.absent, part.name) => Mode::Create,
            _ if part.is_list() => {
                if self.is_open(path) {
                    Mode::Replace
                } else {
                    Mode::Merge
                }
            }
            Unit::Document => Mode::Replace,
            Unit::Member if self.is_open(path) => Mode::Replace,
            Unit::Leaf if self.units.contains(path) => Mode::Replace,
            Unit::Member | Unit::Leaf => Mode::Merge,
        }
    }

    /// Converts a value with the field's codec. Refuses the items of a list part if they do not have distinct
    /// keys.
    pub(super) fn translate<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> Result<Encoded, Refusal> {
        let observed = self.observed.and_then(|observed| document_path::get(observed, mapping.path));
        let held = if mapping.shared { self.held(mapping.path) } else { &Value::Null };
        let with = Translation { facts: self.facts, observed, held, body: &self.body };
        let accepted = mapping.choices.as_ref().and_then(|choices| {
            Some(choices.beside(self.other_beside(mapping, choices.path)?.and_then(Value::as_str)?))
        });
        let encoded = mapping.encode(value, accepted, &with)?;
        match (self.layout.part(mapping.path).cardinality, &encoded.wire) {
            (Cardinality::Each(key), Value::Array(items)) if !are_distinct(items, key) => {
                Err(Refusal::Refused(format!(
                    "the vendor stores each item as a separate object, so each item needs a different {key:?}."
                )))
            }
            _ => Ok(encoded),
        }
    }

    /// Returns true if the write creates the main part of the record.
    pub(crate) fn is_creating(&self) -> bool {
        contains_name(&self.absent, self.layout.main().name)
    }

    /// Copies the value at a field's path to the other paths that hold the same value, if the field changes or the
    /// body must contain all values. If the field is cleared without a wire value, removes the other values as well,
    /// unless the vendor merges.
    pub(super) fn mirror<T>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        if mapping.copies.is_empty() {
            return;
        }
        let changed = !matches!(change, Change::Keep(_));
        let standing = document_path::get(&self.body, mapping.path).cloned();
        let touched = contains_name(&self.touched, self.layout.part(mapping.path).name);
        for copy in &mapping.copies {
            if changed && touched {
                self.touch_place(copy);
            }
            match &standing {
                Some(wire) if changed || self.mode(copy) != Mode::Merge => {
                    document_path::put(&mut self.body, copy, wire.clone());
                }
                None if matches!(change, Change::Clear) && self.mode(copy) != Mode::Merge => {
                    self.take_away(copy);
                }
                _ => {}
            }
        }
    }

    pub(super) fn is_open(&self, path: &'static str) -> bool {
        let opened = |unit| self.units.contains(unit);
        !self.units.is_empty() && (opened(path) || self.layout.unit(path).is_some_and(opened))
    }

    /// Records that the write changes a part.
    pub(crate) fn touch(&mut self, part: &'static str) {
        if !contains_name(&self.touched, part) {
            self.touched.push(part);
        }
    }

    /// Records that the write changes the value at a path. If the vendor merges, also records the unit that an update
    /// replaces together with the value.
    pub(super) fn touch_place(&mut self, path: &'static str) {
        self.touch(self.layout.part(path).name);
        if self.mode(path) == Mode::Merge {
            self.units_touched.extend(self.layout.unit(path));
        }
    }
}

fn are_distinct(items: &[Value], key: &str) -> bool {
    let names: BTreeSet<_> = items.iter().filter_map(|item| item.get(key)?.as_str()).collect();
    names.len() == items.len()
}
