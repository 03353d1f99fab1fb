//! The vendor's strings for the status of a call (reference pages, 2025-08).

use switchboard_core::prelude::*;

/// The statuses of live calls. A look for live calls requests one list for each status.
pub const LIVE: [&str; 3] = ["initiated", "ringing", "in-progress"];

/// Returns the status for the vendor's string and, for an ended call, the reason. Returns `None` if the string is not
/// documented.
pub fn status(word: &str) -> Option<(CallStatus, Option<EndedReason>)> {
    let reason = match word {
        "initiated" => return Some((CallStatus::Queued, None)),
        "ringing" => return Some((CallStatus::Ringing, None)),
        "in-progress" => return Some((CallStatus::InProgress, None)),
        "completed" | "ended" => EndedReason::Completed,
        "ended_by_customer" => EndedReason::CustomerHungUp,
        "ended_by_assistant" => EndedReason::AgentHungUp,
        "busy" => EndedReason::Busy,
        "no-answer" => EndedReason::NoAnswer,
        "failed" => EndedReason::Failed,
        _ => return None,
    };
    Some((CallStatus::Ended, Some(reason)))
}

/// Returns the party for the vendor's string. The vendor also returns `unknown`.
pub fn answered_by(word: &str) -> Option<AnsweredBy> {
    match word {
        "human" => Some(AnsweredBy::Human),
        "machine" => Some(AnsweredBy::Machine),
        _ => None,
    }
}
