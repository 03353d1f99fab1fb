//! Locks that let only one request of this process write a record at a time. A lock also signals that its record was
//! written. The same locks serialise the searches for lost creations at a vendor, and the bindings of an object.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{Notify, OwnedMutexGuard};

/// The locks that this process uses, by name. The name is the id of a record to write, the name of a vendor at which to
/// search for lost creations, or `VENDOR/PART/OBJECT` for an object to bind.
#[derive(Default)]
pub struct RecordLocks(Mutex<HashMap<String, Weak<Lock>>>);

/// The lock of one record, vendor or bound object.
#[derive(Default)]
pub struct Lock {
    turn: Arc<tokio::sync::Mutex<()>>,
    changed: Notify,
}

/// The right to write a record, to search for lost creations at a vendor, or to bind an object. While a right to write
/// a record exists, no other request in this process changes the record. A background task can still change the record.
pub struct Turn {
    lock: Arc<Lock>,
    _guard: OwnedMutexGuard<()>,
}

impl Turn {
    /// Waits until a commit of this process, for example in a background task, has written the record. Returns
    /// immediately if a commit has written it since the signal was last received.
    pub async fn changed(&self) {
        self.lock.changed.notified().await;
    }
}

impl RecordLocks {
    /// Waits for the turn to write the record with this id. Also serves the other names of [`RecordLocks`].
    pub async fn acquire(&self, id: &str) -> Turn {
        let lock = self.lock_for(id);
        let guard = lock.turn.clone().lock_owned().await;
        Turn { lock, _guard: guard }
    }

    /// Signals the holder of the turn, if there is one, that the record was written.
    pub fn notify(&self, id: &str) {
        let lock = self.locks().get(id).and_then(Weak::upgrade);
        if let Some(lock) = lock {
            // If the holder is not waiting yet, the signal is stored.
            lock.changed.notify_one();
        }
    }

    fn lock_for(&self, id: &str) -> Arc<Lock> {
        let mut locks = self.locks();
        if let Some(lock) = locks.get(id).and_then(Weak::upgrade) {
            return lock;
        }
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::new(Lock::default());
        locks.insert(id.to_owned(), Arc::downgrade(&lock));
        lock
    }

    fn locks(&self) -> std::sync::MutexGuard<'_, HashMap<String, Weak<Lock>>> {
        // Ignore poisoning: every change to the map is one call, so a panic while the lock is held cannot leave the map
        // half-written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
