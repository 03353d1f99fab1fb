//! Claims: values that an import took from its request, because the vendor does not return them. The gateway has neither sent
//! such a value nor read it, so plans report it as unverified until a write sends it.

use serde_json::Value;

use crate::rule::{Capability, Encoder, Entry, FieldOutcome, Mapping, Report, Verdict};

/// The reason that reports show for a claim.
const CLAIMED: &str =
    "The vendor does not return the value. The import took it from the request and did not send it.";

impl Report {
    /// Builds the report about the claims of an import. `value` returns the value of a field, if the request has one.
    pub fn from_claims(rows: &[Capability], value: impl Fn(&str) -> Option<Value>) -> Self {
        let rows = rows.iter().filter(|row| !row.readable && !row.vendor_fields.is_empty());
        let rows = rows.filter_map(|row| {
            let entry = Entry::new(&row.field, row.vendor_fields.first().copied(), Verdict::Unverified);
            Some(entry.wanted(value(&row.field)?).why(CLAIMED))
        });
        Self::new(0, rows.collect())
    }
}

impl Entry {
    /// Returns true if the entry is about a claim.
    pub(crate) fn is_claim(&self) -> bool {
        let has_value = self.wanted.as_ref().is_some_and(|value| !value.is_null());
        has_value && self.sent.is_none() && !matches!(self.verdict, Verdict::Unsupported | Verdict::Extension)
    }
}

impl Encoder<'_> {
    /// Returns true if the previous report has a claim of the current field.
    pub(super) fn is_claimed(&self) -> bool {
        self.previous.and_then(|previous| previous.row(&self.at)).is_some_and(Entry::is_claim)
    }

    /// Notes a claim whose value is sent only if the write sends the part of the field for another reason.
    pub(super) fn note_claim<T>(&mut self, mapping: &Mapping<T>) {
        if self.is_claimed() {
            let part = self.layout.part(mapping.display_path()).name;
            self.claims.push((self.at.clone(), part));
        }
    }

    /// Reports the noted claims of the parts that the write does not send as the previous report does.
    pub(crate) fn settle_claims(&mut self, sends: impl Fn(&str) -> bool) {
        for (field, _) in std::mem::take(&mut self.claims).into_iter().filter(|(_, part)| !sends(part)) {
            let claim = self.previous.and_then(|previous| previous.row(&field));
            let outcome = self.outcomes.iter_mut().find(|outcome| outcome.field() == field);
            if let Some((claim, outcome)) = claim.zip(outcome) {
                *outcome = FieldOutcome::Listed(Box::new(claim.clone()));
            }
        }
    }
}
