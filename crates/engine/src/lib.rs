//! What the gateway does, without a word of HTTP: records, plans, vendors, and the writes that keep them together.
//!
//! Everything is generic over the kind of record: agents and trunks are created, changed, moved through plans and
//! read in the same way, and differ by their model and their vendors' rules only.

mod account;
mod alias;
mod body;
pub mod capability;
mod import;
mod item;
mod last_run;
mod lock;
mod managed;
mod merge;
mod migration;
mod operation;
mod placement_gate;
mod poll;
mod preview;
mod read;
mod reconfigure;
mod record_cache;
mod reply;
mod request;
mod revision;
pub mod routing;
mod shared_listing;
mod state;
mod sweep;
mod sync;
mod target;
mod vendor;
pub mod vendor_time;
mod write;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::{Map, Value};
use switchboard_config::{self as config, Config, Problem};
use switchboard_core::{Error, Factory, Kind, Result, Violation, unknown_name};
use switchboard_store::{Mutation, Store};
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use account::VendorRecord;
pub use body::{Body, Envelope, Extensions, OUTPUT_ONLY, SETTABLE};
pub use import::ImportPreview;
pub use item::Item;
use last_run::LastRun;
pub use managed::Managed;
pub use migration::{Migration, Move, Order, Selection, Start, accepted};
pub use operation::{Operation, OperationKind, STATES as OPERATION_STATES};
pub use preview::{Preview, PreviewedRequest, difference};
pub use read::{Filter, Page};
pub use record_cache::Cached;
use record_cache::{CacheStamp, RecordCache};
pub use reply::{Refuse, Reply};
pub use request::{IdempotencyKey, RequestContext};
pub use revision::Revision;
pub use routing::{PassedOver, Route};
pub use state::{Placement, RecordedError, SyncState, Uncertainty, Visibility};
pub use sync::OnDrift;
pub use vendor::{CatalogueSnapshot, Vendor, vet};
pub use write::{Expected, Resolution};

/// How much longer an operation is held than its vendor may take.
const HOLD_MARGIN: Duration = Duration::from_secs(10);

/// The configured vendors, by name.
type Vendors = BTreeMap<String, Arc<Vendor>>;

/// Operations that the background attempts at once.
const MAX_BACKGROUND_ATTEMPTS: usize = 32;

/// The gateway's state and everything it can do, under one configuration that never changes.
///
/// Another configuration is another service, which [shares](Service::reconfigured) what outlives a configuration.
pub struct Service {
    vendors: Vendors,
    routing: routing::Routing,
    aliases: alias::Tables,
    settings: config::writes::Writes,
    /// How long an operation is held for one attempt.
    hold: Duration,
    // What follows outlives the configuration.
    store: Arc<dyn Store>,
    factories: &'static [Factory],
    extensions: Arc<Extensions>,
    refuse: Refuse,
    /// The records that were read or written last.
    cache: Arc<RecordCache>,
    locks: Arc<lock::Locks>,
    /// Wakes the background when there may be something to do.
    wake: Arc<Notify>,
    /// Wakes the background when a move may go on.
    move_waker: Arc<migration::MoveWaker>,
    /// The places of the operations that the background attempts.
    attempt_permits: Arc<Semaphore>,
    writes: TaskTracker,
    /// When what is kept no longer was last forgotten.
    last_sweep: Arc<LastRun>,
    /// When vendors were last looked at.
    last_poll: Arc<LastRun>,
}

impl Service {
    /// A service over a store, with the vendors and routes of the configuration.
    ///
    /// # Errors
    /// The problems of vendors' settings, all at once.
    pub fn new(
        config: &Config,
        store: Arc<dyn Store>,
        factories: &'static [Factory],
        refuse: Refuse,
    ) -> Result<Self, Vec<Problem>> {
        let vendors = vendor::build_all(config, factories, &BTreeMap::new())?;
        Ok(Self {
            hold: hold_duration(&vendors),
            vendors,
            routing: routing::Routing(config.routing.clone()),
            aliases: alias::Tables::new(config),
            settings: config.writes.clone(),
            store,
            factories,
            extensions: Arc::new(Extensions::from_factories(factories)),
            refuse,
            cache: Arc::new(RecordCache::new(config.store.shared)),
            locks: Arc::default(),
            wake: Arc::default(),
            move_waker: Arc::default(),
            attempt_permits: Arc::new(Semaphore::new(MAX_BACKGROUND_ATTEMPTS)),
            writes: TaskTracker::new(),
            last_sweep: Arc::default(),
            last_poll: Arc::default(),
        })
    }

    /// The configured vendors, by name.
    pub fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.values().map(Arc::as_ref)
    }

    /// A configured vendor.
    ///
    /// # Errors
    /// `not_found`.
    pub fn vendor(&self, name: &str) -> Result<&Vendor> {
        self.vendors
            .get(name)
            .map(Arc::as_ref)
            .ok_or_else(|| Error::new(Kind::NotFound, format!("No vendor {name:?} is configured.")))
    }

    /// Whether the store can be read and written.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn ready(&self) -> Result<()> {
        self.store.check().await
    }

    /// The writes that run, whether or not their callers wait.
    pub fn writes(&self) -> TaskTracker {
        self.writes.clone()
    }

    /// Works in the background until it is told to stop: carries on writes that wait, looks at vendors, tidies up.
    pub fn run_background(self: Arc<Self>, stop: CancellationToken) {
        self.writes.spawn(self.clone().reconcile(stop.clone()));
        self.writes.spawn(self.clone().sweep_expired(stop.clone()));
        self.writes.spawn(self.clone().migrate(stop.clone()));
        self.writes.spawn(self.clone().realign(stop.clone()));
        if !self.settings.poll.is_zero() {
            self.writes.spawn(self.clone().poll(self.settings.poll, stop));
        }
    }

    /// Takes these steps in the store; gives the moment at which the record that they write can be put at hand.
    ///
    /// # Errors
    /// Those of the store; `state_conflict` where a record is to be put at a vendor that has just left the configuration.
    async fn commit(&self, mutations: Vec<Mutation>) -> Result<Option<CacheStamp>> {
        let _permits = self.placement_permits(&mutations).await?;
        let commit = self.cache.begin(&mutations);
        let result = self.store.commit(mutations).await;
        let stamp = commit.end();
        result.map(|()| stamp)
    }

    /// Waits for the writes that run, then lets go of the store.
    pub async fn close(&self) {
        self.writes.close();
        self.writes.wait().await;
        self.store.close().await;
    }

    /// The vendor that a body names.
    fn named_vendor(&self, name: &str) -> Result<&Vendor> {
        self.vendors.get(name).map(Arc::as_ref).ok_or_else(|| {
            let detail = unknown_name("vendor", name, self.vendors.keys().map(String::as_str));
            Error::invalid(vec![Violation::at("/vendor", Kind::VendorUnknown, detail)])
        })
    }
}

/// How long an operation is held for one attempt: it looks, writes and looks again.
fn hold_duration(vendors: &Vendors) -> Duration {
    let longest = vendors.values().map(|vendor| vendor.timeout()).max().unwrap_or_default();
    longest * 2 + HOLD_MARGIN
}

/// The members of a body.
///
/// # Errors
/// `validation_failed` for what is no object.
fn members(body: &Value) -> Result<&Map<String, Value>> {
    body.as_object().ok_or_else(|| {
        let detail = "The body must be an object.";
        Error::invalid(vec![Violation::at("", Kind::ValidationFailed, detail)])
    })
}
