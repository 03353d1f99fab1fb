//! A mark on connections whose peer has sent a valid key.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// The mark of a connection on which a request with a valid key has arrived. The server attaches the mark to each
/// request of the connection. When the server has too many connections, it closes those without the mark first. Clones
/// share the mark.
#[derive(Debug, Clone, Default)]
pub struct Authenticated(Arc<AtomicBool>);

impl Authenticated {
    /// Marks the connection.
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns true if the connection is marked.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
