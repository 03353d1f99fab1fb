//! Lists of records, read through the search index.

use std::time::Duration;

use switchboard_core::error::{Error, Kind, Result};
use switchboard_store::{Mutation, Search, SearchChange, SearchPosition};
use tokio_util::sync::CancellationToken;

use super::{Batch, Item, Managed, Page, Repository, damaged, page, searchable::missing_entry};

/// The time after which a caller should repeat a request that needs the complete search index.
const INCOMPLETE_RETRY_AFTER: Duration = Duration::from_secs(5);
/// The number of entries that one commit adds.
const FILL_SIZE: u32 = 64;
/// The maximum number of ids of damaged records that a list names.
const MAX_DAMAGED: u32 = 1000;

impl Repository {
    /// Lists the records that match a search, after a position that the previous page returned as `next`. The first
    /// page also names up to 1000 damaged records as unreadable. No search finds these records, because their documents
    /// could not be read when they were added to the index.
    ///
    /// # Errors
    /// `storage_unavailable` while the index is incomplete; `internal` if the position comes from a list in another
    /// order. A damaged record is not an error; see [`Page::read`].
    pub async fn search<R: Managed>(
        &self,
        search: &Search,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Item<R>>> {
        self.require_index().await?;
        let key = search.order.key;
        let read = |text| {
            SearchPosition::read(key, text).ok_or_else(|| damaged("position", text, "its order differs"))
        };
        let after = after.map(read).transpose()?;
        let mut found = self.store().search(R::COLLECTION, search, after.as_ref(), page::rows(limit)).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|last| last.position(key).to_string());
        let mut page = Page { items: Vec::with_capacity(found.len()), unreadable: Vec::new(), next };
        for found in found {
            let id = found.row.id.clone();
            match Item::from_row(found.row) {
                Ok(item) => page.items.push(item),
                Err(failure) => page.omit(id, &failure),
            }
        }
        if after.is_none() {
            page.unreadable.extend(self.store().damaged_ids(R::COLLECTION, MAX_DAMAGED).await?);
        }
        Ok(page)
    }

    /// Checks that every visible record has an entry in the search index.
    ///
    /// # Errors
    /// `storage_unavailable` while the index is incomplete.
    pub async fn require_index(&self) -> Result<()> {
        if self.is_indexed().await? {
            return Ok(());
        }
        let detail = "The gateway is still indexing the records that an earlier version stored. Until then, lists accept only the \
                      parameters vendor, external_ref, limit and cursor.";
        Err(Error::new(Kind::StorageUnavailable, detail).retry_after(INCOMPLETE_RETRY_AFTER))
    }

    /// Returns true if every visible record has an entry in the search index.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn is_indexed(&self) -> Result<bool> {
        if !self.knows_index() && self.store().is_indexed().await? {
            self.note_index();
        }
        Ok(self.knows_index())
    }

    /// Adds the missing entries of a kind of record to the search index, 64 with each commit. Returns early if the
    /// token `shutdown` is triggered.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn index_missing<R: Managed>(&self, shutdown: &CancellationToken) -> Result<()> {
        let mut after: Option<String> = None;
        while !shutdown.is_cancelled() {
            let rows = self.store().unindexed(R::COLLECTION, after.as_deref(), FILL_SIZE).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.id.clone());
            let changes = rows.into_iter().map(missing_entry::<R>);
            self.store().commit(changes.map(Mutation::Index).collect()).await?;
        }
        Ok(())
    }

    /// Marks the search index as complete.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn complete_index(&self) -> Result<()> {
        let mut batch = Batch::new();
        batch.change_index(SearchChange::Complete);
        self.commit(batch).await?;
        self.note_index();
        Ok(())
    }
}
