//! The repository of stored records. Reads of listed records by their ids go through a cache, and every write is one
//! commit.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use switchboard_core::{
    error::{Error, Kind, Result},
    model::id,
};
use switchboard_store::{self as store, Mutation, Store};
use tokio::time::{Instant, timeout_at};

use super::{
    Batch, Cached, Item, Managed, Page, Revision, RouteTable, Turn, Visibility,
    cache::{CacheStamp, RecordCache},
    lock::RecordLocks,
    page,
};

/// The filter for a list of records. A record matches if it has every given value.
pub type Filter = store::Filter;

/// The component that reads and commits the stored records and their revisions.
pub struct Repository {
    store: Arc<dyn Store>,
    cache: RecordCache,
    locks: RecordLocks,
    /// The routing in force. `None` until the first planner is created.
    routes: RwLock<Option<Arc<dyn RouteTable>>>,
    /// True if this process knows that the search index is complete.
    indexed: AtomicBool,
}

impl Repository {
    /// Creates a repository over a store. `shared` is true if other processes also write to the store; the cache is
    /// then disabled.
    pub fn new(store: Arc<dyn Store>, shared: bool) -> Self {
        Self {
            store,
            cache: RecordCache::new(shared),
            locks: RecordLocks::default(),
            routes: RwLock::default(),
            indexed: AtomicBool::new(false),
        }
    }

    /// Sets the routing by which all later commits index the routes of records, including the commits of writes that
    /// continue under an earlier configuration.
    pub fn route_by(&self, routes: Arc<dyn RouteTable>) {
        *self.routes.write().unwrap_or_else(PoisonError::into_inner) = Some(routes);
    }

    /// Returns true if this is the routing of the latest [`Repository::route_by`].
    pub fn is_routed_by(&self, routes: &dyn RouteTable) -> bool {
        let in_force = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        in_force.as_ref().is_some_and(|in_force| std::ptr::addr_eq(Arc::as_ptr(in_force), routes))
    }

    /// Returns true if this process knows that the search index is complete.
    pub(super) fn knows_index(&self) -> bool {
        self.indexed.load(Ordering::Acquire)
    }

    /// Notes that the search index is complete.
    pub(super) fn note_index(&self) {
        self.indexed.store(true, Ordering::Release);
    }

    /// Returns the store, for queries that this type does not offer. Every write of a record must use [`Self::commit`],
    /// which keeps the cache current.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Returns true if other processes also write to the store.
    pub fn is_shared(&self) -> bool {
        self.cache.has_other_writers()
    }

    /// Reads a listed record.
    ///
    /// # Errors
    /// `not_found` if no listed record has this id; the other errors of [`Self::load`].
    pub async fn get<R: Managed>(&self, id: &str) -> Result<Arc<Cached<R>>> {
        if !id::fits::<R>(id) {
            return Err(missing::<R>(id));
        }
        let cached = match self.cache.get(id) {
            Some(cached) => cached,
            None => {
                let stamp = self.cache.stamp(id);
                let cached = Arc::new(Cached::new(self.load::<R>(id).await?, None));
                self.cache.put(stamp, &cached);
                cached
            }
        };
        match cached.visibility {
            Visibility::Listed => Ok(cached),
            Visibility::Pending | Visibility::Standby | Visibility::Deleted => Err(missing::<R>(id)),
        }
    }

    /// Reads a record of any visibility from the store.
    ///
    /// # Errors
    /// `not_found` if no record has this id; `storage_unavailable`; `internal` if the stored record cannot be read.
    pub async fn load<R: Managed>(&self, id: &str) -> Result<Item<R>> {
        match self.store.get(R::COLLECTION, id).await? {
            Some(row) => Item::from_row(row),
            None => Err(missing::<R>(id)),
        }
    }

    /// Lists the matching records that are not hidden, after the record `after`.
    ///
    /// # Errors
    /// `storage_unavailable`. A damaged record is not an error; see [`Page::read`].
    pub async fn list<R: Managed>(
        &self,
        filter: &Filter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Item<R>>> {
        let rows = self.store.list(R::COLLECTION, filter, after, page::rows(limit)).await?;
        Ok(Page::read(rows, limit, |row| row.id.clone(), Item::from_row))
    }

    /// Lists the accepted revisions of a record with numbers below `before`, the newest first.
    ///
    /// # Errors
    /// `not_found` if no listed record has this id.
    pub async fn revisions<R: Managed>(
        &self,
        id: &str,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page<Revision<R>, u64>> {
        let item = self.get::<R>(id).await?;
        // A proposed revision has a higher number than the accepted one and must not be listed.
        let before = before.unwrap_or(u64::MAX).min(item.revision + 1);
        let rows = self.store.revisions(R::COLLECTION, id, Some(before), page::rows(limit)).await?;
        Ok(Page::read(rows, limit, |row| row.number, Revision::from_stored))
    }

    /// Reads an accepted revision of a record.
    ///
    /// # Errors
    /// `not_found` if no listed record has this id, or if the revision was not accepted or has expired.
    pub async fn accepted_revision<R: Managed>(&self, id: &str, number: u64) -> Result<Revision<R>> {
        let item = self.get::<R>(id).await?;
        let known = if number <= item.revision { self.revision(id, number).await? } else { None };
        known.ok_or_else(|| {
            let detail = format!("The {} has no revision {number}, or it has expired.", R::NAME);
            Error::new(Kind::NotFound, detail)
        })
    }

    /// Reads an accepted or proposed revision. Returns `None` if the revision does not exist or has expired.
    ///
    /// # Errors
    /// `storage_unavailable`; `internal` if the stored revision cannot be read.
    pub async fn revision<R: Managed>(&self, id: &str, number: u64) -> Result<Option<Revision<R>>> {
        self.store.revision(R::COLLECTION, id, number).await?.map(Revision::from_stored).transpose()
    }

    /// Commits a batch atomically. Returns the stamp for caching the first record of the batch, or `None` if that
    /// record must not be cached.
    ///
    /// # Errors
    /// The errors of the store; `internal` if a document cannot be serialised. After an error, nothing was written, unless
    /// the error states that the result of the commit is unknown.
    pub async fn commit(&self, batch: Batch) -> Result<Option<CacheStamp>> {
        let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner).clone();
        let (mutations, _permits, tally) = batch.into_parts(routes.as_deref(), self.knows_index())?;
        let written: Vec<_> = mutations.iter().filter_map(written_id).map(ToOwned::to_owned).collect();
        let pending = self.cache.begin(&written);
        let result = self.store.commit(mutations).await;
        let stamp = pending.end();
        written.iter().for_each(|id| self.locks.notify(id));
        result.map(|()| {
            tally.record();
            stamp
        })
    }

    /// Caches a record that the commit with this stamp wrote.
    pub fn cache<R: Managed>(&self, stamp: Option<CacheStamp>, record: &Arc<Cached<R>>) {
        self.cache.put(stamp, record);
    }

    /// Waits for the turn to write the record with this id, at most until a deadline.
    ///
    /// # Errors
    /// `state_conflict` if the other writes have not ended by the deadline.
    pub async fn turn(&self, id: &str, deadline: Instant) -> Result<Turn> {
        timeout_at(deadline, self.locks.acquire(id)).await.map_err(|_| super::busy())
    }

    /// Waits for a turn that an attempt needs. `name` is the name of the vendor at which the attempt searches for what
    /// earlier attempts created, or `VENDOR/PART/OBJECT` for an object to bind.
    ///
    /// # Errors
    /// `vendor_unavailable` if other attempts keep the turn until the deadline. This error is transient, because the
    /// write may already be accepted: another attempt waits again.
    pub async fn attempt_turn(&self, name: &str, deadline: Instant) -> Result<Turn> {
        timeout_at(deadline, self.locks.acquire(name)).await.map_err(|_| {
            let detail = "Other writes at the vendor have to end before this one can continue. The gateway tries again.";
            Error::new(Kind::VendorUnavailable, detail)
        })
    }
}

fn missing<R: Managed>(id: &str) -> Error {
    Error::new(Kind::NotFound, format!("There is no {} {id:?}.", R::NAME))
}

/// Returns the id of the record that a mutation writes, or `None` if the mutation writes no record.
fn written_id(mutation: &Mutation) -> Option<&str> {
    match mutation {
        Mutation::Insert(row) | Mutation::Update(row) => Some(&row.id),
        Mutation::Delete { id, .. } => Some(id),
        _ => None,
    }
}
