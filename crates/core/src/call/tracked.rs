//! A call that the gateway follows, and the changes that do not come from an observation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Call, CallAnalysis, CallCandidate, CallChange, CallMatch, CallOrigin, CallParty, CallStatus,
    CallTranscript, EndedReason, Recording, RecordingState, TranscriptState, Trust, latest::Latest,
    transcript::TranscriptWeight,
};
use crate::model::{Direction, PhoneNumber, WebUrl};

/// A call with the data that determines how later observations change it. The gateway stores this type and shows
/// callers [`TrackedCall::shown`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackedCall {
    /// The call as observed.
    pub(super) call: Call,
    /// The phone number of the agent's side.
    pub(super) own: Option<PhoneNumber>,
    /// The vendor's latest word for the status.
    pub(super) word: Option<Latest<String>>,
    /// The source of the latest observation.
    pub(super) source: Option<Latest<Trust>>,
    /// The latest link to the recording.
    pub(super) link: Option<Latest<WebUrl>>,
    /// The weight of the transcript that is stored.
    pub(super) transcript: Option<TranscriptWeight>,
    /// True if the vendor indicated that it adds nothing more to the call.
    pub(super) is_final: bool,
    /// The time at which the gateway stopped looking for the call.
    pub(super) lost_at: Option<Timestamp>,
    /// True if the vendor accepted a request of the gateway to end the call.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_stopped: bool,
}

impl TrackedCall {
    /// Starts a call that the gateway is about to place. `from` names the phone number or trunk of the dial.
    pub fn dialled(peer: PhoneNumber, from: CallParty, placed_at: Timestamp) -> Self {
        let mut tracked = Self::blank(CallOrigin::Api, CallStatus::Placing, CallMatch::Pending);
        tracked.call.direction = Some(Direction::Outbound);
        tracked.call.peer = Some(peer);
        tracked.own.clone_from(&from.phone_number);
        tracked.call.from = from;
        tracked.call.placed_at = Some(placed_at);
        tracked
    }

    /// Starts a call that the gateway first saw at the vendor. Add the observation with [`Self::fold`].
    pub fn discovered(remote_id: impl Into<String>) -> Self {
        let mut tracked = Self::blank(CallOrigin::Vendor, CallStatus::Queued, CallMatch::Answered);
        tracked.call.remote_id = Some(remote_id.into());
        tracked
    }

    fn blank(origin: CallOrigin, status: CallStatus, matched: CallMatch) -> Self {
        let call = Call {
            direction: None,
            origin,
            remote_id: None,
            matched,
            candidates: Vec::new(),
            status,
            vendor_status: None,
            ended_reason: None,
            answered_by: None,
            peer: None,
            to: CallParty::default(),
            from: CallParty::default(),
            placed_at: None,
            answered_at: None,
            ended_at: None,
            duration_s: None,
            cost: None,
            recording: Recording::default(),
            transcript: CallTranscript::default(),
            analysis: CallAnalysis::default(),
            settled: false,
            trust: None,
            observed_at: None,
            erased_at: None,
        };
        Self {
            call,
            own: None,
            word: None,
            source: None,
            link: None,
            transcript: None,
            is_final: false,
            lost_at: None,
            is_stopped: false,
        }
    }

    /// Returns the call as callers see it. A call that the gateway gave up has the status `ended` and the reason
    /// `indeterminate`. The direction determines which party called and which was called.
    pub fn shown(&self) -> Call {
        let mut call = self.call.clone();
        call.ended_reason = self.ended_reason();
        if self.lost_at.is_some() {
            call.status = CallStatus::Ended;
            call.ended_reason = Some(EndedReason::Indeterminate);
        }
        let (peer, own) = (call.peer.clone(), self.own.clone());
        match call.direction {
            Some(Direction::Outbound) => (call.to.phone_number, call.from.phone_number) = (peer, own),
            Some(Direction::Inbound) => (call.from.phone_number, call.to.phone_number) = (peer, own),
            None => {}
        }
        call.vendor_status = self.word.as_ref().map(|word| word.value().clone());
        call.trust = self.source.as_ref().map(|source| *source.value());
        call.observed_at = self.source.as_ref().map(Latest::at);
        if call.recording.state == RecordingState::Available {
            call.recording.url = self.link.as_ref().map(|link| link.value().clone());
        }
        if call.settled && call.recording.state == RecordingState::Pending {
            call.recording.state = RecordingState::None;
        }
        if call.settled && call.transcript.state == TranscriptState::Pending {
            call.transcript.state = TranscriptState::None;
        }
        call
    }

    /// Returns the reason for the end, whether or not the gateway gave up the call. Vendors return different reasons
    /// for a call that ended on request. For such a call, `canceled` replaces a missing or less specific reason.
    fn ended_reason(&self) -> Option<EndedReason> {
        let is_canceled = self.is_stopped && self.call.status == CallStatus::Ended;
        self.call.ended_reason.max(is_canceled.then_some(EndedReason::Canceled))
    }

    /// Returns the status that follows from the dial and the observations. Giving up a call does not change it.
    pub fn observed_status(&self) -> CallStatus {
        self.call.status
    }

    /// Returns the vendor's id of the call, if it is known.
    pub fn remote_id(&self) -> Option<&str> {
        self.call.remote_id.as_deref()
    }

    /// Returns true if the call ended and the other party did not answer it. The reason for the end must allow this,
    /// and the vendor must not have returned a time of answering, a party that answered, or a duration above 0. Such a
    /// call has no transcript and no recording.
    pub fn is_unanswered(&self) -> bool {
        let call = &self.call;
        call.status == CallStatus::Ended
            && self.ended_reason().is_some_and(EndedReason::allows_no_answer)
            && call.answered_at.is_none()
            && call.answered_by.is_none()
            && call.duration_s.is_none_or(|duration| duration.0.is_zero())
    }

    /// Returns true if the gateway stopped looking for the call and has not observed it since.
    pub fn is_lost(&self) -> bool {
        self.lost_at.is_some()
    }

    /// Returns true if the personal data of the call was removed.
    pub fn is_erased(&self) -> bool {
        self.call.erased_at.is_some()
    }

    /// Records that the vendor accepted the dial, and the vendor's id of the call if the answer contains it. Returns
    /// the change if the vendor had not accepted the call before.
    pub fn accept(&mut self, remote_id: Option<String>) -> Option<CallChange> {
        if let Some(remote_id) = remote_id {
            self.bind(remote_id, CallMatch::Answered);
        }
        if self.call.status >= CallStatus::Queued {
            return None;
        }
        self.call.status = CallStatus::Queued;
        Some(CallChange::Placed)
    }

    /// Records that the dial was sent and that it is not known whether the vendor has the call.
    pub fn lose_answer(&mut self) {
        if self.call.status == CallStatus::Placing {
            self.call.status = CallStatus::Unknown;
        }
    }

    /// Records that the vendor accepted a request of the gateway to end the call. The call ends only when an
    /// observation shows its end.
    pub fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// Records the vendor's id of the call, and removes all candidates.
    pub fn bind(&mut self, remote_id: impl Into<String>, matched: CallMatch) {
        self.call.remote_id = Some(remote_id.into());
        self.call.matched = matched;
        self.call.candidates.clear();
    }

    /// Records that several calls of the vendor may be this call.
    pub fn doubt_between(&mut self, candidates: Vec<CallCandidate>) {
        self.call.matched = CallMatch::Ambiguous;
        self.call.candidates = candidates;
    }

    /// Records that the gateway stops looking for the call, and that its end is indeterminate. Returns false if the
    /// call has ended or was given up before.
    pub fn give_up(&mut self, at: Timestamp) -> bool {
        let gives_up = self.lost_at.is_none() && self.call.status != CallStatus::Ended;
        if gives_up {
            self.lost_at = Some(at);
            if self.call.remote_id.is_none() {
                self.call.matched = CallMatch::None;
            }
        }
        gives_up
    }

    /// Records that the vendor certainly did not dial. Returns the change if the call had not ended before.
    pub fn end_unplaced(&mut self) -> Option<CallChange> {
        let ends = self.call.status != CallStatus::Ended;
        self.call.status = CallStatus::Ended;
        self.call.ended_reason = Some(EndedReason::NotPlaced);
        if self.call.remote_id.is_none() {
            self.call.matched = CallMatch::None;
        }
        ends.then_some(CallChange::Ended)
    }

    /// Records that the gateway expects no further changes to a call that has ended or was given up. From then on, a
    /// pending transcript or recording counts as missing. Returns the change if the call was not settled before. An
    /// observation of a call that was given up lifts this.
    pub fn settle(&mut self) -> Option<CallChange> {
        let is_over = self.call.status == CallStatus::Ended || self.lost_at.is_some();
        let settles = is_over && !self.call.settled;
        self.call.settled |= settles;
        settles.then_some(CallChange::Settled)
    }

    /// Records that the stored transcript was deleted because its retention period is over. A later observation does
    /// not bring it back.
    pub fn expire_transcript(&mut self) {
        if self.call.transcript.state == TranscriptState::Available {
            self.call.transcript.state = TranscriptState::Expired;
        }
    }

    /// Removes the personal data: phone numbers, analysis, candidates, and the link to the recording. The call ignores
    /// later observations, so it is settled.
    pub fn erase(&mut self, at: Timestamp) {
        self.call.erased_at.get_or_insert(at);
        self.call.settled = true;
        self.call.peer = None;
        self.own = None;
        self.call.to = CallParty::default();
        self.call.from.phone_number = None;
        self.call.candidates.clear();
        self.call.analysis = CallAnalysis::default();
        self.call.recording = Recording { state: RecordingState::Erased, url: None };
        self.call.transcript.state = TranscriptState::Erased;
        self.link = None;
        self.transcript = None;
    }
}
