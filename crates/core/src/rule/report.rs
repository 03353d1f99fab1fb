//! The translation report: what a vendor holds of what was asked, field by field.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    model::Described,
    rule::{Drift, Unread},
};

/// The way a field crossed to the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The vendor holds the value as it was asked.
    Exact,
    /// The vendor holds the nearest of the values that it takes.
    Rounded,
    /// The value was outside the vendor's range, and the vendor holds the nearest limit.
    Clamped,
    /// The vendor holds a similar value.
    Substituted,
    /// The field has no value, and the gateway sent one because the vendor requires it.
    Assumed,
    /// The vendor has no such field; only the gateway keeps the value.
    Unsupported,
    /// The vendor took the value and was then seen to hold a different one.
    NotPersisted,
    /// The field is a setting that only this vendor has.
    Extension,
}

impl Verdict {
    /// Returns true if the vendor holds a different value than was asked.
    pub fn is_loss(self) -> bool {
        match self {
            Self::Rounded | Self::Clamped | Self::Substituted | Self::Unsupported | Self::NotPersisted => {
                true
            }
            Self::Exact | Self::Assumed | Self::Extension => false,
        }
    }

    /// Returns the word on the wire.
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

/// The report in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Fidelity {
    /// The vendor holds every field as it was asked.
    Exact,
    /// The vendor holds every field, some of them with a similar value.
    Approximate,
    /// The vendor lacks at least one field.
    Partial,
}

/// A field that the vendor does not hold exactly as asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = TranslatedField)]
pub struct Entry {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The vendor's field, as a JSON pointer into its document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub vendor_field: Option<String>,
    /// The result for this field.
    #[schema(inline)]
    pub verdict: Verdict,
    /// The value that was asked; null where the request clears the field.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub wanted: Option<Value>,
    /// The value that was sent, in the unit of the field.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub sent: Option<Value>,
    /// The value that the vendor was then seen to hold, in the unit of the field, where that is not the value that was
    /// sent; null where it holds none.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub observed: Option<Value>,
    /// The reason of the difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub why: Option<String>,
    /// True if this write asked for it.
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

/// The vendor's part of a record: how exactly it holds each field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Translation)]
pub struct Report {
    /// The report in one word.
    #[schema(inline)]
    pub fidelity: Fidelity,
    /// The number of fields with each verdict; a verdict without fields is absent.
    #[schema(value_type = BTreeMap<String, u32>)]
    pub summary: Summary,
    /// The fields that are not exact.
    pub fields: Vec<Entry>,
}

/// The number of fields with each verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Sent as given.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub exact: u32,
    /// Sent as the nearest step.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rounded: u32,
    /// Sent as the end of the range.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub clamped: u32,
    /// Sent as a similar value.
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
    /// Builds the report of all fields that have a value or were assumed.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut summary = Summary::default();
        for entry in &entries {
            *summary.count(entry.verdict) += 1;
        }
        let fidelity = summary.fidelity();
        let fields = entries.into_iter().filter(|entry| entry.verdict != Verdict::Exact).collect();
        Self { fidelity, summary, fields }
    }

    /// Builds the report of values in a vendor's record that the model cannot hold: the vendor
    /// keeps them, and a plan reports each until a write sets the field.
    pub fn from_unread(unread: &[Unread]) -> Self {
        let rows = unread.iter().map(|unread| {
            let why = format!("{} It stays there.", unread.why);
            Entry::new(&unread.field, Some(&unread.vendor_field), Verdict::Unsupported).why(why)
        });
        Self::new(rows.collect())
    }

    /// Returns the row of a field, if it is not exact.
    pub fn row(&self, field: &str) -> Option<&Entry> {
        self.fields.iter().find(|entry| entry.field == field)
    }

    /// Marks fields of this write ([`crate::plan::Plan::changed`]) as not persisted if the vendor was
    /// seen to hold them differently than they were sent.
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

    /// Removes the mark that fields were not persisted: the vendor holds them as they were sent.
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

/// Reads a member that is there, null too: a stored report is answered as it was made.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
