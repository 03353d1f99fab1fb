//! The vendor's strings for the status of a call.

use switchboard_core::prelude::*;

/// Returns the status for the vendor's string and, for an ended call, the reason. Returns `None` if the string is not
/// known.
///
/// The vendor's filters accept `completed`, `inProgress`, `failed` and `no-answer` (vendor's MCP client), and its app
/// shows `Error`. The other strings are those of the vendor's carriers (inferred). The sources differ in case, spaces,
/// hyphens and underscores, so these are ignored.
pub fn status(word: &str) -> Option<(CallStatus, Option<EndedReason>)> {
    let is_letter = |letter: &char| !matches!(letter, ' ' | '-' | '_');
    let word: String = word.chars().filter(is_letter).map(|letter| letter.to_ascii_lowercase()).collect();
    let reason = match word.as_str() {
        "queued" | "initiated" => return Some((CallStatus::Queued, None)),
        "ringing" => return Some((CallStatus::Ringing, None)),
        "inprogress" => return Some((CallStatus::InProgress, None)),
        "completed" => EndedReason::Completed,
        "noanswer" => EndedReason::NoAnswer,
        "busy" => EndedReason::Busy,
        "canceled" | "cancelled" => EndedReason::Canceled,
        "failed" | "error" => EndedReason::Failed,
        _ => return None,
    };
    Some((CallStatus::Ended, Some(reason)))
}
