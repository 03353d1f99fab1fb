//! The metrics of calls.

use std::sync::LazyLock;

use opentelemetry::{KeyValue, metrics::Counter};

use super::{
    guard::{Guard, GuardVerdict},
    outcome::DialOutcome,
};
use crate::metrics::meter;

static PLACED: LazyLock<Counter<u64>> = LazyLock::new(|| {
    meter()
        .u64_counter("switchboard.calls_placed")
        .with_description("Dials, by vendor and outcome: placed, refused, throttled, not_sent or unknown.")
        .build()
});

static REFUSED: LazyLock<Counter<u64>> = LazyLock::new(|| {
    meter()
        .u64_counter("switchboard.guards_refused")
        .with_description("Requests to place a call that a guard refused, by guard.")
        .build()
});

/// Counts a dial that was stored as intended, and therefore passed all checks.
pub(super) fn count_dial(vendor: &str, outcome: &DialOutcome) {
    add_dials(vendor, outcome.name(), 1);
}

/// Counts a dial that was stored as intended, and that was not sent because the store failed to mark it as sent.
pub(super) fn count_unmarked(vendor: &str) {
    add_dials(vendor, DialOutcome::NOT_SENT, 1);
}

fn add_dials(vendor: &str, outcome: &'static str, dials: u64) {
    let labels = [KeyValue::new("vendor", vendor.to_owned()), KeyValue::new("outcome", outcome)];
    PLACED.add(dials, &labels);
}

/// Counts the refusal of a guard.
pub(super) fn count_refusal(verdict: &GuardVerdict) {
    REFUSED.add(1, &[KeyValue::new("guard", verdict.guard.name())]);
}

/// Adds 0 to each count, so that the metrics show the vendors and the guards before the first event.
pub(super) fn show_zeros<'a>(vendors: impl Iterator<Item = &'a str>) {
    for vendor in vendors {
        DialOutcome::NAMES.into_iter().for_each(|outcome| add_dials(vendor, outcome, 0));
    }
    Guard::ALL.into_iter().for_each(|guard| REFUSED.add(0, &[KeyValue::new("guard", guard.name())]));
}
