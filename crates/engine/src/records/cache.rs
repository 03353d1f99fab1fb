//! A cache of recently used records, so that most reads need no query. The cache is used only if this process is the only
//! writer of the store.

use std::{
    any::Any,
    hash::{BuildHasher, RandomState},
    ops::Deref,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use bytes::Bytes;
use moka::sync::Cache;
use switchboard_core::error::Result;

use super::{Item, Managed};

/// The maximum total memory of the cached records, as estimated: 32 MiB.
const CAPACITY_BYTES: u64 = 32 << 20;
/// The memory of a cached record, as a multiple of the size of its answer. The desired state, its stored form and the report
/// each need about as much memory as the answer.
const MEMORY_PER_ANSWER: usize = 4;
/// The number of shards. A record is not cached if a commit to its shard begins or ends while the record is read. With
/// many more shards than concurrent commits, a commit rarely affects the caching of other records.
const SHARD_COUNT: usize = 4096;

/// The counter value of a closed shard. No further record of such a shard is cached.
const CLOSED: u64 = u64::MAX;

/// A record with its serialised answer, which is created on first use.
pub struct Cached<R> {
    item: Item<R>,
    answer: OnceLock<Bytes>,
}

impl<R> Deref for Cached<R> {
    type Target = Item<R>;

    fn deref(&self) -> &Item<R> {
        &self.item
    }
}

impl<R: Managed> Cached<R> {
    /// Creates a cached record, with its serialised answer if the answer is already known.
    pub fn new(item: Item<R>, answer: Option<Bytes>) -> Self {
        Self { item, answer: answer.map(OnceLock::from).unwrap_or_default() }
    }

    /// Returns the record, serialised in the form of the API. Serialises the record only once.
    ///
    /// # Errors
    /// `internal` if the record cannot be serialised.
    pub fn answer(&self) -> Result<Bytes> {
        if let Some(written) = self.answer.get() {
            return Ok(written.clone());
        }
        let answer = self.item.json()?.into();
        Ok(self.answer.get_or_init(|| answer).clone())
    }
}

/// The cache of recently read and written records.
pub struct RecordCache(Option<Shards>);

struct Shards {
    cached: Cache<String, CacheEntry>,
    hasher: RandomState,
    /// A counter for each shard, raised at the beginning and at the end of every commit that writes a record of the
    /// shard. A record that was read before the last change to the counter is not cached.
    counters: Box<[Mutex<u64>]>,
}

#[derive(Clone)]
struct CacheEntry {
    record: Arc<dyn Any + Send + Sync>,
    size: u32,
}

/// The counter of a record's shard, taken before the record was read or after a commit wrote it.
#[derive(Debug, Clone, Copy)]
pub struct CacheStamp(u64);

impl RecordCache {
    /// Creates a cache. The cache is disabled if other processes also write to the store (`others`).
    pub fn new(others: bool) -> Self {
        let weigh = |_: &String, entry: &CacheEntry| entry.size;
        Self((!others).then(|| Shards {
            cached: Cache::builder().max_capacity(CAPACITY_BYTES).weigher(weigh).build(),
            hasher: RandomState::new(),
            counters: (0..SHARD_COUNT).map(|_| Mutex::default()).collect(),
        }))
    }

    /// Returns true if other processes write to the store.
    pub fn has_other_writers(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the record with this id, or `None` if no such record of the kind `R` is cached.
    pub fn get<R: Managed>(&self, id: &str) -> Option<Arc<Cached<R>>> {
        self.0.as_ref()?.cached.get(id)?.record.downcast().ok()
    }

    /// Returns the present stamp of a record's shard, or `None` if the cache is disabled. The caller must take the stamp
    /// before it reads the record from the store.
    pub fn stamp(&self, id: &str) -> Option<CacheStamp> {
        let shards = self.0.as_ref()?;
        Some(CacheStamp(*shards.shard(id)))
    }

    /// Caches a record, unless a commit has begun or ended in the record's shard since the stamp was taken, or the
    /// shard is closed. Does nothing without a stamp, or if the record cannot be serialised.
    pub fn put<R: Managed>(&self, stamp: Option<CacheStamp>, record: &Arc<Cached<R>>) {
        let (Some(shards), Some(CacheStamp(then)), Ok(answer)) = (&self.0, stamp, record.answer()) else {
            return;
        };
        let memory = answer.len().saturating_mul(MEMORY_PER_ANSWER);
        let size = u32::try_from(memory).unwrap_or(u32::MAX);
        let now = shards.shard(&record.id);
        if *now == then && then != CLOSED {
            shards.cached.insert(record.id.clone(), CacheEntry { record: record.clone(), size });
        }
    }

    /// Marks the beginning of a commit that writes these records.
    pub fn begin(&self, ids: &[String]) -> PendingCommit<'_> {
        let ids = if self.0.is_some() { ids.to_vec() } else { Vec::new() };
        let mut commit = PendingCommit { cache: self, ids, begun: Vec::new() };
        commit.begun = commit.advance();
        commit
    }
}

impl Shards {
    fn shard(&self, id: &str) -> std::sync::MutexGuard<'_, u64> {
        let shard = self.hasher.hash_one(id) as usize % SHARD_COUNT;
        // Ignore poisoning: every change to a counter is one assignment, so a panic while the lock is held cannot leave
        // the counter half-written.
        self.counters[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A commit in progress. Its records are removed from the cache when the commit begins and when it ends, even if the
/// commit fails.
pub struct PendingCommit<'a> {
    cache: &'a RecordCache,
    ids: Vec<String>,
    begun: Vec<u64>,
}

impl PendingCommit<'_> {
    /// Marks the end of the commit. Returns the stamp for caching the first record of the commit. Returns `None` if
    /// another commit, or another record of this commit, has also changed the counter of that record's shard. Also
    /// returns `None` if that shard is closed, if the commit wrote no record, or if the cache is disabled.
    pub fn end(mut self) -> Option<CacheStamp> {
        let ended = self.advance();
        self.ids.clear();
        let (begun, ended) = (self.begun.first()?, ended.first()?);
        (begun.checked_add(1) == Some(*ended)).then_some(CacheStamp(*ended))
    }

    fn advance(&self) -> Vec<u64> {
        let Some(shards) = &self.cache.0 else { return Vec::new() };
        let pass = |id: &String| {
            let mut stamp = shards.shard(id);
            *stamp = stamp.saturating_add(1);
            shards.cached.invalidate(id);
            *stamp
        };
        self.ids.iter().map(pass).collect()
    }
}

impl Drop for PendingCommit<'_> {
    /// Closes the shards of a commit that is no longer awaited, because that commit may still take effect at any time.
    /// Does nothing after [`PendingCommit::end`].
    fn drop(&mut self) {
        let Some(shards) = &self.cache.0 else { return };
        for id in &self.ids {
            *shards.shard(id) = CLOSED;
            shards.cached.invalidate(id);
        }
    }
}
