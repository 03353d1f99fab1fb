//! The gate of a vendor for new records.

use std::sync::Arc;

use switchboard_core::error::{Error, Kind, Result};
use tokio::sync::{OwnedRwLockReadGuard, RwLock, RwLockWriteGuard};

use super::RETRY_AFTER;

/// The placement gate of a vendor, open while the vendor is configured. A commit that places a record there holds a
/// [`Permit`], so a process that closes the gate sees every record that was ever placed there.
#[derive(Default)]
pub struct PlacementGate(Arc<RwLock<State>>);

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Closed,
}

/// The permission to place a record, which keeps the vendor in the configuration.
pub struct Permit {
    _state: OwnedRwLockReadGuard<State>,
}

/// The block of placements at a vendor, held while its removal from the configuration is decided.
pub struct RemovalGuard<'a>(RwLockWriteGuard<'a, State>);

impl PlacementGate {
    /// Permits the placement of a record.
    ///
    /// # Errors
    /// `state_conflict` if the vendor has left. The next request is routed without it.
    pub async fn acquire(&self, vendor: &str) -> Result<Permit> {
        let state = self.0.clone().read_owned().await;
        if *state == State::Open {
            return Ok(Permit { _state: state });
        }
        let detail =
            format!("The vendor {vendor:?} was just removed from the configuration; send the request again.");
        Err(Error::new(Kind::StateConflict, detail).retry_after(RETRY_AFTER))
    }

    /// Blocks all placements until the gate is closed or the guard is dropped.
    pub async fn lock_for_removal(&self) -> RemovalGuard<'_> {
        RemovalGuard(self.0.write().await)
    }
}

impl RemovalGuard<'_> {
    /// Closes the vendor to new records permanently.
    pub fn close(mut self) {
        *self.0 = State::Closed;
    }
}
