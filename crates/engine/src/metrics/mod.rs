//! The metrics of the engine. Every label has a closed set of values: names of configured vendors and adapters, and
//! fixed words.
//!
//! A [`Tally`] counts the events of a commit. The gauges are in `background`, beside the task that refreshes them.

mod tally;

use std::sync::LazyLock;

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Meter},
};

pub use tally::{Tally, show_vendor};

static OVERLOADED: LazyLock<Counter<u64>> = LazyLock::new(|| {
    meter()
        .u64_counter("switchboard.overloaded")
        .with_description(
            "Requests that were refused as overloaded, by the limit that they would have exceeded.",
        )
        .build()
});

static HANG_UPS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    meter()
        .u64_counter("switchboard.calls_hung_up")
        .with_description("Requests to end a call, by outcome.")
        .build()
});

/// Counts a request to end a call. The outcome is `accepted`, `unsupported` or `failed`.
pub fn count_hang_up(vendor: &str, outcome: &'static str) {
    add_hang_ups(1, vendor, outcome);
}

/// Adds 0 to the counts of requests to end a call at a configured vendor.
fn show_hang_ups(vendor: &str) {
    ["accepted", "unsupported", "failed"].into_iter().for_each(|outcome| add_hang_ups(0, vendor, outcome));
}

fn add_hang_ups(requests: u64, vendor: &str, outcome: &'static str) {
    HANG_UPS.add(requests, &[KeyValue::new("vendor", vendor.to_owned()), KeyValue::new("outcome", outcome)]);
}

/// A limit of the process beyond which requests are refused as `overloaded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Concurrent requests: `server.max_in_flight`.
    Requests,
    /// Memory of request bodies: `server.max_body_memory_bytes`.
    Bodies,
    /// Concurrent writes: `writes.max_in_progress`.
    Writes,
    /// Recordings that are forwarded concurrently: 64.
    Recordings,
}

impl Limit {
    /// Counts a request that this limit refuses.
    pub fn count_refusal(self) {
        self.add(1);
    }

    /// Adds 0 to the count of each limit, so that the metrics show the limits before the first refusal, and the first
    /// refusal appears as an increase.
    pub fn show_zeros() {
        let all = [Self::Requests, Self::Bodies, Self::Writes, Self::Recordings];
        all.into_iter().for_each(|limit| limit.add(0));
    }

    fn add(self, refusals: u64) {
        let name = match self {
            Self::Requests => "requests",
            Self::Bodies => "bodies",
            Self::Writes => "writes",
            Self::Recordings => "recordings",
        };
        OVERLOADED.add(refusals, &[KeyValue::new("limit", name)]);
    }
}

/// Returns the meter of the gateway.
pub(crate) fn meter() -> Meter {
    global::meter("switchboard")
}
