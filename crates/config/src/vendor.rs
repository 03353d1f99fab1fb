//! Vendor accounts: `[vendors.NAME]`.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde_json::Value;
use switchboard_core::error::unknown_name;

use super::{BODY_BYTES, Problem, table::Table};

/// A configured account at a vendor.
#[derive(Clone, PartialEq)]
pub struct Vendor {
    /// Name of the adapter.
    pub adapter: String,
    /// Limits of its exchanges.
    pub limits: Limits,
    /// Switch for reading records back after a write.
    pub read_back: bool,
    /// The adapter's own settings: an object with resolved references. Contains secrets.
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

/// Limits of the exchanges with a vendor. The transport's defaults apply to absent ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// Time limit of a whole exchange, including retries.
    pub timeout: Option<Duration>,
    /// Time limit of one attempt at a request.
    pub attempt_timeout: Option<Duration>,
    /// Maximum number of attempts per request.
    pub attempts: Option<usize>,
    /// Maximum number of concurrent requests to the vendor.
    pub concurrency: Option<usize>,
    /// Maximum size of a response body in bytes, after decompression.
    pub max_body_bytes: Option<usize>,
    /// Maximum number of requests that begin per second.
    pub rate_per_s: Option<f64>,
    /// Maximum number of requests that begin together after a pause, if there is a rate.
    pub burst: Option<usize>,
    /// Consecutive failures that open the circuit.
    pub breaker_failures: Option<usize>,
    /// First time for which the circuit is open.
    pub breaker_open: Option<Duration>,
    /// Longest time for which it is open between two probes.
    pub breaker_longest: Option<Duration>,
    /// First pause after the vendor refused the credential.
    pub auth_pause: Option<Duration>,
}

/// A check of one vendor's settings. It gets the vendor's name, the adapter's name and the settings, and returns the
/// problems, whose keys are relative to the settings.
pub type Vet<'a> = dyn Fn(&str, &str, &Value) -> Vec<Problem> + 'a;

pub(super) fn read(table: Table<'_>, vet: &Vet<'_>) -> BTreeMap<String, Vendor> {
    let vendors = table.named().into_iter();
    vendors.filter_map(|(name, table)| read_one(&name, table, vet).map(|vendor| (name, vendor))).collect()
}

fn read_one(name: &str, mut table: Table<'_>, vet: &Vet<'_>) -> Option<Vendor> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
    if name.len() > 64 || !name.bytes().all(allowed) {
        table.refuse("", "a vendor's name must have at most 64 lower-case letters, digits, \"-\" and \"_\"");
    }
    let adapter: Option<String> = table.must("adapter", Table::take);
    let limits = read_limits(&mut table);
    let read_back = table.take("read_back").unwrap_or(true);
    let settings = Value::Object(table.take_rest());
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

/// The names under `[vendors]`, to which other sections refer, including those of vendors with problems.
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

    /// Returns whether the vendor exists, and reports it if not.
    pub fn check(&self, table: &Table<'_>, key: &str, name: &str) -> bool {
        let known = self.0.iter().any(|vendor| vendor == name);
        if !known {
            table.refuse(key, unknown_name("vendor", name, self.0.iter().map(String::as_str)));
        }
        known
    }
}
