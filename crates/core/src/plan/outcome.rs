//! The outcome of the translation of all fields: the refusal of the write, or the report.

use super::Handling;
use crate::{
    error::{Error, Kind, Result, Violation},
    rule::{Encoder, Entry, FieldOutcome, Report, Verdict},
};

/// Builds the report, and lists the fields that the write changes.
pub(super) fn report(outcomes: Vec<FieldOutcome>) -> (Report, Vec<String>) {
    let (mut exact, mut entries, mut changed_fields) = (0, Vec::new(), Vec::with_capacity(outcomes.len()));
    for outcome in outcomes {
        match outcome {
            FieldOutcome::Exact { field, changed } => {
                exact += 1;
                changed_fields.extend(changed.then_some(field));
            }
            FieldOutcome::Listed(entry) => {
                changed_fields.extend(entry.changed.then(|| entry.field.clone()));
                entries.push(entry);
            }
        }
    }
    (Report::new(exact, entries), changed_fields)
}

/// Checks that the rules found no violation. With strict handling, the loss of a field that this write
/// changes is a violation too, and so is a value that could not be checked.
///
/// # Errors
/// One error with all violations, if there are any.
pub(super) fn refuse_losses(out: &mut Encoder<'_>, handling: Handling) -> Result<()> {
    let mut violations = std::mem::take(&mut out.violations);
    if handling == Handling::Strict {
        let is_refused = |entry: &&Entry| {
            entry.changed && (entry.verdict.is_loss() || entry.verdict == Verdict::Unverified)
        };
        let entries = out.outcomes.iter().filter_map(FieldOutcome::entry);
        let mut losses: Vec<_> = entries.filter(is_refused).collect();
        losses.sort_by_key(|entry| entry.verdict.weight());
        violations.extend(losses.into_iter().map(|entry| {
            let why = entry.why.as_deref().unwrap_or("the vendor holds a different value.");
            Violation::at(
                &entry.field,
                Kind::CapabilityLoss,
                format!("{} is {} at {}: {why}", entry.field, entry.verdict.name(), out.vendor),
            )
        }));
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}
