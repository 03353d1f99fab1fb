//! The look at one call on request.

use switchboard_core::{
    call::{CallObservation, CallStatus, TranscriptState},
    error::Result,
    vendor::{CallWindow, Calls},
};
use switchboard_store::CallProgress;

use super::{
    Follower,
    follower::since,
    look::{Look, window_of},
    update::Update,
};
use crate::{calls::CallRecord, records::now, vendors::Vendor};

/// The maximum number of attempts to look at a call and store the findings. An attempt fails if another process changes
/// the call meanwhile.
const MAX_ATTEMPTS: u32 = 3;

impl Follower {
    /// Looks at a call now, and returns the call. A call that is being dialled or was erased is returned unchanged. If
    /// other processes change the call during each of three attempts, the findings are not stored, and the call is
    /// returned as those processes left it.
    ///
    /// # Errors
    /// `not_found` if there is no such call; `state_conflict` if the vendor is no longer configured; the errors of
    /// reading the call at the vendor, after which nothing has changed.
    pub async fn sync(&self, id: &str) -> Result<CallRecord> {
        for _ in 0..MAX_ATTEMPTS {
            let call = self.book.get(id).await?;
            if call.progress < CallProgress::Live || call.call().erased_at.is_some() {
                return Ok(call);
            }
            let (vendor, calls) = self.vendor_of(&call)?;
            let Some(remote_id) = call.tracked.remote_id().map(ToOwned::to_owned) else {
                Look::new(self, vendor, calls, now()).run(vec![call], None).await?;
                return self.book.get(id).await;
            };
            let seen = self.read_one(vendor, calls, &call, &remote_id).await?;
            let left = call.due_at.map(|due| since(now(), due));
            let progress = call.progress;
            let mut update = Update::new(self, call, now());
            seen.iter().for_each(|seen| update.fold(seen));
            let pause = update.progress();
            let pause = if update.call.progress == progress { left } else { pause };
            if update.commit(pause).await? {
                break;
            }
        }
        self.book.get(id).await
    }

    /// Reads a call at the vendor. If the call has ended and the observation lacks a transcript that is expected or
    /// available, also sends the vendor's request for transcripts, if there is one. Returns no observation if the
    /// vendor does not have the call.
    pub(super) async fn read_one(
        &self,
        vendor: &Vendor,
        calls: &dyn Calls,
        call: &CallRecord,
        remote_id: &str,
    ) -> Result<Vec<CallObservation>> {
        let found = match calls.fetch(remote_id) {
            Some(exchange) => match vendor.run_for_calls(exchange).await {
                Err(gone) if gone.means_gone() => None,
                found => found?,
            },
            None => self.find_in_list(vendor, calls, call, remote_id).await?,
        };
        let mut seen: Vec<_> = found.into_iter().collect();
        let lacks_transcript = seen.iter().any(|seen| {
            seen.status == Some(CallStatus::Ended)
                && seen.transcript.as_ref().is_none_or(|words| words.is_empty())
        });
        let is_open =
            matches!(call.call().transcript.state, TranscriptState::Pending | TranscriptState::Available);
        if lacks_transcript
            && is_open
            && let Some(exchange) = calls.transcript(remote_id)
        {
            let transcript = vendor.run_for_calls(exchange).await?;
            seen.push(CallObservation { transcript, ..CallObservation::new(remote_id, now()) });
        }
        Ok(seen)
    }

    async fn find_in_list(
        &self,
        vendor: &Vendor,
        calls: &dyn Calls,
        call: &CallRecord,
        remote_id: &str,
    ) -> Result<Option<CallObservation>> {
        let mut window = CallWindow::since(window_of(call), now());
        if let Some(peer) = call.call().peer {
            window = window.with_peer(peer);
        }
        let Some(exchange) = calls.recent(&window) else { return Ok(None) };
        let listed = vendor.list_calls(exchange).await?;
        Ok(listed.rows.into_iter().find(|row| row.remote_id == remote_id))
    }
}
