//! The metrics of calls.

use std::sync::LazyLock;

use opentelemetry::{KeyValue, metrics::Counter};

use super::guard::{Guard, GuardVerdict};
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

/// Counts a dial that was sent, or that could not be sent after all checks.
pub(super) fn count_dial(vendor: &str, outcome: &'static str) {
    let labels = [KeyValue::new("vendor", vendor.to_owned()), KeyValue::new("outcome", outcome)];
    PLACED.add(1, &labels);
}

/// Counts the refusal of a guard.
pub(super) fn count_refusal(verdict: &GuardVerdict) {
    REFUSED.add(1, &[KeyValue::new("guard", verdict.guard.name())]);
}

/// Adds 0 to the count of each guard, so that the metrics show the guards before the first refusal.
pub(super) fn show_zeros() {
    Guard::ALL.into_iter().for_each(|guard| REFUSED.add(0, &[KeyValue::new("guard", guard.name())]));
}
