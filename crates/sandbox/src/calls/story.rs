//! The stories of simulated calls. The last two digits of the called number select the story.

use serde::{Deserialize, Serialize};

/// The course of a call. The endings `01` to `10` of the called number select the stories in this order; any other
/// ending selects the first one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Story {
    /// The call is answered, and the agent ends it.
    #[default]
    AgentEnds,
    /// The call is answered, and the customer ends it.
    CustomerEnds,
    /// The customer does not answer.
    NoAnswer,
    /// The line is busy.
    Busy,
    /// The carrier cannot connect the call.
    Fails,
    /// A voicemail system answers.
    Voicemail,
    /// The call is answered and lasts until a request ends it.
    Endless,
    /// The vendor refuses to place the call.
    Refused,
    /// The call is answered, and its results are available one minute after its end.
    LateResults,
    /// The call is answered, and the agent transfers it to a person.
    Transferred,
}

/// The way in which a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    AgentEnded,
    CustomerEnded,
    NoAnswer,
    Busy,
    Failed,
    Voicemail,
    Transferred,
    /// A request to the vendor ended the call.
    HungUp,
}

/// The stages of a story, each in milliseconds after the call was placed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    /// The start of the ringing. `None` if the phone does not ring.
    pub rings: Option<i64>,
    /// The answer. `None` if the call is not answered.
    pub answered: Option<i64>,
    /// The end and the outcome. `None` if the call does not end by itself.
    pub ends: Option<(i64, Outcome)>,
    /// The milliseconds from the end until the transcript, the recording, the analysis and the cost are available.
    pub results: i64,
}

impl Story {
    /// Returns the story that a called number selects.
    pub(crate) fn of_number(number: &str) -> Self {
        match number.get(number.len().saturating_sub(2)..) {
            Some("02") => Self::CustomerEnds,
            Some("03") => Self::NoAnswer,
            Some("04") => Self::Busy,
            Some("05") => Self::Fails,
            Some("06") => Self::Voicemail,
            Some("07") => Self::Endless,
            Some("08") => Self::Refused,
            Some("09") => Self::LateResults,
            Some("10") => Self::Transferred,
            _ => Self::AgentEnds,
        }
    }

    pub(super) fn course(self) -> Course {
        let answered = |outcome| Course {
            rings: Some(1_000),
            answered: Some(2_000),
            ends: Some((6_000, outcome)),
            results: 1_000,
        };
        let unanswered = |rings, ends, outcome| Course {
            rings,
            answered: None,
            ends: Some((ends, outcome)),
            results: 1_000,
        };
        match self {
            Self::AgentEnds => answered(Outcome::AgentEnded),
            Self::CustomerEnds => answered(Outcome::CustomerEnded),
            Self::NoAnswer => unanswered(Some(1_000), 5_000, Outcome::NoAnswer),
            Self::Busy => unanswered(None, 1_500, Outcome::Busy),
            Self::Fails | Self::Refused => unanswered(None, 1_500, Outcome::Failed),
            Self::Voicemail => answered(Outcome::Voicemail),
            Self::Endless => Course { ends: None, ..answered(Outcome::AgentEnded) },
            Self::LateResults => Course { results: 60_000, ..answered(Outcome::AgentEnded) },
            Self::Transferred => answered(Outcome::Transferred),
        }
    }
}
