//! Vendor accounts: `[vendors.NAME]`.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde_json::{Value, json};
use switchboard_core::{error::unknown_name, model::Seconds, vendor::AllowedHost};

use super::{BODY_BYTES, Problem, calls::VendorCalls, table::Table};

/// The default of [`Limits::timeout`].
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// The default of [`Vendor::late`], unless the time limit of an exchange is longer. In that case, the default is that
/// time limit.
const LATE: Duration = Duration::from_secs(120);

/// A configured account at a vendor.
#[derive(Clone, PartialEq)]
pub struct Vendor {
    /// Name of the adapter.
    pub adapter: String,
    /// Limits of the exchanges with the vendor.
    pub limits: Limits,
    /// True if the gateway reads a record back after a write, provided that the vendor returns records.
    pub read_back: bool,
    /// True if requests to the vendor carry the trace of the gateway in the header `traceparent`.
    pub propagate_trace: bool,
    /// The longest time for which the vendor may still apply a request whose answer was lost.
    pub late: Duration,
    /// Hosts to which URLs in the vendor's answers may lead, in addition to those that the adapter allows.
    pub allowed_hosts: Vec<AllowedHost>,
    /// Settings for the vendor's calls.
    pub calls: VendorCalls,
    /// Adapter-specific settings, as an object with resolved references. Contains secrets.
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

/// Limits of the exchanges with a vendor. If `timeout` is absent, [`TIMEOUT`] applies. For any other absent limit, the
/// transport's default applies.
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
    /// Maximum number of requests that start per second.
    pub rate_per_s: Option<f64>,
    /// Maximum number of requests in a burst after a pause, if `rate_per_s` is set.
    pub burst: Option<usize>,
    /// Number of consecutive failures that opens the circuit.
    pub breaker_failures: Option<usize>,
    /// Time for which the circuit is open before the first probe. The time doubles after each failed probe, up to
    /// `breaker_longest`.
    pub breaker_open: Option<Duration>,
    /// Maximum time for which the circuit is open before a probe.
    pub breaker_longest: Option<Duration>,
    /// Pause after the vendor refuses the credential for the first time. The pause doubles with each further refusal, up to
    /// 600 seconds.
    pub auth_pause: Option<Duration>,
}

/// A function that checks the adapter-specific settings of one vendor. Its arguments are the keys of the strings that are not
/// references, the adapter's name and the settings with resolved references. The keys of the returned problems are
/// relative to the settings.
pub type Vet<'a> = dyn Fn(&[String], &str, &Value) -> Vec<Problem> + 'a;

pub(super) fn read(table: Table<'_>, vet: &Vet<'_>) -> BTreeMap<String, Vendor> {
    let vendors = table.named().into_iter();
    vendors.filter_map(|(name, table)| read_one(&name, table, vet).map(|vendor| (name, vendor))).collect()
}

fn read_one(name: &str, mut table: Table<'_>, vet: &Vet<'_>) -> Option<Vendor> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
    if name.len() > 64 || !name.bytes().all(allowed) {
        table.refuse(
            "",
            "the name of a vendor must consist of at most 64 lower-case letters, digits, \"-\" and \"_\"",
        );
    }
    let adapter: Option<String> = table.must("adapter", Table::take);
    let limits = read_limits(&mut table);
    let read_back = table.take("read_back").unwrap_or(true);
    let propagate_trace = table.take("propagate_trace").unwrap_or(false);
    let allowed_hosts = read_hosts(&mut table);
    let late = read_late(&mut table, limits.timeout.unwrap_or(TIMEOUT));
    let calls = VendorCalls::read(&mut table);
    // The schema of a vendor accepts all other keys, because only the adapter knows its own settings.
    table.note("*", json!({}));
    let (settings, misspelt) = table.take_rest();
    let settings = Value::Object(settings);
    for problem in adapter.iter().flat_map(|adapter| vet(&misspelt, adapter, &settings)) {
        table.refuse(&problem.key, problem.message);
    }
    Some(Vendor {
        adapter: adapter?,
        limits,
        read_back,
        propagate_trace,
        late,
        allowed_hosts,
        calls,
        settings,
    })
}

fn read_hosts(table: &mut Table<'_>) -> Vec<AllowedHost> {
    let given: Vec<String> = table.take("allowed_hosts").unwrap_or_default();
    let read =
        |text: &String| text.parse().map_err(|wrong: String| table.refuse("allowed_hosts", wrong)).ok();
    given.iter().filter_map(read).collect()
}

fn read_late(table: &mut Table<'_>, timeout: Duration) -> Duration {
    let late = table.seconds("late_s", 0.1..=3600.0);
    if late.is_some_and(|late| late < timeout) {
        table.refuse("late_s", format!("must not be shorter than timeout_s, which is {}", Seconds(timeout)));
    }
    late.unwrap_or_else(|| timeout.max(LATE))
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
    let whole = limits.timeout.unwrap_or(TIMEOUT);
    if limits.attempt_timeout.is_some_and(|attempt| attempt > whole) {
        table.refuse(
            "attempt_timeout_s",
            format!("must not be longer than timeout_s, which is {}", Seconds(whole)),
        );
    }
    if let (Some(first), Some(longest)) = (limits.breaker_open, limits.breaker_longest)
        && first > longest
    {
        table.refuse("breaker_open_s", "must not be longer than breaker_longest_s");
    }
    limits
}

/// The names under `[vendors]`, to which other sections refer. Vendors whose settings have problems are included.
pub(super) struct VendorNames(Vec<String>);

impl VendorNames {
    pub fn from_table(vendors: &Table<'_>) -> Self {
        Self(vendors.keys())
    }

    /// Takes an optional key and returns its value, the name of a vendor. Reports a name that is not configured.
    pub fn take(&self, table: &mut Table<'_>, key: &'static str) -> Option<String> {
        let name: String = table.take(key)?;
        self.check(table, key, &name).then_some(name)
    }

    /// Returns true if the vendor is configured, and reports a problem otherwise.
    pub fn check(&self, table: &Table<'_>, key: &str, name: &str) -> bool {
        let known = self.0.iter().any(|vendor| vendor == name);
        if !known {
            table.refuse(key, unknown_name("vendor", name, self.0.iter().map(String::as_str)));
        }
        known
    }
}
