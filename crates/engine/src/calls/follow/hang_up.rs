//! Ending a live call on request.

use std::time::Duration;

use switchboard_core::{
    call::CallStatus,
    error::{Error, Kind, Result},
};
use tracing::info;

use super::{
    Follower,
    follower::since,
    update::{Update, changing},
};
use crate::{calls::CallRecord, metrics::count_hang_up, records::now};

/// The maximum number of attempts to record an accepted request. An attempt fails if another process changes the call
/// meanwhile.
const MAX_ATTEMPTS: u32 = 10;

/// The result of a request to end a call.
#[derive(Debug)]
pub enum HangUp {
    /// The vendor accepted the request, or reported that the call is no longer live. The gateway follows the call to
    /// its end like any other call.
    Accepted(Box<CallRecord>),
    /// The call had already ended.
    Ended(Box<CallRecord>),
}

impl Follower {
    /// Ends a live call. The request may be repeated. The status of the call becomes `ended` only when the vendor
    /// returns the call as ended.
    ///
    /// # Errors
    /// `not_found` if there is no such call; `state_conflict` if the vendor's id of the call is not known yet, if the
    /// vendor is no longer configured, or if other processes change the call during each attempt to record the accepted
    /// request; `capability_loss` if the vendor cannot end calls, or cannot end this one; the errors of the exchange
    /// with the vendor and of the store.
    pub async fn hang_up(&self, id: &str) -> Result<HangUp> {
        let call = self.book.get(id).await?;
        let shown = call.call();
        if shown.status == CallStatus::Ended {
            return Ok(HangUp::Ended(Box::new(call)));
        }
        let Some(remote_id) = shown.remote_id else {
            let detail = "The vendor's id of the call is not known yet; try again later.";
            return Err(Error::new(Kind::StateConflict, detail).retry_after(crate::records::RETRY_AFTER));
        };
        let (vendor, calls) = self.vendor_of(&call)?;
        let Some(exchange) = calls.hang_up(&remote_id) else {
            count_hang_up(vendor.name(), "unsupported");
            let detail = format!("{} cannot end a call on request.", vendor.adapter().descriptor().title);
            return Err(Error::new(Kind::CapabilityLoss, detail));
        };
        let is_stopped = match vendor.run_for_calls(exchange).await {
            Ok(()) => true,
            // The call is no longer live. The next look reads its end.
            Err(gone) if gone.means_gone() => false,
            Err(failure) => {
                let outcome = if failure.kind == Kind::CapabilityLoss { "unsupported" } else { "failed" };
                count_hang_up(vendor.name(), outcome);
                return Err(failure);
            }
        };
        count_hang_up(vendor.name(), "accepted");
        match is_stopped {
            true => {
                info!(call = call.id, "the vendor accepted the request to end a call");
                self.note_stopped(&call.id).await?;
            }
            // If a look in progress holds the call, the look after that one reads the end.
            false => self.release(&call, Duration::ZERO).await?,
        }
        self.handles.calls.wake.send();
        Ok(HangUp::Accepted(Box::new(call)))
    }

    /// Records that the vendor accepted the request to end the call. Makes a live call due.
    async fn note_stopped(&self, id: &str) -> Result<()> {
        for _ in 0..MAX_ATTEMPTS {
            let mut call = self.book.get(id).await?;
            call.tracked.stop();
            let due = match call.progress.is_live() {
                true => Some(Duration::ZERO),
                false => call.due_at.map(|due| since(now(), due)),
            };
            if Update::new(self, call, now()).commit(due).await? {
                return Ok(());
            }
        }
        Err(changing())
    }
}
