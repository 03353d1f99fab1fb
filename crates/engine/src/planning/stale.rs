//! The records that are not where their route leads.

use switchboard_core::Result;

use super::Planner;
use crate::records::{Filter, Item, Managed, Page};

/// Records that are read from the store at once.
const PAGE_SIZE: u32 = 100;
/// Records that are looked at for one page: it may be short, or empty, and go on all the same.
const MAX_EXAMINED: usize = 1000;

impl Planner {
    /// The records that match and are not where their route leads, from the one after `after`. Looks at a bounded number, so
    /// that a page may have fewer than `limit` and go on.
    ///
    /// # Errors
    /// `storage_unavailable`, and those of asking a vendor for the lists that a rule's demand is planned with.
    pub async fn stale<R: Managed>(
        &self,
        filter: &Filter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Item<R>>> {
        let mut items = Vec::new();
        let (mut last, mut looks) = (after.map(ToOwned::to_owned), 0);
        while looks < MAX_EXAMINED {
            let rows =
                self.repository.store().list(R::COLLECTION, filter, last.as_deref(), PAGE_SIZE).await?;
            let ends = rows.len() < PAGE_SIZE as usize;
            for row in rows {
                if items.len() == limit {
                    return Ok(Page { items, next: last });
                }
                looks += 1;
                last = Some(row.id.clone());
                let item = Item::from_row(row)?;
                if self.misplaced(&item).await? {
                    items.push(item);
                }
            }
            if ends {
                return Ok(Page { items, next: None });
            }
        }
        Ok(Page { items, next: last })
    }
}
