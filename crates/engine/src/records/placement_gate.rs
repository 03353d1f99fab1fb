//! The placement gate of a vendor.

use std::sync::Arc;

use switchboard_core::error::{Error, Kind, Result};
use tokio::sync::{OwnedRwLockReadGuard, RwLock, RwLockWriteGuard};

use super::RETRY_AFTER;

/// The placement gate of a vendor, open until a configuration removes the vendor or changes its adapter. A commit that
/// places a record at the vendor holds a [`Permit`]. Once the gate is locked, all earlier placements are therefore
/// visible in the store.
#[derive(Default)]
pub struct PlacementGate(Arc<RwLock<State>>);

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Closed,
}

/// The permission to place a record at a vendor. While a permit exists, no configuration can remove the vendor or
/// change its adapter.
pub struct Permit {
    _state: OwnedRwLockReadGuard<State>,
}

/// The exclusive lock of a placement gate, held while the gateway decides whether a configuration may remove the vendor
/// or change its adapter.
pub struct RemovalGuard<'a>(RwLockWriteGuard<'a, State>);

impl PlacementGate {
    /// Waits until the gate is not locked, and permits the placement of a record.
    ///
    /// # Errors
    /// `state_conflict` if a newer configuration has removed the vendor or changed its adapter. If the caller repeats the
    /// request, the newer configuration applies.
    pub async fn acquire(&self, vendor: &str) -> Result<Permit> {
        let state = self.0.clone().read_owned().await;
        if *state == State::Open {
            return Ok(Permit { _state: state });
        }
        let detail =
            format!("The vendor {vendor:?} was just removed from the configuration; send the request again.");
        Err(Error::new(Kind::StateConflict, detail).retry_after(RETRY_AFTER))
    }

    /// Waits until no permit exists, then makes all placements wait until the guard is closed or dropped.
    pub async fn lock_for_removal(&self) -> RemovalGuard<'_> {
        RemovalGuard(self.0.write().await)
    }
}

impl RemovalGuard<'_> {
    /// Closes the gate permanently, so that every later placement at the vendor is refused.
    pub fn close(mut self) {
        *self.0 = State::Closed;
    }
}
