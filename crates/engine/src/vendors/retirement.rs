//! Which vendors leave the configuration, and what keeps one from leaving.

use switchboard_config::{self as config, Config, Problem};
use switchboard_core::Result;
use switchboard_store::{Collection, Filter, OperationFilter, OperationState};

use super::vendor::{Vendor, Vendors};
use crate::records::{RemovalGuard, Repository};

/// The vendors that leave with a configuration. No record is placed at them while this exists; after
/// [`Retirement::close`], none ever is.
pub struct Retirement<'a>(Vec<RemovalGuard<'a>>);

impl Retirement<'_> {
    /// Closes the vendors to new records. The caller must put the next fleet in the place of the one they belong to.
    pub fn close(self) {
        self.0.into_iter().for_each(RemovalGuard::close);
    }
}

/// Holds back placements at every vendor that leaves with a configuration, or gets another adapter.
///
/// # Errors
/// A problem for each of them that still has records or operations.
pub(super) async fn retire<'a>(
    vendors: &'a Vendors,
    config: &Config,
    repository: &Repository,
) -> Result<Retirement<'a>, Vec<Problem>> {
    let (mut guards, mut problems) = (Vec::new(), Vec::new());
    for vendor in vendors.values() {
        let next = config.vendors.get(vendor.name());
        let adapter = &vendor.configured().adapter;
        if next.is_some_and(|next| next.adapter == *adapter) {
            continue;
        }
        let guard = vendor.gate.lock_for_removal().await;
        match removal_problem(repository, vendor, next).await {
            None => guards.push(guard),
            Some(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(Retirement(guards)) } else { Err(problems) }
}

/// Says why a vendor cannot leave, or change its adapter.
async fn removal_problem(
    repository: &Repository,
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
    match remaining_records(repository, vendor.name()).await {
        Ok(held) if held.is_empty() => None,
        Ok(held) => Some(Problem::new(key, format!("{what}: it still has {}", held.join(" and ")))),
        Err(failure) => Some(Problem::new(key, format!("{what}: whether it has records: {failure}"))),
    }
}

/// Lists what a vendor still has of ours.
async fn remaining_records(repository: &Repository, vendor: &str) -> Result<Vec<&'static str>> {
    let (store, mut held) = (repository.store(), Vec::new());
    let filter = Filter { vendor: Some(vendor.to_owned()), external_ref: None };
    for (collection, shown, hidden) in [
        (Collection::Agents, "agents", "agents that are kept aside or on their way"),
        (Collection::Trunks, "trunks", "trunks that are on their way"),
    ] {
        if !store.list(collection, &filter, None, 1).await?.is_empty() {
            held.push(shown);
        } else if !store.remote_ids(collection, vendor).await?.is_empty() {
            held.push(hidden);
        }
    }
    let open = OperationState::ALL.into_iter().filter(|state| state.is_open()).collect();
    let filter = OperationFilter { states: open, record: None, vendor: Some(vendor.to_owned()) };
    if !store.operations(&filter, None, 1).await?.is_empty() {
        held.push("operations that are not over");
    }
    Ok(held)
}
