//! The vendor's strings for the status of a call and for the reason why it ended (vendor documentation, 2026-08-09).

use switchboard_core::prelude::*;

/// The phrases in the vendor's error messages, each with the reason for the end of the call.
const ERRORS: &[(&str, EndedReason)] = &[
    ("number was not found", EndedReason::InvalidNumber),
    ("number not found", EndedReason::InvalidNumber),
    ("SIP 404", EndedReason::InvalidNumber),
    ("temporarily unavailable", EndedReason::NoAnswer),
    ("is busy", EndedReason::Busy),
    ("Blocked Call", EndedReason::Blocked),
];

/// The vendor's statements about the status and the end of a call. Rows of the list lack most of them.
#[derive(Default)]
pub struct Progress<'a> {
    /// The state of the call in the vendor's queue.
    pub queue: Option<&'a str>,
    /// True if the call is over. This takes precedence over the state in the queue.
    pub completed: Option<bool>,
    /// The result of the call.
    pub result: Option<&'a str>,
    /// The party that answered.
    pub answered_by: Option<&'a str>,
    /// The party that ended the call.
    pub ended_by: Option<&'a str>,
    /// The error message, which is for people.
    pub error: Option<&'a str>,
    /// True if the call was transferred.
    pub is_transferred: bool,
    /// True if the call reached its maximum duration.
    pub is_full: bool,
}

impl Progress<'_> {
    /// Returns the status, or `None` if the vendor's string is not documented and the call is not over.
    pub fn status(&self) -> Option<CallStatus> {
        if self.completed == Some(true) {
            return Some(CallStatus::Ended);
        }
        Some(match self.queue? {
            "new" | "queued" => CallStatus::Queued,
            "allocated" => CallStatus::Ringing,
            "started" => CallStatus::InProgress,
            "complete" | "completed" if self.completed.is_some() => CallStatus::InProgress,
            "complete" | "completed" | "pre_queue_error" | "queue_error" | "call_error"
            | "complete_error" => CallStatus::Ended,
            _ => return None,
        })
    }

    /// Returns the reason why an ended call ended, from the first statement that determines one.
    pub fn reason(&self) -> EndedReason {
        let failed = || {
            let is_error = self.queue.is_some_and(|word| word.ends_with("_error"));
            (is_error || self.result == Some("failed")).then_some(EndedReason::Failed)
        };
        let stated = match (self.result, self.answered_by) {
            _ if self.is_transferred => Some(EndedReason::Transferred),
            (_, Some("voicemail")) => Some(EndedReason::Voicemail),
            (Some("no-answer"), _) | (_, Some("no-answer")) => Some(EndedReason::NoAnswer),
            (Some("busy"), _) => Some(EndedReason::Busy),
            (Some("canceled"), _) => Some(EndedReason::Canceled),
            _ => None,
        };
        let error = self.error.unwrap_or_default();
        let carrier = || ERRORS.iter().find(|(words, _)| error.contains(words)).map(|(_, reason)| *reason);
        let full = || self.is_full.then_some(EndedReason::MaxDuration);
        let party = || match self.ended_by? {
            "ASSISTANT" => Some(EndedReason::AgentHungUp),
            "USER" => Some(EndedReason::CustomerHungUp),
            _ => None,
        };
        stated.or_else(carrier).or_else(failed).or_else(full).or_else(party).unwrap_or(EndedReason::Completed)
    }

    /// Returns the party that answered.
    pub fn answered_by(&self) -> Option<AnsweredBy> {
        match self.answered_by? {
            "human" => Some(AnsweredBy::Human),
            "voicemail" => Some(AnsweredBy::Machine),
            _ => None,
        }
    }

    /// Returns true if the vendor states that the other party did not answer the call.
    pub fn is_unanswered(&self) -> bool {
        self.answered_by == Some("no-answer")
            || matches!(self.result, Some("failed" | "busy" | "no-answer" | "canceled"))
    }
}
