//! The set of configured vendors.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::{Map, Value};
use switchboard_config::{Config, Problem};
use switchboard_core::{
    error::{Error, Kind, Result, Violation, unknown_name},
    facts::Facts,
    plan::Handling,
    vendor::Factory,
};
use switchboard_store::Filter;

use super::{
    Retirement, Target, Vendor,
    alias::Aliases,
    retirement,
    vendor::{self, Vendors},
};
use crate::records::{AliasKind, Body, Extensions, Item, Managed, Permit, Repository};

/// The margin by which a hold exceeds twice the longest timeout of a vendor.
const HOLD_MARGIN: Duration = Duration::from_secs(10);

/// The vendors of one configuration. The fleet of the next configuration shares the unchanged vendors.
pub struct Fleet {
    vendors: Vendors,
    aliases: Aliases,
    extensions: Extensions,
    factories: &'static [Factory],
    /// The stored agents, for the ids in handovers.
    repository: Arc<Repository>,
}

impl Fleet {
    /// Creates the fleet of a configuration.
    ///
    /// # Errors
    /// All problems in the settings of the vendors.
    pub fn new(
        config: &Config,
        factories: &'static [Factory],
        repository: Arc<Repository>,
    ) -> Result<Self, Vec<Problem>> {
        Self::build(config, factories, &Vendors::new(), repository)
    }

    /// Creates the fleet of the next configuration. While the returned [`Retirement`] exists, no record can be placed
    /// at a vendor that `config` removes or whose adapter it changes. Both fleets share each vendor whose configuration
    /// is unchanged, with its transport, circuit and catalogues.
    ///
    /// # Errors
    /// All problems in the settings of the vendors. Also a problem for each vendor that `config` removes or whose
    /// adapter it changes, if that vendor still has records, open operations or live calls, or if the store cannot be
    /// read.
    pub async fn next(&self, config: &Config) -> Result<(Self, Retirement<'_>), Vec<Problem>> {
        let next = Self::build(config, self.factories, &self.vendors, self.repository.clone());
        match (next, retirement::retire(&self.vendors, config, &self.repository).await) {
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
        repository: Arc<Repository>,
    ) -> Result<Self, Vec<Problem>> {
        let vendors = vendor::build_all(config, factories, present)?;
        let extensions = Extensions::from_factories(factories);
        Ok(Self { vendors, aliases: Aliases::new(config), extensions, factories, repository })
    }

    /// Returns the vendors, sorted by name.
    pub fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.values().map(Arc::as_ref)
    }

    /// Lists the aliases, ordered by kind and name, each with its ids by vendor.
    pub fn aliases(&self) -> impl Iterator<Item = (AliasKind, &str, &BTreeMap<String, String>)> {
        self.aliases.all()
    }

    /// Returns the aliases.
    pub(super) fn aliases_in_force(&self) -> &Aliases {
        &self.aliases
    }

    /// Checks that a vendor with this name is configured and has records of the kind `R`.
    fn check_name<R: Managed>(&self, name: &str) -> Result<(), (Kind, String)> {
        match self.vendors.get(name) {
            Some(vendor) => match vendor.resource::<R>() {
                Ok(_) => Ok(()),
                Err(error) => Err((error.kind, error.detail)),
            },
            None => Err((Kind::VendorUnknown, self.unknown(name))),
        }
    }

    /// Builds the message for a vendor name that is not configured. Suggests the closest name, if one is similar, and
    /// lists the vendors.
    pub fn unknown(&self, name: &str) -> String {
        let known: Vec<_> = self.vendors.keys().map(String::as_str).collect();
        let detail = unknown_name("vendor", name, known.iter().copied());
        match known.as_slice() {
            [] => format!("{detail} No vendor is configured."),
            known => format!("{detail} The vendors are {}.", known.join(", ")),
        }
    }

    /// Returns [`Self::unknown`] for a vendor in a filter, if no such vendor is configured and no record of the kind `R` runs
    /// there. The records of a vendor that was removed from the configuration can still be selected.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn unknown_to_filter<R: Managed>(&self, name: &str) -> Result<Option<String>> {
        if self.vendors.contains_key(name) {
            return Ok(None);
        }
        let filter = Filter { vendor: Some(name.to_owned()), external_ref: None };
        let page = self.repository.list::<R>(&filter, None, 1).await?;
        let is_used = !page.items.is_empty() || !page.unreadable.is_empty();
        Ok((!is_used).then(|| self.unknown(name)))
    }

    /// Returns the vendor with this name.
    ///
    /// # Errors
    /// `not_found` if no such vendor is configured.
    pub fn vendor(&self, name: &str) -> Result<&Vendor> {
        let missing = || Error::new(Kind::NotFound, self.unknown(name));
        self.vendors.get(name).map(Arc::as_ref).ok_or_else(missing)
    }

    /// Returns the vendor that a request body names.
    ///
    /// # Errors
    /// `vendor_unknown`, as a violation at `/vendor`, if no such vendor is configured.
    pub fn named(&self, name: &str) -> Result<&Vendor> {
        self.vendors.get(name).map(Arc::as_ref).ok_or_else(|| {
            Error::invalid(vec![Violation::at("/vendor", Kind::VendorUnknown, self.unknown(name))])
        })
    }

    /// Returns the vendor that runs a record.
    ///
    /// # Errors
    /// `state_conflict` if the vendor is no longer configured.
    pub fn of_record<R: Managed>(&self, item: &Item<R>) -> Result<&Vendor> {
        self.vendors.get(&item.placement.vendor).map(Arc::as_ref).ok_or_else(|| {
            let vendor = &item.placement.vendor;
            let detail = format!("The {} runs at {vendor:?}, which is no longer configured.", R::NAME);
            Error::new(Kind::StateConflict, detail)
        })
    }

    /// Creates a target for one kind of record at a vendor. Loads the catalogues that plans need.
    ///
    /// # Errors
    /// `capability_loss` if the vendor does not have this kind of record, and the errors of loading the catalogues.
    pub async fn target<'a, R: Managed>(
        &'a self,
        vendor: &'a Vendor,
        handling: Handling,
    ) -> Result<Target<'a, R>> {
        let facts = vendor.facts(vendor.resource::<R>()?).await?;
        Target::new(vendor, &self.aliases, &self.repository, facts, handling)
    }

    /// Creates a target that executes a plan. `facts` are the catalogues with which the plan was made. They may be
    /// empty if nothing is translated, as in a deletion.
    ///
    /// # Errors
    /// `capability_loss` if the vendor does not have this kind of record.
    pub fn prepared_target<'a, R: Managed>(
        &'a self,
        vendor: &'a Vendor,
        facts: Facts,
    ) -> Result<Target<'a, R>> {
        Target::new(vendor, &self.aliases, &self.repository, facts, Handling::Lenient)
    }

    /// Issues a permit to place a record at a vendor. It is valid until it is dropped. Returns `None` if the vendor is
    /// not configured.
    ///
    /// # Errors
    /// `state_conflict` if a newer configuration has removed the vendor or changed its adapter.
    pub async fn permit(&self, vendor: &str) -> Result<Option<Permit>> {
        match self.vendors.get(vendor) {
            Some(vendor) => vendor.gate.acquire(vendor.name()).await.map(Some),
            None => Ok(None),
        }
    }

    /// Reads the body of a record from a caller's document with [`Body::read_given`].
    ///
    /// # Errors
    /// All violations in the body.
    pub fn read_given<R: Managed>(&self, document: Value, stored: Option<&R>) -> Result<Body<R>> {
        Body::read_given(document, stored, &self.extensions, &|name| self.check_name::<R>(name))
    }

    /// Reads the body of a record from a document that contains values of the vendor's record.
    ///
    /// # Errors
    /// All violations in the body.
    pub fn read_body<R: Managed>(&self, document: Value) -> Result<Body<R>> {
        Body::read(document, &self.extensions, &|name| self.check_name::<R>(name))
    }

    /// Merges a patch into a body (RFC 7396).
    ///
    /// # Errors
    /// The errors of [`Body::merge`].
    pub fn merge_body<R: Managed>(&self, body: &Body<R>, patch: &Map<String, Value>) -> Result<Body<R>> {
        body.merge(patch, &self.extensions, &|name| self.check_name::<R>(name))
    }

    /// Returns the duration of a hold for one attempt: twice the longest timeout of the vendors, plus 10 seconds. A
    /// timeout bounds one exchange, but an attempt makes several: it reads, writes and reads back.
    pub fn hold(&self) -> Duration {
        let longest = self.vendors().map(Vendor::timeout).max().unwrap_or_default();
        longest * 2 + HOLD_MARGIN
    }
}
