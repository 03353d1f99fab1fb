//! The inventory of a vendor: its records of one kind, each with the id of the gateway's corresponding record, if there
//! is one.

use std::collections::HashMap;

use switchboard_core::error::{Kind, Result};
use switchboard_store::BoundId;

use super::Fleet;
use crate::records::{Managed, Repository};

/// A record at a vendor.
#[derive(Debug)]
pub struct VendorRecord {
    /// The vendor's id of the record.
    pub remote_id: String,
    /// The record's name at the vendor, if the vendor returns it.
    pub name: Option<String>,
    /// The id under which the API shows the gateway's corresponding record. `None` if the API shows no such record.
    pub ours: Option<String>,
}

/// Lists all records of a kind that a vendor has now, in the vendor's order, with the ids of the gateway's
/// corresponding records.
///
/// # Errors
/// `not_found` if no such vendor is configured, `capability_loss` if the vendor does not have this kind of record, and the
/// errors of the vendor and of the store.
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

/// Returns the id under which the API shows a record: the id of the record itself or, for a hidden record, the id of its
/// owner. Returns `None` for a hidden record that has no owner or no longer exists.
///
/// # Errors
/// The errors of reading the hidden record.
pub async fn visible_id<R: Managed>(repository: &Repository, bound: BoundId) -> Result<Option<String>> {
    if !bound.hidden {
        return Ok(Some(bound.id));
    }
    match repository.load::<R>(&bound.id).await {
        Ok(item) => Ok(item.owner),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}
