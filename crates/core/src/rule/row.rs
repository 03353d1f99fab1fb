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

    /// Reports an unchanged field that is not sent. Repeats the previous report's entry if an earlier write could not
    /// send the value, could not check it, or did not persist it. Otherwise, reports the field as exact.
    pub(super) fn note_unchanged<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        if !self.carry_over(self.display_path(mapping)) {
            self.note_exact(mapping, change);
        }
    }

    pub(super) fn note_exact<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        match self.as_given(mapping, change) {
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
        match self.as_given(mapping, change) {
            Some(entry) => self.add(entry, change),
            None => self.add_unlisted(change),
        }
    }

    /// Returns the entry of a field whose value the vendor holds. The entry states that the value could not be checked,
    /// or that only this vendor has the setting. Returns `None` for any other field, which is exact and not listed.
    fn as_given<T: Leaf>(&self, mapping: &Mapping<T>, change: &Change<&T>) -> Option<Box<Entry>> {
        if let Some(row) = self.unverified_row(mapping, change.applied()) {
            return Some(Box::new(row.clone()));
        }
        let entry = || Entry::new(&self.at, mapping.fields.first().copied(), Verdict::Extension);
        self.extension.then(entry)
    }

    /// Copies the previous report's entry of a field that an earlier write could not send. Returns false if there is no
    /// such entry with the vendor field `path`.
    pub(super) fn carry_over(&mut self, path: &'static str) -> bool {
        let Some(row) = self
            .previous
            .and_then(|previous| previous.row(&self.at))
            .filter(|row| row.verdict == Verdict::Unsupported && row.vendor_field.as_deref() == Some(path))
        else {
            return false;
        };
        let mut entry = Box::new(row.clone());
        entry.changed = false;
        self.outcomes.push(FieldOutcome::Listed(entry));
        true
    }

    /// Copies the previous report's entry of a field that has no value, if the vendor still held a value after the field
    /// was cleared. The entry is kept until the vendor is observed without the value.
    pub(super) fn carry_uncleared<T>(&mut self, mapping: &Mapping<T>) {
        let row = self.previous.and_then(|previous| previous.row(&self.at));
        if let Some(row) = row.filter(|row| row.verdict == Verdict::NotPersisted)
            && matches!(mapping.clearing, Clearing::Inferred(..))
        {
            self.add(Box::new(row.clone()), &Change::<&T>::Keep(None));
        }
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
