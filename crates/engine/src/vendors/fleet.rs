//! The configured vendors, and everything that depends on which they are.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value};
use switchboard_config::{Config, Problem};
use switchboard_core::{Error, Factory, Facts, Handling, Kind, Result, Violation, unknown_name};

use super::{
    Retirement, Target, Vendor,
    alias::Aliases,
    retirement,
    vendor::{self, Vendors},
};
use crate::records::{Body, Extensions, Item, Managed, Permit, Repository};

/// How much longer an operation is held than its vendor may take.
const HOLD_MARGIN: Duration = Duration::from_secs(10);

/// The vendors of one configuration. Another configuration is another fleet, which shares the vendors that stay the same.
pub struct Fleet {
    vendors: Vendors,
    aliases: Aliases,
    extensions: Extensions,
    factories: &'static [Factory],
}

impl Fleet {
    /// Makes the fleet of a configuration.
    ///
    /// # Errors
    /// The problems of vendors' settings, all at once.
    pub fn new(config: &Config, factories: &'static [Factory]) -> Result<Self, Vec<Problem>> {
        Self::build(config, factories, &Vendors::new())
    }

    /// Makes the fleet of another configuration, and holds back placements at the vendors that leave with it. A vendor whose
    /// configuration is the same is the same vendor, with all that is known of it.
    ///
    /// # Errors
    /// The problems of vendors' settings, and every vendor that has to leave although it has records; all of them.
    pub async fn next(
        &self,
        config: &Config,
        repository: &Repository,
    ) -> Result<(Self, Retirement<'_>), Vec<Problem>> {
        let next = Self::build(config, self.factories, &self.vendors);
        match (next, retirement::retire(&self.vendors, config, repository).await) {
            (Ok(next), Ok(retirement)) => Ok((next, retirement)),
            (next, retirement) => {
                Err([next.err(), retirement.err()].into_iter().flatten().flatten().collect())
            }
        }
    }

    fn build(
        config: &Config,
        factories: &'static [Factory],
        present: &Vendors,
    ) -> Result<Self, Vec<Problem>> {
        let vendors = vendor::build_all(config, factories, present)?;
        let extensions = Extensions::from_factories(factories);
        Ok(Self { vendors, aliases: Aliases::new(config), extensions, factories })
    }

    /// Gives the vendors, by name.
    pub fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.values().map(Arc::as_ref)
    }

    /// Gives a vendor.
    ///
    /// # Errors
    /// `not_found`.
    pub fn vendor(&self, name: &str) -> Result<&Vendor> {
        let missing = || Error::new(Kind::NotFound, format!("No vendor {name:?} is configured."));
        self.vendors.get(name).map(Arc::as_ref).ok_or_else(missing)
    }

    /// Gives the vendor that a body names.
    ///
    /// # Errors
    /// `vendor_unknown`.
    pub fn named(&self, name: &str) -> Result<&Vendor> {
        self.vendors.get(name).map(Arc::as_ref).ok_or_else(|| {
            let detail = unknown_name("vendor", name, self.vendors.keys().map(String::as_str));
            Error::invalid(vec![Violation::at("/vendor", Kind::VendorUnknown, detail)])
        })
    }

    /// Gives the vendor that a record runs at.
    ///
    /// # Errors
    /// `state_conflict` where it is no longer configured.
    pub fn of_record<R: Managed>(&self, item: &Item<R>) -> Result<&Vendor> {
        self.vendors.get(&item.placement.vendor).map(Arc::as_ref).ok_or_else(|| {
            let vendor = &item.placement.vendor;
            let detail = format!("The {} runs at {vendor:?}, which is no longer configured.", R::NAME);
            Error::new(Kind::StateConflict, detail)
        })
    }

    /// Prepares writing and reading one kind of record at a vendor: fetches the lists that plans look up there.
    ///
    /// # Errors
    /// `capability_loss` where the vendor has no such records, and those of fetching.
    pub async fn target<'a, R: Managed>(
        &'a self,
        vendor: &'a Vendor,
        handling: Handling,
    ) -> Result<Target<'a, R>> {
        let facts = vendor.facts(vendor.resource::<R>()?).await?;
        Target::new(vendor, &self.aliases, facts, handling)
    }

    /// Prepares carrying out a plan with the lists that it was made with; what needs no plan needs no lists.
    ///
    /// # Errors
    /// `capability_loss` where the vendor has no such records.
    pub fn prepared_target<'a, R: Managed>(
        &'a self,
        vendor: &'a Vendor,
        facts: Facts,
    ) -> Result<Target<'a, R>> {
        Target::new(vendor, &self.aliases, facts, Handling::Lenient)
    }

    /// Lets a record be placed at a vendor until the permit is dropped; nothing where the vendor is not configured.
    ///
    /// # Errors
    /// `state_conflict` where the vendor has left the configuration.
    pub async fn permit(&self, vendor: &str) -> Result<Option<Permit>> {
        match self.vendors.get(vendor) {
            Some(vendor) => vendor.gate.acquire(vendor.name()).await.map(Some),
            None => Ok(None),
        }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read_body<R: Managed>(&self, document: Value) -> Result<Body<R>> {
        Body::read(document, &self.extensions, &|name| self.vendors.contains_key(name))
    }

    /// Merges a patch into a body (RFC 7396).
    ///
    /// # Errors
    /// Everything that is wrong with the result.
    pub fn merge_body<R: Managed>(&self, body: &Body<R>, patch: &Map<String, Value>) -> Result<Body<R>> {
        body.merge(patch, &self.extensions, &|name| self.vendors.contains_key(name))
    }

    /// Gives how long an operation is held for one attempt: it looks, writes and looks again.
    pub fn hold(&self) -> Duration {
        let longest = self.vendors().map(Vendor::timeout).max().unwrap_or_default();
        longest * 2 + HOLD_MARGIN
    }
}
