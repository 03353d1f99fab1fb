//! The events of a commit, which are counted once the commit has succeeded.

use std::{sync::LazyLock, time::Duration};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram},
};
use switchboard_core::rule::{Report, Verdict};

use super::{meter, show_hang_ups};

static COUNTERS: LazyLock<Counters> = LazyLock::new(Counters::new);

/// The upper bounds of the histogram buckets for the call lag, in seconds.
const LAGS: [f64; 9] = [1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0];

struct Counters {
    operations: Counter<u64>,
    fields: Counter<u64>,
    drift: Counter<u64>,
    moves: Counter<u64>,
    call_lag: Histogram<f64>,
    unknown_statuses: Counter<u64>,
}

impl Counters {
    fn new() -> Self {
        let meter = meter();
        Self {
            operations: meter
                .u64_counter("switchboard.operations_ended")
                .with_description("Operations that ended, by kind and outcome.")
                .build(),
            fields: meter
                .u64_counter("switchboard.translated_fields")
                .with_description(
                    "Fields of writes that a vendor applied, by the verdict of the translation.",
                )
                .build(),
            drift: meter
                .u64_counter("switchboard.drift_found")
                .with_description("Records that were found changed or missing at their vendor.")
                .build(),
            moves: meter
                .u64_counter("switchboard.migration_records")
                .with_description("Moves of agents that ended, by the new vendor and the outcome.")
                .build(),
            call_lag: meter
                .f64_histogram("switchboard.call_lag")
                .with_unit("s")
                .with_description(
                    "Time from the end of a call at its vendor to the time at which the gateway saw it.",
                )
                .with_boundaries(LAGS.to_vec())
                .build(),
            unknown_statuses: meter
                .u64_counter("switchboard.call_statuses_unrecognised")
                .with_description("Statuses of calls that a vendor returned and its adapter does not know.")
                .build(),
        }
    }
}

/// Adds 0 to the counts of drift, unknown statuses and requests to end a call, for a configured vendor. The metrics
/// then show the vendor before the first of these events, and the first event appears as an increase.
pub fn show_vendor(vendor: &str) {
    COUNTERS.drift.add(0, &[text("vendor", vendor.to_owned())]);
    COUNTERS.unknown_statuses.add(0, &[text("vendor", vendor.to_owned())]);
    show_hang_ups(vendor);
}

/// The events of one commit.
#[derive(Debug, Default)]
pub struct Tally(Vec<Event>);

#[derive(Debug)]
enum Event {
    Ended { vendor: String, kind: &'static str, outcome: &'static str },
    Translated { adapter: String, counts: [(Verdict, u32); 9] },
    Drifted { vendor: String },
    Moved { to: String, outcome: &'static str },
    CallEnded { vendor: String, lag: Duration },
    UnknownStatus { vendor: String },
}

impl Tally {
    /// Adds the end of an operation.
    pub fn operation_ended(&mut self, vendor: &str, kind: &'static str, outcome: &'static str) {
        self.0.push(Event::Ended { vendor: vendor.to_owned(), kind, outcome });
    }

    /// Adds the fields of a write that a vendor has applied.
    pub fn fields_translated(&mut self, adapter: &str, report: &Report) {
        self.0.push(Event::Translated { adapter: adapter.to_owned(), counts: report.counts() });
    }

    /// Adds a record that was found changed or missing at its vendor.
    pub fn drift_found(&mut self, vendor: &str) {
        self.0.push(Event::Drifted { vendor: vendor.to_owned() });
    }

    /// Adds the end of a move.
    pub fn move_ended(&mut self, to: &str, outcome: &'static str) {
        self.0.push(Event::Moved { to: to.to_owned(), outcome });
    }

    /// Adds the end of a call, with the time since its end at the vendor.
    pub fn call_ended(&mut self, vendor: &str, lag: Duration) {
        self.0.push(Event::CallEnded { vendor: vendor.to_owned(), lag });
    }

    /// Adds a status of a call that the adapter does not know.
    pub fn call_status_unrecognised(&mut self, vendor: &str) {
        self.0.push(Event::UnknownStatus { vendor: vendor.to_owned() });
    }

    /// Counts the events.
    pub fn record(self) {
        self.0.into_iter().for_each(Event::record);
    }
}

impl Event {
    fn record(self) {
        match self {
            Self::Ended { vendor, kind, outcome } => {
                let labels =
                    [text("vendor", vendor), KeyValue::new("kind", kind), KeyValue::new("outcome", outcome)];
                COUNTERS.operations.add(1, &labels);
            }
            Self::Translated { adapter, counts } => {
                let adapter = text("adapter", adapter);
                for (verdict, fields) in counts.into_iter().filter(|(_, fields)| *fields > 0) {
                    let labels = [adapter.clone(), KeyValue::new("verdict", verdict.name())];
                    COUNTERS.fields.add(fields.into(), &labels);
                }
            }
            Self::Drifted { vendor } => COUNTERS.drift.add(1, &[text("vendor", vendor)]),
            Self::Moved { to, outcome } => {
                COUNTERS.moves.add(1, &[text("to", to), KeyValue::new("outcome", outcome)]);
            }
            Self::CallEnded { vendor, lag } => {
                COUNTERS.call_lag.record(lag.as_secs_f64(), &[text("vendor", vendor)]);
            }
            Self::UnknownStatus { vendor } => COUNTERS.unknown_statuses.add(1, &[text("vendor", vendor)]),
        }
    }
}

fn text(name: &'static str, value: String) -> KeyValue {
    KeyValue::new(name, value)
}
