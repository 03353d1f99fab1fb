//! A configured vendor: its adapter, its transport, and its cached catalogues.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use moka::future::Cache;
use serde_json::Value;
use switchboard_config::{Config, Problem, vendor};
use switchboard_core::{
    error::{Error, Kind, Outcome, Result, Violation, unknown_name},
    facts::{CatalogueEntry, CatalogueKind, Facts},
    plan::Translator,
    vendor::{Adapter, CallObservations, Exchange, Factory, Request, Resource},
};
use switchboard_store::Collection;
use switchboard_transport::{Health, Reads, Settings, Streamed, Transport};
use tokio::time::Instant;

use super::{
    shared_listing::{Listed, Records, SharedListing},
    timing::timed,
};
use crate::{
    metrics::show_vendor,
    records::{Managed, PlacementGate, now},
};

/// The lifetime of a cached catalogue: 10 minutes. A catalogue, such as the list of voices, rarely changes more often than
/// daily.
const CATALOGUE_TTL: Duration = Duration::from_secs(600);

/// The configured vendors, by name.
pub type Vendors = BTreeMap<String, Arc<Vendor>>;

/// A vendor: a configured account at a provider.
pub struct Vendor {
    name: String,
    /// The vendor's configuration.
    configured: vendor::Vendor,
    /// The placement gate. It is closed when a configuration removes the vendor or changes its adapter.
    pub(super) gate: PlacementGate,
    adapter: Arc<dyn Adapter>,
    transport: Transport,
    timeout: Duration,
    /// The recent catalogues, by the name of their kind.
    catalogues: Cache<&'static str, CatalogueSnapshot>,
    agents: SharedListing,
    trunks: SharedListing,
    /// The fields that the vendor stores but cannot return, by kind of record.
    unreadable: Mutex<BTreeMap<&'static str, Arc<[String]>>>,
    /// The last snapshot of each catalogue, of any age.
    last: Cache<&'static str, CatalogueSnapshot>,
}

/// A catalogue with the time of its fetch.
#[derive(Clone)]
pub struct CatalogueSnapshot {
    /// The entries of the catalogue.
    pub entries: Arc<Vec<CatalogueEntry>>,
    /// The time of the fetch.
    pub fetched: Instant,
}

impl Vendor {
    /// Creates the vendor with the configured name `name`.
    ///
    /// # Errors
    /// All problems in the vendor's settings, with their keys in the configuration.
    pub fn new(name: &str, config: &vendor::Vendor, factories: &[Factory]) -> Result<Self, Vec<Problem>> {
        let at = |key: &str| format!("vendors.{name}{}", key.replace('/', "."));
        let adapter = build(&config.adapter, &config.settings, factories).map_err(|violations| {
            violations.into_iter().map(|(key, message)| Problem::new(at(&key), message)).collect::<Vec<_>>()
        })?;
        let adapter: Arc<dyn Adapter> = adapter.into();
        if !config.allowed_hosts.is_empty() && adapter.allowed_hosts().is_empty() {
            let detail = format!(
                "the adapter {} sends no requests to URLs in the vendor's answers, so the hosts would have no effect; remove \
                 them",
                config.adapter
            );
            return Err(vec![Problem::new(at("/allowed_hosts"), detail)]);
        }
        let settings = Settings { propagate_trace: config.propagate_trace, ..settings(&config.limits) };
        let timeout = settings.total_timeout;
        let transport = Transport::new(adapter.clone(), name, settings)
            .map_err(|error| vec![Problem::new(at("/base_url"), error.detail)])?
            .allowing(&config.allowed_hosts);
        show_vendor(name);
        let catalogues = Cache::builder().time_to_live(CATALOGUE_TTL).max_capacity(16).build();
        let last = Cache::new(16);
        Ok(Self {
            name: name.to_owned(),
            configured: config.clone(),
            gate: PlacementGate::default(),
            adapter,
            transport,
            timeout,
            agents: SharedListing::default(),
            trunks: SharedListing::default(),
            unreadable: Mutex::default(),
            catalogues,
            last,
        })
    }

    /// Returns the configured name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the vendor's configuration.
    pub(crate) fn configured(&self) -> &vendor::Vendor {
        &self.configured
    }

    /// Returns the adapter.
    pub fn adapter(&self) -> &dyn Adapter {
        &*self.adapter
    }

    /// Returns the vendor's health, as derived from the latest requests to the vendor.
    pub fn health(&self) -> Health {
        self.transport.health()
    }

    /// Returns the time until requests to the vendor are permitted again, or `None` if they are permitted now.
    pub fn ready_in(&self) -> Option<Duration> {
        self.transport.ready_in()
    }

    /// Returns the maximum duration of one exchange. Reading a shared list may take longer.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the maximum delay with which the vendor may still apply a request whose answer was lost.
    pub fn late(&self) -> Duration {
        self.configured.late
    }

    /// Returns true if the configuration requests that records are read back after a write.
    pub fn reads_back(&self) -> bool {
        self.configured.read_back
    }

    /// Returns the rules and exchanges for a kind of record.
    ///
    /// # Errors
    /// `capability_loss` if the vendor does not have this kind of record.
    pub fn resource<R: Managed>(&self) -> Result<&dyn Resource<R>> {
        R::at(&*self.adapter).ok_or_else(|| {
            let detail = format!(
                "{} ({}) has no {}s; choose another vendor.",
                self.name(),
                self.adapter.descriptor().title,
                R::NAME
            );
            Error::invalid(vec![Violation::at("/vendor", Kind::CapabilityLoss, detail)])
        })
    }

    /// Reads all records of a kind with a list request that starts after this call. Concurrent callers share the request.
    ///
    /// # Errors
    /// The errors of an exchange with the vendor.
    pub async fn records<R: Managed>(&self, resource: &dyn Resource<R>) -> Result<Records> {
        Ok(timed(self.listing::<R>().read(&self.transport, || resource.list(), now(), false)).await?.records)
    }

    /// Reads the list of all records of a kind, as of `since` or later, until two successive readings agree, at most 4
    /// times. Concurrent callers share the readings, which continue even if all callers stop waiting.
    ///
    /// # Errors
    /// The errors of an exchange with the vendor.
    pub async fn steady_list<R: Managed>(
        &self,
        resource: &dyn Resource<R>,
        since: Timestamp,
    ) -> Result<Listed> {
        timed(self.listing::<R>().read(&self.transport, || resource.list(), since, true)).await
    }

    fn listing<R: Managed>(&self) -> &SharedListing {
        match R::COLLECTION {
            Collection::Agents => &self.agents,
            Collection::Trunks => &self.trunks,
        }
    }

    /// Lists the fields that the vendor stores but cannot return, for one kind of record.
    pub fn unreadable<R: Managed>(&self, resource: &dyn Resource<R>) -> Arc<[String]> {
        // Ignore poisoning: every change to the map is one call, so a panic while the lock is held cannot leave the map
        // half-written.
        let mut known = self.unreadable.lock().unwrap_or_else(PoisonError::into_inner);
        let list = || {
            let translator = Translator::new(resource, self.adapter.descriptor().adapter);
            let rows = translator.capabilities().into_iter();
            rows.filter(|row| !row.readable && !row.vendor_fields.is_empty()).map(|row| row.field).collect()
        };
        known.entry(R::NAME).or_insert_with(list).clone()
    }

    /// Runs an exchange. Converts errors about the vendor's fields into errors about the model's fields.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub async fn run<R: Managed, T: Send + 'static>(&self, exchange: Exchange<T>) -> Result<T> {
        timed(self.transport.run(exchange)).await.map_err(|error| self.map_fields::<R>(error))
    }

    /// Runs an exchange like [`Self::run`], and answers its reads from `reads` if they contain a recent answer.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub async fn run_after<R: Managed, T: Send + 'static>(
        &self,
        reads: &Reads,
        exchange: Exchange<T>,
    ) -> Result<T> {
        timed(self.transport.run_after(reads, exchange)).await.map_err(|error| self.map_fields::<R>(error))
    }

    fn map_fields<R: Managed>(&self, error: Error) -> Error {
        match R::at(&*self.adapter) {
            Some(resource) => {
                let translator = Translator::new(resource, self.adapter.descriptor().adapter);
                translator.at(self.name()).map_vendor_fields(error)
            }
            None => error,
        }
    }

    /// Runs an exchange without measuring it and without converting its errors.
    pub(super) async fn run_unmapped<T: Send + 'static>(&self, exchange: Exchange<T>) -> Result<T> {
        self.transport.run(exchange).await
    }

    /// Reads a list of calls. The time limit applies to each request, not to the whole list.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub async fn list_calls(&self, exchange: Exchange<CallObservations>) -> Result<CallObservations> {
        timed(self.transport.run_list(exchange)).await
    }

    /// Sends a request for a recording of at most `max_bytes` bytes.
    ///
    /// # Errors
    /// The errors of [`Transport::stream`].
    pub async fn stream(&self, request: Request, max_bytes: u64) -> Result<Streamed> {
        timed(self.transport.stream(request, max_bytes)).await
    }

    /// Loads the catalogues that are needed to plan this kind of record.
    ///
    /// # Errors
    /// The errors of [`Self::catalogue`].
    pub async fn facts<R: Managed>(&self, resource: &dyn Resource<R>) -> Result<Facts> {
        let mut facts = Facts::default();
        for kind in resource.catalogues() {
            if let Some(listed) = self.catalogue(*kind, false).await? {
                facts = facts.with(*kind, listed.entries);
            }
        }
        Ok(facts)
    }

    /// Returns the catalogues that are needed to plan this kind of record, or `None` if one of them is not cached or is
    /// at least 10 minutes old. Sends no request to the vendor.
    pub async fn cached_facts<R: Managed>(&self, resource: &dyn Resource<R>) -> Option<Facts> {
        let mut facts = Facts::default();
        for kind in resource.catalogues() {
            if self.adapter.catalogue(*kind).is_some() {
                facts = facts.with(*kind, self.catalogues.get(kind.name()).await?.entries);
            }
        }
        Some(facts)
    }

    /// Returns one of the vendor's catalogues, or `None` if the vendor does not have the catalogue. With `refresh`, the
    /// catalogue is always fetched. Without `refresh`, a cached snapshot is returned until it is 10 minutes old. An older
    /// snapshot is returned only if fetching fails temporarily.
    ///
    /// # Errors
    /// The errors of an exchange with the vendor.
    pub async fn catalogue(&self, kind: CatalogueKind, refresh: bool) -> Result<Option<CatalogueSnapshot>> {
        if refresh {
            self.catalogues.invalidate(kind.name()).await;
        } else if let Some(cached) = self.catalogues.get(kind.name()).await {
            return Ok(Some(cached));
        }
        // Every write and plan contains this future and rarely needs it. Boxing it keeps their own futures small.
        Box::pin(self.fetch_catalogue(kind, refresh)).await
    }

    async fn fetch_catalogue(&self, kind: CatalogueKind, refresh: bool) -> Result<Option<CatalogueSnapshot>> {
        let Some(exchange) = self.adapter.catalogue(kind) else { return Ok(None) };
        let fetch = async {
            let entries = Arc::new(timed(self.transport.run(exchange)).await?);
            let listed = CatalogueSnapshot { entries, fetched: Instant::now() };
            self.last.insert(kind.name(), listed.clone()).await;
            Ok(listed)
        };
        match self.catalogues.try_get_with(kind.name(), fetch).await.map_err(unshare) {
            Ok(listed) => Ok(Some(listed)),
            Err(error) if !refresh && is_transient(&error) => match self.last.get(kind.name()).await {
                Some(old) => Ok(Some(old)),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Returns the ages of the latest snapshots of the catalogues, with the names of their kinds.
    pub fn catalogue_ages(&self) -> impl Iterator<Item = (&'static str, Duration)> {
        self.last.iter().map(|(kind, listed)| (*kind, listed.fetched.elapsed()))
    }
}

/// Creates the vendors of a configuration. Reuses each vendor in `present` whose configuration is unchanged, with its
/// transport, circuit and catalogues.
///
/// # Errors
/// All problems in the vendors' settings.
pub(super) fn build_all(
    config: &Config,
    factories: &[Factory],
    present: &Vendors,
) -> Result<Vendors, Vec<Problem>> {
    let (mut vendors, mut problems) = (BTreeMap::new(), Vec::new());
    for (name, settings) in &config.vendors {
        let same = present.get(name).filter(|vendor| vendor.configured == *settings);
        let vendor = same
            .map_or_else(|| Vendor::new(name, settings, factories).map(Arc::new), |same| Ok(same.clone()));
        match vendor {
            Ok(vendor) => {
                vendors.insert(name.clone(), vendor);
            }
            Err(wrong) => problems.extend(wrong),
        }
    }
    if problems.is_empty() { Ok(vendors) } else { Err(problems) }
}

/// Returns true if a read failed at the vendor and may succeed when it is repeated. Returns false for a refused
/// credential and an exhausted quota.
pub fn is_transient(error: &Error) -> bool {
    let by_vendor = error.vendor.as_ref().is_some_and(|failure| failure.outcome != Outcome::Rejected);
    by_vendor && !matches!(error.kind, Kind::VendorAuthFailed | Kind::VendorQuotaExhausted)
}

/// Converts an error that several waiters share into an owned error.
fn unshare(error: Arc<Error>) -> Error {
    Arc::try_unwrap(error).unwrap_or_else(|error| error.without_source())
}

/// Checks the adapter name and the settings of a vendor when the configuration is read. `misspelt` are the keys of the
/// settings whose strings look like misspelt references; a secret among them is a problem. Returns all problems.
pub fn vet(adapter: &str, settings: &Value, misspelt: &[String], factories: &[Factory]) -> Vec<Problem> {
    let known = factories.iter().filter(|factory| factory.adapter == adapter);
    let secrets = known.flat_map(|factory| factory.settings).filter(|setting| setting.secret);
    let secrets = secrets.filter(|setting| misspelt.iter().any(|key| key == setting.name));
    let mut problems: Vec<_> =
        secrets.map(|setting| Problem::new(setting.name, switchboard_config::LITERAL_SECRET)).collect();
    let wrong = build(adapter, settings, factories).err().unwrap_or_default();
    problems.extend(
        wrong.into_iter().map(|(pointer, message)| {
            Problem::new(pointer.trim_start_matches('/').replace('/', "."), message)
        }),
    );
    problems
}

fn build(
    adapter: &str,
    settings: &Value,
    factories: &[Factory],
) -> Result<Box<dyn Adapter>, Vec<(String, String)>> {
    let Some(factory) = factories.iter().find(|factory| factory.adapter == adapter) else {
        let known: Vec<_> = factories.iter().map(|factory| factory.adapter).collect();
        let message = format!(
            "{} The adapters are {}.",
            unknown_name("adapter", adapter, known.iter().copied()),
            known.join(", ")
        );
        return Err(vec![("/adapter".to_owned(), message)]);
    };
    (factory.build)(settings.clone()).map_err(|violations| {
        violations
            .into_iter()
            .map(|violation| match violation.location {
                switchboard_core::error::InputLocation::Pointer(pointer) => (pointer, violation.detail),
                _ => (String::new(), violation.detail),
            })
            .collect()
    })
}

fn settings(limits: &vendor::Limits) -> Settings {
    let standard = Settings::default();
    let small = |count: Option<usize>| count.and_then(|n| u32::try_from(n).ok());
    let breaker_open = limits.breaker_open.unwrap_or(standard.breaker_open);
    Settings {
        total_timeout: limits.timeout.unwrap_or(vendor::TIMEOUT),
        attempt_timeout: limits.attempt_timeout.unwrap_or(standard.attempt_timeout),
        attempts: small(limits.attempts).unwrap_or(standard.attempts),
        concurrency: limits.concurrency.unwrap_or(standard.concurrency),
        max_body: limits.max_body_bytes.unwrap_or(standard.max_body),
        rate: limits.rate_per_s,
        burst: small(limits.burst).unwrap_or(standard.burst),
        breaker_failures: small(limits.breaker_failures).unwrap_or(standard.breaker_failures),
        breaker_open,
        breaker_longest: limits.breaker_longest.unwrap_or(standard.breaker_longest.max(breaker_open)),
        auth_pause: limits.auth_pause.unwrap_or(standard.auth_pause),
        ..standard
    }
}
