//! Adding observations to a stored call.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use switchboard_core::{
    call::{CallChange as Step, CallObservation, CallStatus, Transcript, TranscriptState},
    error::{Error, Kind, Result},
};
use switchboard_store::{CallMutation, CallProgress};
use tracing::debug;

use super::{Follower, follower::since, schedule};
use crate::{
    calls::CallRecord,
    metrics::Tally,
    records::{Batch, RETRY_AFTER, not_serializable},
};

/// The result of a look at one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// The vendor returned the call or, if the vendor's id of the call is not known, the vendor's calls were searched.
    Seen,
    /// The vendor does not have the call.
    Absent,
    /// The look was not complete, so another one must follow.
    Incomplete,
}

/// A call to which observations are being added.
pub(super) struct Update<'a> {
    follower: &'a Follower,
    /// The call with its new content.
    pub call: CallRecord,
    at: Timestamp,
    is_changed: bool,
    is_seen: bool,
    has_ended: bool,
    transcript: Option<Transcript>,
    tally: Tally,
}

impl<'a> Update<'a> {
    /// Begins the update of a call at the time `at`.
    pub fn new(follower: &'a Follower, call: CallRecord, at: Timestamp) -> Self {
        let tally = Tally::default();
        Self {
            follower,
            call,
            at,
            is_changed: false,
            is_seen: false,
            has_ended: false,
            transcript: None,
            tally,
        }
    }

    /// Adds an observation.
    pub fn fold(&mut self, seen: &CallObservation) {
        if seen.has_unknown_status() && self.call.call().vendor_status != seen.vendor_status {
            self.tally.call_status_unrecognised(&self.call.vendor);
        }
        self.is_seen = true;
        let folded = self.call.tracked.fold(&seen.clone().received(self.at));
        self.is_changed |= folded.is_changed;
        if folded.keeps_transcript {
            self.transcript.clone_from(&seen.transcript);
        }
        if folded.changes.contains(&Step::Ended) {
            self.has_ended = true;
            if let Some(ended_at) = seen.times.ended_at.and_then(|time| time.exact()) {
                self.tally.call_ended(&self.call.vendor, since(ended_at, self.at));
            }
        }
        if !self.call.tracked.is_lost() {
            self.call.following.lost_at = None;
        }
    }

    /// Returns true if an observation has changed the call.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// Records that the gateway stops looking for the call.
    pub fn give_up(&mut self) {
        if self.call.tracked.give_up(self.at) {
            self.call.following.lost_at = Some(self.at);
        }
    }

    /// Sets the progress of the call after a look that was due. Returns the pause before the next look, or `None` if
    /// there is no next look.
    pub(super) fn advance(&mut self, finding: Finding) -> Option<Duration> {
        let is_complete = finding != Finding::Incomplete;
        if self.is_ended() && !self.has_ended && is_complete {
            self.settle();
        } else if finding != Finding::Seen && !self.is_seen && self.is_overdue() {
            self.give_up();
        }
        let pause = self.progress();
        match is_complete || self.is_overdue() {
            true => pause,
            false => pause.map(|pause| pause.min(self.follower.settings.follow)),
        }
    }

    /// Sets the progress of a call at which no look is possible. Gives the call up when it can no longer be live, and
    /// settles a call that has ended a day later. Returns the pause before the next attempt, or `None` if there is none.
    pub(super) fn wait(&mut self) -> Option<Duration> {
        if self.is_overdue() {
            self.give_up();
        } else if self.is_ended() && self.age() >= self.longest_duration() + schedule::RECOGNIZED_FOR {
            self.call.tracked.settle();
        }
        self.progress()
    }

    /// Returns true if the call has not ended although it can no longer be live. An ambiguous call waits for the caller's
    /// decision instead.
    fn is_overdue(&self) -> bool {
        !self.is_ended() && !self.call.is_ambiguous() && self.age() >= self.longest_duration()
    }

    /// Sets the progress of the call, and whether the call still blocks other dials to the number. Returns the pause
    /// before the next look, or `None` if there is no next look.
    pub fn progress(&mut self) -> Option<Duration> {
        let (progress, pause) = self.next_step();
        self.call.progress = progress;
        if progress == CallProgress::Over {
            if self.is_overdue() {
                self.give_up();
            }
            self.call.tracked.settle();
        }
        let gap = self.follower.settings.dial_gap;
        self.call.is_dialling &= self.call.tracked.remote_id().is_none() && self.age() < gap;
        pause
    }

    fn next_step(&self) -> (CallProgress, Option<Duration>) {
        let call = &self.call;
        if self.is_ended() {
            let pause = schedule::settling_pause(call.following.looks);
            return match pause.filter(|_| !call.call().settled) {
                Some(pause) => (CallProgress::Settling, Some(pause)),
                None => (CallProgress::Over, None),
            };
        }
        if call.is_ambiguous() && call.following.lost_at.is_none() {
            return self.next_step_of_ambiguous();
        }
        match call.following.lost_at {
            Some(lost_at) if since(lost_at, self.at) >= schedule::RECOGNIZED_FOR => {
                (CallProgress::Over, None)
            }
            Some(_) => (CallProgress::Settling, Some(schedule::LONG_PAUSE)),
            // The vendor still returns the call as live, which cannot be right.
            None if self.is_overdue() && self.call.tracked.remote_id().is_some() => {
                match self.age() >= self.longest_duration() + schedule::RECOGNIZED_FOR {
                    true => (CallProgress::Over, None),
                    false => (CallProgress::Settling, Some(schedule::LONG_PAUSE)),
                }
            }
            None => {
                let pause = schedule::live_pause(self.age(), self.follower.settings.follow);
                (CallProgress::Live, Some(pause))
            }
        }
    }

    /// Returns the progress of an ambiguous call, and the pause before its progress changes. Such a call waits for the
    /// caller's decision. It is live until it can no longer be live. For another day, a look for other calls can still
    /// bind it by its marker. A call that was given up before it became ambiguous is no longer live.
    fn next_step_of_ambiguous(&self) -> (CallProgress, Option<Duration>) {
        let (age, live) = (self.age(), self.longest_duration());
        let recognized = live + schedule::RECOGNIZED_FOR;
        match age {
            age if age < live => (CallProgress::Live, Some(live - age)),
            age if age < recognized => (CallProgress::Settling, Some(recognized - age)),
            _ => (CallProgress::Over, None),
        }
    }

    /// Counts a complete look at a call that has ended. Settles the call after the last look, or earlier if two looks
    /// agree and no transcript is expected. A transcript is expected while its state is pending, unless the peer did
    /// not answer.
    fn settle(&mut self) {
        self.call.following.looks += 1;
        let looks = self.call.following.looks;
        let is_transcribed = self.call.call().transcript.state != TranscriptState::Pending;
        let is_complete = is_transcribed || self.call.tracked.is_unanswered();
        let agrees = looks >= 2 && !self.is_changed && is_complete;
        if agrees || schedule::settling_pause(looks).is_none() {
            self.call.tracked.settle();
        }
    }

    fn is_ended(&self) -> bool {
        self.call.tracked.observed_status() == CallStatus::Ended
    }

    /// Returns the age at which the call can no longer be live.
    fn longest_duration(&self) -> Duration {
        let limit = self.call.placing.as_ref().and_then(|placing| placing.max_duration_s);
        let limit = limit.and_then(|limit| Duration::try_from_secs_f64(limit).ok());
        limit.unwrap_or(schedule::DEFAULT_MAX_DURATION) + schedule::DURATION_MARGIN
    }

    /// Returns the age of the call: the time since [`CallRecord::begun_at`].
    fn age(&self) -> Duration {
        since(self.call.begun_at(), self.at)
    }

    /// Commits a call that is not stored yet, with its transcript and the time of the first look.
    ///
    /// # Errors
    /// The errors of the store. `already_exists` if another call has the vendor's id.
    pub async fn add(self, due: Option<Duration>) -> Result<()> {
        let (book, mut batch) = (&self.follower.book, Batch::new());
        let row = self.call.to_row(book.peers());
        batch.change_call(row.map(|call| CallMutation::Add { call, due, caps: None }));
        self.follower.keep_transcript(&mut batch, &self.call.id, self.transcript.as_ref());
        *batch.tally() = self.tally;
        book.commit(batch).await
    }

    /// Commits the call, the new transcript and the time of the next look. Returns false, and stores nothing, if the
    /// stored call has changed or was removed since it was read. A later look then repeats the findings of this one.
    ///
    /// # Errors
    /// The errors of the store. `already_exists` if another call has the vendor's id.
    pub async fn commit(self, pause: Option<Duration>) -> Result<bool> {
        self.commit_with(Batch::new(), pause).await
    }

    /// Commits as [`Self::commit`] does, together with the mutations of a batch.
    ///
    /// # Errors
    /// The errors of [`Self::commit`].
    pub async fn commit_with(self, mut batch: Batch, pause: Option<Duration>) -> Result<bool> {
        let book = &self.follower.book;
        let row = self.call.to_row(book.peers());
        batch.change_call(row.map(|call| CallMutation::Update { call, due: pause }));
        self.follower.keep_transcript(&mut batch, &self.call.id, self.transcript.as_ref());
        *batch.tally() = self.tally;
        let conflicts = [Kind::PreconditionFailed, Kind::StateConflict, Kind::NotFound];
        match book.commit(batch).await {
            Ok(()) => Ok(true),
            Err(conflict) if conflicts.contains(&conflict.kind) => {
                debug!(call = self.call.id, "the call changed during the look");
                Ok(false)
            }
            Err(failure) => Err(failure),
        }
    }
}

impl Follower {
    /// Stores a transcript, unless the configuration disables the storage of transcripts.
    fn keep_transcript(&self, batch: &mut Batch, call: &str, transcript: Option<&Transcript>) {
        let keep = self.settings.keep_transcripts;
        let Some(transcript) = transcript.filter(|_| !keep.is_zero()) else { return };
        let text = serde_json::to_string(transcript).map(SecretString::from);
        let text = text.map_err(|cause| not_serializable("transcript", cause));
        let put = |transcript| CallMutation::PutTranscript { call: call.to_owned(), transcript, keep };
        batch.change_call(text.map(put));
    }
}

/// Builds the error for a request whose changes to a call were overtaken by other changes each time.
pub(super) fn changing() -> Error {
    let detail = "Other requests change the call, or the gateway reads it, all the time; send the request again later.";
    Error::new(Kind::StateConflict, detail).retry_after(RETRY_AFTER)
}
