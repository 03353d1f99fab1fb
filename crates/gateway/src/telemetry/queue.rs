//! The bound on telemetry that waits for the collector, and the count of the telemetry that is lost.

use std::{
    fmt::Display,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use opentelemetry::{KeyValue, global, metrics::Counter};
use opentelemetry_sdk::error::OTelSdkResult;
use tracing::warn;

/// Maximum number of items that wait for the collector.
const MAX_WAITING: usize = 2048;
/// The size of the exporter's own queue. It is larger than the number of items that may wait, so that only [`Queue`]
/// drops items.
pub const EXPORTER_QUEUE: usize = 2 * MAX_WAITING;
/// Minimum pause between two warnings about one kind of telemetry.
const WARNING_PAUSE: Duration = Duration::from_secs(60);

static DROPPED: LazyLock<Counter<u64>> = LazyLock::new(|| {
    global::meter("switchboard")
        .u64_counter("switchboard.telemetry_dropped")
        .with_description("Spans and log events that the collector did not receive.")
        .build()
});

/// The items of one kind of telemetry that wait for the collector. Clones share the queue.
#[derive(Debug, Clone)]
pub struct Queue(Arc<State>);

#[derive(Debug)]
struct State {
    signal: &'static str,
    waiting: AtomicUsize,
    warnings: Warnings,
}

impl Queue {
    /// Creates an empty queue for this kind of telemetry.
    pub fn new(signal: &'static str) -> Self {
        DROPPED.add(0, &[KeyValue::new("signal", signal)]);
        Self(Arc::new(State { signal, waiting: AtomicUsize::new(0), warnings: Warnings::new(signal) }))
    }

    /// Adds an item to the queue and returns true. Returns false if the queue is full; the item is then lost, and
    /// counted as dropped.
    pub fn enter(&self) -> bool {
        let full = self.0.waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING;
        if full {
            self.0.waiting.fetch_sub(1, Ordering::Relaxed);
            self.count_dropped(1);
        }
        !full
    }

    /// Removes items from the queue after the exporter has tried to send them. If that failed, counts them as dropped
    /// and warns, at most once a minute.
    pub fn leave(&self, items: usize, sent: &OTelSdkResult) {
        self.0.waiting.fetch_sub(items, Ordering::Relaxed);
        if let Err(error) = sent {
            self.count_dropped(items as u64);
            self.0.warnings.warn(error);
        }
    }

    fn count_dropped(&self, items: u64) {
        DROPPED.add(items, &[KeyValue::new("signal", self.0.signal)]);
    }
}

/// A limiter of the warnings about one kind of telemetry: at most one warning per minute.
#[derive(Debug)]
pub struct Warnings {
    signal: &'static str,
    last: Mutex<Option<Instant>>,
}

impl Warnings {
    /// Creates a limiter for this kind of telemetry.
    pub fn new(signal: &'static str) -> Self {
        Self { signal, last: Mutex::default() }
    }

    /// Warns, at most once a minute, that the collector did not receive telemetry.
    pub fn warn(&self, error: &impl Display) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last.elapsed() >= WARNING_PAUSE) {
            *last = Some(Instant::now());
            drop(last);
            warn!(signal = self.signal, %error, "failed to send telemetry to the collector");
        }
    }
}
