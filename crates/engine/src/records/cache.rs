//! Records kept in memory, where no other process writes the store: most reads need neither it nor a parser.

use std::{
    any::Any,
    hash::{BuildHasher, RandomState},
    ops::Deref,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use bytes::Bytes;
use moka::sync::Cache;
use switchboard_core::Result;

use super::{Item, Managed};

/// What is kept at most, in bytes of answers.
const CAPACITY_BYTES: u64 = 32 << 20;
/// Commits of different shards do not see each other.
const SHARD_COUNT: usize = 64;

/// The moment of a shard that keeps nothing any more.
const CLOSED: u64 = u64::MAX;

/// A record, and how it is answered.
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
    /// A record whose answer may be known already.
    pub fn new(item: Item<R>, answer: Option<Bytes>) -> Self {
        Self { item, answer: answer.map(OnceLock::from).unwrap_or_default() }
    }

    /// Writes the record as the API answers it.
    ///
    /// # Errors
    /// `internal` where it cannot be serialised.
    pub fn answer(&self) -> Result<Bytes> {
        if let Some(written) = self.answer.get() {
            return Ok(written.clone());
        }
        let answer = self.item.json()?.into();
        Ok(self.answer.get_or_init(|| answer).clone())
    }
}

/// The records that were read or written last.
pub struct RecordCache(Option<Shards>);

struct Shards {
    cached: Cache<String, CacheEntry>,
    hasher: RandomState,
    /// How many commits of a shard began or ended. Nothing is put away that such a moment may have made old.
    counters: [Mutex<u64>; SHARD_COUNT],
}

#[derive(Clone)]
struct CacheEntry {
    record: Arc<dyn Any + Send + Sync>,
    size: u32,
}

/// When something was read or written.
#[derive(Debug, Clone, Copy)]
pub struct CacheStamp(u64);

impl RecordCache {
    /// Keeps records only where no `others` write the store.
    pub fn new(others: bool) -> Self {
        let weigh = |_: &String, entry: &CacheEntry| entry.size;
        Self((!others).then(|| Shards {
            cached: Cache::builder().max_capacity(CAPACITY_BYTES).weigher(weigh).build(),
            hasher: RandomState::new(),
            counters: std::array::from_fn(|_| Mutex::default()),
        }))
    }

    /// Whether others write the store, too.
    pub fn has_other_writers(&self) -> bool {
        self.0.is_none()
    }

    /// The record of this id, if it is at hand.
    pub fn get<R: Managed>(&self, id: &str) -> Option<Arc<Cached<R>>> {
        self.0.as_ref()?.cached.get(id)?.record.downcast().ok()
    }

    /// The moment before a record is read.
    pub fn stamp(&self, id: &str) -> Option<CacheStamp> {
        let shards = self.0.as_ref()?;
        Some(CacheStamp(*shards.shard(id)))
    }

    /// Puts a record away, unless a commit came between.
    pub fn put<R: Managed>(&self, stamp: Option<CacheStamp>, record: &Arc<Cached<R>>) {
        let (Some(shards), Some(CacheStamp(then)), Ok(answer)) = (&self.0, stamp, record.answer()) else {
            return;
        };
        let size = u32::try_from(answer.len()).unwrap_or(u32::MAX);
        let now = shards.shard(&record.id);
        if *now == then && then != CLOSED {
            shards.cached.insert(record.id.clone(), CacheEntry { record: record.clone(), size });
        }
    }

    /// Notes that a commit which writes these records begins.
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
        // A count is whole whoever panicked beside it.
        self.counters[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A commit in progress. What it writes is no longer at hand once it ends, however it ends.
pub struct PendingCommit<'a> {
    cache: &'a RecordCache,
    ids: Vec<String>,
    begun: Vec<u64>,
}

impl PendingCommit<'_> {
    /// Notes that it ended; gives the moment at which its first record can be put away, if no other commit came between.
    pub fn end(mut self) -> Option<CacheStamp> {
        let ended = self.advance();
        self.ids.clear();
        let (begun, ended) = (self.begun.first()?, ended.first()?);
        (begun + 1 == *ended).then_some(CacheStamp(*ended))
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
    /// Where nobody waits any more for the end of a commit, it may happen at any time: its shards are closed.
    fn drop(&mut self) {
        let Some(shards) = &self.cache.0 else { return };
        for id in &self.ids {
            *shards.shard(id) = CLOSED;
            shards.cached.invalidate(id);
        }
    }
}
