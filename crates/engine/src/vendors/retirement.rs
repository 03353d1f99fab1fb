//! The retirement of vendors that the next configuration removes or whose adapter it changes.

use switchboard_config::{self as config, Config, Problem};
use switchboard_core::error::Result;
use switchboard_store::{Collection, Filter, OperationFilter, OperationState};

use super::vendor::{Vendor, Vendors};
use crate::records::{RemovalGuard, Repository};

/// The locks on the vendors that the next configuration removes or whose adapter it changes. No record can be placed at
/// these vendors while this value exists. After [`Retirement::close`], placements remain blocked permanently.
pub struct Retirement<'a>(Vec<RemovalGuard<'a>>);

impl Retirement<'_> {
    /// Blocks placements at the vendors permanently. The caller must install the next fleet.
    pub fn close(self) {
        self.0.into_iter().for_each(RemovalGuard::close);
    }
}

/// Blocks placements at every vendor that a configuration removes or whose adapter it changes.
///
/// # Errors
/// A problem for each such vendor that still has records, open operations or live calls, or whose records cannot be
/// checked. If the function fails, placements are no longer blocked.
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

/// Returns the problem that prevents the removal of a vendor or the change of its adapter, if there is one. A failure
/// to read the store also counts as such a problem.
async fn removal_problem(
    repository: &Repository,
    vendor: &Vendor,
    next: Option<&config::vendor::Vendor>,
) -> Option<Problem> {
    let (key, what) = match next {
        None => (format!("vendors.{}", vendor.name()), "cannot be removed".to_owned()),
        Some(next) => {
            let adapter = &vendor.configured().adapter;
            let what = format!("cannot change from {adapter:?} to {:?}", next.adapter);
            (format!("vendors.{}.adapter", vendor.name()), what)
        }
    };
    match remaining_records(repository, vendor.name()).await {
        Ok(held) if held.is_empty() => None,
        Ok(held) => Some(Problem::new(key, format!("{what}: it still has {}", held.join(" and ")))),
        Err(failure) => Some(Problem::new(key, format!("{what}: failed to check for records: {failure}"))),
    }
}

/// Lists what a vendor still has: records of each kind, open operations and live calls. Mentions hidden records only if
/// no visible record of the kind remains.
async fn remaining_records(repository: &Repository, vendor: &str) -> Result<Vec<&'static str>> {
    let (store, mut held) = (repository.store(), Vec::new());
    let filter = Filter { vendor: Some(vendor.to_owned()), external_ref: None };
    for (collection, shown, hidden) in [
        (Collection::Agents, "agents", "standby agents or agents with pending writes"),
        (Collection::Trunks, "trunks", "trunks with pending writes"),
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
        held.push("open operations");
    }
    if !store.calls().live(vendor, None, 1).await?.is_empty() {
        held.push("live calls");
    }
    Ok(held)
}
