//! The translation report: what a vendor holds of what was asked, field by field.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Drift, Unread};

/// How a field fared on its way to the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it was given.
    Exact,
    /// As the nearest value of the vendor's steps.
    Rounded,
    /// As the end of the vendor's range.
    Clamped,
    /// As something like it.
    Substituted,
    /// Not given; the vendor wants a value, and this one was sent.
    Assumed,
    /// Not at all; the gateway keeps it.
    Unsupported,
    /// Sent, and the vendor holds something else all the same.
    NotPersisted,
    /// By a setting of this vendor only.
    Extension,
}

impl Verdict {
    /// Whether the vendor holds something else than was asked.
    pub fn is_loss(self) -> bool {
        match self {
            Self::Rounded | Self::Clamped | Self::Substituted | Self::Unsupported | Self::NotPersisted => {
                true
            }
            Self::Exact | Self::Assumed | Self::Extension => false,
        }
    }

    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Rounded => "rounded",
            Self::Clamped => "clamped",
            Self::Substituted => "substituted",
            Self::Assumed => "assumed",
            Self::Unsupported => "unsupported",
            Self::NotPersisted => "not_persisted",
            Self::Extension => "extension",
        }
    }
}

/// How near the vendor's record is to the desired one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fidelity {
    /// Everything asked is there as asked.
    Exact,
    /// Everything asked is there, some of it nearly.
    Approximate,
    /// Something asked is not there.
    Partial,
}

/// One row of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The normalized field, as a JSON pointer.
    pub field: String,
    /// The vendor's field, as a JSON pointer into its document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor_field: Option<String>,
    /// How it fared.
    pub verdict: Verdict,
    /// What was asked; null where it was to be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub wanted: Option<Value>,
    /// What was sent, in normalized units.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub sent: Option<Value>,
    /// What the vendor was then seen to hold, in normalized units, where that is not what was sent; null is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub observed: Option<Value>,
    /// Why it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Whether this write asked for it.
    #[serde(skip)]
    pub changed: bool,
}

impl Entry {
    pub(crate) fn new(field: &str, vendor_field: Option<&str>, verdict: Verdict) -> Self {
        let vendor_field = vendor_field.map(ToOwned::to_owned);
        Self {
            field: field.to_owned(),
            vendor_field,
            verdict,
            wanted: None,
            sent: None,
            observed: None,
            why: None,
            changed: false,
        }
    }

    pub(crate) fn wanted(self, wanted: Value) -> Self {
        Self { wanted: Some(wanted), ..self }
    }

    pub(crate) fn sent(self, sent: Value) -> Self {
        Self { sent: Some(sent), ..self }
    }

    pub(crate) fn why(self, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..self }
    }
}

/// What a vendor holds of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// How near it is.
    pub fidelity: Fidelity,
    /// How many fields fared how.
    pub summary: Summary,
    /// The fields that are not exact.
    pub fields: Vec<Entry>,
}

/// How many fields fared how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// As given.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub exact: u32,
    /// As the nearest step.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rounded: u32,
    /// As the end of the range.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub clamped: u32,
    /// As something like it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub substituted: u32,
    /// Not given, but wanted by the vendor.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub assumed: u32,
    /// Not at all.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unsupported: u32,
    /// Sent and not kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_persisted: u32,
    /// By vendor settings.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub extension: u32,
}

impl Report {
    /// The report of all fields that have a value or were assumed.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut summary = Summary::default();
        for entry in &entries {
            *summary.count(entry.verdict) += 1;
        }
        let fidelity = summary.fidelity();
        let fields = entries.into_iter().filter(|entry| entry.verdict != Verdict::Exact).collect();
        Self { fidelity, summary, fields }
    }

    /// The report of what a vendor's record says and the model cannot: the vendor keeps it, and a plan goes on telling so
    /// as long as nothing else is asked for the field.
    pub fn from_unread(unread: &[Unread]) -> Self {
        let rows = unread.iter().map(|unread| {
            let why = format!("{} It stays there.", unread.why);
            Entry::new(&unread.field, Some(&unread.vendor_field), Verdict::Unsupported).why(why)
        });
        Self::new(rows.collect())
    }

    /// The row of a field, if it is not exact.
    pub fn row(&self, field: &str) -> Option<&Entry> {
        self.fields.iter().find(|entry| entry.field == field)
    }

    /// Tells fields of this write ([`crate::Plan::changed`]) that the vendor was seen to hold otherwise than they were
    /// sent as not persisted.
    pub fn mark_not_persisted(&mut self, drift: &[Drift]) {
        for Drift { field, vendor_field, desired, observed } in drift {
            let mut entry = self.drop_row(field).unwrap_or_else(|| {
                self.summary.exact = self.summary.exact.saturating_sub(1);
                Entry::new(field, vendor_field.as_deref(), Verdict::Exact)
            });
            entry.verdict = Verdict::NotPersisted;
            entry.wanted.get_or_insert_with(|| desired.clone());
            entry.sent.get_or_insert_with(|| desired.clone());
            entry.observed = Some(observed.clone());
            entry.why = Some("The vendor took it and did not keep it.".to_owned());
            self.add_row(entry);
        }
        self.fidelity = self.summary.fidelity();
    }

    /// Takes back that fields were not persisted: the vendor holds them as they were sent.
    pub fn mark_persisted(&mut self, fields: &[String]) {
        for field in fields {
            let Some(row) = self.drop_row(field) else { continue };
            let entry = Entry { observed: None, why: None, ..row };
            if entry.wanted != entry.sent {
                self.add_row(
                    Entry { verdict: Verdict::Substituted, ..entry }.why("The vendor holds this instead."),
                );
            } else if field.starts_with("/extensions/") {
                self.add_row(Entry { verdict: Verdict::Extension, wanted: None, sent: None, ..entry });
            } else {
                self.summary.exact += 1;
            }
        }
        self.fidelity = self.summary.fidelity();
    }

    fn drop_row(&mut self, field: &str) -> Option<Entry> {
        let at = self.fields.iter().position(|entry| entry.field == field)?;
        let entry = self.fields.remove(at);
        let count = self.summary.count(entry.verdict);
        *count = count.saturating_sub(1);
        Some(entry)
    }

    fn add_row(&mut self, entry: Entry) {
        *self.summary.count(entry.verdict) += 1;
        self.fields.push(entry);
    }
}

impl Summary {
    fn fidelity(&self) -> Fidelity {
        match self {
            Self { unsupported: 1.., .. } | Self { not_persisted: 1.., .. } => Fidelity::Partial,
            Self { rounded: 0, clamped: 0, substituted: 0, .. } => Fidelity::Exact,
            _ => Fidelity::Approximate,
        }
    }

    fn count(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Exact => &mut self.exact,
            Verdict::Rounded => &mut self.rounded,
            Verdict::Clamped => &mut self.clamped,
            Verdict::Substituted => &mut self.substituted,
            Verdict::Assumed => &mut self.assumed,
            Verdict::Unsupported => &mut self.unsupported,
            Verdict::NotPersisted => &mut self.not_persisted,
            Verdict::Extension => &mut self.extension,
        }
    }
}

/// A member that is there, null too: a stored report is answered as it was made.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
