//! One write of a record at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::OwnedMutexGuard;

type Lock = tokio::sync::Mutex<()>;

/// A lock for every record that is being written.
#[derive(Default)]
pub struct Locks(Mutex<HashMap<String, Weak<Lock>>>);

impl Locks {
    /// Waits until nobody else writes the record of this id.
    pub async fn hold(&self, id: &str) -> OwnedMutexGuard<()> {
        self.lock_for(id).lock_owned().await
    }

    fn lock_for(&self, id: &str) -> Arc<Lock> {
        // A thread that panicked while it held the map left it whole: every change of it is one call.
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(id).and_then(Weak::upgrade) {
            return lock;
        }
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::new(Lock::default());
        locks.insert(id.to_owned(), Arc::downgrade(&lock));
        lock
    }
}
