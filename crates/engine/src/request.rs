//! The request properties that a write uses.

use std::{any::Any, fmt, sync::Arc, time::Duration};

use switchboard_core::plan::Handling;

/// The request properties that a write uses.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The handling of losses that the caller requests, strict or lenient.
    pub handling: Handling,
    /// The longest time that the caller waits for the vendor. Afterwards, the write continues in the background. With zero, a
    /// write that needs the vendor is answered with 202 even if the vendor replies immediately.
    pub wait: Duration,
    /// The name of the caller. Each caller has a share of the places for concurrent writes.
    pub caller: String,
    /// The shares of the process's limits that the request occupies, such as its place among the writes. A write keeps
    /// them until its attempt ends, even if the caller has left or was answered.
    pub occupied: Occupied,
    /// The id of the request.
    pub request_id: String,
    /// The idempotency key under which the answer is stored. `None` if the caller sent no key.
    pub key: Option<IdempotencyKey>,
    /// The value of the `Preference-Applied` header in the answer. `None` if the answer has no such header.
    pub preference_applied: Option<String>,
}

impl RequestContext {
    /// Returns the context of one write of a batch. If the batch has an idempotency key, the key of the write consists
    /// of that key, a space and the position `place`. No caller can send such a key, because it contains a space.
    #[must_use]
    pub fn of_part(&self, place: usize) -> Self {
        let key = self.key.clone().map(|key| IdempotencyKey { key: format!("{} {place}", key.key), ..key });
        Self { key, ..self.clone() }
    }
}

/// A key that a caller sends with a write to be able to repeat the request safely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The namespace of the key, separate for each caller.
    pub scope: String,
    /// The key that the caller sent.
    pub key: String,
    /// The fingerprint of the request.
    pub fingerprint: Fingerprint,
}

/// The fingerprint of a request: equal requests have equal fingerprints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// The fingerprint that is stored. It depends on a key, which is derived from the signing key of the store.
    pub stored: Vec<u8>,
    /// The fingerprints that earlier versions of the gateway would have stored.
    pub former: Vec<Vec<u8>>,
}

impl Fingerprint {
    /// Returns true if the stored fingerprint is that of an equal request.
    pub fn matches(&self, stored: &[u8]) -> bool {
        self.stored == stored || self.former.iter().any(|former| former == stored)
    }
}

/// The shares of the process's limits that a request occupies, such as its place among the writes and the memory of its
/// body. The shares become free when all clones of this value are dropped.
#[derive(Clone, Default)]
pub struct Occupied(Vec<Arc<dyn Any + Send + Sync>>);

impl Occupied {
    /// Adds a value that occupies a share of a limit until it is dropped.
    pub fn add(&mut self, occupied: impl Any + Send + Sync) {
        self.0.push(Arc::new(occupied));
    }
}

impl fmt::Debug for Occupied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Occupied").field(&self.0.len()).finish()
    }
}
