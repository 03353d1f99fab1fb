//! What the gateway does, without a word of HTTP: records, plans, vendors, and the writes that keep them together.
//!
//! Everything is generic over the kind of record: agents and trunks are created, changed, moved through plans and
//! read in the same way, and differ by their model and their vendors' rules only.

mod alias;
mod at_hand;
mod body;
mod call;
mod import;
mod item;
mod listing;
mod lock;
mod managed;
mod merge;
mod operation;
mod plan;
mod poll;
mod read;
mod reply;
mod revision;
mod routing;
mod sync;
mod tidy;
mod vendor;
pub mod vendor_time;
mod write;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::{Map, Value};
use switchboard_core::{Error, ExtensionRules, Factory, Kind, Result, Violation, unknown};
use switchboard_store::{Step, Store};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::config::{self, Config, Problem};

pub use at_hand::Kept;
use at_hand::{AtHand, Moment};
pub use body::{Envelope, OUTPUT_ONLY, SETTABLE};
pub use call::{Call, IdempotencyKey};
pub use item::{Doubt, Item, Placement, Shown, SyncState, Told};
pub use managed::Managed;
pub use operation::{Operation, OperationKind, STATES as OPERATION_STATES};
pub use plan::{Preview, PreviewedRequest};
pub use read::{Filter, Page};
pub use reply::{Refuse, Reply};
pub use revision::Revision;
pub use sync::OnDrift;
pub use vendor::{Listed, Vendor, vet};
pub use write::{Expected, Resolution};

/// How much longer an operation is held than its vendor may take.
const HOLD_ROOM: Duration = Duration::from_secs(10);

/// The gateway's state and everything it can do.
pub struct Service {
    store: Arc<dyn Store>,
    /// The records that were read or written last.
    at_hand: AtHand,
    vendors: BTreeMap<String, Vendor>,
    routing: routing::Routing,
    aliases: alias::Tables,
    extensions: BTreeMap<&'static str, Box<dyn ExtensionRules>>,
    locks: lock::Locks,
    settings: config::writes::Writes,
    /// How long an operation is held for one attempt.
    hold: Duration,
    refuse: Refuse,
    /// Wakes the background when there may be something to do.
    wake: Notify,
    writes: TaskTracker,
}

impl Service {
    /// A service over a store, with the vendors and routes of the configuration.
    ///
    /// # Errors
    /// The problems of vendors' settings, all at once.
    pub fn new(
        config: &Config,
        store: Arc<dyn Store>,
        factories: &[Factory],
        refuse: Refuse,
    ) -> Result<Self, Vec<Problem>> {
        let (mut vendors, mut problems) = (BTreeMap::new(), Vec::new());
        for (name, settings) in &config.vendors {
            match Vendor::new(name, settings, factories) {
                Ok(vendor) => {
                    vendors.insert(name.clone(), vendor);
                }
                Err(wrong) => problems.extend(wrong),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let extensions = factories
            .iter()
            .filter_map(|factory| factory.extension.map(|rules| (factory.adapter, rules())))
            .collect();
        // An attempt looks, writes and looks again.
        let longest = vendors.values().map(Vendor::timeout).max().unwrap_or_default();
        Ok(Self {
            hold: longest * 2 + HOLD_ROOM,
            settings: config.writes.clone(),
            refuse,
            wake: Notify::new(),
            store,
            at_hand: AtHand::new(config.store.shared),
            vendors,
            routing: routing::Routing(config.routing.clone()),
            aliases: alias::Tables::new(config),
            extensions,
            locks: lock::Locks::default(),
            writes: TaskTracker::new(),
        })
    }

    /// The configured vendors, by name.
    pub fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.values()
    }

    /// A configured vendor.
    ///
    /// # Errors
    /// `not_found`.
    pub fn vendor(&self, name: &str) -> Result<&Vendor> {
        self.vendors
            .get(name)
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
    pub fn work(self: Arc<Self>, stop: CancellationToken) {
        self.writes.spawn(self.clone().reconcile(stop.clone()));
        self.writes.spawn(self.clone().tidy(stop.clone()));
        if !self.settings.poll.is_zero() {
            self.writes.spawn(self.clone().poll(self.settings.poll, stop));
        }
    }

    /// Takes these steps in the store; gives the moment at which the record that they write can be put at hand.
    ///
    /// # Errors
    /// Those of the store.
    async fn commit(&self, steps: Vec<Step>) -> Result<Option<Moment>> {
        let commit = self.at_hand.begins(&steps);
        let result = self.store.commit(steps).await;
        let moment = commit.ends();
        result.map(|()| moment)
    }

    /// Waits for the writes that run, then lets go of the store.
    pub async fn close(&self) {
        self.writes.close();
        self.writes.wait().await;
        self.store.close().await;
    }

    /// The vendor that a body names.
    fn named_vendor(&self, name: &str) -> Result<&Vendor> {
        self.vendors.get(name).ok_or_else(|| {
            let detail = unknown("vendor", name, self.vendors.keys().map(String::as_str));
            Error::invalid(vec![Violation::at("/vendor", Kind::VendorUnknown, detail)])
        })
    }
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
