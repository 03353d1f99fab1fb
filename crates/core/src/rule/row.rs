//! Report entries, and refusals of writes that would lose an essential field.

use crate::{
    error::{Kind, Violation},
    model::{Field, Leaf},
    rule::encode::json as plain,
    rule::{Change, Clearing, Encoder, Entry, FieldOutcome, Mapping, Verdict},
};

impl Encoder<'_> {
    /// Reports a field that cannot be sent. Refuses the write instead if it changes the field and the lost
    /// value is essential.
    pub(super) fn note_lost<T: Leaf>(
        &mut self,
        field: &Field,
        change: &Change<&T>,
        vendor_field: Option<&'static str>,
        why: String,
    ) {
        let value = change.applied().map(plain);
        if field.essential.holds(value.as_ref()) && !matches!(change, Change::Keep(_)) {
            return self.refuse(why);
        }
        let mut entry = Entry::new(&self.at, vendor_field, Verdict::Unsupported).why(why);
        entry.wanted = value;
        self.add(entry, change);
    }

    pub(super) fn refuse(&mut self, why: String) {
        self.refuse_at(&self.at.clone(), &why);
    }

    /// Refuses the write because of the field at a pointer.
    pub(super) fn refuse_at(&mut self, at: &str, why: &str) {
        let detail = format!("{at} cannot be sent to {}: {why}", self.vendor);
        self.violations.push(Violation::at(at, Kind::CapabilityLoss, detail));
    }

    /// Reports an unchanged field that is not sent. Repeats the previous report's entry if the vendor holds another value
    /// than the requested one, or if the value could not be checked. Otherwise, reports the field as exact.
    pub(super) fn note_unchanged<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        let is_lost = |row: &Entry| row.verdict.is_loss() && row.verdict != Verdict::NotPersisted;
        if !self.repeat(self.display_path(mapping), is_lost) {
            self.note_exact(mapping, change, false);
        }
    }

    /// Reports a field as exact; `sends` is true if the write sends its value.
    pub(super) fn note_exact<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>, sends: bool) {
        match self.as_given(mapping, change, sends) {
            Some(entry) => self.note(entry, change),
            None => self.note_unlisted(change),
        }
    }

    /// Reports a field as exact, without an entry, unless the previous report has the value as not persisted.
    pub(super) fn note_unlisted<T>(&mut self, change: &Change<T>) {
        match self.unkept_row(change) {
            Some(row) => self.add(Box::new(row.clone()), change),
            None => self.add_unlisted(change),
        }
    }

    /// Reports a field as exact because the vendor holds its value: the observed state has the value, or the
    /// previous report counts the field as exact. An entry of the previous report is ignored, unless it states that the
    /// value could not be checked.
    pub(super) fn note_held<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        match self.as_given(mapping, change, false) {
            Some(entry) => self.add(entry, change),
            None => self.add_unlisted(change),
        }
    }

    /// Returns the entry of a field whose value the vendor holds or is assumed to hold. The entry states that the value could
    /// not be checked, that its effect differs, or that only this vendor has the setting. Returns `None` for any other field, which is
    /// exact and not listed.
    fn as_given<T: Leaf>(
        &self,
        mapping: &Mapping<T>,
        change: &Change<&T>,
        sends: bool,
    ) -> Option<Box<Entry>> {
        let row = self.unverified_row(mapping, change.applied(), sends);
        if let Some(row) = row.or_else(|| self.differing_row(mapping, change)) {
            return Some(Box::new(row.clone()));
        }
        let entry = || Entry::new(&self.at, mapping.fields.first().copied(), Verdict::Extension);
        self.extension.then(entry)
    }

    /// Returns the previous report's entry of an unchanged value that was sent as given and has another effect at the
    /// vendor. If the effect depends on another vendor field, the entry is made anew.
    fn differing_row<T: Leaf>(&self, mapping: &Mapping<T>, change: &Change<&T>) -> Option<&Entry> {
        let Change::Keep(Some(value)) = change else { return None };
        let row = self.previous?.row(&self.at)?;
        let differs = row.verdict == Verdict::Substituted && row.wanted == row.sent && !mapping.may_be_idle;
        (differs && row.wanted.as_ref() == Some(&plain(value))).then_some(row)
    }

    /// Repeats the entry of a field whose value an earlier write could not send. Returns false if there is no such entry.
    pub(super) fn repeat_lost<T>(&mut self, mapping: &Mapping<T>) -> bool {
        self.repeat(self.display_path(mapping), |row| row.verdict == Verdict::Unsupported)
    }

    /// Repeats the entry of a field without a value that an earlier write could not clear, or of which the vendor still
    /// held a value after an earlier write cleared it. The latter is repeated until the vendor is observed without the
    /// value.
    pub(super) fn repeat_uncleared<T>(&mut self, mapping: &Mapping<T>) {
        let may_remain = matches!(mapping.clearing, Clearing::Inferred(..));
        self.repeat(self.display_path(mapping), |row| match row.verdict {
            Verdict::Unsupported => true,
            Verdict::NotPersisted => may_remain,
            _ => false,
        });
    }

    /// Repeats the entry of a field to which an earlier write gave a value that the caller did not request, if the vendor
    /// still has this value. Does nothing if this write has an entry for the field.
    pub(super) fn repeat_assumed<T: Leaf>(&mut self, mapping: &Mapping<T>) {
        if self.told() {
            return;
        }
        let seen = self.observed.map(|observed| self.reader(observed).mapped(mapping).as_ref().map(plain));
        let is_held = |row: &Entry| seen.as_ref().is_none_or(|seen| *seen == row.sent);
        self.repeat(self.display_path(mapping), |row| row.verdict == Verdict::Assumed && is_held(row));
    }

    /// Repeats the entry of the field that an earlier write of the current field has set as well. Does nothing if this
    /// write has an entry for that field.
    pub(super) fn repeat_brought<T>(&mut self, mapping: &Mapping<T>) {
        let Some(brought) = mapping.brings.as_deref() else { return };
        let is_new = self.outcomes.iter().all(|outcome| outcome.field() != brought.field);
        let row = self.previous.and_then(|previous| previous.row(brought.field));
        self.copy(row, brought.path, |row| is_new && row.verdict == Verdict::Assumed);
    }

    /// Repeats the previous report's entry of the current field, if it has the vendor field `path` and meets a condition.
    /// Returns false if there is no such entry.
    fn repeat(&mut self, path: &'static str, condition: impl Fn(&Entry) -> bool) -> bool {
        let row = self.previous.and_then(|previous| previous.row(&self.at));
        self.copy(row, path, condition)
    }

    /// Adds a copy of an entry of the previous report, as [`Self::repeat`]. An entry with another vendor field is from
    /// another vendor.
    fn copy(&mut self, row: Option<&Entry>, path: &'static str, condition: impl Fn(&Entry) -> bool) -> bool {
        let Some(row) = row.filter(|row| row.vendor_field.as_deref() == Some(path) && condition(row)) else {
            return false;
        };
        self.add(Box::new(row.clone()), &Change::<()>::Keep(None));
        true
    }

    /// Adds the report entry of a field. If the value is unchanged and not persisted according to the previous report,
    /// the previous entry is kept until the vendor is observed to hold the value.
    pub(super) fn note<T>(&mut self, entry: Box<Entry>, change: &Change<T>) {
        let entry = self.unkept_row(change).map_or(entry, |row| Box::new(row.clone()));
        self.add(entry, change);
    }

    /// Returns the previous report's entry of an unchanged value that the vendor did not persist.
    fn unkept_row<T>(&self, change: &Change<T>) -> Option<&Entry> {
        let row = match change {
            Change::Keep(Some(_)) => self.previous?.row(&self.at)?,
            _ => return None,
        };
        (row.verdict == Verdict::NotPersisted).then_some(row)
    }

    fn add<T>(&mut self, mut entry: Box<Entry>, change: &Change<T>) {
        entry.changed = !matches!(change, Change::Keep(_));
        self.outcomes.push(FieldOutcome::Listed(entry));
    }

    fn add_unlisted<T>(&mut self, change: &Change<T>) {
        let changed = !matches!(change, Change::Keep(_));
        self.outcomes.push(FieldOutcome::Exact { field: self.at.clone(), changed });
    }
}
