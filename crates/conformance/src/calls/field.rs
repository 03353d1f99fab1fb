//! The case about each field of a dial.

use switchboard_core::{
    plan::Handling,
    rule::{Capability, Support, Verdict},
};

use super::bench::CallBench;
use crate::{
    bench::refusals,
    cases::{CaseResult, cannot, ensure, passed},
};

/// Checks that a field is sent, reported as lost, or refused with a reason.
pub fn is_sent_or_reported(bench: &CallBench, row: &Capability) -> CaseResult {
    let Some(document) = bench.with(row) else { return cannot("The extension has fields of its own.") };
    let plan = match bench.plan(&document, Handling::Lenient) {
        Ok(plan) => plan,
        Err(error) => {
            let refusals = refusals(&error);
            ensure!(refusals.contains_key(&row.field), "another field is refused: {refusals:?}");
            ensure!(row.essential, "{} is refused although it may be lost", row.field);
            return passed();
        }
    };
    let lost = plan.report.row(&row.field).map(|entry| entry.verdict);
    if row.support == Support::Unsupported {
        ensure!(lost == Some(Verdict::Unsupported), "the loss is not reported");
        return passed();
    }
    if lost.is_some_and(Verdict::is_loss) {
        return passed();
    }
    if row.support == Support::Fixed {
        let least = bench.plan(&bench.least, Handling::Lenient)?.document();
        ensure!(plan.document() == least, "a value that describes the vendor's behaviour is sent");
        return passed();
    }
    // Every dial needs some fields. Such a field is sent if two values give two bodies.
    let others = match bench.least.pointer(&row.field) {
        Some(_) => bench.others(row),
        None => vec![bench.least.clone()],
    };
    ensure!(!others.is_empty(), "the samples contain no second value that the vendor accepts");
    for other in others {
        let other = bench.plan(&other, Handling::Lenient)?.document();
        ensure!(plan.document() != other, "it is neither sent nor reported: {other}");
    }
    passed()
}
