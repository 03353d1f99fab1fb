//! Every operation answers with each status that it documents, in the documented form. No case has an
//! undocumented status.

pub mod broken;
mod calls;
mod case;
mod contract;
mod done;
mod faults;
mod fixture;
mod full;
mod going_on;
mod keys;
mod methods;
mod operations;
mod refused;
mod wrong_keys;

use std::{collections::BTreeSet, fmt::Debug};

use self::{case::Case, contract::Contract};

/// Lists the cases of all tests of this module.
fn cases() -> Vec<Case> {
    let struck = [faults::cases(), faults::unplanned(), faults::late()];
    let struck = struck.into_iter().flatten().map(|struck| struck.case);
    [
        done::cases(),
        refused::cases(),
        full::bounded(),
        full::overloaded(),
        broken::cases(),
        broken::without_store(),
        going_on::broken_off(),
        going_on::untold(),
        keys::cases(),
        calls::cases(),
        wrong_keys::cases(),
        vec![refused::costly(), refused::outdated(), refused::occupied(), refused::unready(), keys::again()],
    ]
    .concat()
    .into_iter()
    .chain(struck)
    .collect()
}

#[test]
fn every_documented_status_is_reached_and_no_other() {
    let (contract, cases) = (Contract::default(), cases());
    let reached: BTreeSet<_> = cases.iter().map(|case| (case.operation.to_owned(), case.status)).collect();
    same(&contract.documented(), &reached);
    // Operations may share a list of codes although one of them cannot have all of them. Each code must occur in at
    // least one case.
    let codes: BTreeSet<_> = cases.iter().filter_map(|case| case.code).collect();
    same(&contract.codes(), &codes);
}

fn same<T: Ord + Debug>(documented: &BTreeSet<T>, reached: &BTreeSet<T>) {
    let (missing, strange): (Vec<_>, Vec<_>) =
        (documented.difference(reached).collect(), reached.difference(documented).collect());
    assert!(missing.is_empty(), "documented, and no case reaches it: {missing:?}");
    assert!(strange.is_empty(), "reached, and not documented: {strange:?}");
}
