//! The totals of all trials of dials in one run, which are printed at its end.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::Disturbance;

static TOTALS: Mutex<Totals> = Mutex::new(Totals::new());

struct Totals {
    placements: usize,
    checked: usize,
    kills: usize,
    most_dials: usize,
    indeterminate: usize,
    /// The disturbances that struck a dial, by name.
    struck: BTreeMap<String, usize>,
}

impl Totals {
    const fn new() -> Self {
        let struck = BTreeMap::new();
        Self { placements: 0, checked: 0, kills: 0, most_dials: 0, indeterminate: 0, struck }
    }
}

fn change(change: impl FnOnce(&mut Totals)) {
    // A panic of another trial leaves the counts usable.
    change(&mut TOTALS.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Counts a placement. Also counts its disturbance if the disturbance struck a dial.
pub fn note(disturbance: &Disturbance, is_struck: bool) {
    change(|totals| {
        totals.placements += 1;
        if is_struck {
            totals.kills += usize::from(matches!(disturbance, Disturbance::Kill(_)));
            *totals.struck.entry(disturbance.name()).or_default() += 1;
        }
    });
}

/// Counts placements during which the process was stopped.
pub fn note_stopped(placements: usize) {
    change(|totals| {
        totals.placements += placements;
        totals.struck.insert("stopped process".to_owned(), placements);
    });
}

/// Counts the calls of a vendor whose check has passed.
pub fn note_checked(calls: usize, most_dials: usize, indeterminate: usize) {
    change(|totals| {
        totals.checked += calls;
        totals.most_dials = totals.most_dials.max(most_dials);
        totals.indeterminate += indeterminate;
    });
}

/// Prints the totals, if any call was placed.
pub fn print_totals() {
    change(|totals| {
        if totals.placements == 0 {
            return;
        }
        let Totals { placements, checked, kills, most_dials, indeterminate, struck } = totals;
        eprintln!(
            "dials: {placements} placements, {checked} of them answered and checked, {kills} kills, at most {most_dials} dials \
             for a key, {indeterminate} calls with an indeterminate end"
        );
        for (name, count) in struck {
            eprintln!("dials: {count:>5} × {name}");
        }
    });
}
