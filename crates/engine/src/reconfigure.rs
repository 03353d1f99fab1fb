//! The same gateway under another configuration.

use std::collections::BTreeSet;

use switchboard_config::{self as config, Config, Problem};
use switchboard_core::Result;
use switchboard_store::{Collection, Filter, Mutation, OperationFilter, OperationState};

use super::{
    Service, Vendor, Vendors, alias, hold_duration,
    placement_gate::{Permit, RemovalGuard},
    routing, vendor,
};

impl Service {
    /// The service under another configuration. It shares what outlives a configuration: the store, what is known of the
    /// records, the writes that run; and the vendors whose configuration is the same. What this one has begun goes on
    /// with this one.
    ///
    /// Whoever gets it has to use it: from now on no record is put at a vendor that it does not have.
    ///
    /// # Errors
    /// The problems of vendors' settings, and every vendor that has left or has another adapter although there are
    /// records at it; all at once. Nothing has changed then.
    pub async fn reconfigured(&self, config: &Config) -> Result<Self, Vec<Problem>> {
        let (vendors, guards) = self.prepare(config).await?;
        guards.into_iter().for_each(RemovalGuard::close);
        Ok(Self {
            hold: hold_duration(&vendors),
            vendors,
            routing: routing::Routing(config.routing.clone()),
            aliases: alias::Tables::new(config),
            settings: config.writes.clone(),
            store: self.store.clone(),
            factories: self.factories,
            extensions: self.extensions.clone(),
            refuse: self.refuse,
            cache: self.cache.clone(),
            locks: self.locks.clone(),
            wake: self.wake.clone(),
            move_waker: self.move_waker.clone(),
            attempt_permits: self.attempt_permits.clone(),
            writes: self.writes.clone(),
            last_sweep: self.last_sweep.clone(),
            last_poll: self.last_poll.clone(),
        })
    }

    /// What keeps this service from taking a configuration. Nothing changes.
    ///
    /// # Errors
    /// Those of [`Service::reconfigured`].
    pub async fn check_config(&self, config: &Config) -> Result<(), Vec<Problem>> {
        self.prepare(config).await.map(drop)
    }

    async fn prepare(&self, config: &Config) -> Result<(Vendors, Vec<RemovalGuard<'_>>), Vec<Problem>> {
        let vendors = vendor::build_all(config, self.factories, &self.vendors);
        match (vendors, self.leaving_vendors(config).await) {
            (Ok(vendors), Ok(guards)) => Ok((vendors, guards)),
            (vendors, leaving) => {
                Err([vendors.err(), leaving.err()].into_iter().flatten().flatten().collect())
            }
        }
    }

    /// Keeps the vendors at which these steps put records from leaving meanwhile.
    pub(super) async fn placement_permits(&self, mutations: &[Mutation]) -> Result<Vec<Permit<'_>>> {
        let vendors: BTreeSet<_> = mutations.iter().filter_map(placement_vendor).collect();
        let mut guards = Vec::with_capacity(vendors.len());
        for vendor in vendors.into_iter().filter_map(|name| self.vendors.get(name)) {
            guards.push(vendor.gate.acquire(vendor.name()).await?);
        }
        Ok(guards)
    }

    /// The doors of the vendors that leave with a configuration, watched.
    async fn leaving_vendors(&self, config: &Config) -> Result<Vec<RemovalGuard<'_>>, Vec<Problem>> {
        let (mut guards, mut problems) = (Vec::new(), Vec::new());
        for (name, vendor) in &self.vendors {
            let next = config.vendors.get(name);
            let adapter = &vendor.configured().adapter;
            if next.is_some_and(|next| next.adapter == *adapter) {
                continue;
            }
            let gate = vendor.gate.lock_for_removal().await;
            match self.removal_problem(vendor, next).await {
                None => guards.push(gate),
                Some(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(guards) } else { Err(problems) }
    }

    /// Why a vendor cannot leave, or change its adapter.
    async fn removal_problem(
        &self,
        vendor: &Vendor,
        next: Option<&config::vendor::Vendor>,
    ) -> Option<Problem> {
        let (key, what) = match next {
            None => (format!("vendors.{}", vendor.name()), "cannot be left out".to_owned()),
            Some(next) => {
                let adapter = &vendor.configured().adapter;
                let what = format!("cannot change from {adapter:?} to {:?}", next.adapter);
                (format!("vendors.{}.adapter", vendor.name()), what)
            }
        };
        match self.remaining_records(vendor.name()).await {
            Ok(held) if held.is_empty() => None,
            Ok(held) => Some(Problem::new(key, format!("{what}: it still has {}", held.join(" and ")))),
            Err(failure) => Some(Problem::new(key, format!("{what}: whether it has records: {failure}"))),
        }
    }

    /// What a vendor still has of ours.
    async fn remaining_records(&self, vendor: &str) -> Result<Vec<&'static str>> {
        let mut held = Vec::new();
        let filter = Filter { vendor: Some(vendor.to_owned()), external_ref: None };
        for (collection, shown, hidden) in [
            (Collection::Agents, "agents", "agents that are kept aside or on their way"),
            (Collection::Trunks, "trunks", "trunks that are on their way"),
        ] {
            if !self.store.list(collection, &filter, None, 1).await?.is_empty() {
                held.push(shown);
            } else if !self.store.remote_ids(collection, vendor).await?.is_empty() {
                held.push(hidden);
            }
        }
        let open = OperationState::ALL.into_iter().filter(|state| state.is_open()).collect();
        let filter = OperationFilter { states: open, record: None, vendor: Some(vendor.to_owned()) };
        if !self.store.operations(&filter, None, 1).await?.is_empty() {
            held.push("operations that are not over");
        }
        Ok(held)
    }
}

/// The vendor at which a step puts a record.
fn placement_vendor(mutation: &Mutation) -> Option<&str> {
    match mutation {
        Mutation::Insert(row) => Some(&row.vendor),
        _ => None,
    }
}
