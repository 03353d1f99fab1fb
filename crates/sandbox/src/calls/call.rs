//! One simulated call and its state at a given time.

use serde::{Deserialize, Serialize};

use super::story::{Course, Outcome, Story};
use crate::records::Record;

/// A call at a simulated vendor. Its state is computed from its story and the time.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedCall {
    /// The vendor's id of the call.
    pub id: String,
    pub story: Story,
    pub direction: Direction,
    /// The vendor's id of the agent.
    pub agent: String,
    /// The phone number of the other party.
    pub peer: String,
    /// The phone number on the agent's side or its id, whichever the vendor's requests contain.
    pub ours: Option<String>,
    /// The time at which the call was placed, in milliseconds since 1970.
    pub placed_at: i64,
    /// The time in milliseconds since 1970 at which a request ended the call, and the outcome.
    pub stopped: Option<(i64, Outcome)>,
    /// The body of the request that placed the call. Empty for a call that a control route created.
    pub request: Record,
    /// Additional values that the simulator keeps with the call.
    pub details: Record,
}

/// The direction of a call, from the vendor's point of view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    Inbound,
    #[default]
    Outbound,
}

impl Direction {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// The stage of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Queued,
    Ringing,
    InProgress,
    Ended(Outcome),
}

impl Phase {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Ringing => "ringing",
            Self::InProgress => "in_progress",
            Self::Ended(_) => "ended",
        }
    }
}

/// The state of a call at a given time. Times are in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallState {
    pub now: i64,
    pub phase: Phase,
    pub answered_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// True if the transcript, the recording, the analysis and the cost are available.
    pub has_results: bool,
    /// The time of the last change.
    pub changed_at: i64,
}

/// A spoken line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub speaker: Speaker,
    pub text: &'static str,
    /// The beginning and the end of the line, in milliseconds after the call was answered.
    pub start: i64,
    pub end: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    Agent,
    Customer,
    /// A voicemail system.
    Machine,
}

/// The lines of an answered call. A line is spoken only if the call lasts until the end of the line.
const CONVERSATION: [Line; 3] = [
    line(Speaker::Agent, "Hello, this is the assistant.", 100, 1_300),
    line(Speaker::Customer, "Hello, Tuesday at ten is fine.", 1_500, 2_600),
    line(Speaker::Agent, "Thank you, see you on Tuesday.", 2_700, 3_900),
];

const VOICEMAIL: [Line; 2] = [
    line(Speaker::Machine, "Please leave a message after the tone.", 100, 1_900),
    line(Speaker::Agent, "Please call us back.", 2_000, 3_200),
];

const fn line(speaker: Speaker, text: &'static str, start: i64, end: i64) -> Line {
    Line { speaker, text, start, end }
}

impl Line {
    /// Returns the beginning of the line in seconds after the call was answered.
    pub(crate) fn start_s(&self) -> f64 {
        seconds(self.start)
    }

    /// Returns the end of the line in seconds after the call was answered.
    pub(crate) fn end_s(&self) -> f64 {
        seconds(self.end)
    }
}

/// Converts milliseconds to seconds.
pub(crate) fn seconds(ms: i64) -> f64 {
    i32::try_from(ms).map_or(f64::MAX, f64::from) / 1_000.0
}

impl SimulatedCall {
    /// Computes the state of the call.
    pub(crate) fn state(&self, now: i64) -> CallState {
        let Course { rings, answered, ends, results } = self.story.course();
        let at = |offset: i64| self.placed_at.saturating_add(offset);
        let own_end = ends.map(|(offset, outcome)| (at(offset), outcome));
        let end = match (own_end, self.stopped) {
            (Some(own), Some(stopped)) => Some(if stopped.0 < own.0 { stopped } else { own }),
            (own, stopped) => own.or(stopped),
        };
        let end = end.filter(|(time, _)| *time <= now);
        let reached = |offset: Option<i64>| {
            let time = at(offset?);
            (time <= now && end.is_none_or(|(end, _)| time < end)).then_some(time)
        };
        let (rings_at, answered_at) = (reached(rings), reached(answered));
        let phase = match (end, answered_at, rings_at) {
            (Some((_, outcome)), ..) => Phase::Ended(outcome),
            (None, Some(_), _) => Phase::InProgress,
            (None, None, Some(_)) => Phase::Ringing,
            (None, None, None) => Phase::Queued,
        };
        let ended_at = end.map(|(time, _)| time);
        let results_at = ended_at.map(|time| time.saturating_add(results)).filter(|time| *time <= now);
        CallState {
            now,
            phase,
            answered_at,
            ended_at,
            has_results: results_at.is_some(),
            changed_at: results_at.or(ended_at).or(answered_at).or(rings_at).unwrap_or(self.placed_at),
        }
    }
}

impl CallState {
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        match self.phase {
            Phase::Ended(outcome) => Some(outcome),
            Phase::Queued | Phase::Ringing | Phase::InProgress => None,
        }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.outcome().is_none()
    }

    /// Returns the milliseconds from the answer until the end of the call, or until now if it is live. Returns 0 if the
    /// call was not answered.
    pub(crate) fn duration_ms(&self) -> i64 {
        self.answered_at.map_or(0, |answered| self.ended_at.unwrap_or(self.now).saturating_sub(answered))
    }

    /// Returns true if the call was answered and its recording is available.
    pub(crate) fn has_recording(&self) -> bool {
        self.has_results && self.answered_at.is_some()
    }

    /// Lists the lines that have been spoken.
    pub(crate) fn lines(&self, story: Story) -> impl Iterator<Item = Line> {
        let lines = if story == Story::Voicemail { VOICEMAIL.as_slice() } else { CONVERSATION.as_slice() };
        let duration = self.duration_ms();
        lines.iter().copied().filter(move |line| line.end <= duration)
    }

    /// Returns the price of the call in US dollars: one cent for each started second. Returns `None` until the results
    /// are available.
    pub(crate) fn cost(&self) -> Option<f64> {
        let seconds = u32::try_from(self.duration_ms().saturating_add(999) / 1_000).unwrap_or(u32::MAX);
        self.has_results.then(|| f64::from(seconds) / 100.0)
    }
}
