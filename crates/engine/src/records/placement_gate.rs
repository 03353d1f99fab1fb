//! Whether records may still be placed at a vendor.

use std::sync::Arc;

use switchboard_core::{Error, Kind, Result};
use tokio::sync::{OwnedRwLockReadGuard, RwLock, RwLockWriteGuard};

use super::RETRY_AFTER;

/// Open as long as the vendor is configured. A commit that places a record there holds a [`Permit`]; whoever closes the gate
/// sees every record that was ever placed there.
#[derive(Default)]
pub struct PlacementGate(Arc<RwLock<State>>);

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Closed,
}

/// Keeps a vendor in the configuration.
pub struct Permit {
    _state: OwnedRwLockReadGuard<State>,
}

/// Lets no record be placed at a vendor while it is decided whether the vendor leaves the configuration.
pub struct RemovalGuard<'a>(RwLockWriteGuard<'a, State>);

impl PlacementGate {
    /// Lets a record be placed.
    ///
    /// # Errors
    /// `state_conflict` where the vendor has left: the next request meets a configuration without it.
    pub async fn acquire(&self, vendor: &str) -> Result<Permit> {
        let state = self.0.clone().read_owned().await;
        if *state == State::Open {
            return Ok(Permit { _state: state });
        }
        let detail =
            format!("The vendor {vendor:?} has just left the configuration; send the request again.");
        Err(Error::new(Kind::StateConflict, detail).retry_after(RETRY_AFTER))
    }

    /// Holds back all placements until the gate is closed or the guard is dropped.
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
