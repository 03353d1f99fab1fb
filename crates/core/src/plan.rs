//! The one place where a desired record becomes a vendor's body: pure, and the same for a dry run and for the write.

use std::{collections::BTreeSet, fmt};

use serde_json::{Map, Value, json};

use crate::{
    Capability, Decoder, Described, Describer, Encoder, Error, Facts, Kind, Mode, Report, Resource, Result,
    Root, RuleSet, Unread, Violation,
};

/// A record with the settings that only one vendor has.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Desired<R> {
    /// The normalized record.
    pub record: R,
    /// Vendor settings by adapter.
    pub extensions: Map<String, Value>,
}

/// What a vendor does with fields that an update leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum UpdateStyle {
    /// The vendor keeps them.
    Merge,
    /// The vendor clears them, so that an update starts from the observed state.
    Replace,
}

/// What the plan is for.
pub enum Transition<'a, R> {
    /// A new record at the vendor.
    Create,
    /// A change of a record that is there.
    Update {
        /// What the vendor was last asked for; [`crate::uncertain`] where that can be one of several.
        before: &'a Desired<R>,
        /// What the vendor was last seen to hold, if it was looked at.
        observed: Option<&'a Value>,
        /// How the last write fared.
        previous: Option<&'a Report>,
    },
}

/// What to do about loss.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Handling {
    /// Report it.
    #[default]
    Lenient,
    /// Refuse what this write asks for and the vendor cannot hold as asked.
    Strict,
}

/// What would be sent, and what it would lose.
#[derive(Clone, PartialEq)]
pub struct Plan {
    /// The vendor's body.
    pub body: Value,
    /// How each field fares.
    pub report: Report,
    /// The fields that this write sets: one of them that the vendor does not hold afterwards was not kept; any other one
    /// had drifted before.
    pub changed: Vec<String>,
    /// Whether anything that was asked reaches the vendor. If not, there is nothing to send.
    pub sends: bool,
}

/// The body may hold secrets (a trunk's carrier), so it is not shown.
impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("report", &self.report)
            .field("changed", &self.changed)
            .field("sends", &self.sends)
            .finish_non_exhaustive()
    }
}

/// A plan, or what is missing to make it.
#[derive(Debug)]
pub enum Planned {
    /// The plan.
    Ready(Plan),
    /// The vendor's present document is needed first.
    NeedsObserved,
}

/// Plans one write of one record at one vendor.
///
/// # Errors
/// `capability_loss` and `field_required`, with every field concerned.
pub fn plan<R: Root>(
    resource: &dyn Resource<R>,
    adapter: &str,
    transition: &Transition<'_, R>,
    desired: &Desired<R>,
    facts: &Facts,
    handling: Handling,
) -> Result<Planned> {
    let (mode, observed) = match transition {
        Transition::Create => (Mode::Create, None),
        Transition::Update { observed, .. } => match resource.update_style() {
            UpdateStyle::Replace if observed.is_none() => return Ok(Planned::NeedsObserved),
            UpdateStyle::Replace => (Mode::Replace, *observed),
            UpdateStyle::Merge => (Mode::Merge, *observed),
        },
    };
    let write = |resend: bool, lists: BTreeSet<&'static str>| {
        let mut body = match (mode, observed) {
            (Mode::Replace, Some(observed)) => observed.clone(),
            _ => Value::Object(Map::with_capacity(64)),
        };
        for list in &lists {
            let standing =
                observed.and_then(|observed| observed.pointer(list)).filter(|value| value.is_array());
            crate::rule::document_path::put(&mut body, list, standing.cloned().unwrap_or_else(|| json!([])));
        }
        let mut out = Encoder {
            mode,
            facts,
            observed,
            previous: match transition {
                Transition::Create => None,
                Transition::Update { previous, .. } => *previous,
            },
            resend,
            lists,
            body,
            entries: Vec::with_capacity(128),
            violations: Vec::new(),
            touched: false,
            resets: false,
            lists_touched: BTreeSet::new(),
            lists_standing: BTreeSet::new(),
            extension: false,
            at: String::with_capacity(64),
        };
        encode(resource, adapter, transition, desired, &mut out);
        out
    };
    let mut out = write(false, BTreeSet::new());
    if mode == Mode::Merge && (out.resets || !out.lists_touched.is_empty()) {
        let (resets, mut lists) = (out.resets, out.lists_touched);
        if resets {
            lists.append(&mut out.lists_standing);
        }
        if observed.is_none() && !lists.is_empty() {
            return Ok(Planned::NeedsObserved);
        }
        out = write(resets, lists);
    }
    finish(out, handling).map(Planned::Ready)
}

fn encode<R: Root>(
    resource: &dyn Resource<R>,
    adapter: &str,
    transition: &Transition<'_, R>,
    desired: &Desired<R>,
    out: &mut Encoder<'_>,
) {
    let before = match transition {
        Transition::Create => None,
        Transition::Update { before, .. } => Some(*before),
    };
    resource.rules().encode(before.map(|before| &before.record), &desired.record, out);
    if let Some(extension) = resource.extension() {
        out.extension = true;
        out.at = pointer(adapter);
        let before = before.and_then(|before| before.extensions.get(adapter));
        extension.encode(before, desired.extensions.get(adapter), out);
    }
}

fn finish(out: Encoder<'_>, handling: Handling) -> Result<Plan> {
    let mut violations = out.violations;
    if handling == Handling::Strict {
        let losses = out.entries.iter().filter(|entry| entry.changed && entry.verdict.is_loss());
        violations.extend(losses.map(|entry| {
            let why = entry.why.as_deref().unwrap_or("the vendor holds something else.");
            Violation::at(
                &entry.field,
                Kind::CapabilityLoss,
                format!("{} is {}: {why}", entry.field, entry.verdict.name()),
            )
        }));
    }
    if !violations.is_empty() {
        return Err(Error::invalid(violations));
    }
    let changed = out.entries.iter().filter(|entry| entry.changed).map(|entry| entry.field.clone()).collect();
    Ok(Plan { body: out.body, report: Report::new(out.entries), changed, sends: out.touched })
}

/// What was read out of a vendor's document.
#[derive(Debug)]
pub struct Observed<R> {
    /// The record and the vendor's own settings, as far as the vendor says them.
    pub state: Desired<R>,
    /// Vendor fields with values that could not be read.
    pub unread: Vec<Unread>,
}

/// Reads a vendor's document with the rules that write it.
pub fn decode<R: Root>(
    resource: &dyn Resource<R>,
    adapter: &str,
    document: &Value,
    facts: &Facts,
) -> Observed<R> {
    let mut from = Decoder { document, facts, at: String::new(), unread: Vec::new() };
    let record = resource.rules().decode(&mut from);
    let mut extensions = Map::new();
    if let Some(extension) = resource.extension() {
        from.at = pointer(adapter);
        extensions.extend(extension.decode(&mut from).map(|value| (adapter.to_owned(), value)));
    }
    Observed { state: Desired { record, extensions }, unread: from.unread }
}

/// What a vendor can hold, field by field.
pub fn capabilities<R: Root>(resource: &dyn Resource<R>, adapter: &str) -> Vec<Capability> {
    let mut out = Describer::default();
    resource.rules().describe(&mut out);
    if let Some(extension) = resource.extension() {
        out.at = pointer(adapter);
        extension.describe(&mut out);
    }
    out.rows
}

/// Turns a vendor's complaints about its own fields into complaints about ours.
pub fn map_vendor_fields<R: Root>(resource: &dyn Resource<R>, adapter: &str, mut error: Error) -> Error {
    let Some(failure) = error.vendor.as_ref().filter(|failure| !failure.fields.is_empty()) else {
        return error;
    };
    let rows = capabilities(resource, adapter);
    let violations = failure.fields.iter().map(|(place, message)| {
        let ours = rows.iter().find(|row| {
            row.created_as == Some(place.as_str())
                || row
                    .vendor_fields
                    .iter()
                    .any(|field| place == field || place.starts_with(&format!("{field}/")))
        });
        Violation::at(ours.map_or("", |row| row.field.as_str()), error.kind, message.clone())
    });
    error.violations = violations.collect();
    error
}

pub(crate) fn pointer(adapter: &str) -> String {
    format!("/extensions/{adapter}")
}
