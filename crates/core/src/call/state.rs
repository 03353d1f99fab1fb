//! The state of a call.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    AnsweredBy, CallAnalysis, CallCandidate, CallChange, CallCost, CallStatus, EndedReason, Recording,
    RecordingState, TranscriptState, Trust, latest::Latest, transcript::TranscriptWeight,
};
use crate::model::{Described, Direction, PhoneNumber, Seconds, WebUrl};

/// The content of a call, as far as it is known. Members are null if they are not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Call {
    /// The direction of the call.
    pub direction: Option<Direction>,
    /// The origin of the call.
    #[schema(inline)]
    pub origin: CallOrigin,
    /// The vendor's id of the call.
    pub remote_id: Option<String>,
    /// The way in which the gateway found the vendor's id.
    #[serde(rename = "match")]
    #[schema(inline)]
    pub matched: CallMatch,
    /// The vendor's calls that may be this call, while `match` is `ambiguous`. Omitted when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CallCandidate>,
    /// The status of the call.
    #[schema(inline)]
    pub status: CallStatus,
    /// The vendor's latest word for the status, unchanged.
    pub vendor_status: Option<String>,
    /// The reason for the end of the call. Later versions may add reasons.
    #[schema(inline)]
    pub ended_reason: Option<EndedReason>,
    /// The party that answered the call.
    #[schema(inline)]
    pub answered_by: Option<AnsweredBy>,
    /// The phone number of the other party, even if the direction of the call is not known.
    #[schema(value_type = Option<String>, pattern = r"^\+[1-9][0-9]{6,14}$")]
    pub peer: Option<PhoneNumber>,
    /// The called party.
    #[schema(inline)]
    pub to: CallParty,
    /// The calling party.
    #[schema(inline)]
    pub from: CallParty,
    /// The time at which the call was placed, or reached the vendor.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub placed_at: Option<Timestamp>,
    /// The time at which the call was answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// The time at which the call ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// The duration of the call, in seconds.
    #[schema(value_type = Option<f64>, minimum = 0)]
    pub duration_s: Option<Seconds>,
    /// The price that the vendor charges for the call.
    pub cost: Option<CallCost>,
    /// The recording of the call.
    pub recording: Recording,
    /// The availability of the transcript.
    #[schema(inline)]
    pub transcript: CallTranscript,
    /// The vendor's analysis of the call.
    pub analysis: CallAnalysis,
    /// True if the gateway expects no further changes to the call.
    pub settled: bool,
    /// The source of the latest observation.
    #[schema(inline)]
    pub trust: Option<Trust>,
    /// The time of the latest observation.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub observed_at: Option<Timestamp>,
    /// The time at which the personal data of the call was erased.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub erased_at: Option<Timestamp>,
}

/// A party of a call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallParty {
    /// The phone number, in E.164 form.
    #[schema(value_type = Option<String>, pattern = r"^\+[1-9][0-9]{6,14}$")]
    pub phone_number: Option<PhoneNumber>,
    /// The vendor's id of the phone number, if a request to dial named it.
    pub phone_number_id: Option<String>,
    /// The id of the trunk, if a request to dial named it.
    pub trunk_id: Option<String>,
}

/// The transcript of a call, without its words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallTranscript {
    /// The availability of the transcript.
    #[schema(inline)]
    pub state: TranscriptState,
}

/// The origin of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum CallOrigin {
    /// The gateway placed the call.
    Api,
    /// The call came in, or it was placed at the vendor without the gateway.
    Vendor,
}

/// The way in which the gateway found the vendor's id of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum CallMatch {
    /// The vendor returned the id when it placed the call, or the gateway found the call in the vendor's list.
    Answered,
    /// The vendor returned the gateway's own id with the call.
    Marked,
    /// The vendor's call is the only one that fits the phone number, the agent and the time.
    Inferred,
    /// A person named the vendor's call.
    Resolved,
    /// The gateway is still looking for the vendor's call.
    Pending,
    /// Several calls of the vendor may be this call. A person must decide.
    Ambiguous,
    /// The vendor has no such call.
    None,
}

/// A call with the data that decide how later observations change it. The gateway stores this type and shows callers
/// [`TrackedCall::shown`].
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
    /// True if the vendor stated that it adds nothing more.
    pub(super) is_final: bool,
    /// The time at which the gateway stopped looking for the call.
    pub(super) lost_at: Option<Timestamp>,
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
        }
    }

    /// Returns the call as callers see it. A call that the gateway gave up has the status `ended` and the reason
    /// `indeterminate`. The parties follow from the direction.
    pub fn shown(&self) -> Call {
        let mut call = self.call.clone();
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

    /// Returns the status that the vendor returned last. For a call that the gateway gave up, this is the status before.
    pub fn observed_status(&self) -> CallStatus {
        self.call.status
    }

    /// Returns the vendor's id of the call, if it is known.
    pub fn remote_id(&self) -> Option<&str> {
        self.call.remote_id.as_deref()
    }

    /// Returns true if the gateway stopped looking for the call and has not observed it since.
    pub fn is_lost(&self) -> bool {
        self.lost_at.is_some()
    }

    /// Records that the vendor accepted the dial, with the id if its answer has one. Returns the change if the vendor had
    /// not accepted the call before.
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

    /// Records that the gateway stops looking for the call, and that its end is indeterminate. Returns false if the call
    /// has ended or was given up before.
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

    /// Records that the gateway expects no further changes. A transcript or recording that is still pending then counts
    /// as missing. Returns the change if the call has ended and was not settled before.
    pub fn settle(&mut self) -> Option<CallChange> {
        let settles = self.call.status == CallStatus::Ended && !self.call.settled;
        self.call.settled |= settles;
        settles.then_some(CallChange::Settled)
    }

    /// Records that the stored transcript was deleted because its retention period is over. A later observation does not
    /// bring it back.
    pub fn expire_transcript(&mut self) {
        if self.call.transcript.state == TranscriptState::Available {
            self.call.transcript.state = TranscriptState::Expired;
        }
    }

    /// Removes the personal data: phone numbers, analysis, links and the vendor's candidates. The call takes no
    /// observations afterwards.
    pub fn erase(&mut self, at: Timestamp) {
        self.call.erased_at.get_or_insert(at);
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
