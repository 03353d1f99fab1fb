//! Values in items of lists: an item goes with the last field that has a value in it.

use serde_json::{Value, json};

use crate::rule::{Encoder, Mapping, Mode, document_path};

/// The places in list items that a write fills and empties.
#[derive(Default)]
pub(crate) struct ItemPlaces {
    filled: Vec<&'static str>,
    emptied: Vec<&'static str>,
}

impl Encoder<'_> {
    /// Puts a value into the body. `null` in a list item is no value, and makes no item.
    pub(super) fn fill(&mut self, path: &'static str, wire: Value) {
        match wire.is_null() && document_path::items_on(path).next().is_some() {
            true => self.take_away(path),
            false => document_path::put(&mut self.body, path, wire),
        }
    }

    /// Notes that a field has a value in a list item.
    pub(super) fn fill_item<T>(&mut self, mapping: &Mapping<T>) {
        if document_path::items_on(mapping.path).next().is_some() && !self.held(mapping.path).is_null() {
            self.items.filled.push(mapping.path);
        }
    }

    /// Removes a value from the body. A unit that is written whole is sent without the value, even if
    /// nothing else is in it.
    pub(super) fn take_away(&mut self, path: &'static str) {
        document_path::remove(&mut self.body, path);
        if document_path::items_on(path).next().is_some() {
            self.items.emptied.push(path);
        }
        let Some(unit) = self.layout.unit(path).filter(|_| self.is_open(path)) else { return };
        if !document_path::get(&self.body, unit).is_some_and(|held| held.is_object() || held.is_array()) {
            let within = path.get(unit.len()..).unwrap_or_default();
            let listed = within.starts_with("/[") || self.layout.part(path).is_list();
            document_path::put(&mut self.body, unit, if listed { json!([]) } else { json!({}) });
        }
    }

    /// Removes a value from the body if the body is all that the vendor has of the place afterwards.
    pub(super) fn leave_out(&mut self, path: &'static str) {
        if self.mode(path) != Mode::Merge || self.is_open(path) {
            self.take_away(path);
        }
    }

    /// Removes the items in which no field has a value any more.
    pub(super) fn settle_items(&mut self) {
        let ItemPlaces { filled, emptied } = std::mem::take(&mut self.items);
        for path in emptied {
            let Some(item) = document_path::items_on(path).next() else { continue };
            let inside = |place: &&str| place.strip_prefix(item).is_some_and(|rest| rest.starts_with('/'));
            if document_path::get(&self.body, path).is_none() && !filled.iter().any(inside) {
                document_path::remove_item(&mut self.body, item);
            }
        }
    }
}
