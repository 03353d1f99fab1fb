//! The vendor's strings for the status of a call and for the reason why it ended.

use switchboard_core::prelude::*;

/// The reasons why a call ended, each with the vendor's strings (`disconnection_reason` in SDK 6.2.13, 2026-10-26). The
/// other documented strings are failures.
#[rustfmt::skip]
const REASONS: &[(EndedReason, &[&str])] = &[
    (EndedReason::CustomerHungUp, &["user_hangup"]),
    (EndedReason::AgentHungUp, &["agent_hangup"]),
    (EndedReason::Transferred, &["call_transfer", "transfer_bridged"]),
    (EndedReason::TakenOver, &["call_take_over"]),
    (EndedReason::Voicemail, &["voicemail_reached"]),
    (EndedReason::Ivr, &["ivr_reached"]),
    (EndedReason::Silence, &["inactivity"]),
    (EndedReason::MaxDuration, &["max_duration_reached"]),
    (EndedReason::NoAnswer, &["dial_no_answer", "error_user_not_joined"]),
    (EndedReason::Busy, &["dial_busy"]),
    (EndedReason::Declined, &["user_declined"]),
    (EndedReason::InvalidNumber, &["invalid_destination"]),
    (EndedReason::Blocked, &["scam_detected", "marked_as_spam", "network_blocked"]),
    (EndedReason::Canceled, &["manual_stopped"]),
    (EndedReason::LimitReached, &["concurrency_limit_reached", "no_concurrency_fallback"]),
    (EndedReason::Account, &["no_valid_payment", "credit_exhausted", "budget_reached"]),
    (EndedReason::OptedOut, &["user_requested_dnc"]),
    (EndedReason::CallbackRequested, &["user_requested_callback"]),
];

/// Returns the status for the vendor's string, or `None` if the string is not documented. The vendor has no status for
/// a ringing phone.
pub fn status(word: &str) -> Option<CallStatus> {
    Some(match word {
        "registered" => CallStatus::Queued,
        "ongoing" => CallStatus::InProgress,
        "ended" | "not_connected" | "error" => CallStatus::Ended,
        _ => return None,
    })
}

/// Returns the reason for the vendor's string. A string that is not listed counts as a failure.
pub fn ended_reason(word: &str) -> EndedReason {
    let listed = REASONS.iter().find(|(_, words)| words.contains(&word));
    listed.map_or(EndedReason::Failed, |(reason, _)| *reason)
}
