//! Report entries, and refusals of writes that would lose an essential field.

use crate::{
    error::{Kind, Violation},
    model::{Field, Leaf},
    rule::encode::json as plain,
    rule::{Change, Encoder, Entry, Mapping, Verdict},
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
        let entry =
            Entry { wanted: value, ..Entry::new(&self.at, vendor_field, Verdict::Unsupported).why(why) };
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
        self.note(self.as_given(mapping, change), change);
    }

    /// Reports a field as exact because the vendor holds its value: the observed state has the value, or the
    /// previous report counts the field as exact. An entry of the previous report is ignored, unless it states that the
    /// value could not be checked.
    pub(super) fn note_held<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        self.add(self.as_given(mapping, change), change);
    }

    fn as_given<T: Leaf>(&self, mapping: &Mapping<T>, change: &Change<&T>) -> Entry {
        if let Some(row) = self.unverified_row(mapping, change.applied()) {
            return row.clone();
        }
        // Exact entries are counted and not listed, so they need no vendor field.
        let (verdict, vendor_field) = match self.extension {
            true => (Verdict::Extension, mapping.fields.first().copied()),
            false => (Verdict::Exact, None),
        };
        Entry::new(&self.at, vendor_field, verdict)
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
        self.entries.push(Entry { changed: false, ..row.clone() });
        true
    }

    /// Adds the report entry of a field. If the value is unchanged and not persisted according to the previous report,
    /// the previous entry is kept until the vendor is observed to hold the value.
    pub(super) fn note<T>(&mut self, entry: Entry, change: &Change<T>) {
        let unkept = match change {
            Change::Keep(Some(_)) => self.previous.and_then(|previous| previous.row(&self.at)),
            _ => None,
        };
        let unkept = unkept.filter(|row| row.verdict == Verdict::NotPersisted).cloned();
        self.add(unkept.unwrap_or(entry), change);
    }

    fn add<T>(&mut self, entry: Entry, change: &Change<T>) {
        self.entries.push(Entry { changed: !matches!(change, Change::Keep(_)), ..entry });
    }
}
