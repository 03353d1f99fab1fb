//! The rows of the report, and the refusals of losses that are not allowed.

use crate::{
    error::{Kind, Violation},
    model::{Field, Leaf},
    rule::encode::json as plain,
    rule::{Change, Encoder, Entry, Mapping, Verdict},
};

impl Encoder<'_> {
    /// Notes a field that cannot be sent: a row, or a refusal if it must not be lost.
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
        self.violations.push(Violation::at(
            &self.at,
            Kind::CapabilityLoss,
            format!("{} cannot be carried: {why}", self.at),
        ));
    }

    /// Notes a field that is not sent: the vendor holds the value last sent.
    pub(super) fn note_unchanged<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        if !self.carry_over(self.display_path(mapping)) {
            self.note_exact(mapping, change);
        }
    }

    pub(super) fn note_exact<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        self.note(self.as_given(mapping), change);
    }

    /// Counts a field that the vendor was just seen to hold as it was given as exact, even if an
    /// earlier report differs.
    pub(super) fn note_held<T: Leaf>(&mut self, mapping: &Mapping<T>, change: &Change<&T>) {
        self.add(self.as_given(mapping), change);
    }

    fn as_given<T: Leaf>(&self, mapping: &Mapping<T>) -> Entry {
        // Exact rows are counted and not shown.
        let (verdict, vendor_field) = match self.extension {
            true => (Verdict::Extension, mapping.fields.first().copied()),
            false => (Verdict::Exact, None),
        };
        Entry::new(&self.at, vendor_field, verdict)
    }

    /// Carries over the row of a field that the vendor still holds differently since an earlier
    /// write; false if there is none.
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

    /// Notes a field that is sent. A value that stays and that the vendor did not persist is
    /// reported as such until it is read back.
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
