//! `[vendors.NAME]`.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde_json::Value;
use switchboard_core::unknown_name;

use super::{BODY_BYTES, Problem, table::Table};

/// A configured account at a vendor.
#[derive(Clone, PartialEq)]
pub struct Vendor {
    /// Which adapter speaks to it.
    pub adapter: String,
    /// How its conversations are bounded.
    pub limits: Limits,
    /// Whether records are read back after they were written.
    pub read_back: bool,
    /// The adapter's own settings: an object, references resolved. Holds secrets.
    pub settings: Value,
}

impl fmt::Debug for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vendor")
            .field("adapter", &self.adapter)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// How conversations with a vendor are bounded; what is absent is the transport's default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// For a whole conversation, retries included.
    pub timeout: Option<Duration>,
    /// For one request of it.
    pub attempt_timeout: Option<Duration>,
    /// How often one request is tried.
    pub attempts: Option<usize>,
    /// Requests to the vendor at once.
    pub concurrency: Option<usize>,
    /// The most bytes of an answer, unpacked.
    pub max_body_bytes: Option<usize>,
    /// Requests that may begin per second.
    pub rate_per_s: Option<f64>,
    /// Requests that may begin at once after a pause, where there is a rate.
    pub burst: Option<usize>,
    /// Failures in a row that open the circuit.
    pub breaker_failures: Option<usize>,
    /// How long the circuit is open at first.
    pub breaker_open: Option<Duration>,
    /// How long it is open at most between two tries.
    pub breaker_longest: Option<Duration>,
    /// The first pause after the vendor refused our credential.
    pub auth_pause: Option<Duration>,
}

/// Judges the settings of one vendor: gets its name, its adapter's name and the settings, and gives back what is
/// wrong, with keys as they are within the settings.
pub type Vet<'a> = dyn Fn(&str, &str, &Value) -> Vec<Problem> + 'a;

pub(super) fn read(table: Table<'_>, vet: &Vet<'_>) -> BTreeMap<String, Vendor> {
    let vendors = table.named().into_iter();
    vendors.filter_map(|(name, table)| read_one(&name, table, vet).map(|vendor| (name, vendor))).collect()
}

fn read_one(name: &str, mut table: Table<'_>, vet: &Vet<'_>) -> Option<Vendor> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
    if name.len() > 64 || !name.bytes().all(allowed) {
        table.refuse("", "a vendor's name is up to 64 lower-case letters, digits, \"-\" and \"_\"");
    }
    let adapter: Option<String> = table.must("adapter", Table::take);
    let limits = read_limits(&mut table);
    let read_back = table.take("read_back").unwrap_or(true);
    let settings = Value::Object(table.rest());
    for problem in adapter.iter().flat_map(|adapter| vet(name, adapter, &settings)) {
        table.refuse(&problem.key, problem.message);
    }
    Some(Vendor { adapter: adapter?, limits, read_back, settings })
}

fn read_limits(table: &mut Table<'_>) -> Limits {
    let limits = Limits {
        timeout: table.seconds("timeout_s", 0.1..=600.0),
        attempt_timeout: table.seconds("attempt_timeout_s", 0.1..=600.0),
        attempts: table.count("attempts", 1..=10),
        concurrency: table.count("concurrency", 1..=1024),
        max_body_bytes: table.count("max_body_bytes", BODY_BYTES),
        rate_per_s: table.within("rate_per_s", 0.1..=10_000.0),
        burst: table.count("burst", 1..=10_000),
        breaker_failures: table.count("breaker_failures", 1..=1000),
        breaker_open: table.seconds("breaker_open_s", 0.1..=600.0),
        breaker_longest: table.seconds("breaker_longest_s", 0.1..=600.0),
        auth_pause: table.seconds("auth_pause_s", 0.0..=600.0),
    };
    if let (Some(attempt), Some(whole)) = (limits.attempt_timeout, limits.timeout)
        && attempt > whole
    {
        table.refuse("attempt_timeout_s", "must not be longer than timeout_s");
    }
    if let (Some(first), Some(longest)) = (limits.breaker_open, limits.breaker_longest)
        && first > longest
    {
        table.refuse("breaker_open_s", "must not be longer than breaker_longest_s");
    }
    limits
}

/// The names under `[vendors]`, which other sections refer to; those of vendors with problems included.
pub(super) struct VendorNames(Vec<String>);

impl VendorNames {
    pub fn from_table(vendors: &Table<'_>) -> Self {
        Self(vendors.keys())
    }

    /// Takes a key that names a vendor.
    pub fn take(&self, table: &mut Table<'_>, key: &'static str) -> Option<String> {
        let name: String = table.take(key)?;
        self.check(table, key, &name).then_some(name)
    }

    /// Whether there is such a vendor; reports a name that there is not.
    pub fn check(&self, table: &Table<'_>, key: &str, name: &str) -> bool {
        let known = self.0.iter().any(|vendor| vendor == name);
        if !known {
            table.refuse(key, unknown_name("vendor", name, self.0.iter().map(String::as_str)));
        }
        known
    }
}
