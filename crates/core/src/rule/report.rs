//! The translation report, which compares the vendor's record with the desired state, field by field.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rule::{Drift, Entry, Fidelity, Unread, Verdict};

/// The reason for the verdict `not_persisted`. If the value could not be checked either, the reason for that follows
/// after a space.
const NOT_STORED: &str = "The vendor accepted the value and did not store it.";

/// The translation report: what the vendor holds of the desired state, or would hold after the planned write, field by
/// field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(from = "StoredReport")]
#[schema(as = Translation)]
pub struct Report {
    /// The accuracy of the translation of the requested values, in one word. Values that the gateway assumed do not
    /// count.
    #[schema(inline)]
    pub fidelity: Fidelity,
    /// The number of values that the gateway sent although the request does not have them, usually because the vendor
    /// requires a value.
    pub assumed: u32,
    /// The number of requested fields with each verdict. Verdicts without fields are omitted.
    #[schema(value_type = BTreeMap<String, u32>)]
    pub summary: Summary,
    /// The fields whose verdict is not `exact`: first the lost fields (`unsupported`, `not_persisted`), then those
    /// with the nearest value (`rounded`, `clamped`), then `substituted`, `unverified`, `extension` and `assumed`
    /// ones. Omitted with `?translation=summary`.
    #[schema(required = false)]
    pub fields: Vec<Entry>,
}

/// A report in its stored form. Earlier versions counted assumed values in `summary` and did not order the fields.
#[derive(Deserialize)]
struct StoredReport {
    fidelity: Fidelity,
    #[serde(default)]
    assumed: u32,
    summary: StoredSummary,
    fields: Vec<Entry>,
}

/// A summary in its stored form.
#[derive(Deserialize)]
struct StoredSummary {
    #[serde(default)]
    assumed: u32,
    #[serde(flatten)]
    summary: Summary,
}

impl From<StoredReport> for Report {
    fn from(stored: StoredReport) -> Self {
        let StoredReport { fidelity, assumed, summary: StoredSummary { assumed: earlier, summary }, fields } =
            stored;
        let mut report = Self { fidelity, assumed: assumed + earlier, summary, fields };
        report.order();
        report
    }
}

/// The number of requested fields with each verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The number of fields that were sent as requested.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub exact: u32,
    /// The number of fields that were sent with the nearest accepted value.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rounded: u32,
    /// The number of fields that were sent with the nearest limit of the range.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub clamped: u32,
    /// The number of fields that were sent with a similar value.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub substituted: u32,
    /// The number of fields whose values could not be checked.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unverified: u32,
    /// The number of fields that the vendor does not support.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unsupported: u32,
    /// The number of fields that the vendor accepted and did not persist.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_persisted: u32,
    /// The number of fields that only this vendor has.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub extension: u32,
}

impl Report {
    /// Builds the report from the number of exact fields and the entries of all others.
    pub fn new(exact: u32, mut entries: Vec<Box<Entry>>) -> Self {
        let summary = Summary { exact, ..Summary::default() };
        let mut report = Self { fidelity: Fidelity::Exact, assumed: 0, summary, fields: Vec::new() };
        for entry in &entries {
            *report.count(entry.verdict) += 1;
        }
        report.fidelity = report.summary.fidelity();
        entries.sort_by_key(|entry| entry.verdict.weight());
        report.fields = entries.into_iter().map(|entry| *entry).collect();
        report
    }

    /// Builds the report about values in a vendor's record that the model cannot represent. The vendor keeps
    /// these values. Plans report each of them until a write sets the field.
    pub fn from_unread(unread: &[Unread]) -> Self {
        let rows = unread.iter().map(|unread| {
            let why = format!("{} The vendor keeps the value.", unread.why);
            Entry::new(&unread.field, Some(&unread.vendor_field), Verdict::Unsupported).why(why)
        });
        Self::new(0, rows.collect())
    }

    /// Returns the entry of a field, or `None` if the field is exact or not in the report.
    pub fn row(&self, field: &str) -> Option<&Entry> {
        self.fields.iter().find(|entry| entry.field == field)
    }

    /// Marks fields as not persisted, because the vendor was observed to hold values other than those that
    /// were sent. The caller passes only fields that this write changed ([`crate::plan::Plan::changed`]).
    pub fn mark_not_persisted(&mut self, drift: &[Drift]) {
        for Drift { field, vendor_field, desired, observed } in drift {
            let mut entry = self.drop_row(field).unwrap_or_else(|| {
                self.summary.exact = self.summary.exact.saturating_sub(1);
                *Entry::new(field, vendor_field.as_deref(), Verdict::Exact)
            });
            let unchecked = entry.why.filter(|_| entry.verdict == Verdict::Unverified);
            entry.why =
                Some(unchecked.map_or_else(|| NOT_STORED.to_owned(), |why| format!("{NOT_STORED} {why}")));
            entry.verdict = Verdict::NotPersisted;
            entry.wanted.get_or_insert_with(|| desired.clone());
            entry.sent.get_or_insert_with(|| desired.clone());
            entry.observed = Some(observed.clone());
            self.add_row(entry);
        }
        self.fidelity = self.summary.fidelity();
    }

    /// Removes the mark that fields were not persisted, because the vendor holds the values that were sent. If the
    /// value that was sent is not the requested one, the verdict becomes `substituted`; otherwise, it becomes `exact`,
    /// `extension` for a field of an extension, or `unverified` again.
    pub fn mark_persisted(&mut self, fields: &[String]) {
        for field in fields {
            let Some(row) = self.drop_row(field) else { continue };
            let unchecked =
                row.why.as_deref().and_then(|why| why.strip_prefix(NOT_STORED)?.strip_prefix(' '));
            let unchecked = unchecked.map(ToOwned::to_owned);
            let entry = Entry { observed: None, why: None, ..row };
            if entry.wanted != entry.sent {
                let why = Some("The vendor holds this instead.".to_owned());
                self.add_row(Entry { verdict: Verdict::Substituted, why, ..entry });
            } else if field.starts_with("/extensions/") {
                self.add_row(Entry { verdict: Verdict::Extension, wanted: None, sent: None, ..entry });
            } else if unchecked.is_some() {
                self.add_row(Entry { verdict: Verdict::Unverified, why: unchecked, ..entry });
            } else {
                self.summary.exact += 1;
            }
        }
        self.fidelity = self.summary.fidelity();
    }

    /// Returns the number of fields with each verdict.
    pub fn counts(&self) -> [(Verdict, u32); 9] {
        let Summary {
            exact,
            rounded,
            clamped,
            substituted,
            unverified,
            unsupported,
            not_persisted,
            extension,
        } = self.summary;
        [
            (Verdict::Exact, exact),
            (Verdict::Rounded, rounded),
            (Verdict::Clamped, clamped),
            (Verdict::Substituted, substituted),
            (Verdict::Unverified, unverified),
            (Verdict::Assumed, self.assumed),
            (Verdict::Unsupported, unsupported),
            (Verdict::NotPersisted, not_persisted),
            (Verdict::Extension, extension),
        ]
    }

    /// Returns the entries of the fields whose values were sent and could not be checked.
    pub fn unverified(&self) -> impl Iterator<Item = &Entry> {
        self.fields.iter().filter(|row| row.verdict == Verdict::Unverified && !row.is_claim())
    }

    /// Adds entries of unverified fields from another report on the same desired state. Skips a field for which this
    /// report has a verdict other than `exact` or `unverified`. An attempt does not check again the values that the
    /// plan of its write has checked, so its report counts them as exact.
    pub fn keep_unverified<'a>(&mut self, rows: impl IntoIterator<Item = &'a Entry>) {
        for row in rows {
            match self.row(&row.field).map(|present| present.verdict) {
                None => self.summary.exact = self.summary.exact.saturating_sub(1),
                Some(Verdict::Unverified) => drop(self.drop_row(&row.field)),
                Some(_) => continue,
            }
            self.add_row(row.clone());
        }
        self.fidelity = self.summary.fidelity();
    }

    /// Orders the fields by the weight of their verdicts; fields of equal weight keep their order.
    fn order(&mut self) {
        self.fields.sort_by_key(|entry| entry.verdict.weight());
    }

    fn drop_row(&mut self, field: &str) -> Option<Entry> {
        let at = self.fields.iter().position(|entry| entry.field == field)?;
        let entry = self.fields.remove(at);
        let count = self.count(entry.verdict);
        *count = count.saturating_sub(1);
        Some(entry)
    }

    fn add_row(&mut self, entry: Entry) {
        *self.count(entry.verdict) += 1;
        self.fields.push(entry);
        self.order();
    }

    fn count(&mut self, verdict: Verdict) -> &mut u32 {
        let summary = &mut self.summary;
        match verdict {
            Verdict::Exact => &mut summary.exact,
            Verdict::Rounded => &mut summary.rounded,
            Verdict::Clamped => &mut summary.clamped,
            Verdict::Substituted => &mut summary.substituted,
            Verdict::Unverified => &mut summary.unverified,
            Verdict::Assumed => &mut self.assumed,
            Verdict::Unsupported => &mut summary.unsupported,
            Verdict::NotPersisted => &mut summary.not_persisted,
            Verdict::Extension => &mut summary.extension,
        }
    }
}

impl Summary {
    fn fidelity(&self) -> Fidelity {
        match self {
            Self { unsupported: 1.., .. } | Self { not_persisted: 1.., .. } => Fidelity::Partial,
            Self { rounded: 1.., .. } | Self { clamped: 1.., .. } | Self { substituted: 1.., .. } => {
                Fidelity::Approximate
            }
            Self { unverified: 1.., .. } => Fidelity::Unverified,
            _ => Fidelity::Exact,
        }
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
