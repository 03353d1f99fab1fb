//! Requests that wait until they are released.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::oneshot;

use crate::Vendor;
use crate::faults::When;
use crate::state::SandboxState;

/// A request that is being held.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Held {
    pub vendor: Vendor,
    /// The contract's `operationId`. Null if no operation is documented for the request.
    pub operation: Option<String>,
    /// The moment of the hold: before or after the vendor carries out the request.
    pub when: When,
    /// The time at which the hold began.
    pub since: Timestamp,
}

/// The held requests, in order of arrival.
#[derive(Default)]
pub(crate) struct Holds {
    next: u64,
    held: BTreeMap<u64, (Held, oneshot::Sender<()>)>,
}

impl Holds {
    fn admit(&mut self, request: Held) -> (u64, oneshot::Receiver<()>) {
        let (release, released) = oneshot::channel();
        let number = self.next;
        self.next += 1;
        self.held.insert(number, (request, release));
        (number, released)
    }

    /// Lists the held requests to one vendor or to all vendors.
    pub(crate) fn list(&self, vendor: Option<Vendor>) -> Vec<Held> {
        let held = self.held.values().map(|(held, _)| held);
        held.filter(|held| vendor.is_none_or(|vendor| held.vendor == vendor)).cloned().collect()
    }

    /// Releases the held requests to one vendor or to all vendors.
    pub(crate) fn release(&mut self, vendor: Option<Vendor>) {
        let wanted = |held: &Held| vendor.is_none_or(|vendor| held.vendor == vendor);
        for (_, (_, release)) in self.held.extract_if(.., |_, (held, _)| wanted(held)) {
            // The caller may have hung up in the meantime.
            let _ = release.send(());
        }
    }

    /// Drops the held requests, so that they end without an answer.
    pub(crate) fn drop_all(&mut self) {
        self.held.clear();
    }
}

/// The entry of a held request in the list. Dropping the slot removes the entry, for example when the caller
/// hangs up.
struct HeldSlot<'a> {
    state: &'a SandboxState,
    number: u64,
}

impl Drop for HeldSlot<'_> {
    fn drop(&mut self) {
        self.state.holds().held.remove(&self.number);
    }
}

/// Holds a request until it is released or `longest` has passed. Returns true in both cases. Returns false if
/// the sandbox has dropped the request instead.
pub(crate) async fn hold(state: &SandboxState, request: Held, longest: Duration) -> bool {
    let (number, released) = state.holds().admit(request);
    let _place = HeldSlot { state, number };
    let released = tokio::time::timeout(longest, released).await;
    !matches!(released, Ok(Err(_)))
}
