//! The translation report: what a vendor holds of what was asked, field by field.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// By a setting of this vendor only.
    Extension,
}

impl Verdict {
    /// Whether the vendor holds something else than was asked.
    pub fn is_loss(self) -> bool {
        matches!(self, Self::Rounded | Self::Clamped | Self::Substituted | Self::Unsupported)
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
    /// By vendor settings.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub extension: u32,
}

impl Report {
    /// The report of all fields that have a value or were assumed.
    pub fn of(entries: Vec<Entry>) -> Self {
        let mut summary = Summary::default();
        for entry in &entries {
            *summary.count(entry.verdict) += 1;
        }
        let fidelity = match &summary {
            Summary { unsupported: 1.., .. } => Fidelity::Partial,
            Summary { rounded: 0, clamped: 0, substituted: 0, .. } => Fidelity::Exact,
            _ => Fidelity::Approximate,
        };
        let fields = entries.into_iter().filter(|entry| entry.verdict != Verdict::Exact).collect();
        Self { fidelity, summary, fields }
    }

    /// The row of a field, if it is not exact.
    pub fn row(&self, field: &str) -> Option<&Entry> {
        self.fields.iter().find(|entry| entry.field == field)
    }
}

impl Summary {
    fn count(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Exact => &mut self.exact,
            Verdict::Rounded => &mut self.rounded,
            Verdict::Clamped => &mut self.clamped,
            Verdict::Substituted => &mut self.substituted,
            Verdict::Assumed => &mut self.assumed,
            Verdict::Unsupported => &mut self.unsupported,
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
