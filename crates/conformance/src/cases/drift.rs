//! Cases about drift. At a faithful vendor, no field drifts. If one field is changed at the vendor, that field drifts.
//! Another field may then drift only if it shares a vendor field with the changed one.

use libtest_mimic::Failed;
use serde_json::Value;
use switchboard_core::{
    model::Root,
    plan::{Handling, Plan},
    rule::{Capability, Support, document_path},
};

use super::{CaseResult, cannot, ensure, passed};
use crate::bench::{Bench, touched};

/// Checks that no field drifts at a vendor that stores a plan faithfully.
pub fn what_is_written_has_not_drifted<R: Root>(bench: &Bench<R>) -> CaseResult {
    for document in [&bench.full, &bench.least] {
        let plan = bench.create(document, Handling::Lenient)?;
        stays(bench, document, &plan, plan.document())?;
    }
    for (before, after) in
        [(&bench.full, &bench.least), (&bench.least, &bench.full), (&bench.full, &bench.full)]
    {
        updates(bench, before, after)?;
    }
    passed()
}

/// Checks that a field that was changed at the vendor has drifted. Another field may drift only if it shares a vendor
/// field with the changed one.
pub fn drifts_alone<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    if let Support::Unsupported | Support::Fixed = row.support {
        return cannot(row.why.as_deref().unwrap_or("The vendor has no such field."));
    }
    if !row.readable {
        return cannot("The vendor does not return the value.");
    }
    if row.footprint.respelled {
        return cannot(
            "The value has another form in answers than in requests; the adapter's own tests cover it.",
        );
    }
    let values = bench.samples(row).into_iter().chain(bench.extremes(row));
    let documents: Vec<_> = values.filter_map(|value| bench.with(row, &value)).collect();
    let mut tried = 0;
    for document in &documents {
        tried += u32::from(changes(bench, row, document, &Value::Null)?);
    }
    for pair in documents.windows(2) {
        let [one, other] = pair else { continue };
        for (before, after) in [(one, other), (other, one)] {
            updates(bench, before, after)?;
            let others = bench.answer(bench.create(after, Handling::Lenient)?.document());
            tried += u32::from(changes(bench, row, before, &others)?);
        }
    }
    match tried {
        0 => cannot("The samples contain no two values that the vendor can hold."),
        _ => passed(),
    }
}

/// Replaces a field in the vendor's answer with its value in `source`, or with null if `source` has no value, and
/// checks the drift. Checks nothing and returns false if the replacement leaves the record's field unchanged.
fn changes<R: Root>(
    bench: &Bench<R>,
    row: &Capability,
    kept: &Value,
    source: &Value,
) -> Result<bool, Failed> {
    let plan = bench.create(kept, Handling::Lenient)?;
    stays(bench, kept, &plan, plan.document())?;
    let answer = bench.answer(plan.document());
    let mut document = answer.clone();
    for path in touched(row).chain(row.footprint.answered_as) {
        document_path::put(
            &mut document,
            path,
            document_path::get(source, path).cloned().unwrap_or_default(),
        );
    }
    if bench.read(&answer)?.0.pointer(&row.field) == bench.read(&document)?.0.pointer(&row.field) {
        return Ok(false);
    }
    let drifted = bench.drifted(kept, &plan, &document)?;
    ensure!(drifted.contains(&row.field), "a change at the vendor is not noticed: {document}");
    let shares = |field: &&String| {
        let other = bench.rows.iter().find(|other| other.field == **field);
        other.is_some_and(|other| touched(other).any(|path| touched(row).any(|own| own == path)))
    };
    let stranger = drifted.iter().find(|field| !shares(field));
    ensure!(stranger.is_none(), "{stranger:?} is also reported as drifted");
    Ok(true)
}

fn updates<R: Root>(bench: &Bench<R>, before: &Value, after: &Value) -> Result<(), Failed> {
    // An update that is refused writes nothing, so there is nothing to check.
    let Ok((plan, stored)) = bench.update(before, after, Handling::Lenient) else { return Ok(()) };
    let held = bench.held(stored, &plan)?;
    stays(bench, after, &plan, held)
}

fn stays<R: Root>(bench: &Bench<R>, record: &Value, plan: &Plan, held: Value) -> Result<(), Failed> {
    let document = bench.answer(held);
    let drifted = bench.drifted(record, plan, &document)?;
    ensure!(drifted.is_empty(), "{drifted:?} of {record} are reported as drifted in {document}");
    Ok(())
}
