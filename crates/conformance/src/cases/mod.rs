//! The cases, by subject.

mod adopted;
mod answers;
mod bound;
mod conditional;
mod drift;
mod field;
mod interrupted;
mod record;
mod secrets;
mod trial;

use std::sync::Arc;

use libtest_mimic::{Completion, Failed, Trial};
use switchboard_core::{
    model::Root,
    rule::{Capability, Support},
};

use crate::bench::Bench;

pub use answers::{Answers, trials as answers};
pub use secrets::trials as secrets;
pub use trial::trials as trial;

/// The result of a case.
pub type CaseResult = Result<Completion, Failed>;

/// A case about one field.
type FieldCase<R> = fn(&Bench<R>, &Capability) -> CaseResult;

/// A case about a whole record.
type RecordCase<R> = fn(&Bench<R>) -> CaseResult;

/// Lists the cases of a kind of record.
pub fn records<R: Root>(prefix: &str, bench: &Arc<Bench<R>>) -> Vec<Trial> {
    let whole: [(&str, RecordCase<R>); 9] = [
        ("keeping_writes_nothing", record::keeping_writes_nothing),
        ("no_two_rules_write_one_path", record::no_two_rules_write_one_path),
        ("bodies_are_in_the_contract", record::bodies_are_in_the_contract),
        ("strict_refuses_what_lenient_loses", record::strict_refuses_what_lenient_loses),
        ("an_adopted_record_needs_nothing", adopted::an_adopted_record_needs_nothing),
        ("what_is_written_has_not_drifted", drift::what_is_written_has_not_drifted),
        ("an_interrupted_write_is_made_good", interrupted::an_interrupted_write_is_made_good),
        ("an_object_is_bound_only_to_a_record_that_takes_it", bound::only_to_a_record_that_takes_it),
        ("secrets_do_not_show", secrets::of_record),
    ];
    let whole = whole.into_iter().map(|(name, case)| {
        let bench = bench.clone();
        Trial::ignorable_test(format!("{prefix}::{name}"), move || case(&bench))
    });
    let fields = bench.rows.iter().flat_map(|row| {
        cases_of(row).into_iter().map(move |(name, case): (&str, FieldCase<R>)| {
            let (bench, row) = (bench.clone(), row.clone());
            Trial::ignorable_test(format!("{prefix}::{name} {}", row.field), move || case(&bench, &row))
        })
    });
    whole.chain(fields).collect()
}

fn cases_of<R: Root>(row: &Capability) -> Vec<(&'static str, FieldCase<R>)> {
    let mut cases: Vec<(&str, FieldCase<R>)> = vec![
        ("is_sent_or_reported", field::is_sent_or_reported),
        ("round_trip", field::round_trip),
        ("drifts_alone", drift::drifts_alone),
        ("a_later_change_keeps_the_report", field::a_later_change_keeps_the_report),
    ];
    if !row.footprint.limited_by.is_empty() {
        cases.push(("a_change_is_judged_like_a_creation", conditional::a_change_is_judged_like_a_creation));
    }
    match row.support {
        Support::Supported | Support::CreationOnly => cases.extend::<[(&str, FieldCase<R>); 4]>([
            ("change_touches_nothing_else", field::change_touches_nothing_else),
            ("clearing_clears_or_says_so", field::clearing_clears_or_says_so),
            ("every_value_is_in_the_contract", field::every_value_is_in_the_contract),
            ("strict_refuses_what_lenient_loses", field::strict_refuses_what_lenient_loses),
        ]),
        Support::Unsupported => cases.push(("is_always_reported", field::is_always_reported)),
        Support::Fixed => {}
    }
    cases
}

pub fn passed() -> CaseResult {
    Ok(Completion::Completed)
}

/// Marks a case as ignored, because it does not apply to the vendor or because no sample value can test it.
pub fn cannot(reason: impl ToString) -> CaseResult {
    Ok(Completion::ignored_with(reason))
}

/// Fails the case unless the condition holds.
macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+).into());
        }
    };
}
pub(crate) use ensure;
