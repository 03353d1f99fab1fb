//! The gauges of the vendors, and of the contents of the store.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use opentelemetry::{KeyValue, metrics::AsyncInstrument};
use switchboard_store::{CallCount, OperationCount, OperationState, RowCount};
use switchboard_transport::State;

use crate::{metrics::meter, records::OperationStatus, vendors::Fleet};

/// The source of the gauges' values: the vendors, whose health is read whenever the gauges are read, and the latest
/// counts of the store.
pub struct Observed {
    /// The configured vendors.
    pub fleet: Arc<Fleet>,
    /// True if the store can be read and written.
    pub is_store_up: bool,
    /// The latest counts, or `None` if the latest count failed or took more than 5 seconds.
    pub stored: Option<StoredCounts>,
}

/// The counts of the operations, records and calls in the store.
pub struct StoredCounts {
    /// The numbers of open operations.
    pub operations: Vec<OperationCount>,
    /// The numbers of records, hidden ones included.
    pub rows: Vec<RowCount>,
    /// The numbers of calls that are not over.
    pub calls: Vec<CallCount>,
}

/// The gauges of one store and its vendors. Successive configurations share them. They show nothing before the first
/// call to [`Gauges::replace`], or after the value is dropped.
pub struct Gauges(Shared);

type Shared = Arc<Mutex<Option<Observed>>>;

impl Default for Gauges {
    fn default() -> Self {
        let shared = Shared::default();
        register(&shared);
        Self(shared)
    }
}

impl Gauges {
    /// Replaces the state that the gauges show.
    pub fn replace(&self, observed: Observed) {
        // Ignore poisoning: the change is one assignment, so a panic while the lock is held cannot leave the state
        // half-written.
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(observed);
    }
}

/// Registers the gauges with the meter.
fn register(shared: &Shared) {
    count(
        shared,
        "switchboard.store_up",
        "1 if the store could be read and written within the last 10 seconds, else 0.",
        |state, observer| {
            observer.observe(state.is_store_up.into(), &[]);
        },
    );
    count(
        shared,
        "switchboard.operations",
        "Open operations, as counted within the last 10 seconds.",
        |state, observer| {
            for ((vendor, status), operations) in state.operations() {
                observer.observe(operations, &[name("vendor", &vendor), KeyValue::new("state", status)]);
            }
        },
    );
    seconds(
        shared,
        "switchboard.oldest_operation_age",
        "Age of the oldest operation that runs or waits, as counted within the last 10 seconds; 0 if there is none.",
        |state, observer| {
            for (vendor, age) in state.oldest() {
                observer.observe(age.as_secs_f64(), &[name("vendor", &vendor)]);
            }
        },
    );
    count(
        shared,
        "switchboard.records",
        "Stored records, hidden ones included, as counted within the last 10 seconds.",
        |state, observer| {
            for RowCount { collection, vendor, sync, rows } in
                state.stored.iter().flat_map(|stored| &stored.rows)
            {
                let labels = [
                    KeyValue::new("collection", collection.as_str()),
                    name("vendor", vendor),
                    name("sync_state", sync.as_deref().unwrap_or("hidden")),
                ];
                observer.observe(*rows, &labels);
            }
        },
    );
    count(
        shared,
        "switchboard.calls_live",
        "Calls that have not ended, as counted within the last 10 seconds.",
        |state, observer| {
            for (vendor, calls) in state.calls(|count| count.calls) {
                observer.observe(calls, &[name("vendor", &vendor)]);
            }
        },
    );
    count(
        shared,
        "switchboard.calls_unmatched",
        "Calls that have not ended and whose id at the vendor is not known, as counted within the last 10 seconds.",
        |state, observer| {
            for (vendor, calls) in state.calls(|count| count.unmatched) {
                observer.observe(calls, &[name("vendor", &vendor)]);
            }
        },
    );
    register_vendors(shared);
}

fn register_vendors(shared: &Shared) {
    count(
        shared,
        "switchboard.vendor_up",
        "1 if requests to the vendor are let through, 0 if its circuit is open.",
        |state, observer| {
            for vendor in state.fleet.vendors() {
                let up = matches!(vendor.health().state, State::Ok | State::Throttled);
                observer.observe(up.into(), &[name("vendor", vendor.name())]);
            }
        },
    );
    count(
        shared,
        "switchboard.vendor_credential_refused",
        "1 while requests are paused because the vendor refused the configured credential, else 0.",
        |state, observer| {
            for vendor in state.fleet.vendors() {
                let refused = vendor.health().state == State::Paused;
                observer.observe(refused.into(), &[name("vendor", vendor.name())]);
            }
        },
    );
    count(shared, "switchboard.vendor_in_flight", "Requests in flight to the vendor.", |state, observer| {
        for vendor in state.fleet.vendors() {
            observer.observe(vendor.health().in_flight as u64, &[name("vendor", vendor.name())]);
        }
    });
    seconds(
        shared,
        "switchboard.catalogue_age",
        "Age of the gateway's copy of a vendor's catalogue.",
        |state, observer| {
            for vendor in state.fleet.vendors() {
                for (catalogue, age) in vendor.catalogue_ages() {
                    let labels = [name("vendor", vendor.name()), KeyValue::new("catalogue", catalogue)];
                    observer.observe(age.as_secs_f64(), &labels);
                }
            }
        },
    );
}

impl Observed {
    /// Returns the number of open operations of each vendor in each open state. For a configured vendor, the result
    /// includes the states without operations. The result is empty if there are no counts.
    fn operations(&self) -> BTreeMap<(String, &'static str), u64> {
        let Some(stored) = &self.stored else { return BTreeMap::new() };
        let vendors = self.fleet.vendors().map(|vendor| vendor.name().to_owned());
        let open = OperationState::ALL.into_iter().filter(|state| state.is_open());
        let open: Vec<_> = open.map(|state| OperationStatus::from(state).name()).collect();
        let zeros = vendors.flat_map(|vendor| open.iter().map(move |state| ((vendor.clone(), *state), 0)));
        let counted = stored.operations.iter().map(|count| {
            ((count.vendor.clone(), OperationStatus::from(count.state).name()), count.operations)
        });
        zeros.chain(counted).collect()
    }

    /// Returns, for each vendor, the sum of `number` over the calls that have not ended. The sum is zero for a
    /// configured vendor without such calls. The result is empty if there are no counts.
    fn calls(&self, number: fn(&CallCount) -> u64) -> BTreeMap<String, u64> {
        let Some(stored) = &self.stored else { return BTreeMap::new() };
        let mut sums: BTreeMap<_, _> =
            self.fleet.vendors().map(|vendor| (vendor.name().to_owned(), 0)).collect();
        for count in stored.calls.iter().filter(|count| count.progress.is_live()) {
            *sums.entry(count.vendor.clone()).or_default() += number(count);
        }
        sums
    }

    /// Returns, for each vendor, the age of the oldest operation that runs or waits, or zero if a configured vendor has
    /// none. The result is empty if there are no counts.
    fn oldest(&self) -> BTreeMap<String, Duration> {
        let Some(stored) = &self.stored else { return BTreeMap::new() };
        let vendors = self.fleet.vendors().map(|vendor| (vendor.name().to_owned(), Duration::ZERO));
        let mut oldest: BTreeMap<_, _> = vendors.collect();
        for count in stored.operations.iter().filter(|count| count.state != OperationState::Attention) {
            let age = oldest.entry(count.vendor.clone()).or_default();
            *age = count.oldest.max(*age);
        }
        oldest
    }
}

/// Registers a gauge of numbers.
fn count(
    shared: &Shared,
    name: &'static str,
    description: &'static str,
    observe: impl Fn(&Observed, &dyn AsyncInstrument<u64>) + Send + Sync + 'static,
) {
    let meter = meter();
    let gauge = meter.u64_observable_gauge(name).with_description(description);
    let _ = gauge.with_callback(observing(shared, observe)).build();
}

/// Registers a gauge of durations in seconds.
fn seconds(
    shared: &Shared,
    name: &'static str,
    description: &'static str,
    observe: impl Fn(&Observed, &dyn AsyncInstrument<f64>) + Send + Sync + 'static,
) {
    let meter = meter();
    let gauge = meter.f64_observable_gauge(name).with_unit("s").with_description(description);
    let _ = gauge.with_callback(observing(shared, observe)).build();
}

fn observing<T: 'static>(
    shared: &Shared,
    observe: impl Fn(&Observed, &dyn AsyncInstrument<T>) + Send + Sync + 'static,
) -> impl Fn(&dyn AsyncInstrument<T>) + Send + Sync + 'static {
    let shared = Arc::downgrade(shared);
    move |observer| {
        let Some(shared) = shared.upgrade() else { return };
        if let Some(state) = shared.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            observe(state, observer);
        }
    }
}

fn name(label: &'static str, value: &str) -> KeyValue {
    KeyValue::new(label, value.to_owned())
}
