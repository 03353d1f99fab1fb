//! Records kept in memory, where no other process writes the store: most reads need neither it nor a parser.

use std::{
    any::Any,
    hash::{BuildHasher, RandomState},
    ops::Deref,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use bytes::Bytes;
use moka::sync::Cache;
use switchboard_store::Step;

use super::{Item, Managed};

/// What is kept at most, in bytes of answers.
const ROOM: u64 = 32 << 20;
/// Commits of different shards do not see each other.
const SHARDS: usize = 64;

/// The moment of a shard that keeps nothing any more.
const CLOSED: u64 = u64::MAX;

/// A record, and how it is answered.
pub struct Kept<R> {
    item: Item<R>,
    answer: OnceLock<Bytes>,
}

impl<R> Deref for Kept<R> {
    type Target = Item<R>;

    fn deref(&self) -> &Item<R> {
        &self.item
    }
}

impl<R: Managed> Kept<R> {
    /// A record whose answer may be known already.
    pub fn new(item: Item<R>, answer: Option<Bytes>) -> Self {
        Self { item, answer: answer.map(OnceLock::from).unwrap_or_default() }
    }

    /// The record as the API answers it.
    pub fn answer(&self) -> Bytes {
        self.answer.get_or_init(|| self.item.json().into()).clone()
    }
}

/// The records that were read or written last.
pub struct AtHand(Option<Shelves>);

struct Shelves {
    kept: Cache<String, Entry>,
    hasher: RandomState,
    /// How many commits of a shard began or ended. Nothing is put away that such a moment may have made old.
    moments: [Mutex<u64>; SHARDS],
}

#[derive(Clone)]
struct Entry {
    record: Arc<dyn Any + Send + Sync>,
    size: u32,
}

/// When something was read or written.
#[derive(Debug, Clone, Copy)]
pub struct Moment(u64);

impl AtHand {
    /// Keeps records only where no `others` write the store.
    pub fn new(others: bool) -> Self {
        let weigh = |_: &String, entry: &Entry| entry.size;
        Self((!others).then(|| Shelves {
            kept: Cache::builder().max_capacity(ROOM).weigher(weigh).build(),
            hasher: RandomState::new(),
            moments: std::array::from_fn(|_| Mutex::default()),
        }))
    }

    /// Whether others write the store, too.
    pub fn has_others(&self) -> bool {
        self.0.is_none()
    }

    /// The record of this id, if it is at hand.
    pub fn get<R: Managed>(&self, id: &str) -> Option<Arc<Kept<R>>> {
        self.0.as_ref()?.kept.get(id)?.record.downcast().ok()
    }

    /// The moment before a record is read.
    pub fn moment(&self, id: &str) -> Option<Moment> {
        let shelves = self.0.as_ref()?;
        Some(Moment(*shelves.shard(id)))
    }

    /// Puts a record away, unless a commit came between.
    pub fn put<R: Managed>(&self, moment: Option<Moment>, record: &Arc<Kept<R>>) {
        let (Some(shelves), Some(Moment(then))) = (&self.0, moment) else { return };
        let size = u32::try_from(record.answer().len()).unwrap_or(u32::MAX);
        let now = shelves.shard(&record.id);
        if *now == then && then != CLOSED {
            shelves.kept.insert(record.id.clone(), Entry { record: record.clone(), size });
        }
    }

    /// Notes that a commit of these steps begins.
    pub fn begins(&self, steps: &[Step]) -> Commit<'_> {
        let ids =
            self.0.iter().flat_map(|_| steps.iter().filter_map(written).map(ToOwned::to_owned)).collect();
        let mut commit = Commit { at_hand: self, ids, begun: Vec::new() };
        commit.begun = commit.pass();
        commit
    }
}

impl Shelves {
    fn shard(&self, id: &str) -> std::sync::MutexGuard<'_, u64> {
        let shard = self.hasher.hash_one(id) as usize % SHARDS;
        // A count is whole whoever panicked beside it.
        self.moments[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A commit in progress. What it writes is no longer at hand once it ends, however it ends.
pub struct Commit<'a> {
    at_hand: &'a AtHand,
    ids: Vec<String>,
    begun: Vec<u64>,
}

impl Commit<'_> {
    /// Notes that it ended; gives the moment at which its first record can be put away, if no other commit came between.
    pub fn ends(mut self) -> Option<Moment> {
        let ended = self.pass();
        self.ids.clear();
        let (begun, ended) = (self.begun.first()?, ended.first()?);
        (begun + 1 == *ended).then_some(Moment(*ended))
    }

    fn pass(&self) -> Vec<u64> {
        let Some(shelves) = &self.at_hand.0 else { return Vec::new() };
        let pass = |id: &String| {
            let mut moment = shelves.shard(id);
            *moment = moment.saturating_add(1);
            shelves.kept.invalidate(id);
            *moment
        };
        self.ids.iter().map(pass).collect()
    }
}

impl Drop for Commit<'_> {
    /// Where nobody waits any more for the end of a commit, it may happen at any time: its shards are closed.
    fn drop(&mut self) {
        let Some(shelves) = &self.at_hand.0 else { return };
        for id in &self.ids {
            *shelves.shard(id) = CLOSED;
            shelves.kept.invalidate(id);
        }
    }
}

/// The record that a step writes.
fn written(step: &Step) -> Option<&str> {
    match step {
        Step::Insert(row) | Step::Update(row) => Some(&row.id),
        Step::Delete { id, .. } => Some(id),
        _ => None,
    }
}
