//! Cases about a record as a whole.

use std::collections::BTreeMap;

use switchboard_core::{model::Root, plan::Handling};

use super::{CaseResult, ensure, field::agree, passed};
use crate::{
    bench::{Bench, touched},
    leaves::owns,
};

/// Checks that an update without a change sends nothing. The unsent bodies of its plan may contain only values that the
/// vendor already holds and, if the vendor merges updates, only fields that it requires.
pub fn keeping_writes_nothing<R: Root>(bench: &Bench<R>) -> CaseResult {
    for document in [&bench.full, &bench.least] {
        let (plan, stored) = bench.update(document, document, Handling::Lenient)?;
        let kept = plan.document();
        ensure!(!plan.sends(), "something is sent: {kept}");
        let held = bench.leaves(&stored)?;
        for (leaf, value) in bench.leaves(&kept)? {
            let mut required = bench.rows.iter().filter(|row| row.required).flat_map(touched);
            let wanted = !bench.merges()? || required.any(|path| owns(path, &leaf));
            ensure!(wanted, "{leaf} is written and not always required");
            ensure!(held.get(&leaf) == Some(&value), "{leaf} becomes {value}");
        }
        ensure!(bench.keeps_unmodelled(&kept)?, "a member that no rule covers is lost");
    }
    passed()
}

/// Checks that no two rules write the same path, because such rules would overwrite each other. Only portions of a
/// shared value and items of a list may share a path.
pub fn no_two_rules_write_one_path<R: Root>(bench: &Bench<R>) -> CaseResult {
    let mut owners: BTreeMap<&str, (&str, bool)> = BTreeMap::new();
    let writing = bench.rows.iter().filter(|row| row.domain.is_some());
    for row in writing {
        for path in touched(row).chain(row.created_as) {
            let shared = row.footprint.shared;
            if let Some((other, also)) = owners.insert(path, (&row.field, shared)) {
                ensure!(shared && also, "{path} is written by {other} and by {}", row.field);
            }
        }
    }
    for (path, (field, _)) in &owners {
        let below = owners.keys().find(|other| {
            other.strip_prefix(path).is_some_and(|rest| rest.starts_with('/') && !rest.starts_with("/["))
        });
        ensure!(below.is_none(), "{path} of {field} also contains {below:?}");
    }
    passed()
}

/// Checks that the requests that create a full and a minimal record, and that update the minimal record to the full
/// one, are in the contract.
pub fn bodies_are_in_the_contract<R: Root>(bench: &Bench<R>) -> CaseResult {
    for document in [&bench.full, &bench.least] {
        bench.check_creation(&bench.create(document, Handling::Lenient)?)?;
    }
    let (plan, stored) = bench.update(&bench.least, &bench.full, Handling::Lenient)?;
    bench.check_update(&plan, &stored)?;
    passed()
}

/// Checks that strict handling refuses exactly the fields of a creation that lenient handling reports as lost or
/// unverified.
pub fn strict_refuses_what_lenient_loses<R: Root>(bench: &Bench<R>) -> CaseResult {
    for document in [&bench.full, &bench.least] {
        let lenient = bench.create(document, Handling::Lenient)?;
        agree(&lenient, bench.create(document, Handling::Strict))?;
    }
    passed()
}
