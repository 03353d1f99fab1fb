//! Values in list items that a path selects. A list item is removed from the body when no field has a value in it.

use serde_json::{Value, json};

use crate::rule::{Encoder, ItemPlaces, Mapping, Mode, document_path};

impl Encoder<'_> {
    /// Writes a value to the body. If the path leads through a list item, null removes the value and creates
    /// no item.
    pub(super) fn fill(&mut self, path: &'static str, wire: Value) {
        match wire.is_null() && document_path::items_on(path).next().is_some() {
            true => self.take_away(path),
            false => document_path::put(&mut self.body, path, wire),
        }
    }

    /// Records that a field has a value in a list item. Does nothing if the field is not in a list item or
    /// has no value.
    pub(super) fn fill_item<T>(&mut self, mapping: &Mapping<T>) {
        if document_path::items_on(mapping.path).next().is_some() && !self.held(mapping.path).is_null() {
            self.items.filled.push(mapping.path);
        }
    }

    /// Removes a value from the body. If the body then lacks a unit that must be written whole, adds the unit as an
    /// empty list or object.
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

    /// Removes a value from the body if the vendor removes the values that the body omits.
    pub(super) fn leave_out(&mut self, path: &'static str) {
        if self.mode(path) != Mode::Merge || self.is_open(path) {
            self.take_away(path);
        }
    }

    /// Removes each list item that the write left without a field value.
    pub(super) fn settle_items(&mut self) {
        let ItemPlaces { filled, emptied } = std::mem::take(&mut self.items);
        for path in emptied {
            let Some(item) = document_path::items_on(path).next() else { continue };
            let inside = |place: &&str| place.strip_prefix(item).is_some_and(|rest| rest.starts_with('/'));
            // A later field may have removed the value of an earlier one.
            let mut held = filled.iter().filter(|place| !self.held(place).is_null());
            if document_path::get(&self.body, path).is_none() && !held.any(inside) {
                document_path::remove_item(&mut self.body, item);
            }
        }
    }
}
