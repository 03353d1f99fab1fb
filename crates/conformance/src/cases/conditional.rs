//! Cases about fields that the vendor accepts only together with certain values of other fields.

use switchboard_core::{
    model::Root,
    plan::{Handling, Plan},
    rule::{Capability, Verdict},
};

use super::{CaseResult, cannot, ensure, passed};
use crate::bench::Bench;

/// Checks that an update of only this field and a creation of the resulting record have the same effect on the field:
/// either both lose its value, or neither does. Tests several values of the other fields. Skips a record if the
/// creation or the update is refused.
pub fn a_change_is_judged_like_a_creation<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    let values: Vec<_> = bench.samples(row).into_iter().chain(bench.extremes(row)).collect();
    let (mut taken, mut lost) = (0, 0);
    for document in bench.neighbours(row).chain(bench.others()) {
        for (one, other) in values.iter().zip(values.iter().skip(1)).flat_map(|(a, b)| [(a, b), (b, a)]) {
            let (before, after) = (bench.changed(&document, row, one), bench.changed(&document, row, other));
            let Ok(created) = bench.create(&after, Handling::Lenient) else { continue };
            let Ok((updated, _)) = bench.update(&before, &after, Handling::Lenient) else { continue };
            let loses = |plan: &Plan| {
                plan.report.row(&row.field).is_some_and(|entry| entry.verdict == Verdict::Unsupported)
            };
            ensure!(
                loses(&created) == loses(&updated),
                "{other} is lost by a creation: {}, by a change: {}, in {after}",
                loses(&created),
                loses(&updated)
            );
            *(if loses(&created) { &mut lost } else { &mut taken }) += 1;
        }
    }
    match (taken, lost) {
        (0, _) | (_, 0) => cannot(format!(
            "The samples keep the value {taken} times and lose it {lost} times; both must occur."
        )),
        _ => passed(),
    }
}
