//! The vendor's strings for the status of a call and for the reason why it ended.

use switchboard_core::prelude::*;

/// The reasons why a call ended, each with the vendor's strings (`endedReason` in the vendor's OpenAPI document of
/// 2026-08-20 and its official client 3.0.0 of 2026-10). The other documented strings are failures.
#[rustfmt::skip]
const REASONS: &[(EndedReason, &[&str])] = &[
    (EndedReason::CustomerHungUp, &[
        "customer-ended-call", "customer-ended-call-before-warm-transfer", "customer-ended-call-after-warm-transfer-attempt",
        "customer-ended-call-during-transfer", "call.ringing.sip-inbound-caller-hungup-before-call-connect",
        "call.in-progress.twilio-completed-call", "call.in-progress.sip-completed-call", "vonage-completed",
    ]),
    (EndedReason::AgentHungUp, &[
        "assistant-ended-call", "assistant-said-end-call-phrase", "assistant-ended-call-with-hangup-task",
        "assistant-ended-call-after-message-spoken", "call.ringing.hook-executed-say", "call.ending.hook-executed-say",
    ]),
    (EndedReason::Transferred, &[
        "assistant-forwarded-call", "call.ringing.hook-executed-transfer", "call.ending.hook-executed-transfer",
        "assistant-request-returned-forwarding-phone-number",
    ]),
    (EndedReason::Voicemail, &["voicemail"]),
    (EndedReason::Silence, &["silence-timed-out"]),
    (EndedReason::MaxDuration, &["exceeded-max-duration"]),
    (EndedReason::Busy, &["customer-busy", "call.forwarding.operator-busy"]),
    (EndedReason::NoAnswer, &["customer-did-not-answer", "call.forwarding.no-answer"]),
    (EndedReason::Declined, &["vonage-rejected"]),
    (EndedReason::InvalidNumber, &[
        "twilio-reported-customer-misdialed", "sip-outbound-unallocated-number", "call.start.error-vapi-number-international",
    ]),
    (EndedReason::Canceled, &["manually-canceled", "scheduled-call-deleted", "call-deleted"]),
    (EndedReason::LimitReached, &[
        "call.start.error-subscription-concurrency-limit-reached", "call.start.error-vapi-number-outbound-daily-limit",
    ]),
    (EndedReason::Account, &[
        "call.start.error-subscription-frozen", "call.start.error-subscription-insufficient-credits",
        "call.start.error-subscription-upgrade-failed", "call.start.error-subscription-wallet-does-not-exist",
        "call.start.error-enterprise-feature-not-available-recording-consent",
    ]),
    (EndedReason::Blocked, &["call.start.error-fraud-check-failed"]),
];

/// Substrings that contain the status of a SIP carrier, each with its reason.
const CARRIER: &[(&str, EndedReason)] = &[
    ("outbound-sip-480", EndedReason::NoAnswer),
    ("outbound-sip-408", EndedReason::NoAnswer),
    ("outbound-sip-486", EndedReason::Busy),
    ("outbound-sip-600", EndedReason::Busy),
    ("outbound-sip-603", EndedReason::Declined),
    ("outbound-sip-404", EndedReason::InvalidNumber),
    ("outbound-sip-484", EndedReason::InvalidNumber),
    ("outbound-sip-604", EndedReason::InvalidNumber),
    ("outbound-sip-403", EndedReason::Blocked),
];

/// Returns the status for the vendor's string, or `None` if the string is not documented.
pub fn status(word: &str) -> Option<CallStatus> {
    Some(match word {
        "scheduled" | "queued" => CallStatus::Queued,
        "ringing" => CallStatus::Ringing,
        "in-progress" | "forwarding" => CallStatus::InProgress,
        "ended" | "not-found" | "deletion-failed" => CallStatus::Ended,
        _ => return None,
    })
}

/// Returns the reason for the vendor's string. The vendor has several hundred strings for failures and keeps adding to
/// them, so any string that is not listed counts as a failure.
pub fn ended_reason(word: &str) -> EndedReason {
    let listed = REASONS.iter().find(|(_, words)| words.contains(&word)).map(|(reason, _)| *reason);
    let carrier = || CARRIER.iter().find(|(part, _)| word.contains(part)).map(|(_, reason)| *reason);
    listed.or_else(carrier).unwrap_or(EndedReason::Failed)
}
