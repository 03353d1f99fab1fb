//! Values that name objects that the vendor binds to the record, such as a phone number.

use crate::{
    model::{Field, Leaf},
    rule::{Change, Encoder, Mapping, listed::Check},
};

impl<'a> Encoder<'a> {
    /// Writes a value that names a bound object. If the record takes no such objects after the write, reports the value
    /// instead, and unbinds the object that was bound before.
    pub(super) fn bound<T: Leaf>(
        &mut self,
        field: &Field,
        mapping: &'a Mapping<T>,
        before: Option<&'a T>,
        desired: Option<&'a T>,
    ) {
        if self.binds {
            // Nothing is bound yet to a record that took no objects.
            let before = before.filter(|_| self.has_bound != Some(false));
            return self.mapped(field, mapping, Change::between(before, desired));
        }
        let Some(bound) = mapping.bound.as_deref() else { return };
        let change = Change::between(before, desired);
        if let Change::Set(value) = change
            && !bound.is_listed_if_bound
            && let Check::Refused(why) = self.check(mapping, value)
        {
            return self.refuse(why);
        }
        // An imported record states a value that this write does not change, so it keeps the object that is bound to it.
        let releases = match self.has_bound {
            Some(true) => desired.is_some(),
            // Earlier versions of the gateway bound the object of such a record too, and reported it as sent.
            Some(false) => before.is_some() && self.previous.is_some() && !self.was_lost(),
            None => false,
        };
        if releases || matches!(change, Change::Set(_) | Change::Clear) {
            self.touch(self.layout.part(mapping.path).name);
        }
        if desired.is_some() {
            self.note_lost(field, &change, None, bound.unbound.to_owned());
        }
    }
}
