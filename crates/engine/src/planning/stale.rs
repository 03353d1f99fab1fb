//! The search for misplaced records.

use switchboard_core::error::Result;

use super::Planner;
use crate::records::{Filter, Item, Managed, Page};

/// The number of records per store query.
const PAGE_SIZE: u32 = 100;
/// The maximum number of records that are examined for one page. A page may therefore have fewer records than requested, or
/// none, although another page follows.
const MAX_EXAMINED: usize = 1000;

impl Planner {
    /// Lists the matching misplaced records after the record `after`. Examines at most 1000 records, so a page may have fewer
    /// than `limit` records although another page follows.
    ///
    /// # Errors
    /// `storage_unavailable`, and the errors of reading the catalogues that are needed to check a rule's requirement.
    pub async fn stale<R: Managed>(
        &self,
        filter: &Filter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Item<R>>> {
        let mut page = Page { items: Vec::new(), unreadable: Vec::new(), next: None };
        let (mut last, mut examined) = (after.map(ToOwned::to_owned), 0);
        while examined < MAX_EXAMINED {
            let rows =
                self.repository.store().list(R::COLLECTION, filter, last.as_deref(), PAGE_SIZE).await?;
            let ends = rows.len() < PAGE_SIZE as usize;
            for row in rows {
                if page.items.len() == limit {
                    return Ok(Page { next: last, ..page });
                }
                examined += 1;
                let id = row.id.clone();
                last = Some(id.clone());
                match Item::from_row(row) {
                    Ok(item) if self.misplaced(&item).await? => page.items.push(item),
                    Ok(_) => {}
                    Err(failure) => page.omit(id, &failure),
                }
            }
            if ends {
                return Ok(page);
            }
        }
        Ok(Page { next: last, ..page })
    }
}
