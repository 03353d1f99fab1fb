//! The comparison of two translation reports of one record.

use serde::Serialize;
use serde_json::Value;
use switchboard_core::{
    model::schema,
    plan::Desired,
    rule::{Entry, Report, Verdict},
};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// The fields that a new vendor would hold differently than the present vendor does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LossDiff {
    /// The fields that the present vendor holds and the new vendor would not hold.
    pub lost: Vec<FieldChange>,
    /// The fields that the new vendor would hold less exactly than the present vendor does. This includes fields that
    /// neither vendor holds exactly, if the two vendors' values differ from each other.
    pub narrowed: Vec<FieldChange>,
    /// The fields that the new vendor would hold more exactly than the present one, including those that only the new
    /// vendor would hold.
    pub gained: Vec<FieldChange>,
}

/// A field that the new vendor would hold differently than the present vendor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChangedField)]
pub struct FieldChange {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The verdict on the field at the new vendor.
    #[schema(schema_with = verdicts)]
    pub verdict: Verdict,
    /// The requested value. Null if the field was cleared. Omitted if there is no requested value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Value>,
    /// The value that would be sent to the new vendor. Omitted if the value would be sent unchanged, or if no value would be
    /// sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Value>,
    /// The reason for the verdict. Omitted if none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub why: Option<String>,
}

/// Builds the schema of the verdict. The schema lacks `assumed` and `unverified`, because neither is a loss or a gain.
fn verdicts() -> RefOr<Schema> {
    let verdicts = [
        Verdict::Exact,
        Verdict::Rounded,
        Verdict::Clamped,
        Verdict::Substituted,
        Verdict::Unsupported,
        Verdict::NotPersisted,
        Verdict::Extension,
    ];
    schema::one_of("The verdict on the field at the new vendor, as in translation reports.", verdicts)
}

impl LossDiff {
    /// Compares the report of the present vendor (`before`) with the report of the new vendor (`after`).
    pub fn between(before: &Report, after: &Report) -> Self {
        let mut compared = Self::default();
        compared.add_reports(before, after);
        compared
    }

    /// Lists the fields that are lost or narrowed.
    pub fn losses(&self) -> impl Iterator<Item = &str> {
        losses(&self.lost, &self.narrowed)
    }

    fn add_reports(&mut self, before: &Report, after: &Report) {
        for row in after.fields.iter().filter(|row| row.verdict.is_loss()) {
            let present = before.row(&row.field).filter(|row| row.verdict.is_loss());
            match (is_absent(row), present) {
                (true, None) => self.lost.push(row.into()),
                (true, Some(present)) if !is_absent(present) => self.lost.push(row.into()),
                (true, Some(_)) => {}
                (false, None) => self.narrowed.push(row.into()),
                (false, Some(present)) if is_absent(present) => self.gained.push(row.into()),
                (false, Some(present)) if present.sent != row.sent => self.narrowed.push(row.into()),
                (false, Some(_)) => {}
            }
        }
        for row in before.fields.iter().filter(|row| row.verdict.is_loss()) {
            let kept = after.row(&row.field).filter(|row| row.verdict.is_loss());
            // A row without a requested value stands for a value at the present vendor that the gateway could not read.
            // The desired state lacks that value, so the new vendor does not gain it.
            if kept.is_none() && row.wanted.is_some() {
                self.gained.push(FieldChange {
                    verdict: Verdict::Exact,
                    sent: None,
                    why: None,
                    ..row.into()
                });
            }
        }
    }

    /// Adds the extension settings: those of the present adapter as lost, and those of the new adapter as gained. Adds
    /// nothing if both adapters are the same.
    pub fn add_extensions<R>(&mut self, desired: &Desired<R>, from: &str, to: &str) {
        if from == to {
            return;
        }
        let why = format!("Only {from} has this setting; the gateway keeps it for a move back.");
        self.lost.extend(settings(desired, from, Verdict::Unsupported, Some(&why)));
        self.gained.extend(settings(desired, to, Verdict::Extension, None));
    }
}

/// Lists the fields that are lost or narrowed.
pub fn losses<'a>(lost: &'a [FieldChange], narrowed: &'a [FieldChange]) -> impl Iterator<Item = &'a str> {
    lost.iter().chain(narrowed).map(|row| row.field.as_str())
}

/// Returns a row for each extension setting that the desired state has for an adapter.
fn settings<R>(desired: &Desired<R>, adapter: &str, verdict: Verdict, why: Option<&str>) -> Vec<FieldChange> {
    let settings = desired.extensions.get(adapter).and_then(Value::as_object).into_iter().flatten();
    let row = |(name, value): (&String, &Value)| FieldChange {
        field: format!("/extensions/{adapter}/{}", schema::escape(name)),
        verdict,
        wanted: Some(value.clone()),
        sent: None,
        why: why.map(ToOwned::to_owned),
    };
    settings.map(row).collect()
}

/// Returns true if the vendor does not hold the field at all.
fn is_absent(row: &Entry) -> bool {
    matches!(row.verdict, Verdict::Unsupported | Verdict::NotPersisted)
}

impl From<&Entry> for FieldChange {
    fn from(row: &Entry) -> Self {
        let Entry { field, verdict, wanted, sent, why, .. } = row.clone();
        Self { field, verdict, wanted, sent, why }
    }
}
