//! The vendor's strings for the status of a call and for the reason why it ended.

use switchboard_core::prelude::*;

/// The prefix of the reason that the vendor gives if the other party hangs up (recorded answers of 2026).
const DISCONNECTED: &str = "client disconnected";

/// The reasons why a call ended, each with phrases of the vendor in lower case. The first row that matches applies. The
/// vendor documents no phrases: those of the first two rows are from recorded answers of 2026, and all others are
/// inferred.
const REASONS: &[(EndedReason, &[&str])] = &[
    (EndedReason::AgentHungUp, &["end_call tool was called"]),
    (EndedReason::CustomerHungUp, &["call ended by remote party"]),
    (EndedReason::Voicemail, &["voicemail"]),
    (EndedReason::Transferred, &["transfer"]),
    (EndedReason::Silence, &["silence", "inactivity"]),
    (
        EndedReason::MaxDuration,
        &[
            "max duration",
            "maximum duration",
            "max call duration",
            "maximum call duration",
            "max conversation duration",
            "maximum conversation duration",
            "duration exceeded",
            "time limit",
        ],
    ),
];

/// Returns the status for the vendor's string, or `None` if the string is not documented (vendor OpenAPI document,
/// 2026-08-22).
pub fn status(word: &str) -> Option<CallStatus> {
    Some(match word {
        // The vendor does not distinguish a ringing call from a waiting one.
        "initiated" => CallStatus::Queued,
        "in-progress" => CallStatus::InProgress,
        // In `processing`, the conversation is over and its analysis follows.
        "processing" | "done" | "failed" => CallStatus::Ended,
        _ => return None,
    })
}

/// The vendor's statements about the end of a call.
#[derive(Default)]
pub struct Ending<'a> {
    /// The vendor's string for the status.
    pub status: &'a str,
    /// The carrier's result, which newer answers have (official clients, 2026-11).
    pub result: Option<&'a str>,
    /// The reason, as a message for people.
    pub text: Option<&'a str>,
    /// True if the vendor reports an error.
    pub has_error: bool,
}

impl Ending<'_> {
    /// Returns the reason why an ended call ended.
    pub fn reason(&self) -> EndedReason {
        match self.result {
            Some("voicemail") => return EndedReason::Voicemail,
            Some("busy") => return EndedReason::Busy,
            Some("no_answer") => return EndedReason::NoAnswer,
            Some("failed") => return EndedReason::Failed,
            _ => {}
        }
        let text = self.text.unwrap_or_default().to_lowercase();
        if text.starts_with(DISCONNECTED) {
            return EndedReason::CustomerHungUp;
        }
        let is_failed = self.has_error || self.status == "failed";
        // A message about a transfer that failed contains the same phrase as one about a transfer.
        let is_no_transfer = is_failed || text.contains("fail");
        let told = REASONS.iter().find(|(reason, words)| {
            words.iter().any(|word| text.contains(word))
                && !(is_no_transfer && *reason == EndedReason::Transferred)
        });
        match told {
            Some((reason, _)) => *reason,
            None if is_failed => EndedReason::Failed,
            None => EndedReason::Completed,
        }
    }
}
