//! The routing of one configuration, and its fingerprint.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicI64, Ordering},
};

use sha2::{Digest, Sha256};
use switchboard_config::{Config, routing::Routing};
use switchboard_core::{
    error::Result,
    facts::{CatalogueKind, Facts},
    model::{Agent, Trunk},
};
use switchboard_store::IndexedRoute;

use super::routing::route_by_values;
use crate::{
    records::{Managed, RouteTable, RoutingValues},
    vendors::{Fleet, Vendor},
};

/// The value that stands for an unknown fingerprint.
const UNKNOWN: i64 = 0;

/// The routing of one configuration, with a fingerprint of the rules and the default. If a rule has a requirement, the
/// fingerprint also covers the aliases, vendors and catalogues that decide whether the requirement is met. Equal inputs
/// have the same fingerprint in every process of the same version.
pub struct Routes {
    /// The configured routing.
    pub routing: Routing,
    /// The inputs of the fingerprint, except the catalogues.
    basis: String,
    /// The latest fingerprint, or [`UNKNOWN`].
    fingerprint: AtomicI64,
}

impl Routes {
    /// Creates the routing of a configuration.
    pub fn new(config: &Config, fleet: &Fleet) -> Self {
        let routing = config.routing.clone();
        let mut basis = format!("{} {:?} {:?}", env!("CARGO_PKG_VERSION"), routing.default, routing.rules);
        let requires = routing.rules.iter().any(|rule| rule.require.is_some());
        if requires {
            let aliases = (&config.voices, &config.models, &config.knowledge_bases, &config.phone_numbers);
            let vendors: Vec<_> = fleet.vendors().map(identity).collect();
            basis += &format!(" {aliases:?} {vendors:?}");
        }
        let fingerprint = if requires { UNKNOWN } else { hash(&basis, []) };
        Self { routing, basis, fingerprint: AtomicI64::new(fingerprint) }
    }

    /// Returns the fingerprint. If rules have requirements, reads the catalogues of the vendors in these rules.
    ///
    /// # Errors
    /// The errors of reading a catalogue.
    pub async fn current_fingerprint(&self, fleet: &Fleet) -> Result<i64> {
        let mut catalogues = Vec::new();
        for vendor in self.required_vendors() {
            let vendor = fleet.vendor(vendor)?;
            catalogues.push(catalogue_text::<Agent>(vendor).await?);
            catalogues.push(catalogue_text::<Trunk>(vendor).await?);
        }
        Ok(self.note_fingerprint(catalogues))
    }

    /// Returns the fingerprint, or `None` if the fingerprint depends on a catalogue that is not cached. Sends no
    /// request to a vendor.
    pub async fn cached_fingerprint(&self, fleet: &Fleet) -> Option<i64> {
        let mut catalogues = Vec::new();
        for vendor in self.required_vendors() {
            let vendor = fleet.vendor(vendor).ok()?;
            catalogues.push(cached_catalogue_text::<Agent>(vendor).await?);
            catalogues.push(cached_catalogue_text::<Trunk>(vendor).await?);
        }
        Some(self.note_fingerprint(catalogues))
    }

    /// Returns the vendors that are named in rules with a requirement.
    fn required_vendors(&self) -> BTreeSet<&String> {
        let rules = self.routing.rules.iter().filter(|rule| rule.require.is_some());
        rules.flat_map(|rule| rule.vendors.keys()).collect()
    }

    fn note_fingerprint(&self, catalogues: Vec<String>) -> i64 {
        let fingerprint = hash(&self.basis, catalogues);
        self.fingerprint.store(fingerprint, Ordering::Release);
        fingerprint
    }
}

impl RouteTable for Routes {
    fn route(&self, values: &RoutingValues, at: &str) -> Option<IndexedRoute> {
        let routed_by = self.fingerprint.load(Ordering::Acquire);
        let vendor = route_by_values(&self.routing, values, at).filter(|_| routed_by != UNKNOWN)?;
        let stale = vendor.is_some_and(|vendor| vendor != at);
        Some(IndexedRoute { vendor: vendor.map(ToOwned::to_owned), stale, routed_by })
    }

    fn depends_on_desired_state(&self) -> bool {
        self.routing.rules.iter().any(|rule| rule.require.is_some() || rule.vendors.len() > 1)
    }
}

/// Returns the name, the adapter and the generation of a vendor. The latter two decide its capabilities.
fn identity(vendor: &Vendor) -> (&str, &'static str, &'static str) {
    let about = vendor.adapter().descriptor();
    (vendor.name(), about.adapter, about.generation)
}

/// Serialises those catalogues of a vendor that are needed to plan a kind of record. The order of their entries does
/// not affect the string. Returns an empty string if the vendor does not have this kind of record.
async fn catalogue_text<R: Managed>(vendor: &Vendor) -> Result<String> {
    Ok(match vendor.resource::<R>() {
        Ok(resource) => text_of(&vendor.facts(resource).await?, resource.catalogues()),
        Err(_) => String::new(),
    })
}

/// Returns the result of [`catalogue_text`], or `None` if a catalogue is not cached.
async fn cached_catalogue_text<R: Managed>(vendor: &Vendor) -> Option<String> {
    Some(match vendor.resource::<R>() {
        Ok(resource) => text_of(&vendor.cached_facts(resource).await?, resource.catalogues()),
        Err(_) => String::new(),
    })
}

fn text_of(facts: &Facts, kinds: &[CatalogueKind]) -> String {
    let entries = kinds
        .iter()
        .flat_map(|kind| facts.entries(*kind).iter().map(|entry| format!("{} {entry:?}", kind.name())));
    entries.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join("\n")
}

/// Hashes strings to a positive number.
fn hash(basis: &str, more: impl IntoIterator<Item = String>) -> i64 {
    let mut hash = Sha256::new();
    for text in std::iter::once(basis.to_owned()).chain(more) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let (first, _) = digest.split_at(size_of::<i64>());
    let number = first.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    i64::try_from(number >> 1).unwrap_or(i64::MAX).max(UNKNOWN + 1)
}
