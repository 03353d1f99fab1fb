//! The look at one call, as a part of a look at its vendor.

use std::sync::atomic::Ordering;

use switchboard_core::{
    call::{CallObservation, CallStatus, TranscriptState},
    error::Result,
};
use switchboard_store::CallProgress;
use tracing::debug;

use super::{
    follower::since,
    look::{Listed, Look},
    update::{Finding, Update},
};
use crate::calls::CallRecord;

/// The result of reading a single call.
pub(super) enum Single {
    /// The vendor returned the call.
    Seen(Box<CallObservation>),
    /// The vendor has no such call.
    Absent,
    /// The vendor cannot return a single call.
    Impossible,
    /// The call was not read, because the look may send no further requests or because reading failed.
    Unread,
}

impl Look<'_> {
    /// Updates a call that is not due, if the list has a row that changes it. Does not update a dial in progress.
    pub(super) async fn note(&self, call: CallRecord, listed: &Listed) -> Result<()> {
        let Some(row) = call.tracked.remote_id().and_then(|id| listed.rows.get(id)) else { return Ok(()) };
        // A call that was given up long ago stays given up while its vendor returns it as live.
        let is_over = call.progress == CallProgress::Over && call.tracked.is_lost();
        if is_over && row.status != Some(CallStatus::Ended) {
            return Ok(());
        }
        let left = call.due_at.map(|due| since(self.at, due));
        let progress = call.progress;
        let mut update = Update::new(self.follower, call, self.at);
        update.fold(row);
        if !update.is_changed() || progress < CallProgress::Live {
            return Ok(());
        }
        let pause = update.progress();
        let pause = match left {
            Some(left) if update.call.progress == progress => Some(left),
            _ => pause,
        };
        update.commit(pause).await.map(drop)
    }

    /// Looks at a call that is due. The vendor's id of the call must be known.
    pub(super) async fn follow(&self, call: CallRecord, listed: &Listed) -> Result<()> {
        let Some(remote_id) = call.tracked.remote_id().map(ToOwned::to_owned) else { return Ok(()) };
        let (begun, was_live) = (call.begun_at(), call.progress == CallProgress::Live);
        let row = listed.rows.get(&remote_id);
        let mut update = Update::new(self.follower, call, self.at);
        row.into_iter().for_each(|row| update.fold(row));
        let needs_single = match row {
            None => true,
            Some(row) => {
                !was_live || row.is_excerpt && update.call.tracked.observed_status() == CallStatus::Ended
            }
        };
        let single = if needs_single { self.single(&remote_id).await } else { Single::Impossible };
        let covers = listed.is_complete && listed.since.is_some_and(|since| since < begun);
        let finding = match (single, row) {
            (Single::Seen(seen), _) => {
                update.fold(&seen);
                Finding::Seen
            }
            (Single::Unread, _) => Finding::Incomplete,
            (_, Some(_)) => Finding::Seen,
            (Single::Absent, None) => Finding::Absent,
            (Single::Impossible, None) => {
                if covers {
                    Finding::Absent
                } else {
                    Finding::Incomplete
                }
            }
        };
        let finding =
            if self.read_transcript(&mut update, &remote_id).await { finding } else { Finding::Incomplete };
        let pause = update.advance(finding);
        update.commit(pause).await.map(drop)
    }

    /// Reads the transcript of a call that has ended, if the observations have none and the vendor has a separate
    /// request for transcripts. Returns false if the transcript must be read later.
    pub(super) async fn read_transcript(&self, update: &mut Update<'_>, remote_id: &str) -> bool {
        let call = update.call.call();
        if call.status != CallStatus::Ended || call.transcript.state != TranscriptState::Pending {
            return true;
        }
        let Some(exchange) = self.calls.transcript(remote_id) else { return true };
        if !self.may_read() {
            return false;
        }
        match self.vendor.run_for_calls(exchange).await {
            Ok(transcript) => {
                let seen = CallObservation { transcript, ..CallObservation::new(remote_id, self.at) };
                update.fold(&seen);
                true
            }
            Err(failure) => {
                debug!(call = update.call.id, %failure, "failed to read a transcript");
                false
            }
        }
    }

    /// Reads one call by its id.
    pub(super) async fn single(&self, remote_id: &str) -> Single {
        let Some(exchange) = self.calls.fetch(remote_id) else { return Single::Impossible };
        if !self.may_read() {
            return Single::Unread;
        }
        match self.vendor.run_for_calls(exchange).await {
            Ok(Some(seen)) => Single::Seen(Box::new(seen)),
            Ok(None) => Single::Absent,
            Err(gone) if gone.means_gone() => Single::Absent,
            Err(failure) => {
                debug!(vendor = self.vendor.name(), %failure, "failed to read a call");
                Single::Unread
            }
        }
    }

    /// Counts one request against the look's limit. Returns false if the limit is reached.
    pub(super) fn may_read(&self) -> bool {
        self.singles.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }
}
