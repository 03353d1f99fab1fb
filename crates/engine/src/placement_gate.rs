//! Whether records may still be put at a vendor.

use switchboard_core::{Error, Kind, Result};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::write::RETRY_AFTER;

/// Open as long as the vendor is configured. Who puts a record there keeps it open meanwhile; who shuts it sees all
/// records that were ever put there.
#[derive(Default)]
pub struct PlacementGate(RwLock<State>);

/// How a door is.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Shut,
}

/// Keeps a door open.
pub struct Permit<'a> {
    _state: RwLockReadGuard<'a, State>,
}

/// Keeps everybody waiting at a door until it is known whether it is shut.
pub struct RemovalGuard<'a>(RwLockWriteGuard<'a, State>);

impl PlacementGate {
    /// Keeps it open.
    ///
    /// # Errors
    /// `state_conflict` where it is shut: the next request meets a configuration without the vendor.
    pub async fn acquire(&self, vendor: &str) -> Result<Permit<'_>> {
        let state = self.0.read().await;
        if *state == State::Open {
            return Ok(Permit { _state: state });
        }
        let detail =
            format!("The vendor {vendor:?} has just left the configuration; send the request again.");
        Err(Error::new(Kind::StateConflict, detail).retry_after(RETRY_AFTER))
    }

    /// Lets nobody through until it is shut, or the answer is dropped.
    pub async fn lock_for_removal(&self) -> RemovalGuard<'_> {
        RemovalGuard(self.0.write().await)
    }
}

impl RemovalGuard<'_> {
    /// For good.
    pub fn close(mut self) {
        *self.0 = State::Shut;
    }
}
