//! The content of a call, as callers see it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    AnsweredBy, CallAnalysis, CallCandidate, CallCost, CallStatus, EndedReason, Recording, TranscriptState,
    Trust,
};
use crate::model::{Described, Direction, PhoneNumber, Seconds};

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
    /// The duration of the call, in seconds, rounded to milliseconds.
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

/// The availability of a call's transcript. The words are not part of the call.
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
    /// The vendor returned the id when it placed the call, or the gateway first saw the call at the vendor.
    Answered,
    /// The vendor returned the gateway's own id with the call.
    Marked,
    /// The vendor's call is the only one that fits the phone number, the agent and the time.
    Inferred,
    /// A caller named the vendor's call.
    Resolved,
    /// The gateway is still looking for the vendor's call.
    Pending,
    /// Several calls of the vendor may be this call. A caller must name the right one; the gateway does not end such a
    /// call by itself.
    Ambiguous,
    /// The vendor did not dial, or the gateway stopped looking for the vendor's call.
    None,
}
