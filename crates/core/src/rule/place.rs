//! Way in which the place of a field is written: by its part, and by the unit that an update of the
//! part replaces.

use crate::rule::{Change, Encoder, Mapping, Mode, Unit, document_path};

impl Encoder<'_> {
    /// Returns the way in which the place at a path is written.
    pub(crate) fn mode(&self, path: &'static str) -> Mode {
        let part = self.layout.part(path);
        match part.replaces {
            _ if self.absent.contains(&part.name) => Mode::Create,
            Unit::Document => Mode::Replace,
            Unit::Member if self.is_open(path) => Mode::Replace,
            Unit::Member | Unit::Leaf => Mode::Merge,
        }
    }

    /// Returns true if the record itself is being created.
    pub(crate) fn is_creating(&self) -> bool {
        self.absent.contains(&self.layout.main().name)
    }

    /// Copies the value at a field's place to the other places that hold the same value.
    pub(super) fn mirror<T>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        let changed = !matches!(change, Change::Keep(_));
        let standing =
            mapping.copies.first().and_then(|_| document_path::get(&self.body, mapping.path).cloned());
        let touched = self.touched.contains(&self.layout.part(mapping.path).name);
        for copy in mapping.copies {
            if changed && touched {
                self.touch_place(copy);
            }
            match &standing {
                Some(wire) if changed || self.mode(copy) != Mode::Merge => {
                    document_path::put(&mut self.body, copy, wire.clone());
                }
                None if matches!(change, Change::Clear) && self.mode(copy) != Mode::Merge => {
                    document_path::remove(&mut self.body, copy);
                }
                _ => {}
            }
        }
    }

    pub(super) fn is_open(&self, path: &'static str) -> bool {
        !self.units.is_empty() && self.layout.unit(path).is_some_and(|unit| self.units.contains(unit))
    }

    /// Notes that a change reached a part.
    pub(crate) fn touch(&mut self, part: &'static str) {
        if !self.touched.contains(&part) {
            self.touched.push(part);
        }
    }

    /// Notes that a change reached the place at a path, and with it all that is replaced with the place.
    pub(super) fn touch_place(&mut self, path: &'static str) {
        self.touch(self.layout.part(path).name);
        if self.mode(path) == Mode::Merge {
            self.units_touched.extend(self.layout.unit(path));
        }
    }
}
