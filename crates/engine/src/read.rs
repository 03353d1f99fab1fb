//! Reading records.

use std::sync::Arc;

use switchboard_core::{Error, Kind, Result, id};
use switchboard_store as store;

use super::{Cached, Item, Managed, Service, Visibility};

/// Which records to list: those that have every value given here.
pub type Filter = store::Filter;

/// A part of a list.
#[derive(Debug)]
pub struct Page<R> {
    /// The records, oldest first.
    pub items: Vec<Item<R>>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<String>,
}

impl Service {
    /// A record.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get<R: Managed>(&self, id: &str) -> Result<Arc<Cached<R>>> {
        if !id::fits::<R>(id) {
            return Err(missing::<R>(id));
        }
        let kept = match self.cache.get(id) {
            Some(kept) => kept,
            None => {
                let moment = self.cache.stamp(id);
                let kept = Arc::new(Cached::new(self.stored::<R>(id).await?, None));
                self.cache.put(moment, &kept);
                kept
            }
        };
        match kept.visibility {
            Visibility::Listed => Ok(kept),
            Visibility::Pending | Visibility::Standby | Visibility::Deleted => Err(missing::<R>(id)),
        }
    }

    /// A record, even one that the API does not show.
    ///
    /// # Errors
    /// `not_found`.
    pub(super) async fn stored<R: Managed>(&self, id: &str) -> Result<Item<R>> {
        match self.store.get(R::COLLECTION, id).await? {
            Some(row) => Item::from_row(row),
            None => Err(missing::<R>(id)),
        }
    }

    /// The records that match, from the one after `after`.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn list<R: Managed>(
        &self,
        filter: &Filter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<R>> {
        let more = u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1);
        let mut rows = self.store.list(R::COLLECTION, filter, after, more).await?;
        let goes_on = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| goes_on).map(|row| row.id.clone());
        Ok(Page { items: rows.into_iter().map(Item::from_row).collect::<Result<_>>()?, next })
    }
}

fn missing<R: Managed>(id: &str) -> Error {
    Error::new(Kind::NotFound, format!("There is no {} {id:?}.", R::NAME))
}
