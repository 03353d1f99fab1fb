//! What a vendor has, beside what is kept here.

use std::collections::HashMap;

use switchboard_core::Result;
use switchboard_store::BoundId;

use super::{Item, Managed, Service};

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

impl Service {
    /// All records of a kind that a vendor has now, in its order, and whose they are here.
    ///
    /// # Errors
    /// `not_found` where no such vendor is configured, those of a conversation with it, and those of the store.
    pub async fn vendor_records<R: Managed>(&self, vendor: &str) -> Result<Vec<VendorRecord>> {
        let vendor = self.vendor(vendor)?;
        let records = vendor.run::<R, _>(vendor.resource::<R>()?.list()).await?;
        let taken = self.store.bound_ids(R::COLLECTION, vendor.name()).await?;
        let mut taken: HashMap<_, _> =
            taken.into_iter().map(|taken| (taken.remote_id.clone(), taken)).collect();
        let mut all = Vec::with_capacity(records.len());
        for record in records {
            let ours = match taken.remove(&record.id) {
                Some(taken) => self.visible_id::<R>(taken).await?,
                None => None,
            };
            all.push(VendorRecord { remote_id: record.id, name: record.name, ours });
        }
        Ok(all)
    }

    /// The id of the record that callers know.
    async fn visible_id<R: Managed>(&self, taken: BoundId) -> Result<Option<String>> {
        if !taken.hidden {
            return Ok(Some(taken.id));
        }
        let row = self.store.get(R::COLLECTION, &taken.id).await?;
        Ok(row.map(Item::<R>::from_row).transpose()?.and_then(|item| item.owner))
    }
}
