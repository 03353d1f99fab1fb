//! Values that a write does not change: whether the vendor still holds them, and whether the write sends them nevertheless.

use crate::{
    model::Leaf,
    rule::{Change, Encoder, Mapping, Mode, Verdict, document_path},
};

impl Encoder<'_> {
    /// Leaves an unchanged value as it is at the vendor, and reports it. Returns false if the value must be translated
    /// again.
    pub(super) fn leaves<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>, value: &T) -> bool {
        if self.holds(mapping, value) || self.remains_exact(mapping, value) {
            self.note_held(mapping, change);
            return true;
        }
        if self.remains_as_reported(mapping, value) {
            self.note_unchanged(mapping, change);
            return true;
        }
        false
    }

    /// Returns true if the write can leave the value as observed: the observed state has the value, the vendor still
    /// accepts it, and a merging write does not send the field for another reason.
    pub(super) fn holds<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        // The body for a vendor that replaces starts as a copy of the observed state.
        let seen = match self.mode(mapping.display_path()) {
            Mode::Create => None,
            Mode::Replace => Some(&self.body),
            Mode::Merge => self.observed.filter(|_| !self.sends(mapping, false)),
        };
        seen.is_some_and(|document| {
            !self.is_ruled_out(mapping, value)
                && self.reader(document).mapped(mapping).as_ref() == Some(value)
        })
    }

    fn is_outside_choices<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        let wire = || self.translate(mapping, value).ok().map(|encoded| encoded.wire);
        mapping.choices.is_some() && wire().is_some_and(|wire| self.outside_choices(mapping, &wire).is_some())
    }

    /// Returns true if the body contains the vendor field that requires this field to be in the same request.
    pub(super) fn accompanies<T>(&self, mapping: &Mapping<T>) -> bool {
        mapping.sent_with.is_some_and(|path| document_path::get(&self.body, path).is_some())
    }

    /// Returns true if the vendor does not accept the value, because the field's condition does not hold, the codec objects
    /// to it, or the value is outside the range or the choices that apply.
    fn is_ruled_out<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        self.is_available(mapping) == Some(false)
            || mapping.codec.objects(value, &self.body)
            || self.outside_range(mapping, value).is_some()
            || self.is_outside_choices(mapping, value)
    }

    pub(super) fn was_lost(&self) -> bool {
        let row = self.previous.and_then(|previous| previous.row(&self.at));
        row.is_some_and(|row| row.verdict == Verdict::Unsupported)
    }

    /// Returns true if a merging vendor still holds an unchanged value exactly. The write does not send such a value
    /// again, because this might change it. All of these conditions must be met:
    ///
    /// * The last report counts the field as exact or unverified. A claimed value must have an exact wire value, too.
    /// * The write does not send the field for another reason.
    /// * The write does not clear another field that this field needs.
    /// * The vendor accepts the value after the write.
    fn remains_exact<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        let was_exact = self.previous.is_some_and(|previous| {
            previous.row(&self.at).is_none_or(|row| row.verdict == Verdict::Unverified)
        });
        let is_lossless = || self.translate(mapping, value).is_ok_and(|encoded| encoded.loss.is_none());
        self.mode(mapping.display_path()) == Mode::Merge
            && was_exact
            && (!self.is_claimed() || is_lossless())
            && !self.sends(mapping, false)
            && !self.is_ruled_out(mapping, value)
            && !self.clears_need(mapping)
    }

    /// Returns true if a merging vendor still holds an unchanged portion of a shared value as the last report states. The
    /// portion depends on the other portions of the value, which are not known unless the write sends the value.
    fn remains_as_reported<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> bool {
        mapping.shared
            && self.previous.is_some()
            && !self.sends(mapping, false)
            && !self.is_ruled_out(mapping, value)
            && !self.clears_need(mapping)
    }

    pub(super) fn sends<T>(&self, mapping: &Mapping<T>, writes: bool) -> bool {
        writes
            || self.mode(mapping.display_path()) != Mode::Merge
            || self.resend
            || mapping.always
            || mapping.bound.is_some()
            || self.accompanies(mapping)
            || self.is_open(mapping.display_path())
    }
}
