//! How the place of a field is written: by its part, and by the unit that an update of the part replaces.

use crate::{Encoder, Mode, rule::Unit};

impl Encoder<'_> {
    /// Gives how the place at a path is written.
    pub(crate) fn mode(&self, path: &'static str) -> Mode {
        let part = self.layout.part(path);
        match part.replaces {
            _ if self.absent.contains(&part.name) => Mode::Create,
            Unit::Document => Mode::Replace,
            Unit::Member if self.is_open(path) => Mode::Replace,
            Unit::Member | Unit::Leaf => Mode::Merge,
        }
    }

    /// Tells whether the record itself is being made.
    pub(crate) fn is_creating(&self) -> bool {
        self.absent.contains(&self.layout.main().name)
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
