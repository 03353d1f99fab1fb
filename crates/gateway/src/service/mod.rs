//! What the gateway does, without a word of HTTP: records, plans, vendors, and the writes that keep them together.
//!
//! Everything is generic over the kind of record: agents and trunks are created, changed, moved through plans and
//! read in the same way, and differ by their model and their vendors' rules only.

mod alias;
mod body;
mod import;
mod item;
mod lock;
mod managed;
mod merge;
mod plan;
mod read;
mod routing;
mod vendor;
pub mod vendor_time;
mod write;

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};
use switchboard_core::{Error, ExtensionRules, Factory, Kind, Result, Violation, unknown};
use switchboard_store::Store;
use tokio_util::task::TaskTracker;

use crate::config::{Config, Problem};

pub use body::{Envelope, OUTPUT_ONLY, SETTABLE};
pub use item::{Item, Placement, SyncState};
pub use managed::Managed;
pub use plan::{Preview, PreviewedRequest};
pub use read::{Filter, Page};
pub use vendor::{Listed, Vendor, vet};

/// The gateway's state and everything it can do.
pub struct Service {
    store: Arc<dyn Store>,
    vendors: BTreeMap<String, Vendor>,
    routing: routing::Routing,
    aliases: alias::Tables,
    extensions: BTreeMap<&'static str, Box<dyn ExtensionRules>>,
    locks: lock::Locks,
    writes: TaskTracker,
}

impl Service {
    /// A service over a store, with the vendors and routes of the configuration.
    ///
    /// # Errors
    /// The problems of vendors' settings, all at once.
    pub fn new(config: &Config, store: Arc<dyn Store>, factories: &[Factory]) -> Result<Self, Vec<Problem>> {
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
        Ok(Self {
            store,
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
