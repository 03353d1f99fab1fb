//! The content of a vendor's answer, row or signed webhook about one call.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AnsweredBy, CallAnalysis, CallCost, CallStatus, EndedReason, Recording, Transcript};
use crate::model::{Described, Direction, PhoneNumber, Seconds, VendorTime};

/// The content of a vendor's answer, row or signed webhook about one call. A member without a value gives no
/// information.
#[derive(Clone, PartialEq)]
pub struct CallObservation {
    /// The vendor's id of the call.
    pub remote_id: String,
    /// The time at which the gateway received the observation.
    pub observed_at: Timestamp,
    /// The source of the observation.
    pub trust: Trust,
    /// The agent of the call, as the vendor identifies it.
    pub agent: Option<AgentRef>,
    /// The phone number of the other party.
    pub peer: Option<PhoneNumber>,
    /// The phone number of the agent's side.
    pub own: Option<PhoneNumber>,
    /// The direction of the call.
    pub direction: Option<Direction>,
    /// The id of the gateway's call, if the vendor returns the marker that was sent with the dial.
    pub marker: Option<String>,
    /// The vendor's own word for the status.
    pub vendor_status: Option<String>,
    /// The status; `None` if the adapter does not know the vendor's word.
    pub status: Option<CallStatus>,
    /// The reason for the end. It counts only if the status is `ended`.
    pub ended_reason: Option<EndedReason>,
    /// The party that answered.
    pub answered_by: Option<AnsweredBy>,
    /// The times of the call.
    pub times: CallTimes,
    /// The duration of the call.
    pub duration: Option<Seconds>,
    /// The price of the call.
    pub cost: Option<CallCost>,
    /// The analysis of the call.
    pub analysis: CallAnalysis,
    /// The recording of the call.
    pub recording: Option<Recording>,
    /// The transcript of the call. An empty transcript gives no information.
    pub transcript: Option<Transcript>,
    /// True if the vendor indicates that it adds nothing more to the call.
    pub is_final: bool,
    /// True if the observation lacks members that the vendor returns when a single call is read. The rows of some
    /// vendors' lists are such excerpts.
    pub is_excerpt: bool,
}

/// The agent of a call, as the vendor identifies it. A member is `None` if the vendor does not return it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentRef {
    /// The vendor's id of the agent.
    pub remote_id: Option<String>,
    /// The name of the agent at the vendor.
    pub name: Option<String>,
}

/// The times of a call, as the vendor returns them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallTimes {
    /// The time at which the vendor created or dialled the call.
    pub begun_at: Option<VendorTime>,
    /// The time at which the other party answered.
    pub answered_at: Option<VendorTime>,
    /// The time at which the call ended. It counts only if the status is `ended`.
    pub ended_at: Option<VendorTime>,
}

/// The source of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The vendor answered a request of the gateway.
    Fetched,
    /// The vendor sent a webhook with a valid signature. The gateway receives no webhooks yet, so no call has this value.
    Signed,
}

impl CallObservation {
    /// Builds an observation that contains only the vendor's id and the time. The source is an answer to a request.
    pub fn new(remote_id: impl Into<String>, observed_at: Timestamp) -> Self {
        Self {
            remote_id: remote_id.into(),
            observed_at,
            trust: Trust::Fetched,
            agent: None,
            peer: None,
            own: None,
            direction: None,
            marker: None,
            vendor_status: None,
            status: None,
            ended_reason: None,
            answered_by: None,
            times: CallTimes::default(),
            duration: None,
            cost: None,
            analysis: CallAnalysis::default(),
            recording: None,
            transcript: None,
            is_final: false,
            is_excerpt: false,
        }
    }

    /// The placeholder for the time of an observation in the answer to a dial, or to the read of a single call. An
    /// adapter has no clock, so it cannot set the time itself. [`Self::received`] replaces the placeholder.
    pub const UNDATED: Timestamp = Timestamp::UNIX_EPOCH;

    /// Sets the time of the observation to the time at which the gateway received it, unless the adapter has set a
    /// later time.
    pub fn received(self, at: Timestamp) -> Self {
        Self { observed_at: self.observed_at.max(at), ..self }
    }

    /// Returns true if the adapter does not know the word that the vendor returned for the status.
    pub fn has_unknown_status(&self) -> bool {
        self.status.is_none() && self.vendor_status.is_some()
    }
}

/// `Debug` shows no content of the conversation, and at most the last two digits of each phone number.
impl fmt::Debug for CallObservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallObservation")
            .field("remote_id", &self.remote_id)
            .field("observed_at", &self.observed_at)
            .field("trust", &self.trust)
            .field("peer", &self.peer)
            .field("direction", &self.direction)
            .field("vendor_status", &self.vendor_status)
            .field("status", &self.status)
            .field("ended_reason", &self.ended_reason)
            .field("times", &self.times)
            .field("duration", &self.duration)
            .field("recording", &self.recording)
            .field("transcript", &self.transcript)
            .field("is_final", &self.is_final)
            .finish_non_exhaustive()
    }
}
