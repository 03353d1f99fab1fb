//! What a vendor has, beside what is kept here.

use std::collections::HashMap;

use switchboard_core::{Kind, Result};
use switchboard_store::BoundId;

use super::Fleet;
use crate::records::{Managed, Repository};

/// A record at a vendor.
#[derive(Debug)]
pub struct VendorRecord {
    /// The vendor's id of it.
    pub remote_id: String,
    /// Its name there, where the vendor says it.
    pub name: Option<String>,
    /// The id of the record here that it belongs to, if there is one.
    pub ours: Option<String>,
}

/// Lists all records of a kind that a vendor has now, in its order, and whose they are here.
///
/// # Errors
/// `not_found` where no such vendor is configured, those of a conversation with it, and those of the store.
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

/// Gives the id of the record that callers know.
async fn visible_id<R: Managed>(repository: &Repository, bound: BoundId) -> Result<Option<String>> {
    if !bound.hidden {
        return Ok(Some(bound.id));
    }
    match repository.load::<R>(&bound.id).await {
        Ok(item) => Ok(item.owner),
        Err(gone) if gone.kind == Kind::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}
