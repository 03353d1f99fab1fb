//! The inventory of a vendor: its records, and their counterparts in this gateway.

use std::collections::HashMap;

use switchboard_core::error::{Kind, Result};
use switchboard_store::BoundId;

use super::Fleet;
use crate::records::{Managed, Repository};

/// A record at a vendor.
#[derive(Debug)]
pub struct VendorRecord {
    /// The vendor's id.
    pub remote_id: String,
    /// The name at the vendor, if the vendor returns it.
    pub name: Option<String>,
    /// The id of the gateway's record, if there is one.
    pub ours: Option<String>,
}

/// Lists all present records of a kind at a vendor, in the vendor's order, with the ids of the gateway's records.
///
/// # Errors
/// `not_found` if no such vendor is configured, and the errors of the vendor and of the store.
pub async fn inventory<R: Managed>(
    fleet: &Fleet,
    repository: &Repository,
    vendor: &str,
) -> Result<Vec<VendorRecord>> {
    let vendor = fleet.vendor(vendor)?;
    let records = vendor.run::<R, _>(vendor.resource::<R>()?.list()).await?;
    let bound = repository.store().bound_ids(R::COLLECTION, vendor.name()).await?;
    let mut bound: HashMap<_, _> = bound.into_iter().map(|bound| (bound.remote_id.clone(), bound)).collect();
    let mut all = Vec::with_capacity(records.len());
    for record in records {
        let ours = match bound.remove(&record.id) {
            Some(bound) => visible_id::<R>(repository, bound).await?,
            None => None,
        };
        all.push(VendorRecord { remote_id: record.id, name: record.name, ours });
    }
    Ok(all)
}

/// Returns the id of the record under which callers know it, if any.
async fn visible_id<R: Managed>(repository: &Repository, bound: BoundId) -> Result<Option<String>> {
    if !bound.hidden {
        return Ok(Some(bound.id));
    }
    match repository.load::<R>(&bound.id).await {
        Ok(item) => Ok(item.owner),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}
