//! The status of a call, the reason for its end, and the party that answered it.

use serde::{Deserialize, Serialize};

use crate::model::Described;

/// The status of a call. A call only moves forward: of two observed statuses, the later one in this order applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    /// The gateway is asking the vendor to place the call.
    Placing,
    /// The request was sent, and it is not known whether the vendor has the call. While `match` is `ambiguous`, the call
    /// does not end by itself.
    Unknown,
    /// The vendor has the call and has not dialled yet.
    Queued,
    /// The phone of the other party rings.
    Ringing,
    /// The call is connected.
    InProgress,
    /// The call is over. Its transcript, recording, analysis and cost may still follow until `settled` is true.
    Ended,
}

impl CallStatus {
    /// Returns true if the vendor has the call and the call is not over.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Queued | Self::Ringing | Self::InProgress)
    }
}

/// The reason for the end of a call. Later versions may add reasons.
///
/// The variants are ordered from the least to the most specific, except `Indeterminate`, which no vendor returns. Of
/// two reasons that a vendor returns for one call, the more specific one applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum EndedReason {
    /// The call ended normally, and the vendor returned no more specific reason.
    Completed,
    /// The call failed, and the vendor returned no more specific reason.
    Failed,
    /// The call was ended on request, before the other party answered or during the conversation.
    Canceled,
    /// The agent hung up.
    AgentHungUp,
    /// The other party hung up.
    CustomerHungUp,
    /// The agent transferred the call.
    Transferred,
    /// A person took the call over from the agent.
    TakenOver,
    /// The call ended after a silence.
    Silence,
    /// The call reached its maximum duration.
    MaxDuration,
    /// The other party did not answer.
    NoAnswer,
    /// The other party's line was busy.
    Busy,
    /// The other party declined the call.
    Declined,
    /// A voicemail answered.
    Voicemail,
    /// A phone menu answered.
    Ivr,
    /// The other party asked for a call at another time.
    CallbackRequested,
    /// The other party asked not to be called again.
    OptedOut,
    /// The vendor or the carrier blocks calls to this phone number.
    Blocked,
    /// The phone number does not exist or is out of service.
    InvalidNumber,
    /// A limit of the vendor was reached, such as the number of concurrent calls.
    LimitReached,
    /// The account at the vendor has no money left, or lacks a permission.
    Account,
    /// The vendor certainly did not dial.
    NotPlaced,
    /// The gateway could not find out whether the call took place or how it ended, and has stopped looking. A later
    /// answer of the vendor replaces this reason.
    Indeterminate,
}

impl EndedReason {
    /// Returns true if a call that ended for this reason may have been unanswered.
    pub fn allows_no_answer(self) -> bool {
        match self {
            Self::Failed
            | Self::Canceled
            | Self::NoAnswer
            | Self::Busy
            | Self::Declined
            | Self::Blocked
            | Self::InvalidNumber
            | Self::LimitReached
            | Self::Account
            | Self::NotPlaced => true,
            Self::Completed
            | Self::AgentHungUp
            | Self::CustomerHungUp
            | Self::Transferred
            | Self::TakenOver
            | Self::Silence
            | Self::MaxDuration
            | Self::Voicemail
            | Self::Ivr
            | Self::CallbackRequested
            | Self::OptedOut
            | Self::Indeterminate => false,
        }
    }
}

/// The party that answered a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredBy {
    /// A person answered.
    Human,
    /// A machine answered, such as a voicemail or a phone menu.
    Machine,
}
