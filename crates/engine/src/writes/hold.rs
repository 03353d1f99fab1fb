//! The check, immediately before a request, that this process still holds the operation.

use std::time::Duration;

use switchboard_core::error::{Error, Kind};
use switchboard_store::OperationState;
use tokio::time::Instant;

use super::{Writer, result::FailedAt};
use crate::records::Operation;

/// The hold of an operation by this process during one attempt.
pub(super) struct Hold {
    operation: String,
    fence: u64,
    /// The time until which the attempt may send requests.
    ends: Instant,
    /// True if the operation was claimed from the store. Otherwise this process has just begun it.
    claimed: bool,
}

impl Hold {
    /// Creates the hold for an attempt that starts now. The attempt may send requests until `lasts` has elapsed.
    pub fn new(operation: &Operation, lasts: Duration) -> Self {
        Self {
            operation: operation.id.clone(),
            fence: operation.fence,
            ends: Instant::now() + lasts,
            claimed: operation.state == OperationState::Held,
        }
    }
}

impl Writer {
    /// Checks that this process still holds the operation of an attempt. The attempt may have been delayed since it
    /// read the vendor's record, so another process may have taken the operation over.
    ///
    /// The check queries the store only for a claimed operation. For an operation that this process has just begun, it
    /// compares only the time, because the first attempt normally sends a prepared plan without reading the vendor's
    /// record.
    ///
    /// # Errors
    /// `vendor_unavailable` if this process no longer holds the operation, and the errors of the store.
    pub(super) async fn check_hold(&self, hold: &Hold) -> Result<(), FailedAt> {
        let mut held = Instant::now() < hold.ends;
        if held && hold.claimed {
            let stored = self.repository.store().operation(&hold.operation).await?;
            held = stored
                .is_some_and(|stored| stored.state == OperationState::Held && stored.fence == hold.fence);
        }
        if held { Ok(()) } else { Err(FailedAt::BeforeSend(hold_ended())) }
    }
}

fn hold_ended() -> Error {
    let detail = "The gateway was delayed before it sent the request. Another attempt sends it.";
    Error::new(Kind::VendorUnavailable, detail)
}
