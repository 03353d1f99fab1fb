//! The translator, which plans, reads, compares and describes one kind of record at one vendor.

use serde_json::{Map, Value};

use crate::{
    error::{Error, Violation},
    facts::Facts,
    model::Record,
    plan::{Desired, Observed, Parts},
    rule::{Capability, Comparer, Comparison, Decoder, Describer, Report, RuleSet, Rules},
};

/// The rules of one kind of record at one vendor, with the vendor's catalogues and the parts of the record.
pub struct Translator<'a, R: Record> {
    pub(super) rules: &'a dyn Rules<R>,
    pub(super) adapter: &'a str,
    pub(super) vendor: &'a str,
    pub(super) facts: &'a Facts,
    pub(super) parts: &'a Parts,
    pub(super) unfinished: bool,
}

static NO_FACTS: Facts = Facts::NONE;
static NO_PARTS: Parts = Parts::NONE;

impl<R: Record> Clone for Translator<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Record> Copy for Translator<'_, R> {}

impl<'a, R: Record> Translator<'a, R> {
    /// Builds a translator for the adapter with this name. The translator has no catalogues and no parts.
    pub fn new(rules: &'a dyn Rules<R>, adapter: &'a str) -> Self {
        Self { rules, adapter, vendor: "the vendor", facts: &NO_FACTS, parts: &NO_PARTS, unfinished: false }
    }

    /// Sets the name of the vendor for messages, with the reason for the placement if known. The default is
    /// `the vendor`.
    pub fn at(self, vendor: &'a str) -> Self {
        Self { vendor, ..self }
    }

    /// Sets the vendor's catalogues and the known names. There are none by default.
    pub fn with(self, facts: &'a Facts) -> Self {
        Self { facts, ..self }
    }

    /// Adds the parts of the record at the vendor. If there are none, the vendor is assumed to have every
    /// part of cardinality `One`.
    pub fn with_parts(self, parts: &'a Parts) -> Self {
        Self { parts, ..self }
    }

    /// Sets whether an earlier write may have ended between two of its steps. If so, an update writes the links
    /// between parts again and publishes again.
    pub fn unfinished(self, unfinished: bool) -> Self {
        Self { unfinished, ..self }
    }

    /// Reads a vendor's document with the same rules that write it.
    pub fn decode(&self, document: &Value) -> Observed<R> {
        let mut from = Decoder { document, facts: self.facts, at: String::new(), unread: Vec::new() };
        let record = self.rules.rules().decode(&mut from);
        let mut extensions = Map::new();
        if let Some(extension) = self.rules.extension() {
            from.at = self.pointer();
            let value = extension.decode(&mut from);
            extensions.extend(value.map(|value| (self.adapter.to_owned(), value)));
        }
        Observed { state: Desired { record, extensions }, unread: from.unread }
    }

    /// Compares a vendor's whole document with the state that was last sent.
    ///
    /// `desired` contains the vendor's own ids instead of aliases, as in the plan. `report` is the
    /// translation report of the last write.
    pub fn compare(&self, desired: &Desired<R>, report: &Report, document: &Value) -> Comparison {
        let Comparer { drift, regained, .. } = self.comparer(desired, report, document, true);
        Comparison { drift, regained }
    }

    /// Compares a document with a state; `whole` is true if the document is complete.
    pub(crate) fn comparer<'b>(
        &'b self,
        desired: &Desired<R>,
        report: &'b Report,
        document: &'b Value,
        whole: bool,
    ) -> Comparer<'b> {
        let from = Decoder { document, facts: self.facts, at: String::new(), unread: Vec::new() };
        let mut out = Comparer { from, report, whole, drift: Vec::new(), regained: Vec::new() };
        self.rules.rules().compare(&desired.record, &mut out);
        if let Some(extension) = self.rules.extension() {
            out.from.at = self.pointer();
            extension.compare(desired.extensions.get(self.adapter), &mut out);
        }
        out
    }

    /// Lists the vendor's capabilities, field by field.
    pub fn capabilities(&self) -> Vec<Capability> {
        let mut out = Describer::default();
        self.rules.rules().describe(&mut out);
        if let Some(extension) = self.rules.extension() {
            out.at = self.pointer();
            extension.describe(&mut out);
        }
        out.rows
    }

    /// Replaces the violations of an error with one violation for each of the vendor's error messages about
    /// fields. A violation has the pointer of the normalized field, or an empty pointer if no rule covers the
    /// vendor's field. An error without such messages is unchanged.
    pub fn map_vendor_fields(&self, mut error: Error) -> Error {
        let Some(failure) = error.vendor.as_ref().filter(|failure| !failure.fields.is_empty()) else {
            return error;
        };
        let rows = self.capabilities();
        let violations = failure.fields.iter().map(|(place, message)| {
            let ours = rows.iter().find(|row| is_about(row, place));
            let detail = format!("{} refuses the value: {message}", self.vendor);
            Violation::at(ours.map_or("", |row| row.field.as_str()), error.kind, detail)
        });
        error.violations = violations.collect();
        error
    }

    /// Returns the pointer of the adapter's extension in a record.
    pub(super) fn pointer(&self) -> String {
        format!("/extensions/{}", self.adapter)
    }
}

/// Returns true if an error message about the vendor field `place` concerns the field of this capability.
fn is_about(row: &Capability, place: &str) -> bool {
    let below = |field: &&str| {
        place.strip_prefix(*field).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    row.created_as == Some(place) || row.vendor_fields.iter().any(below)
}
